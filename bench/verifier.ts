/** Studio Gate's verifier, made ready for the documents of a fixture; `peers/node-saml.mjs` has the same for node-saml. */
import { createTrust, verifyResponse } from '@studio-gate/saml'
import type { Fixture } from './fixtures.ts'

/** From the form field to the NameID; undefined where it refuses. */
export function createJudge({
  parties,
  requiredSignature,
  now,
}: Pick<Fixture, 'parties' | 'requiredSignature' | 'now'>) {
  const { entityId, certificate, audience, acsUrl } = parties
  const trust = createTrust({
    idp: { entityId, certificates: [certificate] },
    sp: { entityId: audience, acsUrl },
    requiredSignature,
  })
  return (samlResponse: string): string | undefined => {
    const verdict = verifyResponse(samlResponse, trust, now)
    return verdict.ok ? verdict.assertion.nameId?.value : undefined
  }
}
