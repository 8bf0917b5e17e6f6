/** Encrypts assertions as identity providers do (XML Encryption 1.1), and as none would. Shares no code with the decryption. */
import {
  constants,
  createCipheriv,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { find, freed, markupOf, put } from './mutators/markup.ts'
import { type Edit, edit } from './signing.ts'

export interface EncryptSpec {
  /** `aes256-gcm` if absent. */
  readonly content?: 'aes128-gcm' | 'aes192-gcm' | 'aes256-gcm' | 'aes128-cbc' | 'aes192-cbc' | 'aes256-cbc'
  /** `mgf1p` if absent: RSA-OAEP with SHA-1, as products send it. */
  readonly wrap?: keyof typeof wraps
  /** Where EncryptedKey stands; in KeyInfo if absent. */
  readonly place?: 'beside'
  /** To a key that nobody here has. */
  readonly lost?: true
  /** Of the document before it is encrypted. */
  readonly plaintext?: readonly Edit[]
  /** Replaces the plaintext, in hexadecimal. */
  readonly octets?: string
  /** Writes the plaintext's characters as octets of ISO 8859-1 instead of UTF-8. */
  readonly latin1?: true
  /** Turns over one bit of the octet at this index of what stands in CipherValue. */
  readonly flip?: number
  /** Octets of padding beyond the last block, for CBC; one to sixteen if absent. */
  readonly padding?: number
  /** Line feeds behind the plaintext, so that this many octets of padding, 1 to 16, fill the last block. */
  readonly fills?: number
  /** Leaves out this many octets at the end. */
  readonly cut?: number
  /** Of the EncryptedAssertion, before the Response is signed. */
  readonly edits?: readonly Edit[]
}

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
export const [gateKey, otherKey, lostKey] = [rsa(), rsa(), rsa()]

const xenc = 'http://www.w3.org/2001/04/xmlenc#'
const xenc11 = 'http://www.w3.org/2009/xmlenc11#'

const digestMethod = (uri: string) =>
  `<ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="${uri}"/>`

/** The digests of RSA-OAEP (XML Encryption 1.1, section 5.5.2). */
const digestMethods = {
  sha1: digestMethod('http://www.w3.org/2000/09/xmldsig#sha1'),
  sha256: digestMethod(`${xenc}sha256`),
  sha384: digestMethod('http://www.w3.org/2001/04/xmldsig-more#sha384'),
  sha512: digestMethod(`${xenc}sha512`),
}

type Hash = keyof typeof digestMethods

interface Wrap {
  /** The EncryptionMethod of the key. */
  readonly method: string
  /** Absent: PKCS #1 v1.5. */
  readonly oaep?: { readonly digest: Hash; readonly mask: Hash }
}

/** `mask` is left out where it is the default. */
function oaep(digest: Hash, mask?: Hash): Wrap {
  const named = mask === undefined ? '' : `<e:MGF xmlns:e="${xenc11}" Algorithm="${xenc11}mgf1${mask}"/>`
  const method = `<xenc:EncryptionMethod Algorithm="${xenc11}rsa-oaep">${digestMethods[digest]}${named}</xenc:EncryptionMethod>`
  return { method, oaep: { digest, mask: mask ?? 'sha1' } }
}

/** The mask is always made with SHA-1. */
function mgf1p(digest: Hash): Wrap {
  const method = `<xenc:EncryptionMethod Algorithm="${xenc}rsa-oaep-mgf1p">${digestMethods[digest]}</xenc:EncryptionMethod>`
  return { method, oaep: { digest, mask: 'sha1' } }
}

const wraps = {
  mgf1p: mgf1p('sha1'),
  'mgf1p sha256': mgf1p('sha256'),
  'mgf1p sha512': mgf1p('sha512'),
  sha1: oaep('sha1', 'sha1'),
  sha256: oaep('sha256', 'sha256'),
  sha384: oaep('sha384', 'sha384'),
  sha512: oaep('sha512', 'sha512'),
  'sha256 mgf1sha1': oaep('sha256', 'sha1'),
  'sha256 without mgf': oaep('sha256'),
  'sha1 mgf1sha512': oaep('sha1', 'sha512'),
  pkcs1: { method: `<xenc:EncryptionMethod Algorithm="${xenc}rsa-1_5"/>` },
} as const satisfies Readonly<Record<string, Wrap>>

/** Where random octets and content keys come from. */
export interface Means {
  readonly octets: (count: number) => Buffer
  /** A content key of so many octets, and what the gate unwraps it from. */
  readonly key: (octets: number, spec: EncryptSpec) => { readonly key: Buffer; readonly wrapped: Buffer }
}

const genuine: Means = {
  octets: randomBytes,
  key: (octets, { wrap = 'mgf1p', lost }) => {
    const { publicKey } = lost === true ? lostKey : gateKey
    const key = randomBytes(octets)
    return { key, wrapped: wrapKey(key, publicKey, wraps[wrap]) }
  },
}

function wrapKey(key: Buffer, publicKey: KeyObject, { oaep }: Wrap): Buffer {
  if (oaep === undefined) return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key)
  if (oaep.digest !== oaep.mask) {
    return publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, encodeOaep(key, 256, oaep))
  }
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: oaep.digest }, key)
}

