/** Studio Gate's verifier, made ready for the documents of a fixture; `peers/node-saml.mjs` has the same for node-saml. */
import { createTrust, verifyResponse } from '@studio-gate/saml'
import type { Fixture } from './fixtures.ts'

/** What is used of `packages/saml`, of this checkout or another one. */
export interface Verifier {
  readonly createTrust: typeof createTrust
  readonly verifyResponse: typeof verifyResponse
}

const here: Verifier = { createTrust, verifyResponse }

/** From the form field to the NameID; undefined where it refuses. */
export function createJudge(
  { parties, requiredSignature, now }: Pick<Fixture, 'parties' | 'requiredSignature' | 'now'>,
  verifier = here,
) {
  const { entityId, certificate, audience, acsUrl } = parties
  const trust = verifier.createTrust({
    idp: { entityId, certificates: [certificate] },
    sp: { entityId: audience, acsUrl },
    requiredSignature,
  })
  return (samlResponse: string): string | undefined => {
    const verdict = verifier.verifyResponse(samlResponse, trust, now)
    return verdict.ok ? verdict.assertion.nameId?.value : undefined
  }
}
