/** What documents cost that are made to cost, beside good ones of their size, and how that grows with the size. */
import { setImmediate, setTimeout } from 'node:timers/promises'
import { verifyResponse } from '@studio-gate/saml'
import type { Cell, Column } from '../packages/cli/src/table.ts'
import { Interrupted } from '../packages/cli/src/trouble.ts'
import { type Judged, proportion } from '../packages/saml/test/cost.ts'
import { hostileResponses } from '../packages/saml/test/hostile.ts'
import { largeResponse, usualResponse } from '../packages/saml/test/large.ts'
import type { Outcome, Part, Setting } from './part.ts'
import { digits, leastCpu, slope } from './rounds.ts'

/** Characters of the documents: each twice the one before, the last just inside the form's limit. */
const sizes = [22_500, 45_000, 90_000, 180_000] as const
/** Milliseconds spent on each size. */
const efforts = { full: 240, quick: 36 } as const

/** Growth that is certainly not linear; n to the power of 2 is what must not be. Caches, and what is the same for every size, bend the line. */
const steepest = 1.5
/** How often what exceeds a limit is measured: whatever else the machine does makes single measurements worse, never better. */
const attempts = 5

interface Growth {
  readonly what: string
  /** CPU of one verification at each size. */
  readonly microseconds: readonly number[]
  /** Times a good response of the largest size. */
  readonly times: number
  /** Of the line through the logarithms of size and time: 1 is linear. */
  readonly exponent: number
}

export const hostile: Part = {
  name: 'hostile',
  about: 'SAML responses made to cost, beside good ones of their size; growth with the size',
  async run(setting) {
    const step = setting.terminal.step('hostile: good responses')
    const good = sizes.map((size) => largeResponse(size))
    const documents = sizes.map((size) => hostileResponses(usualResponse.xml, size))
    const effort = efforts[setting.quick ? 'quick' : 'full']
    // The first of a process is slow.
    grow('a good response', good, true, effort)
    const usual = grow('a good response', good, true, effort)
    const growths = [usual]
    for (const what of documents[0]?.keys() ?? []) {
      if (setting.stop.aborted) {
        step.end('failed')
        throw new Interrupted('interrupted')
      }
      step.update(`hostile: ${what}`)
      const judged = documents.map((all) => {
        return { ...usualResponse, samlResponse: Buffer.from(all.get(what) ?? '').toString('base64') }
      })
      let growth = grow(what, judged, false, effort, usual)
      for (let attempt = 1; attempt < attempts && exceeds(growth); attempt++) {
        await setTimeout(300)
        growth = grow(what, judged, false, effort, usual, growth)
      }
      growths.push(growth)
      await setImmediate()
    }
    step.end('done', `hostile: ${growths.length - 1} kinds of documents in ${sizes.length} sizes`)
    return show(setting, growths)
  },
}

/** `before`: what was measured of the same; the least counts. */
function grow(
  what: string,
  all: readonly Judged[],
  accepted: boolean,
  effort: number,
  usual?: Growth,
  before?: Growth,
): Growth {
  const microseconds = all.map(({ samlResponse, trust, now }, at) => {
    const judge = () => verifyResponse(samlResponse, trust, now).ok === accepted
    const least = before?.microseconds[at] ?? Number.POSITIVE_INFINITY
    return Math.min(least, leastCpu(judge, effort, `${what}, ${sizes[at]}`))
  })
  const last = (list: readonly number[]) => list.at(-1) ?? Number.NaN
  const times = last(microseconds) / last(usual?.microseconds ?? microseconds)
  return { what, microseconds, times, exponent: slope(sizes, microseconds) }
}

function exceeds({ times, exponent }: Growth): boolean {
  return !(times < proportion && exponent < steepest)
}

const columns: readonly Column[] = [
  { title: 'document', least: 24 },
  ...sizes.map((size): Column => ({ title: `${size / 1_000} KB, us`, least: 7, align: 'right' })),
  { title: 'times a good one', least: 6, align: 'right' },
  { title: 'exponent', least: 8, align: 'right' },
]

function show({ terminal }: Setting, growths: readonly Growth[]): Outcome {
  terminal.line(terminal.style('bold', 'hostile: one response judged, CPU of the least of five batches'))
  terminal.table(columns, growths.map(row))
  const [worst, steep] = [highest(growths, ({ times }) => times), highest(growths, ({ exponent }) => exponent)]
  terminal.line(`dearest: ${digits(worst.times)} times a good one, at most ${proportion}: ${worst.what}`)
  terminal.line(`steepest: size to the power of ${digits(steep.exponent)}, where 1 is linear: ${steep.what}`)
  return { figures: { sizes, growths }, sound: !growths.some(exceeds) }
}

function highest(growths: readonly Growth[], by: (growth: Growth) => number): Growth {
  return growths.reduce((one, other) => (by(other) > by(one) ? other : one))
}

function row({ what, microseconds, times, exponent }: Growth): readonly Cell[] {
  return [what, ...microseconds.map(digits), digits(times), digits(exponent)].map((text) => ({ text }))
}
