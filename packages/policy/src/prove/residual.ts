/**
 * What is left of a formula once some keys have values: addresses where it is decided, tests where it still waits for a key. Negations are moved down
 * to the tests, so whatever makes one test true can only let in more.
 */
import { networkOf, parseAddress } from '../addresses.ts'
import type { ContextValue } from '../vocabulary.ts'
import {
  type AddressSet,
  complement,
  everyAddress,
  intersectionOf,
  isEmpty,
  noAddress,
  ofBlocks,
  unionOf,
} from './address-set.ts'
import { variablesOf } from './candidates.ts'
import type { Formula, Leaf } from './formula.ts'
import { answerTo, type Condition, listed, questionOf } from './reading.ts'
import type { Undecided } from './region.ts'
import { filled, type Lookup, type Open, open, textMatches } from './texts.ts'

/** Values of keys; a key that is missing is free, one that is `undefined` is absent. */
export type Assignment = ReadonlyMap<string, ContextValue | undefined>

/** Between what surely holds and what may hold. */
export interface Range {
  readonly sure: AddressSet
  readonly maybe: AddressSet
}

/** One condition of a statement, or without `condition` its resources, that must come to `wanted`; `waits` for these free keys, in this order. */
export interface Test {
  readonly leaf: Leaf
  readonly condition?: Condition
  readonly wanted: boolean
  readonly waits: readonly string[]
}

type Asked = Omit<Test, 'waits'>

export type Residual =
  | { readonly range: Range }
  | { readonly test: Test }
  | { readonly all: readonly Residual[] }
  | { readonly some: readonly Residual[] }

/** What does not change while the keys get their values. */
export interface Scope {
  readonly resource: string
  /** The key that holds the address, if any. */
  readonly address: string | undefined
  /** Called with what cannot be decided, whatever the keys are. */
  doubt(undecided: Undecided): void
  /** Called for each test that is asked. */
  asked(): void
}

const yes: Residual = { range: { sure: everyAddress, maybe: everyAddress } }
const no: Residual = { range: { sure: noAddress, maybe: noAddress } }
const unsure: Residual = { range: { sure: noAddress, maybe: everyAddress } }

/** A condition on the address itself; undefined when it asks something that is no question about blocks. */
const addressesOf = (condition: Condition, variables: boolean): AddressSet | undefined => {
  const { family, base, negated } = questionOf(condition.operator.written)
  if (family === 'absence')
    return condition.expected.some((value) => value.toLowerCase() === 'false') ? everyAddress : noAddress
  const exact = family === 'text' && base.startsWith('StringEquals')
  if (family !== 'block' && (!exact || (variables && condition.expected.some((value) => value.includes('$')))))
    return undefined
  const { addresses } = listed(condition, variables)
  if (addresses !== undefined) return negated ? complement(addresses) : addresses
  const blocks = condition.expected.flatMap((value) => {
    const address = parseAddress(value)
    if (address === undefined) return []
    const block = { ...address, prefix: address.bits, hostBits: false }
    // As a text an address has one spelling, the canonical one that requests carry.
    const same = networkOf(block).replace(/\/\d+$/, '') === (base === 'StringEquals' ? value : value.toLowerCase())
    return same ? block : []
  })
  const set = ofBlocks(blocks)
  return negated ? complement(set) : set
}

/** Blocks are read once, however many principals and endpoints are held against them. */
const addressSets = new WeakMap<Condition, AddressSet | 'not about blocks'>()

const addressesIn = (condition: Condition, variables: boolean): AddressSet | undefined => {
  let set = addressSets.get(condition)
  if (set === undefined) {
    set = addressesOf(condition, variables) ?? 'not about blocks'
    addressSets.set(condition, set)
  }
  return set === 'not about blocks' ? undefined : set
}

const variablesIn = (leaf: Leaf): readonly string[] =>
  (leaf.resources?.patterns ?? []).flatMap((pattern) =>
    pattern.flatMap((token) => (typeof token === 'object' && 'variable' in token ? [token.variable] : [])),
  )

const resourcesMatch = (leaf: Leaf, resource: string, lookup: Lookup): boolean | Open => {
  const { patterns, not } = leaf.resources ?? { patterns: [], not: true }
  const answers = patterns.map((pattern): boolean | Open => {
    const text = filled(pattern, lookup)
    return text === open ? open : text !== undefined && textMatches(text, resource)
  })
  if (answers.includes(true)) return !not
  return answers.includes(open) ? open : not
}

export const lookupIn =
  (assignment: Assignment): Lookup =>
  (key) => {
    if (!assignment.has(key)) return open
    const value = assignment.get(key)
    return typeof value === 'string' ? value : undefined
  }

/** Nothing that could be chosen would make this any clearer. */
const doubtful = (scope: Scope, { leaf: { statement }, condition }: Asked): Residual => {
  const construct =
    condition === undefined
      ? `variables in ${statement.resources.written.join(', ')}`
      : `${condition.operator.written} ${condition.written}`
  scope.doubt({ policy: statement.ref.policy, statement: statement.ref, construct })
  return unsure
}

