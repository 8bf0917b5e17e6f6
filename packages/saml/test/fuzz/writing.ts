/** Writes a tree of elements as XML in one of the many ways that mean the same; every choice comes from the seed. */
import type { Random } from '../random.ts'

export interface Node {
  readonly namespace: Namespace
  readonly name: string
  readonly attributes?: Readonly<Record<string, string | undefined>>
  /** Attributes in a namespace of their own: `xsi:type` and what Extensions hold. */
  readonly typed?: boolean
  readonly content?: string | readonly Node[]
}

export type Namespace = keyof typeof uris

export const uris = {
  samlp: 'urn:oasis:names:tc:SAML:2.0:protocol',
  saml: 'urn:oasis:names:tc:SAML:2.0:assertion',
  xs: 'http://www.w3.org/2001/XMLSchema',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  other: 'urn:example:extension',
} as const

/** Prefixes that any namespace may have; `''` for the default one, which attributes cannot use. */
export const prefixes = ['', '', 'saml', 'saml2', 'samlp', 'saml2p', 'a', 'B_1', 'x-y', 'n.0', '_', 'assertion', 'xs']

interface Scope {
  readonly bound: ReadonlyMap<string, string>
  /** Declarations from the root to here, those that inner ones hide included. */
  readonly count: number
}

/** The tag that is being written. */
interface Tag {
  readonly outer: Scope
  readonly declared: Map<string, string>
  /** Prefixes that the tag uses: they must keep their meaning. */
  readonly used: Set<string>
}

/** The document's text, without an XML declaration. */
export function write(root: Node, random: Random): string {
  return element(root, { bound: new Map(), count: 0 }, random, 0)
}

function element(node: Node, outer: Scope, random: Random, depth: number): string {
  const tag: Tag = { outer, declared: new Map(), used: new Set() }
  const prefix = prefixFor(node.namespace, false, tag, random)
  const written = Object.entries(node.attributes ?? {}).flatMap(([name, value]) => {
    if (value === undefined) return []
    // Identifiers are found again by the signer, which reads them as products write them.
    return [name === 'ID' ? `ID="${value}"` : `${name}${equals(random)}${quoted(value, random)}`]
  })
  if (node.typed === true) {
    const xs = prefixFor('xs', true, tag, random)
    const type = prefixFor('xsi', true, tag, random)
    written.push(`${type}:type${equals(random)}${quoted(`${xs}:string`, random)}`)
  }
  declareMore(tag, random)
  const declarations = [...tag.declared].map(([name, uri]) => {
    return `${name === '' ? 'xmlns' : `xmlns:${name}`}${equals(random)}${quoted(uri, random)}`
  })
  const name = prefix === '' ? node.name : `${prefix}:${node.name}`
  const parts = shuffled([...declarations, ...written], random).map((part) => gap(random) + part)
  const start = `<${name}${parts.join('')}${random.below(20) === 0 ? ' ' : ''}`
  const scope = { bound: new Map([...outer.bound, ...tag.declared]), count: outer.count + tag.declared.size }
  const content = contentOf(node, scope, random, depth)
  if (content === '' && random.below(2) === 0) return `${start}/>`
  return `${start}>${content}</${name}${random.below(20) === 0 ? ' ' : ''}>`
}

/** Declarations that nothing here uses. */
function declareMore({ outer, declared, used }: Tag, random: Random): void {
  while (random.below(12) === 0 && outer.count + declared.size < roomy) {
    const prefix = random.pick(prefixes)
    const uri = uris[random.pick(Object.keys(uris) as readonly Namespace[])]
    if (!used.has(prefix) && !declared.has(prefix)) declared.set(prefix, uri)
  }
}

/** So many declarations in scope leave room below the limit of 32 for those that must be. */
const roomy = 16

function contentOf({ content = '' }: Node, scope: Scope, random: Random, depth: number): string {
  if (typeof content === 'string') return text(content, random)
  const space = () =>
    random.below(6) === 0 ? random.pick(['\n', ' ', '\t', '\r\n  ', `\n${'  '.repeat(depth + 1)}`]) : ''
  return (
    content.map((child) => space() + element(child, scope, random, depth + 1)).join('') +
    (content.length > 0 ? space() : '')
  )
}

/** A prefix bound to the namespace: one in scope, or a new declaration. */
function prefixFor(
  namespace: Namespace,
  forAttribute: boolean,
  { outer, declared, used }: Tag,
  random: Random,
): string {
  const uri = uris[namespace]
  const scope = new Map([...outer.bound, ...declared])
  const bound = [...scope].flatMap(([prefix, to]) => (to === uri && !(forAttribute && prefix === '') ? [prefix] : []))
  const again = outer.count + declared.size < roomy && random.below(8) === 0
  let prefix = bound.length > 0 && !again ? random.pick(bound) : random.pick(prefixes)
  while (!fits(prefix)) prefix = random.pick(prefixes)
  if (scope.get(prefix) !== uri || again) declared.set(prefix, uri)
  used.add(prefix)
  return prefix

  function fits(candidate: string): boolean {
    if (forAttribute && candidate === '') return false
    return scope.get(candidate) === uri || !(used.has(candidate) || declared.has(candidate))
  }
}

const equals = (random: Random) => (random.below(15) === 0 ? random.pick([' = ', '= ', '\n=']) : '=')
const gap = (random: Random) => (random.below(12) === 0 ? random.pick(['  ', '\n', '\t', '\r\n ', '\n    ']) : ' ')

export function shuffled<T>(list: readonly T[], random: Random): readonly T[] {
  if (random.below(3) > 0) return list
  const left = [...list]
  const result: T[] = []
  while (left.length > 0) result.push(...left.splice(random.below(left.length), 1))
  return result
}

const named: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' }

/** A character as a reference in one of its forms. */
function reference(character: string, random: Random): string {
  const point = character.codePointAt(0) ?? 0
  const name = named[character]
  if (name !== undefined && random.below(2) === 0) return `&${name};`
  const hex = point.toString(16)
  return random.pick([`&#${point};`, `&#x${hex};`, `&#x${hex.toUpperCase()};`, `&#0${point};`])
}

function text(value: string, random: Random): string {
  const many = random.below(4) === 0
  return value.replace(/./gsu, (character) => {
    if (/[&<>\r]/.test(character) || (many && random.below(8) === 0)) return reference(character, random)
    return character
  })
}

/** An attribute's value in quotation marks; white space other than spaces would be normalised away, so it is referred to. */
function quoted(value: string, random: Random): string {
  const mark = random.below(4) === 0 ? "'" : '"'
  const many = random.below(6) === 0
  const escaped = value.replace(/./gsu, (character) => {
    const must = character === mark || /[&<>\t\n\r]/.test(character)
    return must || (many && random.below(8) === 0) ? reference(character, random) : character
  })
  return mark + escaped + mark
}
