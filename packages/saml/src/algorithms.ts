/** The algorithms that are admitted (check C3), as tables: what is not a row does not exist. */
import { hash } from 'node:crypto'

export interface DigestAlgorithm {
  /** As node:crypto names it. */
  readonly hash: 'sha1' | 'sha256' | 'sha384' | 'sha512'
  /** In octets. */
  readonly length: number
  /** The digest of no octets: what a canonicalizer that fails silently makes of every document. */
  readonly ofNothing: Buffer
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

const sha1 = { hash: 'sha1', length: 20, ofNothing: hash('sha1', '', 'buffer'), weak: true } as const
const sha256 = { hash: 'sha256', length: 32, ofNothing: hash('sha256', '', 'buffer'), weak: false } as const
const sha384 = { hash: 'sha384', length: 48, ofNothing: hash('sha384', '', 'buffer'), weak: false } as const
const sha512 = { hash: 'sha512', length: 64, ofNothing: hash('sha512', '', 'buffer'), weak: false } as const

/** DigestMethod (XML Signature 1.1 section 6.2, RFC 6931 section 2.1). */
export const digestAlgorithms: ReadonlyMap<string, DigestAlgorithm> = new Map<string, DigestAlgorithm>([
  ['http://www.w3.org/2000/09/xmldsig#sha1', sha1],
  ['http://www.w3.org/2001/04/xmlenc#sha256', sha256],
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
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', { keyType: 'rsa', hash: 'sha256', weak: false }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha384', { keyType: 'rsa', hash: 'sha384', weak: false }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', { keyType: 'rsa', hash: 'sha512', weak: false }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', pss('sha256')],
  ['http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1', pss('sha384')],
  ['http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1', pss('sha512')],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256', { keyType: 'ec', hash: 'sha256', weak: false }],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384', { keyType: 'ec', hash: 'sha384', weak: false }],
  ['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512', { keyType: 'ec', hash: 'sha512', weak: false }],
])
