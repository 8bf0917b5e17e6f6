/**
 * Encrypted assertions (SAML core 2.3.4, XML Encryption 1.1), read only from octets that a pinned key signed: whoever can send
 * a response can encrypt to the gate's public key, so decrypting anything else would say nothing and answer guesses.
 */

import { createDecipheriv } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { admitOctets } from './gate.ts'
import {
  attributeOf,
  childElements,
  childrenNamed,
  type Element,
  holdsText,
  isElement,
  localNameOf,
  textOf,
} from './nodes.ts'
import { parseReceived } from './received.ts'
import { type Refused, refuse, shown } from './refusals.ts'
import { checkPlainAssertion, type PlainAssertion } from './shape.ts'
import type { EncryptedAssertions, Oaep, OaepHash } from './trust.ts'
import { ds, xenc, xenc11 } from './vocabulary.ts'

interface ContentAlgorithm {
  readonly cipher: 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' | 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc'
  /** Octets. */
  readonly key: number
  /** Admitted only by the loudly named setting. */
  readonly cbc: boolean
}

/** Content encryption (XML Encryption 1.1 section 5.2). What is not a row does not exist. */
const contentAlgorithms: ReadonlyMap<string, ContentAlgorithm> = new Map<string, ContentAlgorithm>([
  [`${xenc11}aes128-gcm`, { cipher: 'aes-128-gcm', key: 16, cbc: false }],
  [`${xenc11}aes192-gcm`, { cipher: 'aes-192-gcm', key: 24, cbc: false }],
  [`${xenc11}aes256-gcm`, { cipher: 'aes-256-gcm', key: 32, cbc: false }],
  [`${xenc}aes128-cbc`, { cipher: 'aes-128-cbc', key: 16, cbc: true }],
  [`${xenc}aes192-cbc`, { cipher: 'aes-192-cbc', key: 24, cbc: true }],
  [`${xenc}aes256-cbc`, { cipher: 'aes-256-cbc', key: 32, cbc: true }],
])

