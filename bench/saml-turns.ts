/** One contender in a process of its own: what it leaves behind for the garbage collector is charged to nobody else. */
import { type ContenderName, contender, type Judge } from './contenders.ts'
import type { Fixture, Signed } from './fixtures.ts'
import { quantile } from './rounds.ts'
import { takeMedians } from './stage-clock.ts'

/** Those that this process can be: one cannot. */
type Own = Exclude<ContenderName, 'libxmlsec'>

/** `other`: where another checkout's verifier is. `stages`: of the turns since they were last asked for, warming up included; the medians in the order of `stages`. */
export type Ask =
  | {
      readonly ask: 'prepare'
      readonly contender: Own
      readonly fixtures: readonly Fixture[]
      readonly other?: string | undefined
    }
  /** Milliseconds of wall time; of CPU for warming up. */
  | { readonly ask: 'turn'; readonly fixture: string; readonly milliseconds: number; readonly warmUp: boolean }
  | { readonly ask: 'tail'; readonly fixture: string }
  | { readonly ask: 'stages' }

/** What it said to documents that it had to accept or refuse; before anything is timed. */
export interface Judgement {
  readonly fixture: string
  /** `good`, or what was changed. */
  readonly change: string
  readonly accepted: boolean
}

/** CPU of all threads of the process: other people's load is not in it, its garbage collection is. */
export interface Turn {
  readonly verifications: number
  readonly cpuMicroseconds: number
}

/** Wall time of single verifications over all turns, in microseconds. */
export interface Tail {
  readonly p50: number
  readonly p99: number
}

interface Prepared {
  readonly judge: Judge
  readonly good: readonly Signed[]
  readonly latencies: number[]
  next: number
}

const prepared = new Map<string, Prepared>()

process.on('message', (ask: Ask) => {
  // An error ends the process with its stack; whoever asked sees it end.
  void answer(ask).then((reply) => process.send?.(reply))
})

async function answer(ask: Ask): Promise<readonly Judgement[] | Turn | Tail | readonly number[]> {
  if (ask.ask === 'stages') return takeMedians()
  if (ask.ask === 'prepare') return prepare(await contender(ask.contender, ask.other), ask.fixtures)
  const fixture = prepared.get(ask.fixture)
  if (fixture === undefined) throw new Error(`no fixture ${ask.fixture}`)
  if (ask.ask === 'turn') return turn(fixture, ask.milliseconds, ask.warmUp)
  const sorted = fixture.latencies.toSorted((left, right) => left - right)
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
}

async function prepare(make: (fixture: Fixture) => Judge, fixtures: readonly Fixture[]) {
  const judgements: Judgement[] = []
  for (const fixture of fixtures) {
    const judge = make(fixture)
    prepared.set(fixture.name, { judge, good: fixture.good, latencies: [], next: 0 })
    for (const signed of fixture.good) {
      // Another name than the signed one is as wrong as a refusal.
      const accepted = (await judge(signed)) === signed.who
      judgements.push({ fixture: fixture.name, change: 'good', accepted })
    }
    for (const { change, signed } of fixture.bad) {
      judgements.push({ fixture: fixture.name, change, accepted: (await judge(signed)) !== undefined })
    }
  }
  return judgements
}

async function turn(fixture: Prepared, milliseconds: number, warmUp: boolean): Promise<Turn> {
  const { judge, good, latencies } = fixture
  const until = performance.now() + milliseconds
  const before = process.cpuUsage()
  let verifications = 0
  // Compiling needs work done, however long other people's load draws that out.
  const spent = () => sum(process.cpuUsage(before)) / 1_000
  for (let started = performance.now(); warmUp ? spent() < milliseconds : started < until; ) {
    const signed = good[fixture.next++ % good.length]
    if (signed === undefined) throw new Error('no documents')
    const said = judge(signed)
    const who = said instanceof Promise ? await said : said
    if (who !== signed.who) throw new Error('a good document was refused in a turn')
    verifications++
    const ended = performance.now()
    if (!warmUp) latencies.push((ended - started) * 1_000)
    started = ended
  }
  const cpuMicroseconds = sum(process.cpuUsage(before))
  return { verifications, cpuMicroseconds }
}

function sum({ user, system }: NodeJS.CpuUsage): number {
  return user + system
}
