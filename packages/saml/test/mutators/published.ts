/**
 * Published attacks by their numbers: each as it was, on every good response. Those that are a whole class have a family of
 * their own besides; here a reader finds the name.
 */
import { type AttributeMark, find, findAll, freed, put } from './markup.ts'
import type { Family, Mutator, Subject } from './mutation.ts'
import { forged, holderOf, piecesOf, signatureOf, without } from './pieces.ts'

type Made = string | undefined | readonly (string | undefined)[]

/** Documents that must be refused. */
function refused(make: (subject: Subject) => Made): Mutator {
  return function* (subject) {
    for (const document of [make(subject)].flat()) {
      // Nothing to alter is no attack.
      if (document === undefined || document === subject.markup.xml) continue
      yield { what: subject.name, document, refused: true }
    }
  }
}

/** An InResponseTo that names no request may as well not be there. */
function isEmpty({ valueStart, valueEnd }: AttributeMark): boolean {
  return valueStart === valueEnd
}

/** Documents that may say what the original says. */
function same(make: (subject: Subject) => Made): Mutator {
  return function* (subject) {
    for (const document of [make(subject)].flat()) {
      if (document !== undefined) yield { what: subject.name, document }
    }
  }
}

/** Something within every text that names the user. */
function inNames(write: (name: string) => string): Mutator {
  return refused(({ markup }) => {
    const named = markup.texts.filter(({ raw }) => raw.includes('alice'))
    return named.map(({ raw, start, end }) => put(markup.xml, start, end, write(raw)))
  })
}

const samlp = 'urn:oasis:names:tc:SAML:2.0:protocol'
const ds = 'http://www.w3.org/2000/09/xmldsig#'

/** Something before the Assertion, and the Assertion too. */
const beside =
  (before: boolean, piece: string) =>
  ({ markup }: Subject) => {
    const { start, end } = holderOf(markup)
    const at = before ? start : end
    return put(markup.xml, at, at, piece)
  }

/** Without any signature, and another user's. */
const unsigned = refused(({ markup }) => {
  const bare = findAll(markup, 'Signature').toReversed().reduce(without, markup.xml)
  return [bare, forged(bare)]
})

const twoAssertions = refused((subject) => {
  const evil = piecesOf(subject)['a forged Assertion'] ?? ''
  return [beside(true, evil)(subject), beside(false, evil)(subject)]
})

/** A part of SignedInfo replaced by itself with something. */
function inSignedInfo(name: string, write: (own: string, subject: Subject) => Made): Mutator {
  return refused((subject) => {
    const { markup } = subject
    return findAll(markup, name).flatMap(({ start, end }) => {
      const made = [write(markup.xml.slice(start, end), subject)].flat()
      return made.map((text) => text && put(markup.xml, start, end, text))
    })
  })
}

/** An attribute of an element given another value. */
function withValue(element: string, attribute: string, value: string): Mutator {
  return refused(({ markup }) => {
    const found = findAll(markup, element).flatMap(({ attributes }) =>
      attributes.filter(({ name }) => name === attribute),
    )
    return found.map(({ valueStart, valueEnd }) => put(markup.xml, valueStart, valueEnd, value))
  })
}

/** Judged when its time is over. */
function late(seconds: number): Mutator {
  return ({ name, markup }) => [{ what: name, document: markup.xml, later: seconds, refused: true }]
}

const commentInNames = inNames((name) => name.replace('alice', 'ali<!---->ce'))

