/** From the form field to a verdict, on one page: gate, parser, shape, signatures, profile; the first no is the answer. */
import { openAssertion, readSealed } from './encryption.ts'
import { admit } from './gate.ts'
import { childrenNamed, isElement, textOf, type XmlDocument } from './nodes.ts'
import { checkProfile, type Verified } from './profile.ts'
import { parseReceived } from './received.ts'
import type { Refused } from './refusals.ts'
import { checkEncryptedShape, checkShape, holdsEncryptedAssertion } from './shape.ts'
import { verifyOpened, verifySealed, verifySignatures } from './signature.ts'
import type { EncryptedAssertions, Oaep, Trust } from './trust.ts'
import { saml, samlp } from './vocabulary.ts'

/**
 * Is this response genuine, meant for this service, and valid now; and what does it say?
 *
 * @param samlResponse the form field `SAMLResponse` of the HTTP-POST binding, as decoded from the form
 * @param now milliseconds since the epoch
 *
 * Not judged here, because they need a memory: whether the assertion was used before (`id`, `notOnOrAfter`), and whether
 * its request was ours (`inResponseTo`).
 */
export function verifyResponse(samlResponse: string, trust: Trust, now: number): Verified | Refused {
  const begun = beginVerification(samlResponse, trust, now)
  if (!('finish' in begun)) return begun
  const unwrap = trust.encryptedAssertions?.unwrapKey
  return begun.finish(typeof unwrap === 'function' ? unwrap(begun.wrappedKey, begun.oaep) : undefined)
}

/** A Response that is verified, and whose assertion waits for its key. */
export interface Sealed {
  readonly wrappedKey: Buffer
  readonly oaep: Oaep
  /** The verdict. Undefined for everything that can go wrong with unwrapping: the refusal is the same for all of it. */
  readonly finish: (key: Buffer | undefined) => Verified | Refused
}

/**
 * `verifyResponse` for a decryption key that answers later (`unwrapKey: 'by-the-caller'`): the verdict at once, or what to
 * ask the key for. It is asked for nothing that a pinned key did not sign.
 */
export function beginVerification(samlResponse: string, trust: Trust, now: number): Verified | Refused | Sealed {
  const admitted = admit(samlResponse)
  if (!admitted.ok) return admitted
  const document = parseReceived(admitted)
  if (!document.ok) return document
  const { encryptedAssertions } = trust
  if (encryptedAssertions !== undefined && holdsEncryptedAssertion(document)) {
    return beginEncrypted(document, encryptedAssertions, trust, now)
  }
  const shape = checkShape(document, trust.requiredSignature)
  if (!shape.ok) return shape
  const octets = verifySignatures(shape, trust)
  if (!octets.ok) return octets
  return checkProfile(octets, trust, now)
}

function beginEncrypted(
  document: XmlDocument,
  settings: EncryptedAssertions,
  trust: Trust,
  now: number,
): Refused | Sealed {
  const shape = checkEncryptedShape(document)
  if (!shape.ok) return shape
  const seal = verifySealed(shape, trust)
  if (!seal.ok) return seal
  const sealed = readSealed(seal.encrypted, settings)
  if (!sealed.ok) return sealed
  const { wrappedKey, oaep } = sealed
  return {
    wrappedKey,
    oaep,
    finish: (key) => {
      const opened = openAssertion(sealed, key)
      if (!opened.ok) return opened
      const octets = verifyOpened(seal, opened, trust)
      return octets.ok ? checkProfile(octets, trust, now) : octets
    },
  }
}

/**
 * Whom the response claims to come from, UNVERIFIED: only to pick the trust that it is then verified with, which
 * compares the issuer again. Undefined if the response cannot be read or does not say.
 */
export function claimedIssuer(samlResponse: string): string | undefined {
  const admitted = admit(samlResponse)
  const document = admitted.ok ? parseReceived(admitted) : admitted
  if (!document.ok || !isElement(document.root, samlp, 'Response')) return undefined
  const [assertion] = childrenNamed(document.root, saml, 'Assertion')
  const claims = assertion === undefined ? [document.root] : [assertion, document.root]
  const issuer = claims.flatMap((element) => childrenNamed(element, saml, 'Issuer')).at(0)
  return issuer && textOf(issuer)
}
