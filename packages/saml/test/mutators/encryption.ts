/** Encryption: whoever reads the metadata can encrypt to the gate, so a ciphertext alone says nothing. */
import { createTrust } from '../../src/index.ts'
import { find, findAll, freed, type Markup, markupOf, put } from './markup.ts'
import type { Attacked, Family, Mutation, Mutator } from './mutation.ts'
import { forged, holderOf, signatureOf, without } from './pieces.ts'

/** A document with an EncryptedAssertion that the attacker made of another document, the rest as it was signed. */
function reencrypted(subject: Attacked, plain: string): string {
  const encrypted = markupOf(subject.encrypt(plain))
  const { markup } = subject
  const { start, end } = holderOf(markup)
  return put(markup.xml, start, end, freed(encrypted, holderOf(encrypted)))
}

const bare = (markup: Markup) => findAll(markup, 'Signature').toReversed().reduce(without, markup.xml)

/** Judged by who opens encryption, whether the vector's trust does or not. */
function opened(make: (subject: Attacked) => Iterable<readonly [what: string, document: string]>): Mutator<Attacked> {
  return function* (subject) {
    const trust = createTrust({ ...subject.options, encryptedAssertions: subject.opening })
    for (const [what, document] of make(subject)) yield { what, document, trust, refused: true }
  }
}

/** Every CipherValue, written otherwise. */
function ciphers(write: (octets: Buffer) => Iterable<readonly [what: string, octets: Buffer]>): Mutator {
  return function* ({ markup }): Iterable<Mutation> {
    for (const { startTagEnd, endTag } of findAll(markup, 'CipherValue')) {
      const octets = Buffer.from(markup.xml.slice(startTagEnd, endTag), 'base64')
      for (const [what, other] of write(octets)) {
        const document = put(markup.xml, startTagEnd, endTag, other.toString('base64'))
        yield { what: `${what}, at ${startTagEnd}`, document, refused: true }
      }
    }
  }
}

export const encryption: Family<Attacked> = {
  'a forged Assertion, encrypted, the signature of the Response kept': opened(function* (subject) {
    yield [subject.name, reencrypted(subject, forged(subject.plain.xml))]
    yield [`${subject.name}, unsigned`, reencrypted(subject, forged(bare(subject.plain)))]
  }),
  'a forged Assertion, encrypted, nothing signed (CVE-2026-2092)': opened(function* (subject) {
    yield [subject.name, subject.encrypt(forged(bare(subject.plain)))]
  }),
  'the Assertion encrypted, its signature in the ciphertext, the Response not signed': opened(function* (subject) {
    const { plain } = subject
    if (!subject.signed.includes('Assertion')) return
    yield [subject.name, subject.encrypt(without(plain.xml, signatureOf(plain.root)))]
  }),
  'an EncryptedAssertion beside the Assertion': opened(function* (subject) {
    const encrypted = markupOf(subject.encrypt(forged(bare(subject.plain))))
    const piece = freed(encrypted, holderOf(encrypted))
    const { start, end } = holderOf(subject.markup)
    yield [`${subject.name}, before`, put(subject.markup.xml, start, start, piece)]
    yield [`${subject.name}, behind`, put(subject.markup.xml, end, end, piece)]
  }),
  'the Assertion in the place of the EncryptedAssertion': opened(function* (subject) {
    if (!subject.isEncrypted) return
    const { start, end } = holderOf(subject.markup)
    const text = freed(subject.plain, holderOf(subject.plain))
    yield [subject.name, put(subject.markup.xml, start, end, text)]
    yield [`${subject.name}, forged`, put(subject.markup.xml, start, end, forged(text))]
  }),
  'parts of the ciphertext altered': ciphers(function* (octets) {
    for (const at of [
      0,
      11,
      12,
      15,
      16,
      octets.length >> 1,
      octets.length - 17,
      octets.length - 16,
      octets.length - 1,
    ]) {
      const other = Buffer.from(octets)
      other[at] = (other[at] ?? 0) ^ 1
      yield [`octet ${at}`, other]
    }
  }),
  'a ciphertext with a shorter tag (CVE-2026-32313)': ciphers(function* (octets) {
    for (let cut = 1; cut <= 16; cut++) yield [`${cut} octets less`, octets.subarray(0, -cut)]
  }),
  'a ciphertext with its blocks exchanged': ciphers(function* (octets) {
    for (let at = 0; at + 32 < octets.length && at < 320; at += 16) {
      const [one, other] = [octets.subarray(at, at + 16), octets.subarray(at + 16, at + 32)]
      yield [`at ${at}`, Buffer.concat([octets.subarray(0, at), other, one, octets.subarray(at + 32)])]
    }
  }),
  'another algorithm of encryption': function* ({ markup }) {
    const xenc = 'http://www.w3.org/2001/04/xmlenc#'
    for (const method of findAll(markup, 'EncryptionMethod')) {
      const own = markup.xml.slice(method.start, method.end)
      for (const name of ['aes128-cbc', 'aes256-cbc', 'tripledes-cbc', 'rsa-1_5', 'kw-aes256', '']) {
        const other = own.replace(/Algorithm="[^"]*"/, `Algorithm="${xenc}${name}"`)
        if (other === own) continue
        const document = put(markup.xml, method.start, method.end, other)
        yield { what: `${name} at ${method.start}`, document, refused: true }
      }
    }
  },
  'a CipherReference': function* ({ markup }) {
    const value = find(markup, 'CipherValue')
    if (value === undefined) return
    const reference = '<c:CipherReference xmlns:c="http://www.w3.org/2001/04/xmlenc#" URI="http://192.0.2.1/"/>'
    for (const text of [reference, reference + markup.xml.slice(value.start, value.end)]) {
      yield { what: text.slice(0, 40), document: put(markup.xml, value.start, value.end, text), refused: true }
    }
  },
}
