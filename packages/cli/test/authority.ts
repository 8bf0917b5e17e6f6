/** A certificate authority made for one test: certificates written in DER by hand (RFC 5280, section 4.1), keys P-256. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export interface Authority {
  readonly pem: string
  /** Key and chain (leaf, then authority) of a server for `name` and everything directly below it. */
  leaf(name: string): { readonly key: string; readonly cert: string }
}

export function authority(): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = `authority ${randomBytes(4).toString('hex')}`
  const isAuthority = extension('551d13', true, sequence(tlv(0x01, Buffer.from([0xff]))))
  const pem = certificate({
    subject: issuer,
    issuer,
    publicKey: keys.publicKey,
    signer: keys.privateKey,
    extensions: [isAuthority],
  })
  return {
    pem,
    leaf(name) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const names = sequence(...[name, `*.${name}`].map((dns) => tlv(0x82, Buffer.from(dns))))
      const extensions = [extension('551d11', false, names)]
      const cert = certificate({ subject: name, issuer, publicKey: own.publicKey, signer: keys.privateKey, extensions })
      return { key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: cert + pem }
    },
  }
}

interface CertificateFields {
  readonly subject: string
  readonly issuer: string
  readonly publicKey: KeyObject
  readonly signer: KeyObject
  readonly extensions: readonly Buffer[]
}

function certificate({ subject, issuer, publicKey, signer, extensions }: CertificateFields): string {
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
  const toBeSigned = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuer),
    sequence(time(Date.now() - 60_000), time(Date.now() + 86_400_000)),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  )
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', toBeSigned, signer)]))
  const der = sequence(toBeSigned, ecdsaWithSha256, signature)
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`
}

function tlv(tag: number, content: Buffer): Buffer {
  const n = content.length
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

const sequence = (...parts: readonly Buffer[]) => tlv(0x30, Buffer.concat(parts))
const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'))
const commonName = (name: string) => sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(name)))))
const time = (at: number) => tlv(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [tlv(0x01, Buffer.from([0xff]))] : []), tlv(0x04, value))
}
