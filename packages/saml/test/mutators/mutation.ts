/** What a mutator is given and makes. */
import type { EncryptedAssertions, Trust, TrustOptions } from '../../src/index.ts'
import type { SignatureSpec } from '../signing.ts'
import type { Markup } from './markup.ts'

/** One hostile or odd response made of a good one. Refused, or it says what a genuine one says. */
export interface Mutation {
  /** Where, or of what kind; with the vector and the mutator it names the document. */
  readonly what: string
  /** The document, as text or as octets. */
  readonly document: string | Buffer
  /** Makes the form field of its octets' base64; the base64 itself if absent. */
  readonly field?: (base64: string) => string
  /** Judged by another trust than the vector's. */
  readonly trust?: Trust
  /** Judged so many seconds later than the vector. */
  readonly later?: number
  /** Must be refused even if it says the same. */
  readonly refused?: true
}

/** A good response, and what an attacker has besides it. */
export interface Subject {
  readonly name: string
  readonly markup: Markup
  /** The same before its Assertion was encrypted; else the same. */
  readonly plain: Markup
  readonly isEncrypted: boolean
  /** Genuine responses of another user of the same identity provider: with identifiers of their own, and with the same ones. */
  readonly others: readonly Markup[]
  /** The elements that are signed, the Assertion in an EncryptedAssertion included. */
  readonly signed: readonly ('Response' | 'Assertion')[]
}

/** A good response, and what an attacker can do with keys. */
export interface Attacked extends Subject {
  /** What the vector's trust is made of. */
  readonly options: TrustOptions
  /** The gate's key, for trusts that open encryption. */
  readonly opening: EncryptedAssertions
  /** The document signed by the attacker's keys. */
  readonly sign: (xml: string, spec: SignatureSpec) => string
  /** Encrypts the Assertion to the gate's public key, which everybody has. */
  readonly encrypt: (xml: string) => string
}

/** A pure generator: the same subject gives the same mutations. */
export type Mutator<Given = Subject> = (subject: Given) => Iterable<Mutation>

/** Mutators by their names. */
export type Family<Given = Subject> = Readonly<Record<string, Mutator<Given>>>

/** A mutator that makes its documents by altering text. */
export function altering(alter: (markup: Markup) => Iterable<readonly [what: string, document: string]>): Mutator {
  return function* ({ markup }) {
    for (const [what, document] of alter(markup)) yield { what, document }
  }
}
