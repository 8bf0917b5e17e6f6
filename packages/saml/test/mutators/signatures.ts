/** The signature itself: removed, moved, repeated, with decoys, other algorithms, other references, other values. */
import { attributeOf, type ElementMark, find, findAll, freed, type Markup, put } from './markup.ts'
import { altering, type Family, type Mutator } from './mutation.ts'
import { forged, without } from './pieces.ts'

const ds = 'http://www.w3.org/2000/09/xmldsig#'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/** Every algorithm that a verifier somewhere knows, good and bad. */
const algorithms = [
  `${ds}rsa-sha1`,
  `${ds}dsa-sha1`,
  `${ds}hmac-sha1`,
  `${ds}sha1`,
  `${ds}base64`,
  `${ds}enveloped-signature`,
  'http://www.w3.org/2001/04/xmldsig-more#rsa-md5',
  'http://www.w3.org/2001/04/xmldsig-more#md5',
  'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
  'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
  'http://www.w3.org/2006/12/xml-c14n11',
  exclusive,
  `${exclusive}WithComments`,
  'http://www.w3.org/TR/1999/REC-xslt-19991116',
  'http://www.w3.org/TR/1999/REC-xpath-19991116',
  'http://www.w3.org/2002/06/xmldsig-filter2',
  'none',
  '',
  'constructor',
  '__proto__',
]

/** One or more documents for each element of these names. */
function each(
  names: readonly string[],
  alter: (own: string, element: ElementMark, markup: Markup) => Iterable<readonly [what: string, text: string]>,
): Mutator {
  return altering(function* (markup) {
    for (const element of names.flatMap((name) => findAll(markup, name))) {
      const own = markup.xml.slice(element.start, element.end)
      for (const [what, text] of alter(own, element, markup)) {
        yield [`${element.name} at ${element.start}: ${what}`, put(markup.xml, element.start, element.end, text)]
      }
    }
  })
}

const signatureParts = [
  'SignedInfo',
  'CanonicalizationMethod',
  'SignatureMethod',
  'Reference',
  'Transforms',
  'Transform',
  'DigestMethod',
  'DigestValue',
  'SignatureValue',
  'KeyInfo',
]

