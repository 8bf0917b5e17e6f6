/** Certificates as people have them: PEM or bare base64 DER, with line breaks or without. */
import { type KeyObject, X509Certificate } from 'node:crypto'
import { decodeBase64 } from './base64.ts'

/** What an operator is told about a certificate. XML Signature gives its validity no meaning: the pinned key is trusted. */
export interface CertificateFacts {
  /** One line, such as `CN=amazonaws.com`; empty if it has none. */
  readonly subject: string
  /** Milliseconds since the epoch. */
  readonly notBefore: number
  readonly notAfter: number
  /** As node:crypto names it: `rsa`, `ec`, ... */
  readonly keyType: string
  /** Modulus length, or length of the curve's order; 0 where the type has none. */
  readonly keyBits: number
  /** Fingerprint of the DER form, as `openssl x509 -fingerprint -sha256` prints it. */
  readonly sha256: string
}

/** A text that is not one certificate. The message says what it is instead, and never repeats it. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

const pem = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g

/** Reads one certificate; throws `CertificateError`. */
export function readCertificate(text: string): X509Certificate {
  const der = decodeBase64(bareBase64(text))
  if (der === undefined) throw new CertificateError('expected a certificate in PEM or base64, found neither')
  const certificate = certificateIn(der)
  try {
    // Read at the first access only.
    void certificate.publicKey
  } catch {
    throw new CertificateError('expected a certificate of an RSA or EC key, found one whose key cannot be read')
  }
  return certificate
}

function certificateIn(der: Buffer): X509Certificate {
  try {
    return new X509Certificate(der)
  } catch {
    throw new CertificateError('expected a certificate, found base64 of something else (not X.509 DER)')
  }
}

/** The base64 between the lines of a PEM block, or the text itself. */
function bareBase64(text: string): string {
  if (!text.includes('-----')) return text
  const blocks = [...text.matchAll(pem)]
  const [block] = blocks
  if (block === undefined) throw new CertificateError('expected a PEM certificate, found a damaged PEM block')
  const label = block[1] ?? ''
  if (label !== 'CERTIFICATE')
    throw new CertificateError(`expected a PEM certificate, found a PEM block of \`${label}\``)
  if (blocks.length > 1)
    throw new CertificateError('expected one certificate, found several; list each as its own entry')
  return block[2] ?? ''
}

/** Facts for alarms and messages; throws `CertificateError` if the text is not one certificate. */
export function certificateFacts(certificate: string): CertificateFacts {
  const read = readCertificate(certificate)
  return {
    subject: subjectOf(read).split('\n').join(', '),
    notBefore: Date.parse(read.validFrom),
    notAfter: Date.parse(read.validTo),
    keyType: read.publicKey.asymmetricKeyType ?? 'unknown',
    keyBits: keyBits(read.publicKey),
    sha256: read.fingerprint256,
  }
}

/** Undefined in node:crypto for an empty one, other than its type says. */
function subjectOf({ subject }: X509Certificate): string {
  const said: string | undefined = subject
  return said ?? ''
}

/** Orders of the curves that ECDSA with SHA-2 is used with in XML Signature (RFC 6931 and FIPS 186-4). */
const curveBits: ReadonlyMap<string, number> = new Map([
  ['prime256v1', 256],
  ['secp384r1', 384],
  ['secp521r1', 521],
])

/** Strength of a public key in bits of its modulus or curve; 0 if it is of another kind. */
export function keyBits(key: KeyObject): number {
  const details = key.asymmetricKeyDetails
  return details?.modulusLength ?? curveBits.get(details?.namedCurve ?? '') ?? 0
}
