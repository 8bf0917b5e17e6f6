/** Generated documents full of what canonicalization has rules for: namespaces, white space, references, quotes. */
import type { Random } from './random.ts'

/** Those that the documents declare; `''` for the default namespace. */
export const prefixes = ['', 'a', 'b', 'c'] as const
export const uris = ['urn:x', 'urn:y', 'http://example.com/z'] as const
/** Local names of the elements. */
export const names = ['p', 'q', 'r'] as const
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

/** A document whose elements have the IDs `e0` to `e<elements - 1>`. Now and then it is not well-formed. */
export function generateDocument(random: Random): { readonly xml: string; readonly elements: number } {
  const place = { bound: new Set<string>(), depth: 0, next: 0 }
  const xml = generate(random, place)
  return { xml, elements: place.next }
}

/** An element with its descendants; prefixes are used where they are bound, mostly. */
function generate(random: Random, place: Place): string {
  const declared = new Map<string, string>()
  while (random.below(3) === 0) declared.set(random.pick(prefixes), random.pick(uris))
  if (random.below(12) === 0) declared.set('', '')
  const bound = new Set([...place.bound, ...declared.keys()])
  const usable = [...bound, ''].filter((prefix) => random.below(50) > 0 || prefix === '')
  const name = qualified(random.pick(usable), random.pick(names))
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
