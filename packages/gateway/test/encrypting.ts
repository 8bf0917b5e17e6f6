/** Encrypts a login's assertion to the gate's key, as identity providers do (XML Encryption 1.1), or badly. */
import { constants, createCipheriv, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto'

export interface EncryptSpec {
  /** `gcm` if absent; AES with 256 bits. */
  readonly content?: 'gcm' | 'cbc'
  /** RSA-OAEP with this digest, also for its mask; `sha1` if absent. */
  readonly oaep?: 'sha1' | 'sha256'
  /** To a key that nobody here has. */
  readonly lost?: true
  /** Something else than the assertion. */
  readonly plaintext?: string
  /** Turns over one bit of the ciphertext. */
  readonly spoilt?: true
}

export const gateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
const lostKey = generateKeyPairSync('rsa', { modulusLength: 2048 })

const xenc = 'http://www.w3.org/2001/04/xmlenc#'
const xenc11 = 'http://www.w3.org/2009/xmlenc11#'
const ds = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
const methods = {
  sha1: `<xenc:EncryptionMethod Algorithm="${xenc}rsa-oaep-mgf1p"/>`,
  sha256: `<xenc:EncryptionMethod Algorithm="${xenc11}rsa-oaep"><ds:DigestMethod ${ds} Algorithm="${xenc}sha256"/><e:MGF xmlns:e="${xenc11}" Algorithm="${xenc11}mgf1sha256"/></xenc:EncryptionMethod>`,
} as const

export function encryptAssertion(xml: string, spec: EncryptSpec): string {
  const { content = 'gcm', oaep = 'sha1' } = spec
  const key = randomBytes(32)
  const { publicKey } = spec.lost ? lostKey : gateKey
  const wrapped = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: oaep }, key)
  const value = (octets: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${octets.toString('base64')}</xenc:CipherValue></xenc:CipherData>`
  return xml.replace(/<saml2:Assertion\b.*<\/saml2:Assertion>/s, (assertion) => {
    const octets = encrypted(content, key, Buffer.from(spec.plaintext ?? assertion))
    if (spec.spoilt) octets[20] = (octets[20] ?? 0) ^ 1
    const encryptedKey = `<xenc:EncryptedKey>${methods[oaep]}${value(wrapped)}</xenc:EncryptedKey>`
    const algorithm = `${content === 'gcm' ? xenc11 : xenc}aes256-${content}`
    const data = `<xenc:EncryptedData xmlns:xenc="${xenc}" Type="${xenc}Element"><xenc:EncryptionMethod Algorithm="${algorithm}"/><ds:KeyInfo ${ds}>${encryptedKey}</ds:KeyInfo>${value(octets)}</xenc:EncryptedData>`
    return `<saml2:EncryptedAssertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">${data}</saml2:EncryptedAssertion>`
  })
}

/** IV, ciphertext, and the tag, or padding whose last octet says how many were added. */
function encrypted(content: 'gcm' | 'cbc', key: Buffer, plaintext: Buffer): Buffer {
  if (content === 'gcm') {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  }
  const iv = randomBytes(16)
  // PKCS #7 padding is one of those that XML Encryption admits.
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final()])
}
