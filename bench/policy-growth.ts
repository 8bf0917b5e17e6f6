/** How the time of reading, deciding and proving grows with statements, blocks, keys, roles and endpoints. */
import { series } from '../packages/policy/test/growing.ts'
import { leastCpu, slope } from './rounds.ts'

export interface Growth {
  readonly what: string
  readonly sizes: readonly number[]
  /** CPU per call at each size, median of the rounds. */
  readonly microseconds: readonly number[]
  /** Of the line through the logarithms of both: 1 is linear. */
  readonly exponent: number
  /** What n log n would give on these sizes: no worse is the goal. */
  readonly limit: number
}

/** Throws when a call gives a wrong result: its time would mean nothing. `milliseconds` are spent on each size. */
export function* measureGrowth(milliseconds: number): Generator<Growth> {
  for (const { what, sizes, prepare } of series) {
    const microseconds = sizes.map((size) => leastCpu(prepare(size), milliseconds, `${what}, ${size}`))
    const limits = sizes.map((size) => size * Math.log(size))
    yield { what, sizes, microseconds, exponent: slope(sizes, microseconds), limit: slope(sizes, limits) }
  }
}
