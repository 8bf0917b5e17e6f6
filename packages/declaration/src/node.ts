import type { Place } from './problem.ts'

/** A value with its place in the text: one shape for YAML and for objects, so that both pass through the same checks. */
export type Node = Place &
  (
    | { readonly kind: 'scalar'; readonly value: string | number | boolean | null; readonly source: string }
    | { readonly kind: 'list'; readonly items: readonly Node[] }
    | { readonly kind: 'map'; readonly entries: readonly Entry[] }
    /** What no declaration can hold, such as a function in an object; in words. */
    | { readonly kind: 'foreign'; readonly what: string }
  )

export interface Entry {
  readonly key: string
  readonly keyPlace: Place
  readonly value: Node
}

const nowhere: Place = { line: 0, column: 0 }
/** Deeper than any declaration; bounds the recursion over objects that contain themselves. */
const deepest = 20

/** An object of a program as nodes without places. Keys whose value is `undefined` count as absent. */
export function nodeOf(value: unknown, depth = 0): Node {
  if (depth > deepest) return { ...nowhere, kind: 'foreign', what: 'values nested too deeply' }
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return { ...nowhere, kind: 'scalar', value, source: String(value) }
  if (Array.isArray(value)) return { ...nowhere, kind: 'list', items: value.map((item) => nodeOf(item, depth + 1)) }
  if (typeof value !== 'object') return { ...nowhere, kind: 'foreign', what: `a value of type ${typeof value}` }
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => ({ key, keyPlace: nowhere, value: nodeOf(item, depth + 1) }))
  return { ...nowhere, kind: 'map', entries }
}

/** What stands there, in a few words; text in backticks and cut at 60 characters. */
export function inWords(node: Node): string {
  if (node.kind === 'foreign') return node.what
  if (node.kind === 'list') return node.items.length === 0 ? 'an empty list' : `a list of ${node.items.length}`
  if (node.kind === 'map') return node.entries.length === 0 ? 'an empty map' : `a map with \`${node.entries[0]?.key}\``
  if (node.value === null || node.value === '') return 'nothing'
  const quoted = `\`${node.source.length > 60 ? `${node.source.slice(0, 57)}...` : node.source}\``
  return typeof node.value === 'string' ? quoted : `the ${typeof node.value} ${quoted}`
}
