/**
 * XML Signature, as far as SAML uses it (checks C1-C6, S4, O1, O2). The only place that makes `VerifiedOctets`: what was
 * digested under a pinned key, parsed again. Nothing behind this file sees the tree that was received, except to refuse.
 */
import { constants, hash, type KeyObject, verify } from 'node:crypto'
import type { SignatureAlgorithm } from './algorithms.ts'
import { decodeBase64 } from './base64.ts'
import { type Apex, canonicalize, cutOut } from './canonical.ts'
import { attributeOf, childrenNamed, type Element, isElement, localNameOf, nameOf } from './nodes.ts'
import { type Refused, refuse, shown } from './refusals.ts'
import type { EncryptedShape, PlainAssertion, Shape, Signed } from './shape.ts'
import { readSignedInfo } from './signed-info.ts'
import type { SignedInfo } from './stated.ts'
import type { PinnedKey, Trust } from './trust.ts'
import { saml, samlp } from './vocabulary.ts'
import { parseXml } from './xml.ts'

declare const verified: unique symbol

/** A tree parsed from canonical octets whose digest a pinned key signed, or from plaintext that stood encrypted in such octets. */
export interface VerifiedOctets {
  readonly [verified]: true
  readonly ok: true
  readonly assertion: Element
  /** The Response: from the verified octets if it was signed. If not, as received: its values may refuse, never grant. */
  readonly response: Element
  readonly responseIsSigned: boolean
}

/** Verifies every signature that is present and reads the assertion back from the outermost verified octets. */
export function verifySignatures(shape: Shape, trust: Trust): VerifiedOctets | Refused {
  const { responseSigned, assertionSigned } = shape
  const inner = assertionSigned && verifySignedInfo(assertionSigned, trust)
  if (inner?.ok === false) return inner
  const outer = responseSigned && verifySignedInfo(responseSigned, trust)
  if (outer?.ok === false) return outer
  if (outer === undefined) {
    if (inner === undefined) return refuse('signature-missing', 'neither the Response nor the Assertion is signed')
    const read = readDigested(inner, verifyDigest(inner), saml, 'Assertion')
    return read.ok ? admitted(read.element, shape.response, false) : read
  }
  const digested = inner === undefined ? verifyDigest(outer) : verifyDigests(outer, inner)
  const root = readDigested(outer, digested, samlp, 'Response')
  if (!root.ok) return root
  // Of a nested Assertion that is signed, the octets are these or were computed in the same tree: it must be one and the same.
  const [assertion, another] = childrenNamed(root.element, saml, 'Assertion')
  const id = assertion && attributeOf(assertion, 'ID')
  if (assertion === undefined || another !== undefined || id !== attributeOf(shape.assertion, 'ID')) {
    return refuse('octets-assertion', `found the assertion ${shown(id)}`)
  }
  return admitted(assertion, root.element, true)
}

/** A Response read from its verified octets, and the EncryptedAssertion that stands in them. */
export interface VerifiedSeal {
  readonly [verified]: true
  readonly ok: true
  readonly response: Element
  readonly encrypted: Element
}

/** Verifies the Response around an assertion that is still encrypted. */
export function verifySealed(shape: EncryptedShape, trust: Trust): VerifiedSeal | Refused {
  const root = verifySignature(shape.responseSigned, trust, samlp, 'Response')
  if (!root.ok) return root
  const [encrypted, another] = childrenNamed(root.element, saml, 'EncryptedAssertion')
  if (encrypted === undefined || another !== undefined) {
    return refuse('octets-assertion', 'found not exactly one EncryptedAssertion')
  }
  return { ok: true, response: root.element, encrypted } as VerifiedSeal
}

/**
 * Admits the assertion from the plaintext of what stood encrypted in verified octets. A signature in the plaintext must
 * verify, and then the assertion is read from its octets.
 */
export function verifyOpened(
  { response }: VerifiedSeal,
  { assertion, assertionSigned }: PlainAssertion,
  trust: Trust,
): VerifiedOctets | Refused {
  if (assertionSigned === undefined) {
    if (trust.requiredSignature === 'response' || trust.requiredSignature === 'either') {
      return admitted(assertion, response, true)
    }
    return refuse('signature-missing', 'the encrypted Assertion is not signed')
  }
  const read = verifySignature(assertionSigned, trust, saml, 'Assertion')
  return read.ok ? admitted(read.element, response, true) : read
}

/** The one constructor. */
function admitted(assertion: Element, response: Element, responseIsSigned: boolean): VerifiedOctets {
  return { ok: true, assertion, response, responseIsSigned } as VerifiedOctets
}

type Read = { readonly ok: true; readonly element: Element }

/** Verifies a signature and reads the element back that it is about. */
function verifySignature(signed: Signed, trust: Trust, namespace: string, localName: string): Read | Refused {
  const vouched = verifySignedInfo(signed, trust)
  return vouched.ok ? readDigested(vouched, verifyDigest(vouched), namespace, localName) : vouched
}

