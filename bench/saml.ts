/** Verification of one response: beside the bare cryptography it needs, and beside node-saml. */
import type { Cell, Column } from '../packages/cli/src/table.ts'
import { startWorker, type Worker } from './children.ts'
import type { ContenderName } from './contenders.ts'
import { type Fixture, makeFixtures } from './fixtures.ts'
import type { Outcome, Part, Setting } from './part.ts'
import { digits, interleave, ratio, type Spread, shown, spread } from './rounds.ts'
import type { Ask, Judgement, Tail, Turn } from './saml-turns.ts'

/** Rounds per fixture; a turn and the warming up before the first one, in milliseconds. */
const efforts = {
  full: { rounds: 15, turn: 120, warmUp: 1_200 },
  quick: { rounds: 3, turn: 40, warmUp: 250 },
} as const

/** What `signed twice` should reach, as a fraction of the bare limit, and what is accepted. */
const goal = { wanted: 0.75, accepted: 0.6, timesNodeSaml: 100 } as const

/** One contender on one fixture. Ratios are taken round by round. */
interface Figure {
  readonly fixture: string
  readonly bytes: number
  readonly contender: ContenderName
  /** CPU per verification. */
  readonly microseconds: Spread
  /** Throughput as a fraction of the bare limit's. */
  readonly ofBareLimit: Spread
  /** The same of the median single verification, wall time: other people's load and collected garbage are not in it. */
  readonly ofBareLimitAtP50: number
  /** Throughput as a multiple of node-saml's; absent without it. */
  readonly timesNodeSaml?: Spread
  readonly tail: Tail
}

export const saml: Part = {
  name: 'saml',
  about: 'CPU of verifying one response, beside bare RSA + SHA-256 and @node-saml/node-saml',
  async run(setting) {
    const step = setting.terminal.step('saml: signing the documents')
    const names: readonly ContenderName[] = [
      'bare limit',
      'studio-gate',
      ...(setting.peers ? (['node-saml'] as const) : []),
    ]
    const workers = new Map<ContenderName, Worker>()
    try {
      const fixtures = await makeFixtures(Date.now(), setting.stop)
      for (const name of names)
        workers.set(name, startWorker(new URL('./saml-turns.ts', import.meta.url), setting.stop))
      const talk = <T>(name: ContenderName, ask: Ask) => workers.get(name)?.ask(ask) as Promise<T>
      step.update('saml: asking everybody about good and tampered documents')
      const judged = new Map<ContenderName, readonly Judgement[]>()
      for (const contender of names) {
        judged.set(contender, await talk<readonly Judgement[]>(contender, { ask: 'prepare', contender, fixtures }))
      }
      const wrong = wrongJudgements(judged)
      const figures: Figure[] = []
      // Who refuses a good document does not do the work that is to be timed.
      const refused = wrong.some(({ accepted }) => !accepted)
      for (const fixture of refused ? [] : fixtures) {
        figures.push(...(await measure(fixture, names, talk, setting, (text) => step.update(`saml: ${text}`))))
      }
      step.end('done', `saml: ${figures.length} figures`)
      return show(setting, figures, wrong, countOf(fixtures))
    } catch (error) {
      step.end('failed')
      throw error
    } finally {
      await Promise.all([...workers.values()].map((worker) => worker.end()))
    }
  },
}

type Talk = <T>(name: ContenderName, ask: Ask) => Promise<T>

async function measure(
  { name: fixture, bytes }: Fixture,
  names: readonly ContenderName[],
  talk: Talk,
  setting: Setting,
  progress: (text: string) => void,
): Promise<readonly Figure[]> {
  const effort = efforts[setting.quick ? 'quick' : 'full']
  for (const name of names) {
    progress(`${fixture}: warming up ${name}`)
    await talk<Turn>(name, { ask: 'turn', fixture, milliseconds: effort.warmUp, warmUp: true })
  }
  const turns = await interleave(names, effort.rounds, (name, round) => {
    progress(`${fixture}: round ${round + 1} of ${effort.rounds}`)
    return talk<Turn>(name, { ask: 'turn', fixture, milliseconds: effort.turn, warmUp: false })
  })
  const costs = (name: ContenderName) =>
    (turns.get(name) ?? []).map(({ cpuMicroseconds, verifications }) => cpuMicroseconds / verifications)
  const tails = new Map<ContenderName, Tail>()
  for (const name of names) tails.set(name, await talk<Tail>(name, { ask: 'tail', fixture }))
  const none: Tail = { p50: Number.NaN, p99: Number.NaN }
  return names.map((contender) => {
    const tail = tails.get(contender) ?? none
    return {
      fixture,
      bytes,
      contender,
      microseconds: spread(costs(contender)),
      ofBareLimit: ratio(costs('bare limit'), costs(contender)),
      ofBareLimitAtP50: (tails.get('bare limit') ?? none).p50 / tail.p50,
      ...(names.includes('node-saml') ? { timesNodeSaml: ratio(costs('node-saml'), costs(contender)) } : {}),
      tail,
    }
  })
}

