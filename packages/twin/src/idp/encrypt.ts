/** Encrypting an assertion for one application (SAML core 2.3.4, XML Encryption 1.1), as identity providers do. */
import { constants, createCipheriv, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto'

export interface Encryption {
  /** PEM, of the application's key. */
  readonly certificate: string
  readonly content: 'aes256-gcm' | 'aes256-cbc'
  /** RSA-OAEP with SHA-1 as most products send it, or with SHA-256 for both of its uses. */
  readonly oaep: 'sha1' | 'sha256'
}

const xenc = 'http://www.w3.org/2001/04/xmlenc#'
const xenc11 = 'http://www.w3.org/2009/xmlenc11#'
const ds = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'

const keyMethods = {
  sha1: `<xenc:EncryptionMethod Algorithm="${xenc}rsa-oaep-mgf1p"/>`,
  sha256:
    `<xenc:EncryptionMethod Algorithm="${xenc11}rsa-oaep"><ds:DigestMethod ${ds} Algorithm="${xenc}sha256"/>` +
    `<xenc11:MGF xmlns:xenc11="${xenc11}" Algorithm="${xenc11}mgf1sha256"/></xenc:EncryptionMethod>`,
} as const

/** Puts an EncryptedAssertion in the place of the document's assertion, which declares all namespaces that it uses. */
export function encryptAssertion(document: string, { certificate, content, oaep }: Encryption): string {
  const key = randomBytes(32)
  const { publicKey } = new X509Certificate(certificate)
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const wrapped = publicEncrypt({ key: publicKey, padding, oaepHash: oaep }, key)
  const value = (octets: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${octets.toString('base64')}</xenc:CipherValue></xenc:CipherData>`
  const method = `${content === 'aes256-gcm' ? xenc11 : xenc}${content}`
  return document.replace(
    /<saml2:Assertion\b.*<\/saml2:Assertion>/s,
    (assertion) =>
      `<saml2:EncryptedAssertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="${xenc}" Type="${xenc}Element">` +
      `<xenc:EncryptionMethod Algorithm="${method}"/><ds:KeyInfo ${ds}><xenc:EncryptedKey>${keyMethods[oaep]}${value(wrapped)}</xenc:EncryptedKey></ds:KeyInfo>` +
      `${value(contentOf(content, key, Buffer.from(assertion)))}</xenc:EncryptedData></saml2:EncryptedAssertion>`,
  )
}

/** IV, ciphertext, and the tag or the padding, whose last octet says how many were added (XML Encryption 1.1 section 5.2). */
function contentOf(content: Encryption['content'], key: Buffer, plaintext: Buffer): Buffer {
  if (content === 'aes256-gcm') {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  }
  const iv = randomBytes(16)
  const added = 16 - (plaintext.length % 16)
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  const padded = Buffer.concat([plaintext, randomBytes(added - 1), Buffer.from([added])])
  return Buffer.concat([iv, cipher.update(padded), cipher.final()])
}
