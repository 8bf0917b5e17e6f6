/** Whom a response may come from and whom it must be meant for: compiled once, at start-up (check C6). */
import type { KeyObject } from 'node:crypto'
import { CertificateError, keyBits, readCertificate } from './certificate.ts'
import type { RequiredSignature } from './shape.ts'

/**
 * Admits RSA-SHA1, SHA-1 digests and RSA keys below 2048 bits, so that public documents of another age can be judged.
 * @deprecated To make it stand out: forgeable signatures are accepted. For tests only.
 */
export const admitSha1AndShortKeysToJudgeOldTestDocuments: unique symbol = Symbol('admit SHA-1 and short keys')

/** A digest of RSA-OAEP, as node:crypto names it. */
export type OaepHash = 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** RSA-OAEP (RFC 8017 section 7.1) with an empty label: its digest, and the one that generates its mask. */
export interface Oaep {
  readonly digest: OaepHash
  readonly mask: OaepHash
}

/** A key that decrypts and answers at once: unwraps a content key by RSA-OAEP. Undefined for everything that fails. */
export type UnwrapKey = (wrapped: Buffer, oaep: Oaep) => Buffer | undefined

/**
 * Assertions may come encrypted. Then the Response must be signed, whatever `requiredSignature` says, and is verified first;
 * `both` and `assertion` ask for a signature inside the ciphertext as well.
 */
export interface EncryptedAssertions {
  /** `by-the-caller`: the key is elsewhere, and has to be asked between the two halves of `beginVerification`. */
  readonly unwrapKey: UnwrapKey | 'by-the-caller'
  /** Admits AES-CBC, which does not protect its content by itself: only the Response's signature does. */
  readonly admitCbcBehindTheVerifiedSignature?: true
}

export interface TrustOptions {
  readonly idp: {
    readonly entityId: string
    /** PEM or bare base64 DER, line breaks allowed. Several during a rotation. None: every response is refused (C6). */
    readonly certificates: readonly string[]
  }
  readonly sp: {
    /** The audience. */
    readonly entityId: string
    /** The Assertion Consumer Service's URL, exactly as it is registered at the identity provider. */
    readonly acsUrl: string
  }
  readonly requiredSignature: RequiredSignature
  /** Seconds, 0 to 180; 60 if absent. Applied once to every comparison with the clock. */
  readonly clockSkewSeconds?: number
  /** How old a response may be, in seconds; 300 if absent. */
  readonly maxIssueAgeSeconds?: number
  /** How long after its IssueInstant an assertion may claim to be valid, in seconds; 3600 if absent. */
  readonly maxValiditySeconds?: number
  /** Absent: encrypted assertions are refused. */
  readonly encryptedAssertions?: EncryptedAssertions
  readonly [admitSha1AndShortKeysToJudgeOldTestDocuments]?: true
}

/** A key that signatures are verified with. Its certificate's validity is not judged: see `certificateFacts`. */
export interface PinnedKey {
  readonly type: 'rsa' | 'ec'
  readonly key: KeyObject
}

export interface Trust {
  readonly idpEntityId: string
  readonly keys: readonly PinnedKey[]
  readonly audience: string
  readonly acsUrl: string
  readonly requiredSignature: RequiredSignature
  /** Milliseconds. */
  readonly skew: number
  readonly maxIssueAge: number
  readonly maxValidity: number
  readonly admitsWeak: boolean
  readonly encryptedAssertions: EncryptedAssertions | undefined
}

/** Bad configuration: what was given, what is allowed, what to do. */
export class TrustError extends Error {
  override readonly name = 'TrustError'
}

const requirements: readonly RequiredSignature[] = ['response', 'assertion', 'both', 'either']

/** Compiles the options; throws `TrustError`, because a gate that cannot tell good from bad must not start. */
export function createTrust(options: TrustOptions): Trust {
  const admitsWeak = options[admitSha1AndShortKeysToJudgeOldTestDocuments] === true
  if (!requirements.includes(options.requiredSignature)) {
    throw new TrustError(
      `requiredSignature: found \`${options.requiredSignature}\`, expected ${requirements.join(', ')}`,
    )
  }
  return {
    idpEntityId: entityId('idp.entityId', options.idp.entityId),
    keys: options.idp.certificates.map((certificate, index) => pin(certificate, index, admitsWeak)),
    audience: entityId('sp.entityId', options.sp.entityId),
    acsUrl: acsUrl(options.sp.acsUrl),
    requiredSignature: options.requiredSignature,
    skew: milliseconds('clockSkewSeconds', options.clockSkewSeconds ?? 60, 0, 180),
    maxIssueAge: milliseconds('maxIssueAgeSeconds', options.maxIssueAgeSeconds ?? 300, 1, 3_600),
    maxValidity: milliseconds('maxValiditySeconds', options.maxValiditySeconds ?? 3_600, 1, 86_400),
    admitsWeak,
    encryptedAssertions: options.encryptedAssertions,
  }
}

function pin(certificate: string, index: number, admitsWeak: boolean): PinnedKey {
  const name = `idp.certificates[${index}]`
  const key = publicKey(name, certificate)
  const type = key.asymmetricKeyType
  const bits = keyBits(key)
  if (type !== 'rsa' && type !== 'ec') {
    throw new TrustError(`${name}: found a key of type \`${type}\`, expected RSA or EC; use another signing key`)
  }
  if (type === 'rsa' && bits < 2048 && !admitsWeak) {
    throw new TrustError(`${name}: found an RSA key of ${bits} bits, expected at least 2048; renew it at the provider`)
  }
  if (type === 'ec' && bits === 0) {
    throw new TrustError(`${name}: found an unknown curve, expected P-256, P-384 or P-521`)
  }
  return { type, key }
}

function publicKey(name: string, certificate: string): KeyObject {
  try {
    return readCertificate(certificate).publicKey
  } catch (error) {
    if (error instanceof CertificateError) throw new TrustError(`${name}: ${error.message}`)
    throw error
  }
}

function entityId(name: string, value: string): string {
  if (value === '' || value !== value.trim() || value.length > 1024) {
    throw new TrustError(`${name}: expected 1 to 1024 characters without white space at its ends`)
  }
  return value
}

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

function acsUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.has(url.hostname))
  if (!secure) throw new TrustError(`sp.acsUrl: found \`${value}\`, expected an absolute https URL`)
  return value
}

function milliseconds(name: string, seconds: number, least: number, most: number): number {
  if (!(seconds >= least && seconds <= most)) {
    throw new TrustError(`${name}: found ${seconds}, expected ${least} to ${most} seconds`)
  }
  return seconds * 1_000
}
