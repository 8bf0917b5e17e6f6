/** Keys and self-signed certificates, made at run time. X.509 by hand: version 3, one name, no extensions. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

export interface Identity {
  readonly privateKey: KeyObject
  /** Signs octets under a hash where the private key's own signatures, by elliptic curves, would differ from run to run. */
  readonly signAlike?: (hashName: string, octets: Buffer) => Buffer
  /** Bare base64 DER. */
  readonly certificate: string
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), body])
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const time = (year: number) => der(0x18, Buffer.from(`${year}0101000000Z`))

const signatureAlgorithm = {
  rsa: sequence(oid('2a864886f70d01010b'), der(0x05)),
  ec: sequence(oid('2a8648ce3d040302')),
}

/** A private key with a self-signed certificate of its public key. */
export function identityOf(commonName: string, privateKey: KeyObject, publicKey: KeyObject): Identity {
  return { privateKey, certificate: certify(publicKey, commonName, privateKey) }
}

/** A certificate of a public key, signed by its own private key or another; bare base64 DER. An empty name has no parts. */
export function certify(publicKey: KeyObject, commonName: string, signer: KeyObject): string {
  const algorithm = signatureAlgorithm[signer.asymmetricKeyType === 'ec' ? 'ec' : 'rsa']
  const parts = commonName === '' ? [] : [der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName))))]
  const name = sequence(...parts)
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time(2020), time(2120)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, signer))
  return sequence(toBeSigned, algorithm, signature).toString('base64')
}

/** The same with another algorithm's name on its RSA key. */
export function withUnknownKey(certificate: string): string {
  const hex = Buffer.from(certificate, 'base64').toString('hex')
  return Buffer.from(hex.replace('2a864886f70d010101', '2a864886f70d01017f'), 'hex').toString('base64')
}

export function rsaIdentity(commonName: string, modulusLength = 2048): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  return identityOf(commonName, privateKey, publicKey)
}

export function ecIdentity(commonName: string, namedCurve: string): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  return identityOf(commonName, privateKey, publicKey)
}

export function edIdentity(commonName: string): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { privateKey: issuer } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { privateKey, certificate: certify(publicKey, commonName, issuer) }
}
