/** @studio-gate/saml: is this SAML response genuine, and what does it say? */
export {
  type AuthnRequest,
  type Delivery,
  prepareAuthnRequest,
  type UnsignedRequest,
  type WrittenRequest,
  writeAuthnRequest,
} from './authn-request.ts'
export { CertificateError, type CertificateFacts, certificateFacts } from './certificate.ts'
export {
  type IdpMetadata,
  type MetadataError,
  type MetadataErrorCode,
  type MetadataResult,
  readIdpMetadata,
} from './metadata.ts'
export { unwrapWith } from './oaep.ts'
export { isPlainName } from './plain-name.ts'
export type { Verified, VerifiedAssertion } from './profile.ts'
export type { CheckId, RefusalRow } from './refusal-table.ts'
export { type Refusal, type RefusalCode, type Refused, refusalTable } from './refusals.ts'
export type { RequiredSignature } from './shape.ts'
export { type SpMetadata, writeSpMetadata } from './sp-metadata.ts'
export type { Attributes } from './statements.ts'
export type { NameId } from './subject.ts'
export {
  admitSha1AndShortKeysToJudgeOldTestDocuments,
  createTrust,
  type EncryptedAssertions,
  type Oaep,
  type OaepHash,
  type Trust,
  TrustError,
  type TrustOptions,
  type UnwrapKey,
} from './trust.ts'
export { beginVerification, claimedIssuer, type Sealed, verifyResponse } from './verify.ts'
