/**
 * Values to try for a key that may be anything: for every combination of answers that the conditions on it can give, one value. `complete` says whether
 * that is certain; where it is not, `solve` counts what is left as undecided.
 */
import type { ContextValue } from '../vocabulary.ts'
import { complement, edges } from './address-set.ts'
import type { Leaf } from './formula.ts'
import { type Condition, dateOf, listed, numberOf, questionOf, textTest } from './reading.ts'
import { tellingTexts } from './telling-texts.ts'
import {
  fillings,
  type Lookup,
  open,
  type TextTest,
  type Tokens,
  tokensOf,
  variablesIn as variablesOfTokens,
} from './texts.ts'

/** A condition with the statement that it stands in. */
export interface Placed {
  readonly condition: Condition
  readonly leaf: Leaf
}

/** All conditions of a formula by key, and the places that use a key as a variable. */
export interface Index {
  readonly byKey: ReadonlyMap<string, readonly Placed[]>
  readonly uses: ReadonlyMap<string, readonly Placed[]>
  readonly resources: ReadonlyMap<string, readonly Tokens[]>
}

export interface Candidates {
  readonly values: readonly (ContextValue | undefined)[]
  readonly complete: boolean
}

const push = <T>(map: Map<string, T[]>, key: string, item: T): void => {
  const list = map.get(key)
  if (list === undefined) map.set(key, [item])
  else list.push(item)
}

const variablesIn = new WeakMap<Condition, readonly string[]>()

/** Variables of a condition's values. */
export const variablesOf = ({ condition, leaf }: Placed): readonly string[] => {
  if (!leaf.statement.variables || questionOf(condition.operator.written).family !== 'text') return []
  let found = variablesIn.get(condition)
  if (found === undefined) {
    found = condition.expected.flatMap((value) =>
      value.includes('${') ? variablesOfTokens(tokensOf(value, true, true)) : [],
    )
    variablesIn.set(condition, found)
  }
  return found
}

/** `patterns`: of resources. */
export const indexOf = (conditions: readonly Placed[], patterns: readonly Tokens[]): Index => {
  const [byKey, uses, resources] = [
    new Map<string, Placed[]>(),
    new Map<string, Placed[]>(),
    new Map<string, Tokens[]>(),
  ]
  for (const placed of conditions) {
    push(byKey, placed.condition.key, placed)
    for (const variable of new Set(variablesOf(placed))) push(uses, variable, placed)
  }
  for (const pattern of patterns)
    for (const variable of new Set(variablesOfTokens(pattern))) push(resources, variable, pattern)
  return { byKey, uses, resources }
}

/** The documented keys with several values; keys of single services may have several where a policy expects it (3.14). */
const severalValued: ReadonlySet<string> = new Set([
  'aws:tagkeys',
  'aws:calledvia',
  'aws:principalorgpaths',
  'aws:resourceorgpaths',
  'aws:sourceorgpaths',
  'aws:vpceorgpaths',
  'aws:principalservicenameslist',
])

const around = (thresholds: readonly number[], write: (value: number) => string): readonly string[] => {
  const sorted = [...new Set(thresholds)].sort((a, b) => a - b)
  const [first = 0] = sorted
  const last = sorted.at(-1) ?? first
  const between = sorted.slice(1).map((value, index) => (value + (sorted[index] ?? value)) / 2)
  return [first - 1, ...sorted, ...between, last + 1].map(write)
}

const lone = /^\$\{[^}]*\}$/

interface Wanted {
  readonly key: string
  readonly index: Index
  readonly resource: string
  readonly lookup: Lookup
  /** What the value of a key is already, `open` while it is free. */
  readonly chosenFor: (key: string) => ContextValue | undefined | typeof open
  /** Texts must begin so: `vpce-`. */
  readonly prefix?: string
}

/** Keys whose values must be told apart together, because one is compared with the other. */
const linked = ({ key, index, chosenFor }: Wanted): { readonly keys: ReadonlySet<string>; readonly exact: boolean } => {
  const keys = new Set([key])
  let exact = true
  const partners = (each: string): readonly string[] => [
    ...(index.uses.get(each) ?? []).map(({ condition }) => condition.key),
    ...(index.byKey.get(each) ?? []).flatMap(variablesOf),
  ]
  for (const each of keys) for (const partner of partners(each)) keys.add(partner)
  // With a value on the other side the fillings are all that matter.
  for (const each of keys)
    for (const { condition } of index.uses.get(each) ?? [])
      for (const value of condition.expected)
        if (
          chosenFor(condition.key) === open &&
          value.includes('${') &&
          (!lone.test(value) || value.includes("'") || /IgnoreCase/.test(condition.operator.written))
        )
          exact = false
  return { keys, exact }
}

