/** Parser and canonical writer, asked with texts instead of octets. */
import assert from 'node:assert/strict'
import { type Apex, canonicalize } from '../src/canonical.ts'
import { admitOctets } from '../src/gate.ts'
import { attributeOf, type Element, type XmlDocument } from '../src/nodes.ts'
import type { Refused } from '../src/refusals.ts'
import { parseXml } from '../src/xml.ts'

export function parseText(xml: string): XmlDocument | Refused {
  const admitted = admitOctets(Buffer.from(`${xml}\0`))
  return admitted.ok ? parseXml(admitted.octets, admitted.start) : admitted
}

export function canonicalText(apex: Apex): string {
  const octets = octetsOf(apex)
  assert.equal(octets.at(-1), 0)
  return textOf(octets)
}

/** Canonical octets with a NUL behind them. */
export function octetsOf(apex: Apex): Buffer {
  const canonical = canonicalize(apex)
  assert.ok(canonical.ok)
  return canonical.octets
}

/** Of octets with a NUL behind them. */
export function textOf(octets: Buffer): string {
  return octets.toString('utf8', 0, octets.length - 1)
}

/** The element whose attribute `ID` has this value. */
export function elementById({ elements }: XmlDocument, id: string): Element | undefined {
  return elements.find((element) => attributeOf(element, 'ID') === id)
}
