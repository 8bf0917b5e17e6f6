/** Exact sets of IP addresses: sorted, disjoint, non-adjacent intervals of IPv4 and of IPv6, and their minimal CIDR lists. */
import { type Address, type Cidr, networkOf, parseCidr } from '../addresses.ts'

/** Both ends included. */
type Interval = readonly [first: bigint, last: bigint]

export interface AddressSet {
  readonly v4: readonly Interval[]
  readonly v6: readonly Interval[]
}

const last4 = (1n << 32n) - 1n
const last6 = (1n << 128n) - 1n

export const noAddress: AddressSet = { v4: [], v6: [] }
export const everyAddress: AddressSet = { v4: [[0n, last4]], v6: [[0n, last6]] }

export const isEmpty = ({ v4, v6 }: AddressSet): boolean => v4.length === 0 && v6.length === 0

/** Sets that hold nothing or everything are always the two above, which are known at a glance. */
const made = (v4: readonly Interval[], v6: readonly Interval[]): AddressSet => {
  if (v4.length === 0 && v6.length === 0) return noAddress
  const [one, other] = [v4[0], v6[0]]
  const all = one?.[0] === 0n && one[1] === last4 && other?.[0] === 0n && other[1] === last6
  return all ? everyAddress : { v4, v6 }
}

/** Joins what overlaps or touches: the one form that equal sets share. */
const tidy = (intervals: readonly Interval[]): readonly Interval[] => {
  const sorted = intervals.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const joined: [bigint, bigint][] = []
  for (const [first, last] of sorted) {
    const previous = joined.at(-1)
    if (previous !== undefined && first <= previous[1] + 1n) {
      if (last > previous[1]) previous[1] = last
    } else {
      joined.push([first, last])
    }
  }
  return joined
}

/** Of many sets at once: two by two, each would be sorted as often as there are others. */
export const unionOf = (sets: readonly AddressSet[]): AddressSet => {
  if (sets.includes(everyAddress)) return everyAddress
  const some = sets.filter((set) => set !== noAddress)
  const [first = noAddress] = some
  if (some.length < 2) return first
  return made(tidy(some.flatMap(({ v4 }) => v4)), tidy(some.flatMap(({ v6 }) => v6)))
}

export const union = (a: AddressSet, b: AddressSet): AddressSet => unionOf([a, b])

const outside = (intervals: readonly Interval[], end: bigint): readonly Interval[] => {
  const gaps: Interval[] = []
  let from = 0n
  for (const [first, last] of intervals) {
    if (first > from) gaps.push([from, first - 1n])
    from = last + 1n
  }
  if (from <= end) gaps.push([from, end])
  return gaps
}

export const complement = (set: AddressSet): AddressSet => {
  if (set === everyAddress) return noAddress
  if (set === noAddress) return everyAddress
  return made(outside(set.v4, last4), outside(set.v6, last6))
}

const common = (a: readonly Interval[], b: readonly Interval[]): readonly Interval[] => {
  const shared: Interval[] = []
  let [i, j] = [0, 0]
  for (let x = a[i], y = b[j]; x !== undefined && y !== undefined; x = a[i], y = b[j]) {
    const first = x[0] > y[0] ? x[0] : y[0]
    const last = x[1] < y[1] ? x[1] : y[1]
    if (first <= last) shared.push([first, last])
    if (x[1] < y[1]) i++
    else j++
  }
  return shared
}

export const intersection = (a: AddressSet, b: AddressSet): AddressSet => {
  if (a === everyAddress || b === noAddress) return b
  if (b === everyAddress || a === noAddress) return a
  return made(common(a.v4, b.v4), common(a.v6, b.v6))
}

export const intersectionOf = (sets: readonly AddressSet[]): AddressSet => {
  const [first = everyAddress, second] = sets
  if (second === undefined) return first
  return sets.length === 2 ? intersection(first, second) : complement(unionOf(sets.map(complement)))
}

/** What is in `a` and not in `b`. */
export const difference = (a: AddressSet, b: AddressSet): AddressSet => intersection(a, complement(b))

export const isWithin = (a: AddressSet, b: AddressSet): boolean => isEmpty(difference(a, b))

/** Whether an address lies in the set: halves what is left to search, so that long lists cost little. */
export const holds = ({ v4, v6 }: AddressSet, { bits, value }: Address): boolean => {
  const intervals = bits === 32 ? v4 : v6
  let [from, to] = [0, intervals.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((intervals[middle]?.[1] ?? 0n) < value) from = middle + 1
    else to = middle
  }
  const first = intervals[from]?.[0]
  return first !== undefined && first <= value
}

/** The addresses of parsed blocks; bits after a prefix are ignored. */
export const ofBlocks = (blocks: readonly Cidr[]): AddressSet => {
  const of = (bits: number) =>
    tidy(
      blocks
        .filter((block) => block.bits === bits)
        .map(({ value, prefix }): Interval => {
          const free = BigInt(bits - prefix)
          const first = (value >> free) << free
          return [first, first + (1n << free) - 1n]
        }),
    )
  return made(of(32), of(128))
}

const blocksOf = (intervals: readonly Interval[], bits: 32 | 128): readonly string[] =>
  intervals.flatMap(([first, last]) => {
    const blocks: string[] = []
    for (let from = first; from <= last; ) {
      let free = 0
      // The largest block that starts here and does not reach past the end.
      while (free < bits && ((from >> BigInt(free)) & 1n) === 0n && from + (1n << BigInt(free + 1)) - 1n <= last) free++
      blocks.push(networkOf({ bits, value: from, prefix: bits - free, hostBits: false }))
      from += 1n << BigInt(free)
    }
    return blocks
  })

/** The fewest CIDR blocks that make up the set: IPv4 first, ascending. */
export const toCidrs = ({ v4, v6 }: AddressSet): readonly string[] => [...blocksOf(v4, 32), ...blocksOf(v6, 128)]

const textOf = (value: bigint, bits: 32 | 128): string =>
  networkOf({ bits, value, prefix: bits, hostBits: false }).replace(/\/\d+$/, '')

/** The fewest blocks with the same addresses; what is no block is left out. */
export const joinedCidrs = (cidrs: readonly string[]): readonly string[] =>
  toCidrs(ofBlocks(cidrs.flatMap((cidr) => parseCidr(cidr) ?? [])))

/** First and last address of every interval, as texts: the edges of the set, for witnesses and for tests. */
export const edges = ({ v4, v6 }: AddressSet): readonly string[] => [
  ...v4.flatMap((ends) => ends.map((end) => textOf(end, 32))),
  ...v6.flatMap((ends) => ends.map((end) => textOf(end, 128))),
]

/** The set of one address. */
export const only = (address: string): AddressSet =>
  ofBlocks([address].flatMap((text) => parseCidr(`${text}/${text.includes(':') ? 128 : 32}`) ?? []))

/** Addresses of documentation (RFC 5737, RFC 3849), which nobody mistakes for somebody's. */
const examples = [0xcb00_7107n, 0xc633_6407n, 0xc000_0207n]

/** Some address of the set; undefined when there is none. */
export const anyAddress = ({ v4, v6 }: AddressSet): string | undefined => {
  const example = examples.find((value) => v4.some(([first, last]) => first <= value && value <= last))
  if (example !== undefined) return textOf(example, 32)
  const [interval, bits] = v4[0] === undefined ? ([v6[0], 128] as const) : ([v4[0], 32] as const)
  if (interval === undefined) return undefined
  const [first, last] = interval
  // The first address of a block is nobody's own.
  return textOf(first < last ? first + 1n : first, bits)
}
