/** Who verifies, each prepared once and then asked document by document. Keys are objects by then: no PEM is read in a turn. */
import { createPublicKey, hash, verify, X509Certificate } from 'node:crypto'
import type { Fixture, Signed } from './fixtures.ts'
import { begin, end } from './stage-clock.ts'
import { createJudge, type Verifier } from './verifier.ts'

/** The name that the document is accepted for; undefined if it is refused. */
export type Judge = (signed: Signed) => string | undefined | Promise<string | undefined>

/** `libxmlsec` is asked in Python, by `peers/libxmlsec.py`; `with clocks` is ours, for its stages; `other checkout` is that of `--against`. */
export type ContenderName = 'bare limit' | 'studio-gate' | 'with clocks' | 'other checkout' | 'node-saml' | 'libxmlsec'

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

function studioGate(verifier?: Verifier): Prepare {
  return (fixture) => {
    const judge = createJudge(fixture, verifier)
    return ({ samlResponse }) => judge(samlResponse)
  }
}

/** The same between clocks, in a process that preloads `stage-hooks.ts`. */
const clocked: Prepare = (fixture) => {
  const judge = createJudge(fixture)
  return ({ samlResponse }) => {
    begin()
    const who = judge(samlResponse)
    end()
    return who
  }
}

/** Its module is found beside the peers' own `node_modules`, so it is loaded only where that is installed. */
async function nodeSaml(): Promise<Prepare> {
  const file = new URL('./peers/node-saml.mjs', import.meta.url).href
  const peer = (await import(file)) as { createJudge: (fixture: Fixture) => (field: string) => Promise<string> }
  return (fixture) => {
    const judge = peer.createJudge(fixture)
    return ({ samlResponse }) => judge(samlResponse).catch(() => undefined)
  }
}

const here = { 'bare limit': bareLimit, 'studio-gate': studioGate(), 'with clocks': clocked } as const

/** `other`: URL of the other checkout's verifier. */
export async function contender(name: Exclude<ContenderName, 'libxmlsec'>, other?: string): Promise<Prepare> {
  if (name === 'node-saml') return nodeSaml()
  if (name !== 'other checkout') return here[name]
  if (other === undefined) throw new Error('no other checkout')
  return studioGate((await import(other)) as Verifier)
}