/** A test under an assignment. */
const ask = (scope: Scope, assignment: Assignment, test: Asked): Residual => {
  scope.asked()
  const { leaf, condition, wanted } = test
  const { statement } = leaf
  const lookup = lookupIn(assignment)
  if (condition !== undefined && condition.key === scope.address) {
    const set = addressesIn(condition, statement.variables)
    if (set !== undefined) {
      const addresses = wanted ? set : complement(set)
      return { range: { sure: addresses, maybe: addresses } }
    }
    return doubtful(scope, test)
  }
  const free = (keys: readonly string[]) => keys.filter((key) => key !== scope.address && !assignment.has(key))
  const decided =
    condition === undefined
      ? resourcesMatch(leaf, scope.resource, lookup)
      : assignment.has(condition.key)
        ? answerTo(condition, assignment.get(condition.key), statement, lookup)
        : open
  if (decided !== open) return decided === wanted ? yes : no
  const waits = free(condition === undefined ? variablesIn(leaf) : [...variablesOf({ condition, leaf }), condition.key])
  if (waits.length > 0) return { test: { ...test, waits } }
  return doubtful(scope, test)
}

const rangeOf = (part: Residual): Range | undefined => ('range' in part ? part.range : undefined)

/** All parts together: what is decided in one piece, nothing within another of its kind. */
const allOf = (parts: readonly Residual[]): Residual => {
  const flat = parts.flatMap((part) => ('all' in part ? part.all : [part]))
  const ranges = flat.flatMap((part) => rangeOf(part) ?? [])
  const range = {
    sure: intersectionOf(ranges.map(({ sure }) => sure)),
    maybe: intersectionOf(ranges.map(({ maybe }) => maybe)),
  }
  if (isEmpty(range.maybe)) return no
  const others = flat.filter((part) => !('range' in part))
  if (others.length === 0) return { range }
  const kept = range.sure === everyAddress ? others : [{ range }, ...others]
  return kept.length === 1 && kept[0] !== undefined ? kept[0] : { all: kept }
}

const someOf = (parts: readonly Residual[]): Residual => {
  const flat = parts.flatMap((part) => ('some' in part ? part.some : [part]))
  const ranges = flat.flatMap((part) => rangeOf(part) ?? [])
  const range = { sure: unionOf(ranges.map(({ sure }) => sure)), maybe: unionOf(ranges.map(({ maybe }) => maybe)) }
  const others = flat.filter((part) => !('range' in part))
  if (others.length === 0 || range.sure === everyAddress) return { range }
  const kept = range.maybe === noAddress ? others : [{ range }, ...others]
  return kept.length === 1 && kept[0] !== undefined ? kept[0] : { some: kept }
}

const isNo = (part: Residual): boolean => 'range' in part && part.range.maybe === noAddress
const isYes = (part: Residual): boolean => 'range' in part && part.range.sure === everyAddress

/** Parts that must all hold, or one of which must: made one by one until one of them settles it. */
const joined = <T>(parts: readonly T[], together: boolean, make: (part: T) => Residual): Residual => {
  const found: Residual[] = []
  for (const part of parts) {
    const made = make(part)
    if (together ? isNo(made) : isYes(made)) return made
    found.push(made)
  }
  return together ? allOf(found) : someOf(found)
}

/** A formula, or its negation unless `wanted`, under an assignment. */
export const residualOf = (scope: Scope, formula: Formula, assignment: Assignment, wanted = true): Residual => {
  if ('unseen' in formula) {
    scope.doubt({ policy: formula.unseen, construct: 'a policy that is not in the snapshot or cannot be read' })
    return unsure
  }
  if ('leaf' in formula) {
    const { leaf } = formula
    const { conditions } = leaf.statement
    const asking = leaf.resources === undefined ? conditions : [undefined, ...conditions]
    return joined(asking, wanted, (condition) =>
      ask(scope, assignment, { leaf, wanted, ...(condition === undefined ? {} : { condition }) }),
    )
  }
  const parts = 'all' in formula ? formula.all : 'some' in formula ? formula.some : formula.none
  const each = 'none' in formula ? !wanted : wanted
  return joined(parts, 'some' in formula !== wanted, (part) => residualOf(scope, part, assignment, each))
}

/** What is left once more keys have values. */
export const narrowed = (scope: Scope, residual: Residual, assignment: Assignment): Residual => {
  if ('range' in residual) return residual
  if ('test' in residual) return ask(scope, assignment, residual.test)
  const together = 'all' in residual
  return joined(together ? residual.all : residual.some, together, (part) => narrowed(scope, part, assignment))
}

/** The most that can become of it: every test taken for true. */
export const boundOf = (residual: Residual): AddressSet => {
  if ('range' in residual) return residual.range.maybe
  if ('test' in residual) return everyAddress
  return 'all' in residual ? intersectionOf(residual.all.map(boundOf)) : unionOf(residual.some.map(boundOf))
}

/** Every test in it. */
export const testsIn = (residual: Residual): readonly Test[] => {
  if ('range' in residual) return []
  if ('test' in residual) return [residual.test]
  return ('all' in residual ? residual.all : residual.some).flatMap(testsIn)
}
