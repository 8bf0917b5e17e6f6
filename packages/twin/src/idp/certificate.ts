/** A self-signed certificate like Identity Center's (row 6.8), written at once in DER: no asynchronous key work at start-up. */
import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'

/** Bare base64 DER. RSA with SHA-256, five years from `notBefore` (epoch milliseconds). */
export function selfSignedCertificate(privateKey: KeyObject, commonName: string, notBefore: number): string {
  const name = sequence(
    ...[
      ['2.5.4.3', commonName],
      ['2.5.4.11', 'Identity'],
      ['2.5.4.10', 'Studio Gate twin'],
    ].map(([oid = '', text = '']) => tagged(0x31, sequence(objectIdentifier(oid), tagged(0x0c, Buffer.from(text))))),
  )
  const algorithm = sequence(objectIdentifier('1.2.840.113549.1.1.11'), tagged(0x05, Buffer.alloc(0)))
  const version3 = tagged(0xa0, tagged(0x02, Buffer.from([2])))
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)])
  const fiveYears = 5 * 365 * 24 * 3600 * 1000
  const body = sequence(
    version3,
    tagged(0x02, serial),
    algorithm,
    name,
    sequence(utcTime(notBefore), utcTime(notBefore + fiveYears)),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', body, privateKey)
  return sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature]))).toString('base64')
}

/** The same certificate as PEM. */
export function certificatePem(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)?.join('\n') ?? ''}\n-----END CERTIFICATE-----\n`
}

function tagged(tag: number, content: Buffer): Buffer {
  const length = content.length
  const bytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...bytes]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const part of rest) {
    const groups = [part & 0x7f]
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return tagged(0x06, Buffer.from(bytes))
}

function utcTime(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(2, 14)
  return tagged(0x17, Buffer.from(`${digits}Z`))
}
