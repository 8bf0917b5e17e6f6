/** An attacker who also holds a genuine response of another user of the same identity provider: two good pieces, one document. */
import { attributeOf, type ElementMark, find, findAll, freed, type Markup, put } from './markup.ts'
import type { Family, Mutation, Mutator, Subject } from './mutation.ts'
import { bared, holderOf, signatureOf } from './pieces.ts'

/** One mutator for each genuine response of the other. */
function withOther(
  make: (subject: Subject, other: Markup) => Iterable<readonly [what: string, document: string]>,
): Mutator {
  return function* (subject) {
    for (const [at, other] of subject.others.entries()) {
      const ids = at === 0 ? 'identifiers of its own' : 'the same identifiers'
      for (const [what, document] of make(subject, other)) {
        if (document !== subject.markup.xml) yield { what: `${what}, ${ids}`, document }
      }
    }
  }
}

/** Elements of both documents that stand in the same place. */
function* pairs(one: ElementMark, other: ElementMark): Iterable<readonly [ElementMark, ElementMark]> {
  yield [one, other]
  for (const [at, child] of one.children.entries()) {
    const counterpart = other.children[at]
    if (counterpart?.localName === child.localName) yield* pairs(child, counterpart)
  }
}

function own({ xml }: Markup, { start, end }: ElementMark): string {
  return xml.slice(start, end)
}

/** What the other's document has otherwise, put somewhere for each pair of elements. */
function perElement(alter: (mine: string, its: string) => string): Mutator {
  return withOther(function* ({ markup }, other) {
    for (const [mine, its] of pairs(markup.root, other.root)) {
      if (own(markup, mine) === own(other, its)) continue
      const text = alter(own(markup, mine), freed(other, its))
      yield [`${mine.name} at ${mine.start}`, put(markup.xml, mine.start, mine.end, text)]
    }
  })
}

/** Some elements of the document, all replaced by the other's. */
function allOf(names: readonly string[]): Mutator {
  return withOther(function* ({ markup, name }, other) {
    const replaced = names.flatMap((one) => {
      const theirs = findAll(other, one)
      return findAll(markup, one).flatMap((element, at) => {
        const its = theirs[at]
        return its === undefined ? [] : [{ element, text: freed(other, its) }]
      })
    })
    replaced.sort((left, right) => right.element.start - left.element.start)
    yield [name, replaced.reduce((xml, { element, text }) => put(xml, element.start, element.end, text), markup.xml)]
  })
}

export const users: Family = {
  "an element replaced by the other's": perElement((_, its) => its),
  "the other's element before it": perElement((mine, its) => its + mine),
  "the other's element behind it": perElement((mine, its) => mine + its),
  "the other's element in it": perElement((mine, its) => {
    const end = mine.lastIndexOf('</')
    return end > 0 ? put(mine, end, end, its) : mine + its
  }),
  "the other's value of an attribute": withOther(function* ({ markup }, other) {
    for (const [mine, its] of pairs(markup.root, other.root)) {
      for (const { name, value, valueStart, valueEnd } of mine.attributes) {
        const theirs = attributeOf(its, name)
        if (theirs === undefined || theirs === value) continue
        yield [`${name} of ${mine.name} at ${mine.start}`, put(markup.xml, valueStart, valueEnd, theirs)]
      }
    }
  }),
  "the other's Assertion at each place": withOther(function* ({ markup }, other) {
    const piece = freed(other, holderOf(other))
    for (const at of markup.places) yield [`at ${at}`, put(markup.xml, at, at, piece)]
  }),
  "the other's Assertion without its signature at each place": withOther(function* ({ markup }, other) {
    const piece = bared(other, holderOf(other))
    for (const at of markup.places) yield [`at ${at}`, put(markup.xml, at, at, piece)]
  }),
  "the other's signature at each place": withOther(function* ({ markup }, other) {
    const signature = find(other, 'Signature')
    if (signature === undefined) return
    const piece = freed(other, signature)
    for (const at of markup.places) yield [`at ${at}`, put(markup.xml, at, at, piece)]
  }),
  "the other's Response at each place": withOther(function* ({ markup }, other) {
    const piece = freed(other, other.root)
    for (const at of markup.places) yield [`at ${at}`, put(markup.xml, at, at, piece)]
  }),
  "the Assertion in the other's Response, the other's in its place": withOther(function* ({ markup }, other) {
    const [mine, its] = [holderOf(markup), holderOf(other)]
    for (const at of other.places.filter((place) => place <= its.start || place >= its.end)) {
      const document = put(other.xml, at, at, freed(markup, mine))
      yield [`at ${at}`, document]
    }
  }),
  "both signatures exchanged with the other's": allOf(['Signature']),
  "SignedInfo exchanged with the other's": allOf(['SignedInfo']),
  "SignatureValue exchanged with the other's": allOf(['SignatureValue']),
  "DigestValue exchanged with the other's": allOf(['DigestValue']),
  "DigestValue and SignatureValue exchanged with the other's": allOf(['DigestValue', 'SignatureValue']),
  "NameID exchanged with the other's": allOf(['NameID']),
  "Subject exchanged with the other's": allOf(['Subject']),
  "statements exchanged with the other's": allOf(['AuthnStatement', 'AttributeStatement']),
  "Subject and statements exchanged with the other's": allOf(['Subject', 'AuthnStatement', 'AttributeStatement']),
  "the other's ciphertext": allOf(['CipherData']),
  "the other's content key": allOf(['EncryptedKey']),
  "the other's signature in the Response, the own in the Assertion": function* (subject) {
    yield* crossed(subject, 'Response')
  },
  "the other's signature in the Assertion, the own in the Response": function* (subject) {
    yield* crossed(subject, 'Assertion')
  },
}

/** Only one of both signatures exchanged. */
function* crossed({ markup, others, name }: Subject, of: 'Response' | 'Assertion'): Iterable<Mutation> {
  for (const other of others) {
    const mine = signatureOf(of === 'Response' ? markup.root : holderOf(markup))
    const its = signatureOf(of === 'Response' ? other.root : holderOf(other))
    if (mine === undefined || its === undefined) continue
    yield { what: name, document: put(markup.xml, mine.start, mine.end, freed(other, its)), refused: true }
  }
}