interface Vouched {
  readonly ok: true
  readonly signed: Signed
  /** What a pinned key has signed. */
  readonly info: SignedInfo
}

/** What a SignedInfo is about. */
function apexOf({ signed, info }: Vouched): Apex {
  return { element: signed.element, without: signed.signature, prefixes: info.prefixes }
}

/** Octets that were digested, with a NUL behind them. */
interface Digested {
  readonly ok: true
  readonly octets: Buffer
}

function verifyDigest(vouched: Vouched): Digested | Refused {
  const canonical = canonicalize(apexOf(vouched))
  if (!canonical.ok) return canonical
  return checkDigest(vouched, canonical.octets.subarray(0, -1)) ?? canonical
}

/** Both digests. Written once if the Assertion's own octets stand in the Response's, around its signature: then without this. */
function verifyDigests(outer: Vouched, inner: Vouched): Digested | Refused {
  return verifyTogether(outer, inner) ?? verifyApart(outer, inner)
}

function verifyTogether(outer: Vouched, inner: Vouched): Digested | undefined {
  // By a PrefixList, the Assertion would most often declare what stands around it once more.
  if (inner.info.prefixes.length > 0) return undefined
  const canonical = canonicalize(apexOf(outer), apexOf(inner))
  if (!canonical.ok || checkDigest(outer, canonical.octets.subarray(0, -1)) !== undefined) return undefined
  const cut = cutOut(canonical)
  return checkDigest(inner, cut.inner) === undefined ? { ok: true, octets: cut.rest } : undefined
}

function verifyApart(outer: Vouched, inner: Vouched): Digested | Refused {
  const digested = verifyDigest(inner)
  return digested.ok ? verifyDigest(outer) : digested
}

function checkDigest({ signed, info }: Vouched, octets: Buffer): Refused | undefined {
  const { digest, digestValue } = info
  // A canonicalizer that fails silently digests nothing, and one such signature then fits every document.
  if (octets.length === 0 || digestValue === digest.ofNothing) {
    return refuse('digest-of-nothing', `found on ${localNameOf(signed.element)}`)
  }
  // Both are public, and both canonical: equal texts are equal digests.
  if (hash(digest.hash, octets, 'base64') === digestValue) return undefined
  return refuse('digest-mismatch', `found on ${localNameOf(signed.element)} ${shown(signed.id)}`)
}

/** Verifies the signature over the octets in which SignedInfo says what is used of it. */
function verifySignedInfo(signed: Signed, trust: Trust): Vouched | Refused {
  const { signedInfo } = signed
  const stated = 'info' in signedInfo ? signedInfo : readSignedInfo(signedInfo, trust.admitsWeak)
  if (!stated.ok) return stated
  const { info, octets } = stated
  if (info.uri !== `#${signed.id}`) {
    return refuse('reference-uri', `found ${shown(info.uri)}, expected ${shown(`#${signed.id}`)}`)
  }
  const signature = decodeBase64(signed.signatureValue)
  if (signature === undefined) return refuse('signature-value-malformed', `found on ${localNameOf(signed.element)}`)
  const keys = trust.keys.filter(({ type }) => type === info.algorithm.keyType)
  if (keys.length === 0) {
    return refuse('no-pinned-key', `found ${trust.keys.length} pinned keys, none of type ${info.algorithm.keyType}`)
  }
  if (keys.some((key) => verifies(info.algorithm, key, octets, signature))) {
    return { ok: true, signed, info }
  }
  return refuse('signature-invalid', `found on ${localNameOf(signed.element)}, tried ${keys.length} pinned keys`)
}

/** `=== true` because anything else, an exception's absence included, must not pass. */
function verifies(algorithm: SignatureAlgorithm, pinned: PinnedKey, octets: Buffer, signature: Buffer): boolean {
  return verify(algorithm.hash, octets, withEncoding(algorithm, pinned.key), signature) === true
}

function withEncoding({ keyType, padding }: SignatureAlgorithm, key: KeyObject) {
  // RFC 6931 section 2.3.10: MGF1 with the hash of the signature, which is the default, and a salt of its length, not of any.
  const { RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST } = constants
  if (padding === 'pss') return { key, padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST }
  // ECDSA signatures are r || s in XML Signature (RFC 6931 section 2.3.6); the padding of RSA is PKCS #1 v1.5 by default.
  return keyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' as const } : key
}

/** O2: the octets are one element, the one that was signed. */
function readDigested(
  { signed }: Vouched,
  digested: Digested | Refused,
  namespace: string,
  localName: string,
): Read | Refused {
  if (!digested.ok) return digested
  const parsed = parseXml(digested.octets)
  if (!parsed.ok) return refuse('octets-root', `the octets cannot be read back: ${parsed.refusal.detail}`)
  const { root } = parsed
  if (!isElement(root, namespace, localName) || attributeOf(root, 'ID') !== signed.id) {
    return refuse('octets-root', `found ${shown(nameOf(root))}, expected ${localName} ${shown(signed.id)}`)
  }
  return { ok: true, element: root }
}
