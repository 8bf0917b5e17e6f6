/** What the verifier digests of a document: for comparison, octet by octet, with other implementations. */
import assert from 'node:assert/strict'
import { admit } from '../src/gate.ts'
import { localNameOf } from '../src/nodes.ts'
import { parseReceived } from '../src/received.ts'
import { checkEncryptedShape, checkShape, holdsEncryptedAssertion, type Signed } from '../src/shape.ts'
import type { Case } from './cases.ts'
import { canonicalText, textOf } from './parsing.ts'
import { prefixesOf, type SignatureSpec } from './signing.ts'

export interface SignedPiece {
  /** The element that carries the signature. */
  readonly of: 'Response' | 'Assertion'
  readonly id: string
  /** The Signature as it stands in the document. */
  readonly signature: string
  /** How it was made. */
  readonly spec: SignatureSpec | undefined
  /** Of the PrefixList, and of SignedInfo's own; `''` for `#default`. */
  readonly prefixes: readonly string[]
  readonly ownPrefixes: readonly string[]
  /** The canonical element without its signature, and the canonical SignedInfo. */
  readonly octets: string
  readonly signedInfo: string
  /** The document as text. */
  readonly source: string
}

/** Every signature of a document that `checkShape` admits, the Response's first. */
export function signedPieces(samlResponse: string, { sign }: Case): readonly SignedPiece[] {
  const admitted = admit(samlResponse)
  assert.ok(admitted.ok)
  const document = parseReceived(admitted)
  assert.ok(document.ok)
  const { octets } = document.root.source
  return signedIn(document).map(({ element, id, signature, signedInfo }) => {
    const spec = sign?.find(({ of }) => of === localNameOf(element))
    const prefixes = prefixesOf(spec?.prefixList)
    const ownPrefixes = prefixesOf(spec?.ownPrefixList)
    return {
      of: localNameOf(element) === 'Response' ? 'Response' : 'Assertion',
      id,
      signature: octets.toString('utf8', signature.start, signature.end),
      spec,
      prefixes,
      octets: canonicalText({ element, without: signature, prefixes }),
      signedInfo:
        'info' in signedInfo
          ? signedInfo.octets.toString()
          : canonicalText({ element: signedInfo, without: undefined, prefixes: ownPrefixes }),
      ownPrefixes,
      source: textOf(octets),
    }
  })
}

function signedIn(document: Parameters<typeof checkShape>[0]): readonly Signed[] {
  if (holdsEncryptedAssertion(document)) {
    const shape = checkEncryptedShape(document)
    assert.ok(shape.ok)
    return [shape.responseSigned]
  }
  const shape = checkShape(document, 'either')
  assert.ok(shape.ok)
  return [shape.responseSigned, shape.assertionSigned].filter((piece) => piece !== undefined)
}
