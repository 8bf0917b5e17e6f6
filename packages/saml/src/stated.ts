/** What a SignedInfo says, however it was read. */
import type { DigestAlgorithm, SignatureAlgorithm } from './algorithms.ts'

export interface SignedInfo {
  readonly ok: true
  readonly algorithm: SignatureAlgorithm
  readonly uri: string
  /** PrefixList of the exclusive canonicalization transform. */
  readonly prefixes: readonly string[]
  readonly digest: DigestAlgorithm
  /** Canonical base64, without white space. */
  readonly digestValue: string
}

/** What a SignedInfo says, and the canonical octets that say it. */
export interface Stated {
  readonly ok: true
  readonly info: SignedInfo
  readonly octets: Buffer
}

/**
 * A Signature of the usual form, which was read in one go: its element has no children. Places are octets of the source; what is not
 * in SignedInfo is canonical as it stands.
 */
export interface UsualSignature {
  readonly stated: Stated
  /** Where SignedInfo stands, between its tags, and in the canonical octets that state it, up to behind its end tag. */
  readonly contentStart: number
  readonly contentEnd: number
  readonly statedStart: number
  /** The text of SignatureValue. */
  readonly valueStart: number
  readonly valueEnd: number
  /** Where its own end tag stands. */
  readonly end: number
  /** How many elements stand in it. */
  readonly elements: number
}
