/** Canonicalization and parsing agree with libxml2 on generated documents: every octet, every namespace, every refusal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { XmlDocument } from 'libxml2-wasm'
import { canonicalize } from '../src/canonical.ts'
import type { Element } from '../src/nodes.ts'
import { parseXml } from '../src/xml.ts'
import { byId, canonicalByLibxml2 } from './oracle.ts'
import { type Random, randomFrom } from './random.ts'

const documents = 3_000
const prefixes = ['', 'a', 'b', 'c'] as const
const uris = ['urn:x', 'urn:y', 'http://example.com/z'] as const
const texts = [
  'text',
  ' ',
  '\n  ',
  'a&amp;b',
  '&lt;',
  '&gt;',
  '>',
  '&#13;',
  '&#xD;&#xA;',
  '\r\n',
  '\t',
  'é',
  '😀',
  '"',
  "'",
  '&quot;',
]
const values = [
  '',
  'v',
  'a b',
  '&amp;',
  '&lt;',
  '>',
  '&#9;',
  '&#xA;',
  '&#13;',
  '\t',
  '\n',
  '\r\n',
  'ü',
  '&apos;',
  '&#x1F600;',
]

interface Place {
  readonly bound: ReadonlySet<string>
  readonly depth: number
  next: number
}

/** An element with its descendants; prefixes are used where they are bound, mostly. */
function generate(random: Random, place: Place): string {
  const declared = new Map<string, string>()
  while (random.below(3) === 0) declared.set(random.pick(prefixes), random.pick(uris))
  if (random.below(12) === 0) declared.set('', '')
  const bound = new Set([...place.bound, ...declared.keys()])
  const usable = [...bound, ''].filter((prefix) => random.below(50) > 0 || prefix === '')
  const name = qualified(random.pick(usable), random.pick(['p', 'q', 'r']))
  const attributes = new Set<string>()
  while (random.below(2) === 0) attributes.add(qualified(random.pick(usable), random.pick(['m', 'n', 'o', 'p'])))
  if (random.below(10) === 0) attributes.add('xml:lang')
  const parts = [
    ...[...declared].map(([prefix, uri]) => `${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${uri}"`),
    ...[...attributes].map((attribute) => `${attribute}=${quoted(random, random.pick(values))}`),
    `ID="e${place.next++}"`,
  ]
  const order = random.below(2) === 0 ? parts : parts.toReversed()
  const tag = `${name}${order.map((part) => random.pick([' ', ' ', ' ', '\n  ']) + part).join('')}`
  const content: string[] = []
  const inner = { bound, depth: place.depth + 1, next: place.next }
  while (random.below(5) > 1 && place.depth < 6) {
    content.push(random.below(2) === 0 ? random.pick(texts) : generate(random, inner))
  }
  place.next = inner.next
  if (content.length === 0 && random.below(2) === 0) return `<${tag}${random.pick(['', ' '])}/>`
  return `<${tag}${random.pick(['', '', ' '])}>${content.join('')}</${name}${random.pick(['', '', ' '])}>`
}

function qualified(prefix: string, localName: string): string {
  return prefix === '' ? localName : `${prefix}:${localName}`
}

function quoted(random: Random, value: string): string {
  const quote = random.pick(['"', '"', "'"])
  return `${quote}${value}${quote}`
}

function accepts(xml: string): boolean {
  try {
    XmlDocument.fromString(xml).dispose()
    return true
  } catch {
    return false
  }
}

function byIdIn(elements: readonly Element[], id: string): Element | undefined {
  return elements.find(({ attributes }) => attributes.some(({ name, value }) => name === 'ID' && value === id))
}

test(`${documents} generated documents: the same verdict, and the same octets of any element and PrefixList`, () => {
  const random = randomFrom(20_260_301)
  let canonicalized = 0
  for (let at = 0; at < documents; at++) {
    const place = { bound: new Set<string>(), depth: 0, next: 0 }
    const xml = generate(random, place)
    const document = parseXml(xml)
    assert.equal(document.ok, accepts(xml), `document ${at}: ${xml}`)
    if (!document.ok) continue
    const id = `e${random.below(place.next)}`
    const element = byIdIn(document.elements, id)
    assert.ok(element !== undefined)
    const list = prefixes.filter(() => random.below(4) === 0)
    const octets = canonicalize({ element, source: document.source, without: undefined, prefixes: list })
    assert.equal(octets, canonicalByLibxml2(xml, { xpath: byId(id), prefixes: list }), `document ${at}: ${xml}`)
    const again = parseXml(octets)
    assert.ok(again.ok)
    const twice = canonicalize({ element: again.root, source: again.source, without: undefined, prefixes: list })
    assert.equal(twice, octets, `document ${at} is not stable`)
    canonicalized++
  }
  assert.ok(canonicalized > documents / 2 && canonicalized < documents, `${canonicalized} were well-formed`)
})