interface Wrong extends Judgement {
  readonly contender: ContenderName
}

function wrongJudgements(judged: ReadonlyMap<ContenderName, readonly Judgement[]>): readonly Wrong[] {
  return [...judged].flatMap(([contender, judgements]) =>
    judgements
      .filter(({ change, accepted }) => accepted !== (change === 'good'))
      .map((judgement) => ({ contender, ...judgement })),
  )
}

function countOf(fixtures: readonly Fixture[]): string {
  const good = fixtures.reduce((sum, fixture) => sum + fixture.good.length, 0)
  const bad = fixtures.reduce((sum, fixture) => sum + fixture.bad.length, 0)
  return `${good} good and ${bad} tampered documents`
}

const columns: readonly Column[] = [
  { title: 'document', least: 16 },
  { title: 'contender', least: 11 },
  { title: 'of bare limit', least: 8, align: 'right' },
  { title: 'at p50', least: 5, align: 'right' },
  { title: 'times node-saml', least: 8, align: 'right' },
  { title: 'p99 / p50', least: 5, align: 'right' },
  { title: 'CPU us', least: 8, align: 'right' },
]

function show(setting: Setting, figures: readonly Figure[], wrong: readonly Wrong[], asked: string): Outcome {
  const { terminal } = setting
  terminal.line(terminal.style('bold', 'saml: one response verified, median and quartiles of rounds'))
  terminal.table(columns, figures.map(row))
  for (const line of verdict(figures)) terminal.line(line)
  if (wrong.length === 0) terminal.line(`before timing, every contender judged ${asked} right`)
  for (const { contender, fixture, change, accepted } of wrong) {
    const text = `${contender} ${accepted ? 'ACCEPTED' : 'REFUSED'} what it must not: ${fixture}, ${change}`
    terminal.line(terminal.style('red', text))
  }
  const sound = wrong.every(({ contender, accepted }) => contender === 'node-saml' && accepted)
  return { figures: { figures, wrong }, sound }
}

function row({
  fixture,
  bytes,
  contender,
  microseconds,
  ofBareLimit,
  ofBareLimitAtP50,
  timesNodeSaml,
  tail,
}: Figure): readonly Cell[] {
  return [
    { text: `${fixture}, ${(bytes / 1000).toFixed(1)} KB` },
    { text: contender },
    { text: shown(ofBareLimit) },
    { text: digits(ofBareLimitAtP50) },
    { text: timesNodeSaml === undefined ? 'left out' : shown(timesNodeSaml) },
    { text: digits(tail.p99 / tail.p50) },
    { text: shown(microseconds) },
  ]
}

function verdict(figures: readonly Figure[]): readonly string[] {
  const ours = figures.find(({ contender }) => contender === 'studio-gate')
  if (ours === undefined) return []
  const { median } = ours.ofBareLimit
  const reached = median >= goal.wanted ? 'reached' : median >= goal.accepted ? 'accepted, not reached' : 'MISSED'
  const first = `goal on \`${ours.fixture}\`: ${goal.wanted} of the bare limit, accepted from ${goal.accepted}: ${digits(median)}, ${reached}`
  const times = ours.timesNodeSaml?.median
  if (times === undefined) return [first]
  const met = times >= goal.timesNodeSaml ? 'reached' : 'MISSED'
  return [first, `goal there: ${goal.timesNodeSaml} times node-saml: ${digits(times)}, ${met}`]
}