export const published: Family = {
  'CVE-2009-0217: a truncated HMAC': inSignedInfo('SignatureMethod', () => {
    return `<s:SignatureMethod xmlns:s="${ds}" Algorithm="${ds}hmac-sha1"><s:HMACOutputLength>1</s:HMACOutputLength></s:SignatureMethod>`
  }),
  'CVE-2013-2172: a canonicalization of the attacker': inSignedInfo('CanonicalizationMethod', () => {
    return `<s:CanonicalizationMethod xmlns:s="${ds}" Algorithm="http://192.0.2.1/"/>`
  }),
  'CVE-2016-5697: the signed Assertion behind one of the same ID': refused((subject) => {
    return beside(true, piecesOf(subject)['a forged Assertion under the signed ID'] ?? '')(subject)
  }),
  'CVE-2017-11427, -11428, -11429, -11430, CVE-2018-7340: a comment in a name': commentInNames,
  'CVE-2018-0489: a CDATA section in a name': inNames((name) => name.replace('alice', 'ali<![CDATA[]]>ce')),
  'CVE-2019-3465: a reference to something else than the root that is used': refused(({ markup, signed }) => {
    const id = /\bID="([^"]*)"/.exec(markup.xml.slice(holderOf(markup).start))?.[1] ?? ''
    return signed.includes('Response') ? undefined : markup.xml.replace(`"#${id}"`, '"#evil"')
  }),
  'CVE-2022-39299: two roots': refused(({ markup }) => {
    const root = markup.xml.slice(markup.root.start, markup.root.end)
    return [markup.xml + forged(root), forged(root) + root]
  }),
  'CVE-2022-41912: several assertions': twoAssertions,
  'CVE-2022-47966: a stylesheet as a transform': inSignedInfo('Transform', (own) => {
    return `<t:Transform xmlns:t="${ds}" Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform" version="1.0"/></t:Transform>${own}`
  }),
  'CVE-2024-6800, CVE-2025-23369: an entity in the ID': refused(({ markup }) => {
    const { root, xml } = markup
    const id = root.attributes.find(({ name }) => name === 'ID')
    if (id === undefined) return undefined
    const doctype = `<!DOCTYPE x [<!ENTITY id "${id.value}">]>`
    return put(put(xml, id.valueStart, id.valueEnd, '&id;'), root.start, root.start, doctype)
  }),
  'CVE-2024-8698: the position of a signature decides what it covers': refused(
    ({ markup, plain, signed, isEncrypted }) => {
      const [first] = markup.root.children
      if (signed.length !== 1 || isEncrypted || first?.localName !== 'Issuer') return undefined
      const [of, holder] = [signatureOf(markup.root), holderOf(markup)]
      const own = of ?? signatureOf(holder)
      if (own === undefined) return undefined
      const text = freed(markup, own)
      const bare = without(markup.xml, own)
      const target =
        of === undefined ? /<\/(?:\w+:)?Issuer\s*>/g : /<\/(?:\w+:)?Issuer\s*>(?![\s\S]*<\/(?:\w+:)?Issuer)/g
      target.lastIndex = 0
      const at = target.exec(bare)
      const end = at === null ? plain.root.startTagEnd : at.index + at[0].length
      return put(bare, end, end, text)
    },
  ),
  'CVE-2024-45409: a DigestValue in StatusDetail': refused(({ markup }) => {
    const [status, value] = [find(markup, 'Status'), find(markup, 'Reference')]
    if (status === undefined || value === undefined || !markup.xml.includes('alice')) return undefined
    const detail = `<p:StatusDetail xmlns:p="${samlp}">${freed(markup, value)}</p:StatusDetail>`
    return forged(put(markup.xml, status.endTag, status.endTag, detail))
  }),
  'CVE-2025-25291: a DOCTYPE that hides': refused(({ markup }) => {
    return put(markup.xml, markup.root.start, markup.root.start, '<!DOCTYPE foo [<!NOTATION x PUBLIC "">]>')
  }),
  'CVE-2025-25292: a namespace that another parser sees otherwise': refused(({ markup }) => {
    const { nameEnd } = markup.root
    return [' xmlns:xml="urn:x"', ' xmlns:xmlns="urn:x"', ' xmlns:a="" '].map((text) => {
      return put(markup.xml, nameEnd, nameEnd, text)
    })
  }),
  'CVE-2025-29774: several SignedInfo': inSignedInfo('SignedInfo', (own) => {
    const other = own.replace(/(DigestValue>)[^<]*/, `$1${'A'.repeat(43)}=`)
    return [own + other, other + own]
  }),
  'CVE-2025-29775: a comment in DigestValue': inSignedInfo('DigestValue', (own) => {
    return own.replace('>', `><!--${'A'.repeat(43)}=-->`)
  }),
  'CVE-2025-47949: a forged Assertion in a signed Response': twoAssertions,
  'CVE-2025-54369, -54419: details edited after the signature': inNames((name) => `${name} `),
  'CVE-2025-66475, -66567, -66568, -66578: canonicalization of nothing': function* (subject) {
    const { markup } = subject
    const nothing = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    const void_ = put(markup.xml, markup.root.nameEnd, markup.root.nameEnd, ' xmlns:ns="1"')
    yield { what: subject.name, document: void_, refused: true }
    const digests = void_.replace(/(DigestValue>)[^<]*/g, `$1${nothing}`)
    yield { what: `${subject.name}, its digest`, document: forged(digests), refused: true }
  },
  'CVE-2026-1190: delivered when SubjectConfirmationData is over': late(4_000),
  'CVE-2026-1190: SubjectConfirmationData with another time': withValue(
    'SubjectConfirmationData',
    'NotOnOrAfter',
    '2026-03-01T12:30:00Z',
  ),
  'CVE-2026-18568: signatures that are skipped': refused(({ markup }) => {
    const empty = `<s:Signature xmlns:s="${ds}"/>`
    const replaced = findAll(markup, 'Signature').toReversed()
    const document = replaced.reduce((xml, { start, end }) => put(xml, start, end, empty), markup.xml)
    return [document, forged(document)]
  }),
  'CVE-2026-18967: the same again, which the caller sees by its ID': same(({ markup }) => [markup.xml, markup.xml]),
  'CVE-2026-24858, CVE-2026-28323, CVE-2025-59718: no signature': unsigned,
  'CVE-2026-25922, CVE-2026-47201: several assertions, one signed': twoAssertions,
  'CVE-2026-2603, -3009, -3047, -16442: the request of another': refused(({ markup, signed }) => {
    const data = find(markup, 'SubjectConfirmationData')
    const outer = markup.root.attributes.find(({ name }) => name === 'InResponseTo')
    const inner = data?.attributes.find(({ name }) => name === 'InResponseTo')
    if (signed.includes('Response') || outer === undefined || inner === undefined || isEmpty(outer)) return undefined
    return [
      put(markup.xml, outer.valueStart, outer.valueEnd, '_request-2'),
      put(markup.xml, outer.start, outer.end, ''),
      put(markup.xml, inner.valueStart, inner.valueEnd, '_request-2'),
    ]
  }),
  'CVE-2026-33487: several References, the last or the first is looked at': inSignedInfo('Reference', (own) => {
    const other = own.replace(/URI="[^"]*"/, 'URI="#evil"')
    return [own + other, other + own]
  }),
  'CVE-2026-34601: CDATA that a serialiser writes anew': inNames((name) => `<![CDATA[${name}]]]]><![CDATA[>]]>`),
  'CVE-2026-41577: Conditions that nobody looks at': withValue('Conditions', 'NotOnOrAfter', '2026-03-01T12:30:00Z'),
  'CVE-2026-41672, -41673, -41675: nested beyond measure': refused(({ markup }) => {
    const { endTag } = markup.root
    return put(markup.xml, endTag, endTag, `${'<x>'.repeat(20_000)}${'</x>'.repeat(20_000)}`)
  }),
  'CVE-2026-41674: a DOCTYPE of the attacker': refused(({ markup }) => {
    const { start, name } = markup.root
    return put(markup.xml, start, start, `<!DOCTYPE ${name} SYSTEM "x" [<!ELEMENT x ANY>]>`)
  }),
  'xml-crypto #575: something beside what was signed': refused((subject) => {
    const signature = find(subject.markup, 'Signature')
    const evil = piecesOf(subject)['a forged Assertion'] ?? ''
    return signature && put(subject.markup.xml, signature.end, signature.end, evil)
  }),
  'xml-crypto #581, #586: a reference with an xpointer': inSignedInfo('Reference', (own) => {
    return own.replace(/URI="#([^"]*)"/, `URI="#xpointer(id('$1'))"`)
  }),
  'xml-crypto #585: copies of the signature, which are taken out with it': refused(({ markup }) => {
    return findAll(markup, 'Signature').map(({ start, end }) => put(markup.xml, end, end, markup.xml.slice(start, end)))
  }),
  'OneUptime #2949: several assertions': twoAssertions,
  'OneUptime #2988: an instruction that counts as text': inNames((name) => `<?x not-an-?>${name}`),
  'vouch #987: a comment in a name': commentInNames,
  'simplesamlphp/saml2 #424: another root': refused(({ markup }) => {
    const own = markup.xml.slice(markup.root.start, markup.root.end)
    return `<p:Response xmlns:p="${samlp}">${own}</p:Response>`
  }),
  'ory/saml20 #1031: InResponseTo is not there': refused(({ markup }) => {
    const outer = markup.root.attributes.find(({ name }) => name === 'InResponseTo')
    return outer === undefined || isEmpty(outer) ? undefined : put(markup.xml, outer.start, outer.end, '')
  }),
}
