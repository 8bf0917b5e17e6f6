/** Implementations of XML Signature that are not ours, as oracles: the same questions to each. */
import type { KeyObject } from 'node:crypto'
import type { Need } from './requirement.ts'

export interface Question {
  readonly xml: string
  /** Local name of the element that carries the signature. */
  readonly of: string
  readonly publicKey: KeyObject
}

export interface Answer {
  readonly verified: boolean
  /** The octets of the Reference and of SignedInfo as they went into the digests; empty where it gave up before. */
  readonly digested: string
  readonly signedInfo: string
}

export interface Verifier {
  readonly name: string
  readonly need: Need
  /** RSASSA-PSS. */
  readonly knowsPss: boolean
  /** One answer for each question, in their order. */
  verify(questions: readonly Question[]): readonly Answer[]
}
