/** From the form field to a verdict, on one page: gate, parser, shape, signatures, profile; the first no is the answer. */
import { admit } from './gate.ts'
import { childrenNamed, isElement, textOf } from './nodes.ts'
import { checkProfile, type Verified } from './profile.ts'
import type { Refused } from './refusals.ts'
import { checkEncryptedShape, checkShape, holdsEncryptedAssertion } from './shape.ts'
import { verifyEncrypted, verifySignatures } from './signature.ts'
import type { Trust } from './trust.ts'
import { saml, samlp } from './vocabulary.ts'
import { parseXml } from './xml.ts'

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
  const admitted = admit(samlResponse)
  if (!admitted.ok) return admitted
  const document = parseXml(admitted.xml, admitted.start)
  if (!document.ok) return document
  if (trust.encryptedAssertions !== undefined && holdsEncryptedAssertion(document)) {
    const encrypted = checkEncryptedShape(document)
    if (!encrypted.ok) return encrypted
    const opened = verifyEncrypted(encrypted, trust)
    return opened.ok ? checkProfile(opened, trust, now) : opened
  }
  const shape = checkShape(document, trust.requiredSignature)
  if (!shape.ok) return shape
  const octets = verifySignatures(shape, trust)
  if (!octets.ok) return octets
  return checkProfile(octets, trust, now)
}

/**
 * Whom the response claims to come from, UNVERIFIED: only to pick the trust that it is then verified with, which
 * compares the issuer again. Undefined if the response cannot be read or does not say.
 */
export function claimedIssuer(samlResponse: string): string | undefined {
  const admitted = admit(samlResponse)
  const document = admitted.ok ? parseXml(admitted.xml, admitted.start) : admitted
  if (!document.ok || !isElement(document.root, samlp, 'Response')) return undefined
  const [assertion] = childrenNamed(document.root, saml, 'Assertion')
  const claims = assertion === undefined ? [document.root] : [assertion, document.root]
  const issuer = claims.flatMap((element) => childrenNamed(element, saml, 'Issuer')).at(0)
  return issuer && textOf(issuer)
}
