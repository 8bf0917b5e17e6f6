import { createTrust, readIdpMetadata, verifyResponse } from '@studio-gate/saml'

export function judge(metadataXml: string, samlResponse: string, now: number): string {
  const read = readIdpMetadata(metadataXml)
  if (!read.ok) return read.error.detail
  const trust = createTrust({
    idp: read.metadata,
    sp: { entityId: 'https://gate.example/audience', acsUrl: 'https://gate.example/gate/saml' },
    requiredSignature: 'both',
  })
  const verdict = verifyResponse(samlResponse, trust, now)
  if (!verdict.ok) return `${verdict.refusal.check} ${verdict.refusal.code}: ${verdict.refusal.detail}`
  return `${verdict.assertion.nameId?.value} of ${verdict.assertion.attributes.get('groups')?.join(', ')}`
}