const textsFor = ({ key, index, resource, lookup, chosenFor, prefix = '' }: Wanted): Candidates => {
  const wanted: Wanted = { key, index, resource, lookup, chosenFor, prefix }
  const { keys, exact } = linked(wanted)
  const literals = new Set<string>()
  const tests: TextTest[] = []
  let complete = exact
  for (const each of keys) {
    for (const { condition, leaf } of index.byKey.get(each) ?? []) {
      const question = questionOf(condition.operator.written)
      if (question.family !== 'text') {
        if (each !== key && question.family !== 'absence') complete = false
        continue
      }
      for (const expected of condition.expected) {
        const test = textTest(question, expected, leaf.statement.variables, lookup)
        if (test === open || test === undefined) continue
        if (!test.fold && test.tokens.every((token) => typeof token === 'string')) literals.add(test.tokens.join(''))
        else tests.push(test)
      }
    }
    const value = each === key ? open : chosenFor(each)
    if (typeof value === 'string') literals.add(value)
    else if (Array.isArray(value)) for (const item of value) literals.add(item)
  }
  // What a key is compared with must be able to take the values that matter for that one, too, wherever they are asked of it.
  for (const each of keys) {
    for (const pattern of index.resources.get(each) ?? [])
      for (const text of fillings(pattern, each, resource)) literals.add(text)
    for (const { condition } of index.uses.get(each) ?? []) {
      const value = chosenFor(condition.key)
      if (typeof value !== 'string') continue
      for (const expected of condition.expected)
        for (const text of fillings(tokensOf(expected, true, /Like|Arn/.test(condition.operator.written)), each, value))
          literals.add(text)
    }
  }
  const chosen = [...literals].filter((text) => text.startsWith(prefix))
  if (tests.length === 0) {
    // Without patterns only the literals and any other text differ; a longer text than all of them is another.
    const longest = chosen.reduce((most, text) => Math.max(most, text.length), 0)
    const other = `${prefix}${'x'.repeat(longest + 1)}`
    return { values: [undefined, '', ...chosen, other], complete }
  }
  const plain = chosen.map((text): TextTest => ({ tokens: Array.from(text), fold: false }))
  const found = tellingTexts([...tests, ...plain], prefix)
  return { values: [undefined, '', ...chosen, ...found.texts], complete: complete && found.complete }
}

const valuesFor = (wanted: Wanted): Candidates => {
  const placed = wanted.index.byKey.get(wanted.key) ?? []
  const expected = (family: string): readonly string[] =>
    placed.flatMap(({ condition }) =>
      questionOf(condition.operator.written).family === family ? condition.expected : [],
    )
  const families = new Set(placed.map(({ condition }) => questionOf(condition.operator.written).family))
  families.delete('absence')
  const texts = textsFor(wanted)
  const values: (ContextValue | undefined)[] = [...texts.values]
  let complete = texts.complete
  const thresholds = (family: string, read: (text: string) => number | undefined): readonly number[] =>
    expected(family).flatMap((text) => read(text) ?? [])
  if (families.has('number')) {
    const numbers = thresholds('number', numberOf)
    if (numbers.some((number) => Math.abs(number) > 1e12)) complete = false
    values.push(...around(numbers, String).filter((text) => numberOf(text) !== undefined), 'no number')
  }
  if (families.has('date')) {
    const dates = thresholds('date', dateOf)
    if (dates.some((time) => !(time > -6e13 && time < 2.5e14))) complete = false
    else values.push(...around(dates, (time) => new Date(Math.floor(time)).toISOString()), 'no date')
  }
  if (families.has('bool')) values.push('true', 'false', 'neither')
  if (families.has('bytes')) values.push(...expected('bytes'), 'c3R1ZGlvLWdhdGU=', '?')
  if (families.has('block')) {
    // Every region that the lists tell apart begins where one of them begins or ends.
    for (const { condition, leaf } of placed) {
      const { addresses } = listed(condition, leaf.statement.variables)
      if (addresses === undefined) continue
      for (const edge of [...edges(addresses), ...edges(complement(addresses))]) values.push(edge)
    }
    values.push('no address')
  }
  if (families.size > 1 && !(families.size === 1 && families.has('text'))) complete = false
  return { values: [...new Set(values)], complete }
}

const listLimit = 2000

/** Lists of up to as many values as there are conditions that need one of their own. */
const listsOf = (texts: readonly string[], most: number): Candidates => {
  const lists: (readonly string[])[] = []
  const extend = (list: readonly string[], from: number): void => {
    if (lists.length > listLimit) return
    if (list.length > 1) lists.push(list)
    if (list.length < most) for (let at = from; at < texts.length; at++) extend([...list, texts[at] ?? ''], at + 1)
  }
  extend([], 0)
  return { values: lists, complete: lists.length <= listLimit }
}

/** Values worth trying for a key. The absent value comes first. */
export const candidatesFor = (wanted: Wanted): Candidates => {
  const { key, index } = wanted
  const single = valuesFor(wanted)
  const sets = (index.byKey.get(key) ?? []).filter(({ condition }) => condition.operator.quantifier !== 'one').length
  const several = severalValued.has(key) || (sets > 0 && !key.startsWith('aws:'))
  if (!several) return single
  const texts = single.values.filter((value) => typeof value === 'string')
  const lists = listsOf(texts, Math.max(2, sets))
  return { values: [...single.values, ...lists.values], complete: single.complete && lists.complete }
}
