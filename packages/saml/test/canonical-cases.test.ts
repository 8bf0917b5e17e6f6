/** Exclusive canonicalization, rule by rule: what the octets must be. libxml2 is asked about the same cases in `canonical.test.ts`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Apex, canonicalize } from '../src/canonical.ts'
import { canonicalCases } from './canonical-cases.ts'
import { canonicalText, elementById, parseText } from './parsing.ts'

function apexIn(xml: string, prefixes: readonly string[] = []): Apex {
  const document = parseText(xml)
  assert.ok(document.ok)
  const element = elementById(document, 'a')
  assert.ok(element !== undefined)
  return { element, without: undefined, prefixes }
}

function canonical(xml: string, prefixes: readonly string[] = []): string {
  return canonicalText(apexIn(xml, prefixes))
}

for (const { name, xml, prefixes, octets } of canonicalCases) {
  test(name, () => assert.equal(canonical(xml, prefixes), octets))
}

test('a canonical form of a mebibyte, its end included, and of one octet more', () => {
  const piece = `<t>${'>'.repeat(65_000)}</t>`
  const document = (rest: number) => `<e ID="a">${piece.repeat(4)}<t>&gt;${'x'.repeat(rest)}</t></e>`
  const rest = 1024 * 1024 - canonical(document(0)).length - 1
  assert.equal(canonical(document(rest)).length, 1024 * 1024 - 1)
  const refused = canonicalize(apexIn(document(rest + 1)))
  assert.ok(!refused.ok)
  assert.equal(refused.refusal.code, 'response-too-large')
})
