/** The algorithms that are admitted (check C3), as tables: what is not a row does not exist. */
import { hash } from 'node:crypto'

export interface DigestAlgorithm {
  /** As node:crypto names it. */
  readonly hash: 'sha1' | 'sha256' | 'sha384' | 'sha512'
  /** In octets. */
  readonly length: number
  /** The canonical base64 of a digest: what its last characters may be depends on its length. */
  readonly base64: RegExp
  /** The digest of no octets, in base64: what a canonicalizer that fails silently makes of every document. */
  readonly ofNothing: string
  /** Admitted only by the loudly named option of `createTrust`. */
  readonly weak: boolean
}

export interface SignatureAlgorithm {
  readonly keyType: 'rsa' | 'ec'
  readonly hash: DigestAlgorithm['hash']
  readonly weak: boolean
  /** RSASSA-PSS: mask generation with the same hash, a salt of its length. Absent: PKCS #1 v1.5. */
  readonly padding?: 'pss'
}

const sha1 = digest('sha1', 20, /^[A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=$/, true)
export const sha256 = digest('sha256', 32, /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, false)
const sha384 = digest('sha384', 48, /^[A-Za-z0-9+/]{64}$/, false)
const sha512 = digest('sha512', 64, /^[A-Za-z0-9+/]{85}[AQgw]==$/, false)

function digest(name: DigestAlgorithm['hash'], length: number, base64: RegExp, weak: boolean): DigestAlgorithm {
  return { hash: name, length, base64, ofNothing: hash(name, '', 'base64'), weak }
}

/** What nearly all providers use. */
export const rsaSha256Uri = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
export const sha256Uri = 'http://www.w3.org/2001/04/xmlenc#sha256'
export const rsaSha256: SignatureAlgorithm = { keyType: 'rsa', hash: 'sha256', weak: false }

/** DigestMethod (XML Signature 1.1 section 6.2, RFC 6931 section 2.1). */
export const digestAlgorithms: ReadonlyMap<string, DigestAlgorithm> = new Map<string, DigestAlgorithm>([
  ['http://www.w3.org/2000/09/xmldsig#sha1', sha1],
  [sha256Uri, sha256],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', sha384],
  ['http://www.w3.org/2001/04/xmlenc#sha512', sha512],
])

function pss(hash: SignatureAlgorithm['hash']): SignatureAlgorithm {
  return { keyType: 'rsa', hash, weak: false, padding: 'pss' }
}

/**
 * SignatureMethod: RSASSA-PKCS1-v1_5 and ECDSA (XML Signature 1.1 section 6.4), RSASSA-PSS without parameters (RFC 6931 section
 * 2.3.10). No HMAC: a public key is no secret.
 */
export const signatureAlgorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map<string, SignatureAlgorithm>([
  ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', { keyType: 'rsa', hash: 'sha1', weak: true }],
  [rsaSha256Uri, rsaSha256],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha384', { keyType: 'rsa', hash: 'sha384', weak: false }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', { keyType: 'rsa', hash: 'sha512', weak: false }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', pss('sha256')],
  ['http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1', pss('sha384')],
  ['http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1', pss('sha512')],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256', { keyType: 'ec', hash: 'sha256', weak: false }],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384', { keyType: 'ec', hash: 'sha384', weak: false }],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512', { keyType: 'ec', hash: 'sha512', weak: false }],
])