/** EME-OAEP encoding with an empty label (RFC 8017 section 7.1.1, step 2), of so many octets. */
export function encodeOaep(message: Buffer, size: number, { digest, mask }: NonNullable<Wrap['oaep']>): Buffer {
  const label = createHash(digest).digest()
  const data = Buffer.alloc(size - label.length - 1)
  label.copy(data)
  data[data.length - message.length - 1] = 1
  message.copy(data, data.length - message.length)
  return masked(data, label.length, mask)
}

/** The same of a data block, whatever stands in it. */
export function masked(block: Buffer, seedLength: number, mask: Hash): Buffer {
  const [data, seed] = [Buffer.from(block), randomBytes(seedLength)]
  mix(data, seed, mask)
  mix(seed, data, mask)
  return Buffer.concat([Buffer.alloc(1), seed, data])
}

/** Adds MGF1 of the seed (section B.2.1) to the octets, modulo two. */
function mix(octets: Buffer, seed: Buffer, mask: Hash): void {
  for (let counter = 0, at = 0; at < octets.length; counter++) {
    const block = createHash(mask)
      .update(seed)
      .update(Buffer.from([0, 0, 0, counter]))
      .digest()
    for (const octet of block.subarray(0, octets.length - at)) {
      octets[at] = (octets[at] ?? 0) ^ octet
      at++
    }
  }
}

/** The document with its Assertion encrypted: the element as text, with the namespaces it needs declared on it. */
export function encryptAssertion(xml: string, spec: EncryptSpec, means: Means = genuine): string {
  const markup = markupOf(xml)
  const assertion = find(markup, 'Assertion')
  if (assertion === undefined) throw new Error('no Assertion')
  const plaintext =
    spec.octets === undefined
      ? Buffer.from(
          fitted(edit(freed(markup, assertion), spec.plaintext ?? []), spec),
          spec.latin1 === true ? 'latin1' : 'utf8',
        )
      : Buffer.from(spec.octets, 'hex')
  return put(xml, assertion.start, assertion.end, encryptedAssertion(plaintext, spec, means))
}

/** An EncryptedAssertion that holds these octets. */
export function encryptedAssertion(plaintext: Buffer, spec: EncryptSpec, means: Means): string {
  const { content = 'aes256-gcm', wrap = 'mgf1p' } = spec
  const { key, wrapped } = means.key(Number(content.slice(3, 6)) / 8, spec)
  const encrypt = content.endsWith('gcm') ? byGcm : byCbc
  const octets = spoiled(encrypt(plaintext, key, spec, means), spec)
  const value = (text: string) => `<xenc:CipherData><xenc:CipherValue>${text}</xenc:CipherValue></xenc:CipherData>`
  const encryptedKey = `<xenc:EncryptedKey xmlns:xenc="${xenc}" Id="_key-1">${wraps[wrap].method}${value(wrapped.toString('base64').replace(/.{76}/g, '$&\n'))}</xenc:EncryptedKey>`
  const algorithm = `${content.endsWith('gcm') ? xenc11 : xenc}${content}`
  const retrieval = `<ds:RetrievalMethod Type="${xenc}EncryptedKey" URI="#_key-1"/>`
  const keyInfo = `<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${spec.place === 'beside' ? retrieval : encryptedKey}</ds:KeyInfo>`
  const data = `<xenc:EncryptedData xmlns:xenc="${xenc}" Type="${xenc}Element"><xenc:EncryptionMethod Algorithm="${algorithm}"/>${keyInfo}${value(octets.toString('base64'))}</xenc:EncryptedData>`
  const beside = spec.place === 'beside' ? encryptedKey : ''
  const encrypted = `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${data}${beside}</saml:EncryptedAssertion>`
  return edit(encrypted, spec.edits ?? [])
}

function fitted(plaintext: string, { fills }: EncryptSpec): string {
  if (fills === undefined) return plaintext
  return plaintext + '\n'.repeat((32 - fills - (Buffer.byteLength(plaintext) % 16)) % 16)
}

function byGcm(plaintext: Buffer, key: Buffer, _: EncryptSpec, { octets }: Means): Buffer {
  const iv = octets(12)
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as 'aes-256-gcm', key, iv)
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** Padding of XML Encryption: arbitrary octets, then how many they are. */
function byCbc(plaintext: Buffer, key: Buffer, { padding = 0 }: EncryptSpec, { octets }: Means): Buffer {
  const iv = octets(16)
  const added = 16 - (plaintext.length % 16) + padding
  const padded = Buffer.concat([plaintext, octets(added - 1), Buffer.from([added])])
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false)
  return Buffer.concat([iv, cipher.update(padded), cipher.final()])
}

function spoiled(octets: Buffer, { flip, cut = 0 }: EncryptSpec): Buffer {
  const at = flip === undefined ? undefined : flip < 0 ? octets.length + flip : flip
  const spoilt = Buffer.from(octets.subarray(0, octets.length - cut))
  if (at !== undefined) spoilt[at] = (spoilt[at] ?? 0) ^ 1
  return spoilt
}
