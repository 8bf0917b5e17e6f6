/** Signatures, read in two ways: in one go where they have the usual form, parsed where they have any other. Both must say the same. */
import assert from 'node:assert/strict'
import { canonicalize } from '../src/canonical.ts'
import { childElements, type Element, isElement, textOf, type XmlDocument } from '../src/nodes.ts'
import { excerpt } from '../src/octets.ts'
import { parseReceived } from '../src/received.ts'
import type { Refused } from '../src/refusals.ts'
import { readSignedInfo } from '../src/signed-info.ts'
import type { Stated } from '../src/stated.ts'
import { ds } from '../src/vocabulary.ts'
import { parseXml } from '../src/xml.ts'

/** Of a Signature. */
interface Said {
  readonly stated: Stated | Refused | undefined
  readonly signatureValue: string | undefined
}

/** What a document says, and which of its elements were read in one go. */
export interface Read {
  readonly usual: readonly boolean[]
  readonly said: { readonly canonical: string; readonly signatures: readonly Said[] } | string
}

function read(document: XmlDocument | Refused): Read {
  if (!document.ok) return { usual: [], said: document.refusal.code }
  const usual = document.elements.map((element) => element.usual !== undefined)
  const canonical = canonicalize({ element: document.root, without: undefined, prefixes: [] })
  if (!canonical.ok) return { usual, said: canonical.refusal.code }
  const signatures = document.elements.filter((element) => isElement(element, ds, 'Signature')).map(signatureSays)
  return { usual, said: { canonical: canonical.octets.toString(), signatures } }
}

function signatureSays(signature: Element): Said {
  const { source, usual } = signature
  if (usual !== undefined) {
    return { stated: usual.stated, signatureValue: excerpt(source, usual.valueStart, usual.valueEnd) }
  }
  const [signedInfo, value] = childElements(signature)
  return { stated: signedInfo && readSignedInfo(signedInfo, false), signatureValue: value && textOf(value) }
}

/** Reads octets in both ways, sees that they say the same, and returns which elements were read in one go. */
export function readBothWays(octets: Buffer, start: number): Read {
  const parsed = read(parseXml(octets, start))
  const whole = read(parseReceived({ ok: true, octets, start }))
  assert.deepEqual(whole.said, parsed.said)
  return whole
}
