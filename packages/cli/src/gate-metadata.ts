/** The gate as identity providers read it from a file: its SAML metadata. */
import type { IdentityProvider } from '@studio-gate/policy'
import { writeSpMetadata } from '@studio-gate/saml'

/** What only a deployment knows. */
export interface DeployedGate {
  readonly acsUrl: string
  readonly audience: string
  /** PEM, of the KMS key; needed where a provider has `encryptedAssertions`. */
  readonly encryptionCertificate?: string | undefined
  /** PEM, of the KMS key; needed where a provider has `signedRequests`. */
  readonly signingCertificate?: string | undefined
}

/**
 * Metadata for these identity providers, which must agree on encryption and signing; `persistent` where none of them declares
 * a NameID format. Throws as `writeSpMetadata` does.
 */
export function gateMetadata(providers: readonly IdentityProvider[], gate: DeployedGate): string {
  const formats = providers.flatMap(({ subject }) => (subject.from === 'nameId' ? [subject.format ?? persistent] : []))
  const { encryptionCertificate: encryption, signingCertificate: signing } = gate
  const encrypts = providers.some(({ encryptedAssertions }) => encryptedAssertions !== undefined)
  const signs = providers.some(({ signedRequests }) => signedRequests !== undefined)
  return writeSpMetadata({
    entityId: gate.audience,
    acsUrl: gate.acsUrl,
    authnRequestsSigned: signs,
    // A signature too many is verified; one too few would be refused.
    wantAssertionsSigned: providers.some(({ requiredSignature }) => ['assertion', 'both'].includes(requiredSignature)),
    ...(signs && signing !== undefined ? { signingCertificates: [signing] } : {}),
    ...(encrypts && encryption !== undefined ? { encryptionCertificates: [encryption] } : {}),
    nameIdFormats: [...new Set(formats)],
  })
}

const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