const oaepDigests: ReadonlyMap<string | undefined, OaepHash> = new Map<string | undefined, OaepHash>([
  [undefined, 'sha1'],
  [`${ds}sha1`, 'sha1'],
  [`${xenc}sha256`, 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  [`${xenc}sha512`, 'sha512'],
])

/** Mask generation (section 5.5.2). */
const maskGenerators: ReadonlyMap<string | undefined, OaepHash> = new Map<string | undefined, OaepHash>([
  [undefined, 'sha1'],
  [`${xenc11}mgf1sha1`, 'sha1'],
  [`${xenc11}mgf1sha256`, 'sha256'],
  [`${xenc11}mgf1sha384`, 'sha384'],
  [`${xenc11}mgf1sha512`, 'sha512'],
])

/** Ends what the parser reads. */
const nul = Buffer.from([0])

/** One answer for everything that can go wrong with keys and ciphertext, so that it tells nothing about either. */
const failed = () => refuse('decryption-failed', 'the key or the content could not be decrypted')

/** An EncryptedAssertion as far as it can be read without the key. */
export interface SealedAssertion {
  readonly ok: true
  readonly wrappedKey: Buffer
  readonly oaep: Oaep
  readonly content: ContentAlgorithm
  readonly ciphertext: Buffer
}

/** Reads the EncryptedAssertion, which must stand in verified octets, and judges its algorithms. */
export function readSealed(encrypted: Element, settings: EncryptedAssertions): SealedAssertion | Refused {
  const parts = readParts(encrypted)
  if (typeof parts === 'string') return refuse('encryption-structure', parts)
  const content = contentAlgorithms.get(parts.contentMethod)
  if (content === undefined || (content.cbc && settings.admitCbcBehindTheVerifiedSignature !== true)) {
    return refuse('encryption-algorithm', `found ${shown(parts.contentMethod)} for the content`)
  }
  const oaep = readOaep(parts.keyMethod)
  if (oaep === undefined) return refuse('encryption-algorithm', `found ${keyMethodShown(parts.keyMethod)} for the key`)
  const { wrappedKey, ciphertext } = parts
  return { ok: true, wrappedKey, oaep, content, ciphertext }
}

/** Decrypts with the unwrapped key, undefined where that failed, and judges the shape of what it holds. */
export function openAssertion(sealed: SealedAssertion, key: Buffer | undefined): PlainAssertion | Refused {
  const plaintext = decrypt(sealed, key)
  if (plaintext === undefined) return failed()
  const admitted = admitOctets(Buffer.concat([plaintext, nul]))
  const document = admitted.ok ? parseReceived(admitted) : admitted
  return document.ok ? checkPlainAssertion(document) : failed()
}

interface Parts {
  readonly contentMethod: string
  readonly keyMethod: Element
  readonly wrappedKey: Buffer
  readonly ciphertext: Buffer
}

/** Exactly one EncryptedData, and one EncryptedKey in its KeyInfo or beside it (SAML core 2.3.4); no references. Else what is wrong. */
function readParts(encrypted: Element): Parts | string {
  const data = only(encrypted, xenc, 'EncryptedData')
  if (data === undefined) return 'found not exactly one EncryptedData'
  if (!holdsOnly(encrypted, ['EncryptedData', 'EncryptedKey'])) return unexpectedIn(encrypted)
  const type = attributeOf(data, 'Type') ?? `${xenc}Element`
  if (type !== `${xenc}Element`) return `found the Type ${shown(type)}`
  if (!holdsOnly(data, ['EncryptionMethod', 'KeyInfo', 'CipherData'])) return unexpectedIn(data)
  const keys = [
    ...childrenNamed(data, ds, 'KeyInfo').flatMap((info) => childrenNamed(info, xenc, 'EncryptedKey')),
    ...childrenNamed(encrypted, xenc, 'EncryptedKey'),
  ]
  const [key, another] = keys
  if (key === undefined || another !== undefined) return `found ${keys.length} EncryptedKeys, expected one`
  if (!holdsOnly(key, ['EncryptionMethod', 'KeyInfo', 'CipherData', 'ReferenceList', 'CarriedKeyName'])) {
    return unexpectedIn(key)
  }
  const contentMethod = only(data, xenc, 'EncryptionMethod')
  const keyMethod = only(key, xenc, 'EncryptionMethod')
  const [ciphertext, wrappedKey] = [cipherValue(data), cipherValue(key)]
  if (contentMethod === undefined || keyMethod === undefined) return 'found no EncryptionMethod'
  if (childElements(contentMethod).length > 0) return unexpectedIn(contentMethod)
  if (ciphertext === undefined || wrappedKey === undefined) return 'found no CipherValue in base64'
  return { contentMethod: attributeOf(contentMethod, 'Algorithm') ?? '', keyMethod, wrappedKey, ciphertext }
}

function unexpectedIn(parent: Element): string {
  const names = childElements(parent).slice(0, 8).map(localNameOf)
  return `found unexpected content in ${shown(localNameOf(parent))}: ${shown(names.join(', '))}`
}

function only(parent: Element, namespace: string, name: string): Element | undefined {
  const [found, another] = childrenNamed(parent, namespace, name)
  return another === undefined ? found : undefined
}

/** Whether all children are of these names, at most one of each, in XML Encryption's namespace; KeyInfo in XML Signature's. */
function holdsOnly(parent: Element, names: readonly string[]): boolean {
  const children = childElements(parent)
  const known = children.every((child) => names.some((name) => isElement(child, name === 'KeyInfo' ? ds : xenc, name)))
  return known && new Set(children.map(localNameOf)).size === children.length && !holdsText(parent)
}

/** CipherReference would have somebody else's URL fetched: there is no such thing here. */
function cipherValue(parent: Element): Buffer | undefined {
  const data = only(parent, xenc, 'CipherData')
  const [value, another] = data === undefined ? [] : childElements(data)
  if (value === undefined || another !== undefined || !isElement(value, xenc, 'CipherValue')) return undefined
  return decodeBase64(textOf(value) ?? '')
}

/** The key's algorithm with its parameters: by itself each may be admitted. */
function keyMethodShown(method: Element): string {
  const parameters = childElements(method).slice(0, 2)
  const named = parameters.map((one) => `${localNameOf(one)} ${attributeOf(one, 'Algorithm') ?? ''}`.trim())
  return [attributeOf(method, 'Algorithm'), ...named].map(shown).join(', with ')
}

/** Key transport by RSA-OAEP (section 5.5.2) without a label; never PKCS #1 v1.5. */
function readOaep(method: Element): Oaep | undefined {
  const algorithm = attributeOf(method, 'Algorithm')
  const fixedMask = algorithm === `${xenc}rsa-oaep-mgf1p`
  if (!fixedMask && algorithm !== `${xenc11}rsa-oaep`) return undefined
  const [digests, masks] = [childrenNamed(method, ds, 'DigestMethod'), childrenNamed(method, xenc11, 'MGF')]
  const unknown = childElements(method).length - digests.length - masks.length
  if (unknown > 0 || digests.length > 1 || masks.length > (fixedMask ? 0 : 1)) return undefined
  const named = (element: Element | undefined) => element && (attributeOf(element, 'Algorithm') ?? '')
  const digest = oaepDigests.get(named(digests[0]))
  const mask = maskGenerators.get(named(masks[0]))
  return digest && mask && { digest, mask }
}

function decrypt({ content, ciphertext }: SealedAssertion, key: Buffer | undefined): Buffer | undefined {
  if (key === undefined || key.length !== content.key) return undefined
  try {
    return content.cbc ? openCbc(content, key, ciphertext) : openGcm(content, key, ciphertext)
  } catch {
    return undefined
  }
}

const gcmIv = 12
/** Whole tags only: shorter ones can be guessed. */
const gcmTag = 16

/** Section 5.2.4: IV, ciphertext, tag. */
function openGcm(content: ContentAlgorithm, key: Buffer, octets: Buffer): Buffer | undefined {
  if (octets.length <= gcmIv + gcmTag) return undefined
  const cipher = content.cipher as 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm'
  const decipher = createDecipheriv(cipher, key, octets.subarray(0, gcmIv), { authTagLength: gcmTag })
  decipher.setAuthTag(octets.subarray(-gcmTag))
  return Buffer.concat([decipher.update(octets.subarray(gcmIv, -gcmTag)), decipher.final()])
}

const block = 16

/** Section 5.2.3: IV, ciphertext; the last octet says how many were added, the others of them are arbitrary. */
function openCbc(content: ContentAlgorithm, key: Buffer, octets: Buffer): Buffer | undefined {
  if (octets.length < 2 * block || octets.length % block !== 0) return undefined
  const decipher = createDecipheriv(content.cipher, key, octets.subarray(0, block)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(octets.subarray(block)), decipher.final()])
  const added = padded.at(-1) ?? 0
  return added >= 1 && added <= block ? padded.subarray(0, -added) : undefined
}
