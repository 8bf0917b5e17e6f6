import { durationOf, secondsOf } from './duration.ts'
import { choose, inList } from './near.ts'
import { type Entry, inWords, type Node } from './node.ts'
import type { Place, Report } from './problem.ts'
import { longestName, namePattern, nameSays, type RecordShape, type Shape } from './shape.ts'

interface Walk {
  readonly report: Report
  /** Filled on the way: path -> place, for whoever has to say something about a value later. */
  readonly places: Map<string, Place>
}

/**
 * Checks a node against a shape, reporting everything that does not fit, and returns the plain value. Without a report the value is of
 * the type that the shape stands for; with one it is of no use.
 */
export function check(node: Node, shape: Shape, path: string, walk: Walk): unknown {
  const here: Place = { line: node.line, column: node.column }
  walk.places.set(path, here)
  const refuse = (allowed: string, fix: string): undefined =>
    void walk.report.error(path, `found ${inWords(node)}; allowed: ${allowed}`, fix, here)
  switch (shape.kind) {
    case 'version':
      if (node.kind === 'scalar' && node.value === shape.is) return shape.is
      return refuse(`the number ${shape.is}`, `write \`version: ${shape.is}\`, or leave it out`)
    case 'text': {
      const text = textIn(node, shape.says, refuse)
      if (text === undefined) return undefined
      const tooLong = shape.longest !== undefined && text.length > shape.longest
      return !tooLong && shape.matches.test(text) ? text : refuse(shape.says, 'change it to one of the allowed forms')
    }
    case 'choice': {
      const text = textIn(node, inList(shape.of), refuse)
      return text === undefined || shape.of.includes(text) ? text : refuse(inList(shape.of), choose(text, shape.of))
    }
    case 'duration':
      return checkDuration(node, shape.from, shape.to, refuse)
    case 'list':
      if (node.kind !== 'list') return refuse('a list', listFix(node))
      if (node.items.length < shape.least) return refuse('a list of at least one', 'add one, or remove the key')
      return node.items.map((item, index) => check(item, shape.of, `${path}[${index}]`, walk))
    case 'oneOrMany':
      if (node.kind !== 'list') return check(node, shape.of, path, walk)
      if (node.items.length === 0) return refuse('one, or a list of at least one', 'add one')
      return node.items.map((item, index) => check(item, shape.of, `${path}[${index}]`, walk))
    case 'named':
      if (node.kind !== 'map') return refuse('a map with names of your choice', 'write `name: value`, indented')
      if (node.entries.length < shape.least) return refuse('at least one name', 'add one')
      return fromEntries(node.entries.map((entry) => [entry.key, checkNamed(entry, shape.of, path, walk)]))
    case 'record':
      return node.kind === 'map' ? checkRecord(node, shape, path, walk) : refuse(keysOf(shape), 'write `key: value`')
    case 'wordOrRecord': {
      if (node.kind === 'map') return checkRecord(node, shape.record, path, walk)
      const allowed = `${inList(shape.word)}, or a map with ${keysOf(shape.record)}`
      const text = textIn(node, allowed, refuse)
      return text === undefined || shape.word.includes(text) ? text : refuse(allowed, choose(text, shape.word))
    }
    case 'variants': {
      if (node.kind !== 'map') return refuse(`a map with \`${shape.by}\``, 'write `key: value`')
      const entry = node.entries.find(({ key }) => key === shape.by)
      const chosen = entry?.value.kind === 'scalar' ? String(entry.value.value) : ''
      const names = Object.keys(shape.of)
      const variant = Object.hasOwn(shape.of, chosen) ? shape.of[chosen] : undefined
      if (variant !== undefined) return checkRecord(node, variant, path, walk)
      if (entry !== undefined) return check(entry.value, { kind: 'choice', of: names }, join(path, shape.by), walk)
      // A misspelt `effect` is told from a missing one by the keys that every variant shares.
      const likely = Object.values(shape.of).at(0)
      return likely === undefined ? undefined : checkRecord(node, likely, path, walk)
    }
  }
}

