/** Canonicalization and parsing agree with libxml2 on generated documents: every octet, every namespace, every refusal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { XmlDocument } from 'libxml2-wasm'
import { canonicalCases } from './canonical-cases.ts'
import { generateDocument, prefixes } from './generated.ts'
import { byId, canonicalByLibxml2 } from './oracle.ts'
import { canonicalText, elementById, parseText } from './parsing.ts'
import { randomFrom } from './random.ts'

const documents = 3_000

function accepts(xml: string): boolean {
  try {
    XmlDocument.fromString(xml).dispose()
    return true
  } catch {
    return false
  }
}

test(`${documents} generated documents: the same verdict, and the same octets of any element and PrefixList`, () => {
  const random = randomFrom(20_260_301)
  let canonicalized = 0
  for (let at = 0; at < documents; at++) {
    const { xml, elements } = generateDocument(random)
    const document = parseText(xml)
    assert.equal(document.ok, accepts(xml), `document ${at}: ${xml}`)
    if (!document.ok) continue
    const id = `e${random.below(elements)}`
    const element = elementById(document, id)
    assert.ok(element !== undefined)
    const list = prefixes.filter(() => random.below(4) === 0)
    const octets = canonicalText({ element, without: undefined, prefixes: list })
    assert.equal(octets, canonicalByLibxml2(xml, { xpath: byId(id), prefixes: list }), `document ${at}: ${xml}`)
    const again = parseText(octets)
    assert.ok(again.ok)
    const twice = canonicalText({ element: again.root, without: undefined, prefixes: list })
    assert.equal(twice, octets, `document ${at} is not stable`)
    canonicalized++
  }
  assert.ok(canonicalized > documents / 2 && canonicalized < documents, `${canonicalized} were well-formed`)
})

test('libxml2 writes the octets of every case, unless the case says why it does not', () => {
  for (const { name, xml, prefixes = [], octets, unlikeLibxml2 } of canonicalCases) {
    const theirs = canonicalByLibxml2(xml, { xpath: byId('a'), prefixes })
    assert.equal(theirs === octets, unlikeLibxml2 === undefined, `${name}: ${theirs}`)
  }
  assert.ok(canonicalCases.length > 20)
})
