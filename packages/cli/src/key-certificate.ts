/**
 * Certificates around public keys whose private halves are in AWS KMS, because identity providers take no bare keys (decision
 * 0014). KMS cannot sign one with a key that decrypts, and nobody verifies it: what counts is the key in it. So it is signed
 * with a key that is made for the purpose and forgotten, and its issuer's name says so.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export type KeyUse = 'encryption' | 'signing'

const subjects: Readonly<Record<KeyUse, string>> = {
  encryption: 'Studio Gate encryption',
  signing: 'Studio Gate signing',
}
const issuer = 'Studio Gate key made for one signature'

/** Value of the extension keyUsage: keyEncipherment (bit 2), digitalSignature (bit 0). RFC 5280 section 4.2.1.3. */
const keyUsages: Readonly<Record<KeyUse, string>> = { encryption: '03020520', signing: '03020780' }

/** PEM, X.509 v3, RSA with SHA-256; valid from a day before `now` (ms since the epoch) for ten years. */
export function certificateOf(publicKey: KeyObject, use: KeyUse, now: number): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const algorithm = sequence(identifier('2a864886f70d01010b'), tagged(0x05))
  const extension = (id: string, value: Buffer) =>
    sequence(identifier(id), tagged(0x01, Buffer.from([0xff])), tagged(0x04, value))
  const extensions = sequence(extension('551d13', sequence()), extension('551d0f', Buffer.from(keyUsages[use], 'hex')))
  const day = 24 * 3600 * 1000
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    // A leading 01 keeps the number positive and of full length.
    tagged(0x02, Buffer.from([1]), randomBytes(15)),
    algorithm,
    named(issuer),
    sequence(time(now - day), time(now + 3652 * day)),
    named(subjects[use]),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, extensions),
  )
  const signature = tagged(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const lines =
    sequence(body, algorithm, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

/** Distinguished encoding (X.690): tag, length, content. */
function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts)
}

function identifier(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'))
}

/** A name of nothing but a common name. */
function named(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(identifier('550403'), tagged(0x0c, Buffer.from(commonName)))))
}

/** Two digits of the year until 2049, four from 2050 on (RFC 5280 section 4.1.2.5). */
function time(milliseconds: number): Buffer {
  const digits = `${new Date(milliseconds).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`
  return digits < '2050' ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits))
}
