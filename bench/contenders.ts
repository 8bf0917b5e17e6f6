/** Who verifies, each prepared once and then asked document by document. Keys are objects by then: no PEM is read in a turn. */
import { createPublicKey, hash, verify, X509Certificate } from 'node:crypto'
import { createTrust, verifyResponse } from '@studio-gate/saml'
import type { Fixture, Signed } from './fixtures.ts'

/** The name that the document is accepted for; undefined if it is refused. */
export type Judge = (signed: Signed) => string | undefined | Promise<string | undefined>

export type ContenderName = 'bare limit' | 'studio-gate' | 'node-saml'

/** Makes a judge for the documents of a fixture. */
export type Prepare = (fixture: Fixture) => Judge

/**
 * What no verifier can save: RSA over SignedInfo and SHA-256 over the element, for each signature, of octets that were
 * made beforehand. It reads nothing; whom it accepts is taken from the fixture.
 */
const bareLimit: Prepare = ({ parties, good, bad }) => {
  const key = new X509Certificate(Buffer.from(parties.certificate, 'base64')).publicKey
  const publicKey = createPublicKey({ key: key.export({ type: 'spki', format: 'der' }), type: 'spki', format: 'der' })
  const pieces = new Map(
    [...good, ...bad.map(({ signed }) => signed)].map((signed) => [
      signed,
      signed.pieces.map((piece) => ({
        signedInfo: Buffer.from(piece.signedInfo),
        signature: Buffer.from(piece.signature, 'base64'),
        octets: Buffer.from(piece.octets),
        digest: Buffer.from(piece.digest, 'base64'),
      })),
    ]),
  )
  return (signed) => {
    for (const { signedInfo, signature, octets, digest } of pieces.get(signed) ?? []) {
      if (!verify('sha256', signedInfo, publicKey, signature)) return undefined
      if (!hash('sha256', octets, 'buffer').equals(digest)) return undefined
    }
    return signed.who
  }
}

const studioGate: Prepare = ({ parties, requiredSignature, now }) => {
  const { entityId, certificate, audience, acsUrl } = parties
  const trust = createTrust({
    idp: { entityId, certificates: [certificate] },
    sp: { entityId: audience, acsUrl },
    requiredSignature,
  })
  return ({ samlResponse }) => {
    const verdict = verifyResponse(samlResponse, trust, now)
    return verdict.ok ? verdict.assertion.nameId?.value : undefined
  }
}

/** Its module is found beside the peers' own `node_modules`, so it is loaded only where that is installed. */
async function nodeSaml(): Promise<Prepare> {
  const file = new URL('./peers/node-saml.mjs', import.meta.url).href
  const { createJudge } = (await import(file)) as {
    createJudge: (fixture: Fixture) => (field: string) => Promise<string>
  }
  return (fixture) => {
    const judge = createJudge(fixture)
    return ({ samlResponse }) => judge(samlResponse).catch(() => undefined)
  }
}

export async function contender(name: ContenderName): Promise<Prepare> {
  if (name === 'node-saml') return nodeSaml()
  return name === 'bare limit' ? bareLimit : studioGate
}
