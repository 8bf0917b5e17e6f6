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
  /** What stands behind SignedInfo's start tag, its end tag included: in the source, and in canonical form. */
  readonly contentStart: number
  readonly contentEnd: number
  readonly content: Buffer
  /** The text of SignatureValue. */
  readonly valueStart: number
  readonly valueEnd: number
  /** Where the Signature's own end tag stands. */
  readonly end: number
  /** How many elements stand in it, and on how many levels. */
  readonly elements: number
  readonly levels: number
}
