/**
 * From which addresses of one place a formula can hold for some values of the keys that may be anything. Parts that share no free key are solved by
 * themselves, so what a policy adds costs what it is long; only within tangled parts is a search, which gives each key one value of every kind that
 * the conditions tell apart. Addresses stay sets throughout. What cannot be told is kept apart as `possible`.
 */
import type { ContextValue } from '../vocabulary.ts'
import { type AddressSet, intersection, intersectionOf, isEmpty, isWithin, union, unionOf } from './address-set.ts'
import { type Candidates, candidatesFor, indexOf } from './candidates.ts'
import type { Place } from './facts.ts'
import type { Formula } from './formula.ts'
import type { Undecided } from './region.ts'
import {
  type Assignment,
  boundOf,
  lookupIn,
  narrowed,
  type Residual,
  residualOf,
  type Scope,
  type Test,
  testsIn,
} from './residual.ts'
import { open } from './texts.ts'
import { worthTrying } from './worth-trying.ts'

type Chosen = readonly (readonly [key: string, value: ContextValue | undefined])[]

interface Projection {
  /** From here it certainly holds. */
  readonly certain: AddressSet
  /** From here it may hold; never less than `certain`. */
  readonly possible: AddressSet
  /** The values of the free keys for which it holds at one address of `certain`. */
  readonly at: (address: AddressSet) => Chosen
}

export interface Solved {
  /** From here it is certainly allowed. */
  readonly certain: AddressSet
  /** From here it may be allowed; never less than `certain`. */
  readonly possible: AddressSet
  /** All keys that a request needs to be allowed from this one address, which must be one of `certain`. */
  readonly assignmentAt: (address: AddressSet) => Assignment
  readonly because: readonly Undecided[]
}

interface Search extends Scope {
  readonly because: Map<string, Undecided>
  /** Tests that may still be asked. */
  left: number
}

/** More combinations than any policy that people write needs; and some for each test that there is. */
const [leastTests, timesEach] = [50_000, 20]

const isOpen = (part: Residual): boolean => !('range' in part)

interface Tangle {
  readonly parts: Residual[]
  readonly keys: string[]
}

/** Parts that share a free key, directly or through others, together. */
const tangles = (parts: readonly Residual[]): readonly Tangle[] => {
  const byKey = new Map<string, Tangle>()
  for (const part of parts) {
    const keys = [...new Set(testsIn(part).flatMap(({ waits }) => waits))]
    const met = [...new Set(keys.flatMap((key) => byKey.get(key) ?? []))]
    // The largest takes up the others, so that nothing is moved often.
    const [tangle = { parts: [], keys: [] }, ...others] = met.sort((a, b) => b.keys.length - a.keys.length)
    tangle.parts.push(part)
    for (const key of keys) if (byKey.get(key) !== tangle) tangle.keys.push(key)
    for (const other of others) {
      for (const each of other.parts) tangle.parts.push(each)
      for (const key of other.keys) tangle.keys.push(key)
    }
    for (const key of others.length === 0 ? keys : tangle.keys) byKey.set(key, tangle)
  }
  return [...new Set(byKey.values())]
}

const candidatesIn = (search: Search, tests: readonly Test[], assignment: Assignment, key: string): Candidates => {
  const conditions = tests.flatMap(({ condition, leaf }) => (condition === undefined ? [] : [{ condition, leaf }]))
  const patterns = tests.flatMap(({ condition, leaf }) =>
    condition === undefined ? (leaf.resources?.patterns ?? []) : [],
  )
  const { values, complete } = candidatesFor({
    key,
    index: indexOf(conditions, patterns),
    resource: search.resource,
    lookup: lookupIn(assignment),
    chosenFor: (each) => (assignment.has(each) ? assignment.get(each) : open),
  })
  return { values: worthTrying(tests, key, values), complete }
}

/** Every value of one key in turn, until nothing more can be gained. */
const choose = (search: Search, residual: Residual, assignment: Assignment): Projection => {
  const tests = testsIn(residual)
  const key = tests[0]?.waits[0] ?? ''
  const bound = boundOf(residual)
  const found: { readonly choice: Chosen[number]; readonly projection: Projection }[] = []
  const { values, complete } = candidatesIn(search, tests, assignment, key)
  let certain = unionOf([])
  let tooMany = false
  for (const value of values) {
    if (isWithin(bound, certain)) break
    tooMany = search.left <= 0
    if (tooMany) break
    const extended = new Map([...assignment, [key, value]])
    const projection = project(search, narrowed(search, residual, extended), extended)
    if (isEmpty(projection.possible)) continue
    found.push({ choice: [key, value], projection })
    certain = union(certain, projection.certain)
  }
  if (tooMany) {
    const names = [
      ...new Set(tests.flatMap(({ leaf, condition }) => condition?.written ?? leaf.statement.resources.written)),
    ]
    search.doubt({
      policy: 'all policies',
      construct: `too many combinations of ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' and more' : ''}`,
    })
  } else if (!complete) search.doubt({ policy: 'conditions', construct: `the ways in which \`${key}\` is compared` })
  const open = tooMany || !complete ? [bound] : []
  return {
    certain,
    possible: unionOf([...open, ...found.map(({ projection }) => projection.possible)]),
    at(address) {
      const one = found.find(({ projection }) => !isEmpty(intersection(projection.certain, address)))
      return one === undefined ? [] : [one.choice, ...one.projection.at(address)]
    },
  }
}

const project = (search: Search, residual: Residual, assignment: Assignment): Projection => {
  if ('range' in residual) return { certain: residual.range.sure, possible: residual.range.maybe, at: () => [] }
  if ('test' in residual) return choose(search, residual, assignment)
  if ('some' in residual) {
    const parts = residual.some.map((part) => project(search, part, assignment))
    return {
      certain: unionOf(parts.map(({ certain }) => certain)),
      possible: unionOf(parts.map(({ possible }) => possible)),
      at: (address) => parts.find(({ certain }) => !isEmpty(intersection(certain, address)))?.at(address) ?? [],
    }
  }
  const parts = [
    ...residual.all.filter((part) => !isOpen(part)).map((part) => project(search, part, assignment)),
    ...tangles(residual.all.filter(isOpen)).map(({ parts: [only, ...others] }) =>
      only !== undefined && others.length === 0
        ? project(search, only, assignment)
        : choose(search, { all: only === undefined ? [] : [only, ...others] }, assignment),
    ),
  ]
  return {
    certain: intersectionOf(parts.map(({ certain }) => certain)),
    possible: intersectionOf(parts.map(({ possible }) => possible)),
    at: (address) => parts.flatMap((part) => part.at(address)),
  }
}

/** `fixed` are the keys with a value already, the place's among them. */
export const solve = (formula: Formula, place: Place, resource: string, fixed: Assignment): Solved => {
  const because = new Map<string, Undecided>()
  const search: Search = {
    resource,
    address: place.address,
    because,
    left: 0,
    doubt: (each) => void because.set(`${each.policy} ${each.statement?.index ?? ''} ${each.construct}`, each),
    asked() {
      search.left--
    },
  }
  const residual = residualOf(search, formula, fixed)
  search.left = leastTests + timesEach * -search.left
  const { certain, possible, at } = project(search, residual, fixed)
  return {
    certain,
    possible,
    assignmentAt: (address) => new Map([...fixed, ...at(address)]),
    because: isWithin(possible, certain) ? [] : [...because.values()],
  }
}
