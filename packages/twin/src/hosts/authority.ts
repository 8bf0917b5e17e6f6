/**
 * The twin's own certificate authority: made at boot, in memory, gone with the twin. Hosts trust it through one PEM file.
 * EC P-256 keys, certificates of thirty days. Leaves are made on first use of a name and kept.
 */
import { webcrypto } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import './reflection.ts'
import * as x509 from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const dayMs = 24 * 60 * 60 * 1000

export interface Authority {
  /** The CA's certificate, PEM. */
  readonly certificate: string
  /** Key and certificate chain for a host name (or an IPv4 address), ready for TLS. */
  secureContext(name: string): Promise<SecureContext>
}

/** Makes a fresh authority; `now` is epoch milliseconds. */
export async function createAuthority(now: number): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto)
  const [root, leaf] = await Promise.all([keyPair(), keyPair()])
  const notBefore = new Date(now - dayMs)
  const notAfter = new Date(now + 30 * dayMs)
  const caName = 'CN=Studio Gate twin, O=A certificate authority of this machine only'
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: caName,
    notBefore,
    notAfter,
    keys: root,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(root.publicKey),
    ],
  })
  const certificate = ca.toString('pem')
  const leafKey = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', leaf.privateKey), 'PRIVATE KEY')

  async function issue(name: string): Promise<SecureContext> {
    const made = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      // A common name has at most 64 characters (RFC 5280, upper bounds); the name that counts is the alternative one.
      subject: `CN=${name.slice(0, 64)}`,
      issuer: ca.subject,
      notBefore,
      notAfter,
      publicKey: leaf.publicKey,
      signingKey: root.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: /^[\d.]+$/.test(name) ? 'ip' : 'dns', value: name }]),
        await x509.AuthorityKeyIdentifierExtension.create(root.publicKey),
      ],
    })
    return createSecureContext({ key: leafKey, cert: `${made.toString('pem')}\n${certificate}`, minVersion: 'TLSv1.2' })
  }

  const issued = new Map<string, Promise<SecureContext>>()
  return {
    certificate,
    secureContext(name) {
      const context = issued.get(name) ?? issue(name)
      issued.set(name, context)
      return context
    },
  }
}

function keyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

function serial(): string {
  // A leading 01 keeps the number positive and of full length.
  return `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}`
}
