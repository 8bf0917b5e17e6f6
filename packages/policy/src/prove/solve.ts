/**
 * From which addresses of one place a formula can hold: a search over the keys that may be anything. Each key is given one value of every
 * kind that the conditions tell apart; addresses stay sets throughout. What cannot be told is kept apart as `possible`.
 */
import { networkOf, parseAddress } from '../addresses.ts'
import type { ContextValue } from '../vocabulary.ts'
import {
  type AddressSet,
  complement,
  difference,
  everyAddress,
  intersection,
  isEmpty,
  isWithin,
  noAddress,
  ofBlocks,
  union,
} from './address-set.ts'
import { type Candidates, candidatesFor, type Index, indexOf, variablesOf } from './candidates.ts'
import type { Place } from './facts.ts'
import { type Formula, type Leaf, leavesOf } from './formula.ts'
import { answerTo, blockOf, type Condition, questionOf } from './reading.ts'
import type { Undecided } from './region.ts'
import { filled, type Lookup, type Open, open, textMatches } from './texts.ts'

/** Values of keys; a key that is missing is free, one that is `undefined` is absent. */
export type Assignment = ReadonlyMap<string, ContextValue | undefined>

/** Addresses that one assignment lets in. */
export interface Solution {
  readonly addresses: AddressSet
  readonly assignment: Assignment
}

export interface Solved {
  /** From here it is certainly allowed, and every address lies in the addresses of some solution. */
  readonly certain: AddressSet
  /** From here it may be allowed; never less than `certain`. */
  readonly possible: AddressSet
  readonly solutions: readonly Solution[]
  readonly because: readonly Undecided[]
}

/** Between what surely holds and what may hold. */
interface Range {
  readonly sure: AddressSet
  readonly maybe: AddressSet
}

const yes: Range = { sure: everyAddress, maybe: everyAddress }
const no: Range = { sure: noAddress, maybe: noAddress }
const unsure: Range = { sure: noAddress, maybe: everyAddress }
const exactly = (set: AddressSet): Range => ({ sure: set, maybe: set })

const both = (a: Range, b: Range): Range => ({
  sure: intersection(a.sure, b.sure),
  maybe: intersection(a.maybe, b.maybe),
})
const either = (a: Range, b: Range): Range => ({ sure: union(a.sure, b.sure), maybe: union(a.maybe, b.maybe) })
const opposite = ({ sure, maybe }: Range): Range => ({ sure: complement(maybe), maybe: complement(sure) })

