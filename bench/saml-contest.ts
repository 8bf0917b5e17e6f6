/** The contenders by turns on every document: who judged right before the clock ran, what each took, and where ours took it. */
import { startLines, startWorker, type Worker } from './children.ts'
import type { ContenderName } from './contenders.ts'
import type { Fixture } from './fixtures.ts'
import { type Libxmlsec, libxmlsecScript } from './libxmlsec.ts'
import type { Outcome, Setting } from './part.ts'
import { interleave, ratio, type Spread, spread } from './rounds.ts'
import { type Stages, showStages } from './saml-stages.ts'
import { show } from './saml-table.ts'
import type { Ask, Judgement, Tail, Turn } from './saml-turns.ts'

/** Rounds per fixture; a turn and the CPU of warming up before the first one, in milliseconds. */
const efforts = {
  full: { rounds: 15, turn: 120, warmUp: 3_000 },
  quick: { rounds: 3, turn: 30, warmUp: 100 },
} as const

/** One contender on one fixture. Ratios are taken round by round. */
export interface Figure {
  readonly fixture: string
  readonly bytes: number
  readonly contender: ContenderName
  /** CPU per verification. */
  readonly microseconds: Spread
  /** Throughput as a fraction of the bare limit's. */
  readonly ofBareLimit: Spread
  /** The same of the median single verification, wall time: other people's load and collected garbage are not in it. */
  readonly ofBareLimitAtP50: number
  /** Throughput as a multiple of a peer's, or of the other checkout's; absent without it. */
  readonly timesNodeSaml?: Spread
  readonly timesLibxmlsec?: Spread
  readonly timesOther?: Spread
  readonly tail: Tail
}

export interface Wrong extends Judgement {
  readonly contender: ContenderName
}

type Talk = <T>(name: ContenderName, ask: Ask | AskPython) => Promise<T>
type AskPython = { readonly ask: 'prepare'; readonly contender: ContenderName; readonly fixtures: readonly Fixture[] }

/** Times all that accept what is good, and says in red who accepted what is not. */
export async function contest(
  setting: Setting,
  fixtures: readonly Fixture[],
  libxmlsec: Libxmlsec,
): Promise<Outcome & { readonly figures: object }> {
  const step = setting.terminal.step('saml: asking everybody about good and tampered documents')
  const workers = start(setting, libxmlsec)
  const names = [...workers.keys()]
  const talk: Talk = <T>(name: ContenderName, ask: Ask | AskPython) => workers.get(name)?.ask(ask) as Promise<T>
  try {
    const wrong: Wrong[] = []
    for (const contender of names) {
      const ask = { ask: 'prepare', contender, fixtures, other: setting.against } as const
      const judged = await talk<readonly Judgement[]>(contender, ask)
      const wrongly = judged.filter(({ change, accepted }) => accepted !== (change === 'good'))
      wrong.push(...wrongly.map((judgement) => ({ contender, ...judgement })))
    }
    const figures: Figure[] = []
    const stages: Stages[] = []
    // Who refuses a good document does not do the work that is to be timed.
    const refused = wrong.some(({ accepted }) => !accepted)
    for (const fixture of refused ? [] : fixtures) {
      const found = await measure(fixture, names, talk, setting, (text) => step.update(`saml: ${text}`))
      figures.push(...found.figures)
      stages.push(found.stages)
    }
    step.end('done', `saml: ${figures.length} figures`)
    show(setting.terminal, figures, wrong, fixtures, libxmlsec)
    setting.terminal.line()
    showStages(setting.terminal, stages)
    const peers: readonly ContenderName[] = ['node-saml', 'libxmlsec', 'other checkout']
    const sound = wrong.every(({ contender, accepted }) => peers.includes(contender) && accepted)
    return { figures: { figures, wrong, stages }, sound }
  } catch (error) {
    step.end('failed')
    throw error
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.end()))
  }
}

/** Each in a process of its own. */
function start({ peers, against, stop }: Setting, libxmlsec: Libxmlsec): ReadonlyMap<ContenderName, Worker> {
  const turns = new URL('./saml-turns.ts', import.meta.url)
  const preload = ['--import', new URL('./stage-hooks.ts', import.meta.url).href]
  return new Map<ContenderName, Worker>([
    ['bare limit', startWorker(turns, stop)],
    ['studio-gate', startWorker(turns, stop)],
    ['with clocks', startWorker(turns, stop, preload)],
    ...(against === undefined ? [] : ([['other checkout', startWorker(turns, stop)]] as const)),
    ...(peers ? ([['node-saml', startWorker(turns, stop)]] as const) : []),
    ...('python' in libxmlsec ? ([['libxmlsec', startLines(libxmlsec.python, [libxmlsecScript], stop)]] as const) : []),
  ])
}

type TimesKey = 'timesNodeSaml' | 'timesLibxmlsec' | 'timesOther'

async function measure(
  { name: fixture, bytes }: Fixture,
  names: readonly ContenderName[],
  talk: Talk,
  setting: Setting,
  progress: (text: string) => void,
): Promise<{ readonly figures: readonly Figure[]; readonly stages: Stages }> {
  const effort = efforts[setting.quick ? 'quick' : 'full']
  for (const name of names) {
    progress(`${fixture}: warming up ${name}`)
    await talk<Turn>(name, { ask: 'turn', fixture, milliseconds: effort.warmUp, warmUp: true })
  }
  // What it kept while it warmed up is forgotten.
  await talk('with clocks', { ask: 'stages' })
  const turns = await interleave(names, effort.rounds, (name, round) => {
    progress(`${fixture}: round ${round + 1} of ${effort.rounds}`)
    return talk<Turn>(name, { ask: 'turn', fixture, milliseconds: effort.turn, warmUp: false })
  })
  const costs = (name: ContenderName) =>
    (turns.get(name) ?? []).map(({ cpuMicroseconds, verifications }) => cpuMicroseconds / verifications)
  const tails = new Map<ContenderName, Tail>()
  for (const name of names) tails.set(name, await talk<Tail>(name, { ask: 'tail', fixture }))
  const none: Tail = { p50: Number.NaN, p99: Number.NaN }
  const times = (peer: ContenderName, key: TimesKey, contender: ContenderName) =>
    names.includes(peer) ? { [key]: ratio(costs(peer), costs(contender)) } : {}
  const figures = names.map((contender) => {
    const tail = tails.get(contender) ?? none
    return {
      fixture,
      bytes,
      contender,
      microseconds: spread(costs(contender)),
      ofBareLimit: ratio(costs('bare limit'), costs(contender)),
      ofBareLimitAtP50: (tails.get('bare limit') ?? none).p50 / tail.p50,
      ...times('node-saml', 'timesNodeSaml', contender),
      ...times('libxmlsec', 'timesLibxmlsec', contender),
      ...times('other checkout', 'timesOther', contender),
      tail,
    }
  })
  const microseconds = await talk<readonly number[]>('with clocks', { ask: 'stages' })
  const whole = (name: ContenderName) => (tails.get(name) ?? none).p50
  const stages = { fixture, microseconds, withClocks: whole('with clocks'), without: whole('studio-gate') }
  return { figures: figures.filter(({ contender }) => contender !== 'with clocks'), stages }
}