/** Elements that a search by name could take for the true ones, in the signature's namespace or in another. */
function decoysOf(markup: Markup): readonly (readonly [what: string, text: string])[] {
  const named = ['SignedInfo', 'CanonicalizationMethod', 'SignatureMethod', 'Reference', 'DigestMethod', 'DigestValue']
  return named.flatMap((name) => {
    const found = find(markup, name)
    if (found === undefined) return []
    const copy = freed(markup, found)
    const other = copy.replace(/(<\/?(?:\w+:)?DigestValue[^>]*>)[^<]*/, `$1${'A'.repeat(43)}=`)
    return [
      [`another ${name}`, other.replace(/Algorithm="[^"]*"/, `Algorithm="${ds}sha1"`)],
      [`${name} in another namespace`, other.replaceAll(ds, 'urn:x')],
    ] as const
  })
}

const inObject = (text: string) => `<o:Object xmlns:o="${ds}">${text}</o:Object>`

/** References that a verifier might resolve to something else. */
function uris(markup: Markup): readonly string[] {
  const ids = markup.elements.flatMap((element) => attributeOf(element, 'ID') ?? attributeOf(element, 'Id') ?? [])
  const named = ids.flatMap((id) => [
    `#${id}`,
    id,
    `#${id} `,
    ` #${id}`,
    `##${id}`,
    `#xpointer(id('${id}'))`,
    `#${id.toUpperCase()}`,
  ])
  const general = ['', '#', '#xpointer(/)', 'http://192.0.2.1/', 'file:///etc/passwd', '#evil', '?x#y']
  return [...general, ...named]
}

/** Both signature and claims: a forged document in which the altered signature may seem to fit. */
function andForged(mutator: Mutator): Mutator {
  return function* (subject) {
    for (const mutation of mutator(subject)) {
      const document = mutation.document.toString()
      const other = forged(document)
      yield mutation
      if (other !== document) yield { what: `${mutation.what}, forged`, document: other, refused: true }
    }
  }
}

export const signatures: Family = {
  'a signature removed': altering(function* (markup) {
    for (const signature of findAll(markup, 'Signature')) {
      yield [`at ${signature.start}`, without(markup.xml, signature)]
      yield [`at ${signature.start}, forged`, forged(without(markup.xml, signature))]
    }
  }),
  'every signature removed': function* (subject) {
    let document = subject.markup.xml
    for (const signature of findAll(subject.markup, 'Signature').toReversed()) document = without(document, signature)
    yield { what: 'as it is', document, refused: true }
    yield { what: 'forged', document: forged(document), refused: true }
  },
  'every signature in another namespace': function* (subject) {
    const document = subject.markup.xml.replaceAll(ds, 'http://www.w3.org/2000/09/xmldsig')
    yield { what: 'as it is', document, refused: true }
    yield { what: 'forged', document: forged(document), refused: true }
  },
  'a part of a signature removed': each(signatureParts, function* () {
    yield ['', '']
  }),
  'a part of a signature emptied': andForged(
    each([...signatureParts, 'Signature'], function* (own, { name, attributes }) {
      const tag = `<${name}${attributes.map((attribute) => ` ${attribute.name}="${attribute.value}"`).join('')}/>`
      if (tag !== own) yield ['', tag]
    }),
  ),
  'a part of a signature several times': andForged(
    each([...signatureParts, 'Signature'], function* (own) {
      yield ['twice', own + own]
      const other = own.replace(/(DigestValue>)[^<]*/, `$1${'A'.repeat(43)}=`).replace(/\bI[dD]="/g, '$&x')
      if (other !== own) {
        yield ['another before', other + own]
        yield ['another behind', own + other]
      }
    }),
  ),
  'several References': andForged(
    each(['Reference'], function* (own, _, markup) {
      for (const uri of uris(markup)) {
        const other = own.replace(/URI="[^"]*"/, () => `URI="${uri}"`)
        yield [`before, to ${uri}`, other + own]
        yield [`behind, to ${uri}`, own + other]
      }
    }),
  ),
  'a Reference to something else': andForged(
    each(['Reference'], function* (own, _, markup) {
      for (const uri of uris(markup)) {
        const other = own.replace(/URI="[^"]*"/, () => `URI="${uri}"`)
        if (other !== own) yield [uri, other]
      }
      yield ['nothing', own.replace(/ URI="[^"]*"/, '')]
    }),
  ),
  'another algorithm': andForged(
    each(['CanonicalizationMethod', 'SignatureMethod', 'Transform', 'DigestMethod'], function* (own) {
      for (const algorithm of algorithms) {
        const other = own.replace(/Algorithm="[^"]*"/, `Algorithm="${algorithm}"`)
        if (other !== own) yield [algorithm, other]
      }
    }),
  ),
  'one Transform more': andForged(
    each(['Transform'], function* (own) {
      for (const algorithm of algorithms) {
        const other = own.replace(/Algorithm="[^"]*"/, `Algorithm="${algorithm}"`)
        yield [`before: ${algorithm}`, other + own]
        yield [`behind: ${algorithm}`, own + other]
      }
    }),
  ),
  'parameters of an algorithm': each(
    ['CanonicalizationMethod', 'SignatureMethod', 'Transform', 'DigestMethod'],
    function* (own, { name }) {
      const content = [
        `<h:HMACOutputLength xmlns:h="${ds}">1</h:HMACOutputLength>`,
        `<h:XPath xmlns:h="${ds}">not(ancestor-or-self::*)</h:XPath>`,
        `<ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList=""/>`,
        `<ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="nowhere"/>`,
        `<ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="#default saml saml2 samlp saml2p ds xs xsi"/>`,
        'x',
      ]
      const open = own.endsWith('/>') ? `${own.slice(0, -2)}>` : own.slice(0, own.lastIndexOf('</'))
      for (const text of content) yield [text, `${open}${text}</${name}>`]
    },
  ),
  'decoys in the signature': function* ({ markup }) {
    for (const signature of findAll(markup, 'Signature')) {
      const places = markup.places.filter((at) => at > signature.start && at < signature.end)
      for (const [what, decoy] of decoysOf(markup)) {
        for (const at of places) {
          yield { what: `${what} at ${at}`, document: put(markup.xml, at, at, decoy) }
        }
      }
      const { startTagEnd: at } = signature
      for (const [what, decoy] of decoysOf(markup)) {
        yield { what: `${what} in an Object`, document: put(markup.xml, at, at, inObject(decoy)) }
      }
    }
  },
  'decoys elsewhere': function* ({ markup }) {
    for (const [what, decoy] of decoysOf(markup)) {
      for (const element of markup.elements) {
        if (element.endTag === element.end) continue
        const { startTagEnd: at } = element
        yield { what: `${what} in ${element.name} at ${at}`, document: put(markup.xml, at, at, decoy) }
      }
    }
  },
  'another value': andForged(
    each(['DigestValue', 'SignatureValue'], function* (own, { name }, markup) {
      const text = own.slice(own.indexOf('>') + 1, own.lastIndexOf('<'))
      const others: Readonly<Record<string, string>> = {
        empty: '',
        zeros: 'A'.repeat(text.length),
        'one bit': (text.startsWith('A') ? 'B' : 'A') + text.slice(1),
        shorter: text.slice(0, -4),
        longer: `AAAA${text}`,
        twice: text + text,
        'a comment before': `<!--${text}-->${text}`,
        'a comment within': `${text.slice(0, 8)}<!---->${text.slice(8)}`,
        'an element before': `<x xmlns="urn:x">${text}</x>${text}`,
        'URL-safe': text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
        'without padding': text.replaceAll('=', ''),
        'white space in it': text.replace(/.{20}/g, '$&\n '),
        'of nothing': '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
        'of another signature': findAll(markup, name.replace(/^.*:/, ''))
          .map((other) => markup.xml.slice(other.startTagEnd, other.endTag))
          .filter((other) => other !== text)
          .join(''),
      }
      for (const [what, other] of Object.entries(others)) {
        if (other !== text) yield [what, own.replace(text, () => other)]
      }
    }),
  ),
  'SignedInfo wrapped': andForged(
    each(['SignedInfo', 'SignatureValue', 'Signature'], function* (own) {
      yield ['in another element', `<x xmlns="urn:x">${own}</x>`]
      yield ['in an Object', inObject(own)]
      yield ['behind an Object', inObject(own) + own]
      yield ['before an Object', own + inObject(own)]
      yield ['in a Manifest', `<o:Manifest xmlns:o="${ds}">${own}</o:Manifest>`]
    }),
  ),
}
