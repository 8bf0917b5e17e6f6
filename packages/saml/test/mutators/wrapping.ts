/** Signature wrapping: XSW 1 to 8 by their names, and without imagination every piece at every place. */
import { type ElementMark, findAll, freed, type Markup, markupOf, put } from './markup.ts'
import type { Family, Mutation, Mutator, Subject } from './mutation.ts'
import { bared, forged, holderOf, piecesOf, signatureOf, without } from './pieces.ts'

/** What XSW attacks on a signed Assertion are made of. */
interface Parts {
  /** Puts a text in the place of the Assertion. */
  readonly instead: (text: string) => string
  readonly signed: string
  /** Without its signature. */
  readonly original: string
  /** The signature, and with something more inside it at its end. */
  readonly signature: string
  readonly signatureWith: (more: string) => string
  readonly evil: string
  /** The evil Assertion with something behind its Issuer, where a signature belongs. */
  readonly evilWith: (more: string) => string
}

function partsOf({ markup, plain, signed, isEncrypted }: Subject): Parts | undefined {
  if (isEncrypted || !signed.includes('Assertion')) return undefined
  const holder = holderOf(markup)
  const signature = signatureOf(holder)
  if (signature === undefined) return undefined
  const evil = forged(bared(plain, holderOf(plain))).replace(/\bID="[^"]*"/, 'ID="evil"')
  return {
    instead: (text) => put(markup.xml, holder.start, holder.end, text),
    signed: freed(markup, holder),
    original: bared(markup, holder),
    signature: freed(markup, signature),
    signatureWith: (more) => appended(freed(markup, signature), more),
    evil,
    evilWith: (more) => behindIssuer(evil, more),
  }
}

function appended(element: string, more: string): string {
  const { root } = markupOf(element)
  return put(element, root.endTag, root.endTag, more)
}

function behindIssuer(element: string, more: string): string {
  const [issuer] = markupOf(element).root.children
  const at = issuer?.end ?? 0
  return put(element, at, at, more)
}

function onAssertion(wrap: (parts: Parts) => string): Mutator {
  return function* (subject) {
    const parts = partsOf(subject)
    if (parts !== undefined) yield { what: subject.name, document: wrap(parts), refused: true }
  }
}

