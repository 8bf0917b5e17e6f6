/** The gate as identity providers read it from a file: its SAML metadata. */
import type { Intent } from '@studio-gate/policy'
import { writeSpMetadata } from '@studio-gate/saml'

/** What is the same for every identity provider; `persistent` where none of them declares a NameID format. */
export function gateMetadata(intent: Intent, acsUrl: string, audience: string): string {
  const formats = intent.identityProviders.flatMap(({ subject }) =>
    subject.from === 'nameId' ? [subject.format ?? persistent] : [],
  )
  return writeSpMetadata({
    entityId: audience,
    acsUrl,
    authnRequestsSigned: false,
    // A signature too many is verified; one too few would be refused.
    wantAssertionsSigned: intent.identityProviders.some(({ requiredSignature }) =>
      ['assertion', 'both'].includes(requiredSignature),
    ),
    nameIdFormats: [...new Set(formats)],
  })
}

const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
