/** Nothing grows faster than n log n: neither deciding nor proving, with statements, blocks, keys, roles or endpoints. `npm run bench -- policy` measures far larger sizes. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { series } from './growing.ts'

/** The larger size, and how much smaller the other one is. */
const [large, times] = [4_800, 8]
/** Of templates, which cost more at every size. */
const largeTemplate = 240
/** Between n log n, which is at most 1.2 on these sizes, and the square. */
const limit = 1.45
const attempts = 12

/** CPU of a call in microseconds: the least of some batches, after one that warms up. */
const costOf = (call: () => boolean, what: string): number => {
  let least = Number.POSITIVE_INFINITY
  for (let batch = 0; batch < 3; batch++) {
    const before = process.cpuUsage()
    let [calls, spent] = [0, 0]
    while (spent < 4_000) {
      assert.ok(call(), `${what}: the answer is wrong`)
      calls++
      spent = process.cpuUsage(before).user
    }
    if (batch > 0) least = Math.min(least, spent / calls)
  }
  return least
}

describe('growth', () => {
  for (const { what, prepare, sizes } of series)
    it(what, { timeout: 60_000 }, async () => {
      const top = Math.min(sizes.at(-1) ?? 0, /^(confined|compare)/.test(what) ? largeTemplate : large)
      const exponents: number[] = []
      // Whatever else the machine does makes single measurements worse, never better; it may do it for a second or two.
      while (exponents.length < attempts && !exponents.some((exponent) => exponent < limit)) {
        if (exponents.length > 2) await setTimeout(300)
        const low = costOf(prepare(top / times), what)
        const high = costOf(prepare(top), what)
        exponents.push(Math.log(high / low) / Math.log(times))
      }
      assert.ok(
        exponents.some((exponent) => exponent < limit),
        `grows with the power ${exponents.map((each) => each.toFixed(2)).join(', ')}`,
      )
    })
})