/** On a signed Response: an evil one, with the original somewhere in it. */
function onResponse(wrap: (evil: Markup, signature: string, original: string) => string): Mutator {
  return function* ({ name, markup, plain, signed }) {
    const signature = signatureOf(markup.root)
    if (!signed.includes('Response') || signature === undefined) return
    const bare = without(plain.xml, signatureOf(plain.root))
    const evil = forged(bare).replace(/\bID="[^"]*"/g, (id) => `${id.slice(0, -1)}x"`)
    const original = bared(markup, markup.root)
    yield { what: name, document: wrap(markupOf(evil), freed(markup, signature), original), refused: true }
  }
}

const intoResponse = (evil: Markup, more: string) => {
  const issuer = evil.root.children.find(({ localName }) => localName === 'Issuer')
  const at = issuer?.end ?? evil.root.startTagEnd
  return put(evil.xml, at, at, more)
}

const object = (content: string) => `<o:Object xmlns:o="http://www.w3.org/2000/09/xmldsig#">${content}</o:Object>`
const extensions = (content: string) =>
  `<e:Extensions xmlns:e="urn:oasis:names:tc:SAML:2.0:protocol">${content}</e:Extensions>`

export const wrapping: Family = {
  'XSW1: the original Response in the signature of an evil one': onResponse((evil, signature, original) => {
    return intoResponse(evil, appended(signature, original))
  }),
  'XSW2: the original Response before a detached signature': onResponse((evil, signature, original) => {
    return intoResponse(evil, original + signature)
  }),
  'XSW2 turned: the original Response behind a detached signature': onResponse((evil, signature, original) => {
    return intoResponse(evil, signature + original)
  }),
  'XSW3: an evil Assertion before the signed one': onAssertion(({ instead, evil, signed }) => instead(evil + signed)),
  'XSW3 turned: an evil Assertion behind the signed one': onAssertion(({ instead, evil, signed }) => {
    return instead(signed + evil)
  }),
  'XSW4: an evil Assertion around the signed one': onAssertion(({ instead, evil, signed }) => {
    return instead(appended(evil, signed))
  }),
  'XSW5: the evil Assertion keeps the signature, the original at the end': onAssertion((parts) => {
    return parts.instead(parts.evilWith(parts.signature) + parts.original)
  }),
  'XSW6: the original in the signature of the evil one': onAssertion((parts) => {
    return parts.instead(parts.evilWith(parts.signatureWith(parts.original)))
  }),
  'XSW7: an evil Assertion in Extensions': onAssertion(({ instead, evil, signed }) => {
    return instead(extensions(evil) + signed)
  }),
  'XSW7 turned: the signed Assertion in Extensions': onAssertion(({ instead, evil, signed }) => {
    return instead(extensions(signed) + evil)
  }),
  'XSW8: the original in an Object of the signature of the evil one': onAssertion((parts) => {
    return parts.instead(parts.evilWith(parts.signatureWith(object(parts.original))))
  }),
  'the signed Assertion in the Advice of an evil one': onAssertion((parts) => {
    const advice = `<d:Advice xmlns:d="urn:oasis:names:tc:SAML:2.0:assertion">${parts.signed}</d:Advice>`
    return parts.instead(parts.evilWith(advice))
  }),
  'the signature on an evil Assertion of another ID': onAssertion((parts) => {
    return parts.instead(parts.evilWith(parts.signature))
  }),
  'the signature on an evil Assertion of the same ID': onAssertion((parts) => {
    const same = parts.evil.replace('ID="evil"', /\bID="[^"]*"/.exec(parts.original)?.[0] ?? '')
    return parts.instead(behindIssuer(same, parts.signature))
  }),
  'a piece at each place': function* (subject) {
    const { xml, places } = subject.markup
    for (const [name, piece] of Object.entries(piecesOf(subject))) {
      if (piece === '') continue
      for (const at of places) yield { what: `${name} at ${at}`, document: put(xml, at, at, piece) }
    }
  },
  'the Assertion moved to each place, a forged one where it stood': (subject) => {
    return moved(subject, holderOf(subject.markup), piecesOf(subject)['a forged Assertion'] ?? '')
  },
  'the Assertion moved to each place, a forged one of the same ID where it stood': (subject) => {
    return moved(subject, holderOf(subject.markup), piecesOf(subject)['a forged Assertion under the signed ID'] ?? '')
  },
  'a signature moved to each place': function* (subject) {
    for (const signature of findAll(subject.markup, 'Signature')) yield* moved(subject, signature, '')
  },
  'a signature moved to each place, a forged Assertion under it': function* ({ markup }) {
    const evil = forged(markup.xml)
    if (evil === markup.xml) return
    const other = markupOf(evil)
    for (const signature of findAll(other, 'Signature')) {
      for (const mutation of moved({ markup: other }, signature, '')) yield { ...mutation, refused: true }
    }
  },
}

/** The element taken to each place outside it, another text where it stood. */
function* moved({ markup }: Pick<Subject, 'markup'>, element: ElementMark, instead: string): Iterable<Mutation> {
  const { xml, places } = markup
  const own = freed(markup, element)
  const { start, end } = element
  for (const at of places) {
    if (at > start && at < end) continue
    // One concatenation: to cut what was just put together would copy it.
    const document =
      at <= start
        ? xml.slice(0, at) + own + xml.slice(at, start) + instead + xml.slice(end)
        : xml.slice(0, start) + instead + xml.slice(end, at) + own + xml.slice(at)
    // Where it stood, with nothing instead, is no move; with a forged one there are two.
    yield { what: `${element.name} to ${at}`, document, ...(instead === '' ? {} : { refused: true as const }) }
  }
}