/** A condition on the address itself; undefined when it asks something that is no question about blocks. */
const addressesOf = (condition: Condition, variables: boolean): AddressSet | undefined => {
  const { family, base, negated } = questionOf(condition.operator.written)
  if (family === 'absence')
    return condition.expected.some((value) => value.toLowerCase() === 'false') ? everyAddress : noAddress
  const exact = family === 'text' && base.startsWith('StringEquals')
  if (family !== 'block' && (!exact || (variables && condition.expected.some((value) => value.includes('$')))))
    return undefined
  const blocks = condition.expected.flatMap((value) => {
    if (family === 'block') return blockOf(value) ?? []
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

interface Search {
  readonly formula: Formula
  readonly index: Index
  readonly place: Place
  readonly resource: string
  certain: AddressSet
  possible: AddressSet
  readonly solutions: Solution[]
  readonly because: Map<string, Undecided>
  readonly cache: Map<string, Candidates>
  readonly addresses: Map<Condition, AddressSet | undefined>
  visits: number
}

/** More combinations than any policy that people write needs. */
const visitLimit = 20_000

const lookupIn =
  (assignment: Assignment): Lookup =>
  (key) => {
    if (!assignment.has(key)) return open
    const value = assignment.get(key)
    return typeof value === 'string' ? value : undefined
  }

/** What a formula comes to under an assignment, and a free key that would make it clearer. */
const evaluateUnder = (
  search: Search,
  assignment: Assignment,
): { readonly range: Range; readonly ask: string | undefined } => {
  const lookup = lookupIn(assignment)
  const { address } = search.place
  let ask: string | undefined
  const wonder = (leaf: Leaf, construct: string, keys: readonly string[]): Range => {
    const free = keys.find((key) => key !== address && !assignment.has(key))
    ask ??= free
    if (free === undefined) {
      const { ref } = leaf.statement
      search.because.set(`${ref.policy} ${ref.index} ${construct}`, { policy: ref.policy, statement: ref, construct })
    }
    return unsure
  }
  const ofCondition = (condition: Condition, leaf: Leaf): Range => {
    const { key } = condition
    const construct = `${condition.operator.written} ${condition.written}`
    if (key === address) {
      if (!search.addresses.has(condition))
        search.addresses.set(condition, addressesOf(condition, leaf.statement.variables))
      const set = search.addresses.get(condition)
      return set === undefined ? wonder(leaf, construct, []) : exactly(set)
    }
    const variables = variablesOf({ condition, leaf })
    if (!assignment.has(key)) return wonder(leaf, construct, [...variables, key])
    const answer = answerTo(condition, assignment.get(key), leaf.statement, lookup)
    return answer === open ? wonder(leaf, construct, variables) : answer ? yes : no
  }
  const ofResources = ({ resources, statement }: Leaf, leaf: Leaf): Range => {
    if (resources === undefined) return yes
    const answers = resources.patterns.map((pattern): boolean | Open => {
      const text = filled(pattern, lookup)
      return text === open ? open : text !== undefined && textMatches(text, search.resource)
    })
    if (answers.includes(true)) return resources.not ? no : yes
    if (!answers.includes(open)) return resources.not ? yes : no
    const keys = resources.patterns.flatMap((pattern) =>
      pattern.flatMap((token) => (typeof token === 'object' && 'variable' in token ? [token.variable] : [])),
    )
    return wonder(leaf, `variables in ${statement.resources.written.join(', ')}`, keys)
  }
  const walk = (node: Formula): Range => {
    if ('unseen' in node) {
      search.because.set(node.unseen, {
        policy: node.unseen,
        construct: 'a policy that is not in the snapshot or cannot be read',
      })
      return unsure
    }
    if ('leaf' in node) {
      let range = ofResources(node.leaf, node.leaf)
      for (const condition of node.leaf.statement.conditions) {
        if (isEmpty(range.maybe)) return no
        range = both(range, ofCondition(condition, node.leaf))
      }
      return range
    }
    if ('all' in node) {
      let range = yes
      for (const each of node.all) {
        range = both(range, walk(each))
        if (isEmpty(range.maybe)) return no
      }
      return range
    }
    let range = no
    for (const each of 'some' in node ? node.some : node.none) range = either(range, walk(each))
    return 'some' in node ? range : opposite(range)
  }
  return { range: walk(search.formula), ask }
}

const candidatesUnder = (search: Search, assignment: Assignment, key: string): Candidates => {
  const { index } = search
  const connected =
    (index.uses.get(key) ?? []).length > 0 ||
    (index.byKey.get(key) ?? []).some((placed) => variablesOf(placed).length > 0)
  const known = search.cache.get(key)
  if (known !== undefined) return known
  const found = candidatesFor({
    key,
    index,
    resource: search.resource,
    lookup: lookupIn(assignment),
    chosenFor: (each) => (assignment.has(each) ? assignment.get(each) : open),
  })
  if (!connected) search.cache.set(key, found)
  return found
}

const explore = (search: Search, assignment: Assignment): void => {
  const { range, ask } = evaluateUnder(search, assignment)
  if (!isWithin(range.sure, search.certain)) {
    search.solutions.push({ addresses: difference(range.sure, search.certain), assignment })
    search.certain = union(search.certain, range.sure)
    search.possible = union(search.possible, range.sure)
  }
  // Nothing below this point can add what is already certain.
  if (isWithin(range.maybe, search.certain)) return
  search.visits++
  if (ask === undefined || search.visits > visitLimit) {
    if (ask !== undefined)
      search.because.set('visits', {
        policy: 'all policies',
        construct: `more than ${visitLimit} combinations of condition keys`,
      })
    search.possible = union(search.possible, range.maybe)
    return
  }
  const { values, complete } = candidatesUnder(search, assignment, ask)
  for (const value of values) explore(search, new Map([...assignment, [ask, value]]))
  if (complete || isWithin(range.maybe, search.certain)) return
  search.because.set(`key ${ask}`, { policy: 'conditions', construct: `the ways in which \`${ask}\` is compared` })
  search.possible = union(search.possible, range.maybe)
}

/** `fixed` are the keys with a value already, the place's among them. */
export const solve = (formula: Formula, place: Place, resource: string, fixed: Assignment): Solved => {
  const search: Search = {
    formula,
    index: indexOf(leavesOf(formula)),
    place,
    resource,
    certain: noAddress,
    possible: noAddress,
    solutions: [],
    because: new Map(),
    cache: new Map(),
    addresses: new Map(),
    visits: 0,
  }
  explore(search, fixed)
  const { certain, possible, solutions, because } = search
  return { certain, possible, solutions, because: isWithin(possible, certain) ? [] : [...because.values()] }
}