/** Extends a path by a key. */
export const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** Unlike assignment, gives a key such as `__proto__` no special meaning. */
const fromEntries = (entries: readonly (readonly [string, unknown])[]): unknown => Object.fromEntries(entries)

const keysOf = (shape: RecordShape): string => {
  const keys = Object.keys(shape.settings)
  return shape.exactlyOne === undefined ? inList(keys) : `exactly one of ${inList(shape.exactlyOne)}`
}

const firstSentence = (text: string): string => text.split(/\.(?: |$)/, 1)[0] ?? text

type Refuse = (allowed: string, fix: string) => undefined

function textIn(node: Node, allowed: string, refuse: Refuse): string | undefined {
  if (node.kind !== 'scalar' || node.value === null) return refuse(allowed, 'write a value')
  if (typeof node.value !== 'string')
    return refuse(allowed, `if it is meant as a text, write it in quotes: "${node.source}"`)
  return node.value
}

function listFix(node: Node): string {
  return node.kind === 'scalar' && node.value !== null
    ? `write it in brackets: [${node.source}]`
    : 'write each on a line with `- ` in front'
}

function checkDuration(node: Node, from: number, to: number, refuse: Refuse): string | undefined {
  const allowed = `${durationOf(from)} to ${durationOf(to)}, such as ${durationOf(to)}`
  if (node.kind === 'scalar' && typeof node.value === 'number')
    return refuse(allowed, `write a unit: h, m or s, such as ${node.source}s`)
  const text = textIn(node, allowed, refuse)
  if (text === undefined) return undefined
  const seconds = secondsOf(text)
  if (seconds === undefined) return refuse(allowed, 'write hours, minutes, seconds in this order, such as 1h30m')
  if (seconds < from) return refuse(allowed, `write at least ${durationOf(from)}`)
  return seconds > to ? refuse(allowed, `write at most ${durationOf(to)}`) : text
}

function checkNamed(entry: Entry, shape: Shape, path: string, walk: Walk): unknown {
  const inner = join(path, entry.key)
  if (!namePattern.test(entry.key) || entry.key.length > longestName)
    walk.report.error(
      inner,
      `found the name \`${entry.key}\`; allowed: ${nameSays}`,
      'choose another name',
      entry.keyPlace,
    )
  return check(entry.value, shape, inner, walk)
}

function checkRecord(node: Node & { kind: 'map' }, shape: RecordShape, path: string, walk: Walk): unknown {
  walk.places.set(path, { line: node.line, column: node.column })
  const known = Object.keys(shape.settings)
  const values: [string, unknown][] = []
  const unknown: string[] = []
  for (const { key, keyPlace, value } of node.entries) {
    const setting = Object.hasOwn(shape.settings, key) ? shape.settings[key] : undefined
    if (setting !== undefined) {
      values.push([key, check(value, setting.shape, join(path, key), walk)])
      continue
    }
    unknown.push(key)
    const fix = choose(key, known)
    walk.report.error(join(path, key), `found the unknown key \`${key}\`; allowed: ${inList(known)}`, fix, keyPlace)
  }
  const present = values.map(([key]) => key)
  for (const [key, setting] of Object.entries(shape.settings)) {
    // A misspelt key was reported where it stands; that it is missing as well is no second mistake.
    const misspelt = unknown.some((word) => choose(word, known).includes(`\`${key}\`?`))
    if (setting.required && !present.includes(key) && !misspelt)
      walk.report.error(path, `\`${key}\` is missing`, `add \`${key}:\` (${firstSentence(setting.about)})`)
  }
  if (shape.exactlyOne !== undefined && unknown.length === 0) {
    const found = shape.exactlyOne.filter((key) => present.includes(key))
    if (found.length !== 1)
      walk.report.error(
        path,
        `found ${found.length === 0 ? 'none of them' : inList(found)}; allowed: exactly one of ${inList(shape.exactlyOne)}`,
        found.length === 0 ? 'add one' : 'keep one; several kinds are several entries',
      )
  }
  return fromEntries(values)
}
