/** The verifier's vectors as questions to other implementations: what they must accept, over which octets, and what not. */
import assert from 'node:assert/strict'
import { type RefusalCode, verifyResponse } from '@studio-gate/saml'
import { type Case, keys, make, readCases } from '../../packages/saml/test/cases.ts'
import type { Identity } from '../../packages/saml/test/certificates.ts'
import { type SignedPiece, signedPieces } from '../../packages/saml/test/pieces.ts'

export interface AcceptedPiece extends SignedPiece {
  /** Of the vector. */
  readonly name: string
  /** The key that signed, of `keys`. */
  readonly key: string
  readonly xml: string
}

/** Every signature of every vector that the verifier accepts, encrypted ones included; what is inside of ciphertext is not. */
export function acceptedPieces(): readonly AcceptedPiece[] {
  return ['accept', 'encrypted'].flatMap((folder) =>
    readCases<Case>(folder).flatMap((one) => {
      const { samlResponse, trust, now, xml } = make(one)
      assert.ok(verifyResponse(samlResponse, trust, now).ok, one.name)
      return signedPieces(samlResponse, one).map((piece) => {
        return { ...piece, xml, name: one.name, key: piece.spec?.key ?? 'idp' }
      })
    }),
  )
}

const tampered: readonly RefusalCode[] = ['signature-invalid', 'digest-mismatch', 'digest-of-nothing']

/** Vectors that one pinned key, `idp`, refuses because they were tampered with or signed otherwise. */
export function tamperedCases(): readonly Case[] {
  return readCases<Case & { readonly refused: { readonly code: RefusalCode } }>('reject').filter(
    ({ refused, pinned, encrypt }) => tampered.includes(refused.code) && pinned === undefined && encrypt === undefined,
  )
}

export function identityOf(key: string): Identity {
  const identity = keys.get(key)
  assert.ok(identity !== undefined, key)
  return identity
}
