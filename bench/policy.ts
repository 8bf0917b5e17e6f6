/** Decisions a second beside @cloud-copilot/iam-simulate, and how reading and evaluating policies grow with them. */
import { Interrupted } from '../packages/cli/src/trouble.ts'
import { startWorker, type Worker } from './children.ts'
import type { Outcome, Part, Setting } from './part.ts'
import { type Growth, measureGrowth } from './policy-growth.ts'
import { type Proofs, prove, showProofs } from './policy-proofs.ts'
import type { Ask, Evaluator, Turn } from './policy-turns.ts'
import { digits, interleave, ratio, type Spread, shown, spread } from './rounds.ts'

/** Random questions besides the vectors, rounds, and milliseconds of a turn, of the warming up and for each size of growth; fresh processes that prove, proofs of one of them. */
const efforts = {
  full: { random: 2_000, rounds: 15, turn: 200, warmUp: 1_500, growth: 600, starts: 9, proofs: 21 },
  quick: { random: 300, rounds: 3, turn: 60, warmUp: 200, growth: 60, starts: 2, proofs: 3 },
} as const

/** Decisions a second, as a multiple of iam-simulate's. */
const goal = { times: 10 } as const

export const policy: Part = {
  name: 'policy',
  about: 'evaluate beside @cloud-copilot/iam-simulate on the same requests; growth with statements and blocks',
  async run(setting) {
    const effort = efforts[setting.quick ? 'quick' : 'full']
    const step = setting.terminal.step('policy: asking everybody the same questions')
    const names: readonly Evaluator[] = [
      'studio-gate',
      'studio-gate, parsing too',
      ...(setting.peers ? (['iam-simulate'] as const) : []),
    ]
    const workers = new Map<Evaluator, Worker>()
    try {
      for (const name of names)
        workers.set(name, startWorker(new URL('./policy-turns.ts', import.meta.url), setting.stop))
      const talk = <T>(name: Evaluator, ask: Ask) => workers.get(name)?.ask(ask) as Promise<T>
      const { kept, left } = await agree(names, effort.random, talk)
      const throughput = await race(names, talk, effort, (text) => step.update(`policy: ${text}`))
      const growth: Growth[] = []
      for (const each of measureGrowth(effort.growth)) {
        if (setting.stop.aborted) throw new Interrupted('interrupted')
        step.update(`policy: ${each.what}`)
        growth.push(each)
        await new Promise(setImmediate)
      }
      step.update('policy: proving the example')
      const proof = await prove(effort, setting)
      step.end(
        'done',
        `policy: ${kept} questions, ${growth.length} series, ${proof.first.length + proof.later.length} proofs`,
      )
      return show(setting, { asked: kept, left, throughput, growth, proof })
    } catch (error) {
      step.end('failed')
      throw error
    } finally {
      await Promise.all([...workers.values()].map((worker) => worker.end()))
    }
  },
}

type Talk = <T>(name: Evaluator, ask: Ask) => Promise<T>

/** Keeps the questions that all decide alike: who decides otherwise may do other work. test/interop knows why it does. */
async function agree(
  names: readonly Evaluator[],
  random: number,
  talk: Talk,
): Promise<{ readonly kept: number; readonly left: number }> {
  const verdicts: (readonly boolean[])[] = []
  for (const evaluator of names)
    verdicts.push(await talk<readonly boolean[]>(evaluator, { ask: 'prepare', evaluator, random }))
  const [first = [], ...others] = verdicts
  const places = first.flatMap((said, place) => (others.every((other) => other[place] === said) ? [place] : []))
  for (const name of names) await talk<number>(name, { ask: 'keep', places })
  return { kept: places.length, left: first.length - places.length }
}

interface Throughput {
  readonly evaluator: Evaluator
  /** CPU of one decision. */
  readonly microseconds: Spread
  /** Decisions as a multiple of iam-simulate's, round by round; absent without it. */
  readonly times?: Spread
}

async function race(
  names: readonly Evaluator[],
  talk: Talk,
  effort: { readonly rounds: number; readonly turn: number; readonly warmUp: number },
  progress: (text: string) => void,
): Promise<readonly Throughput[]> {
  for (const name of names) {
    progress(`warming up ${name}`)
    await talk<Turn>(name, { ask: 'turn', milliseconds: effort.warmUp })
  }
  const turns = await interleave(names, effort.rounds, (name, round) => {
    progress(`${name}, round ${round + 1} of ${effort.rounds}`)
    return talk<Turn>(name, { ask: 'turn', milliseconds: effort.turn })
  })
  const costs = (name: Evaluator) =>
    (turns.get(name) ?? []).map(({ cpuMicroseconds, decisions }) => cpuMicroseconds / decisions)
  return names.map((evaluator) => ({
    evaluator,
    microseconds: spread(costs(evaluator)),
    ...(names.includes('iam-simulate') ? { times: ratio(costs('iam-simulate'), costs(evaluator)) } : {}),
  }))
}

interface Figures {
  readonly proof: Proofs
  readonly asked: number
  readonly left: number
  readonly throughput: readonly Throughput[]
  readonly growth: readonly Growth[]
}

function show(setting: Setting, figures: Figures): Outcome {
  const { terminal } = setting
  const { asked, left, throughput, growth, proof } = figures
  terminal.line(
    terminal.style('bold', `policy: one decision, ${asked} requests in turn, median and quartiles of rounds`),
  )
  terminal.table(
    [
      { title: 'evaluator', least: 12 },
      { title: 'times iam-simulate', least: 8, align: 'right' },
      { title: 'CPU us', least: 8, align: 'right' },
    ],
    throughput.map(({ evaluator, times, microseconds }) =>
      [evaluator, times === undefined ? 'left out' : shown(times), shown(microseconds)].map((text) => ({ text })),
    ),
  )
  const times = throughput.find(({ evaluator }) => evaluator === 'studio-gate')?.times?.median
  if (times !== undefined) {
    terminal.line(
      `goal: ${goal.times} times iam-simulate: ${digits(times)}, ${times >= goal.times ? 'reached' : 'MISSED'}`,
    )
    terminal.line(`${left} questions are left out, which the two decide differently (test/interop)`)
  }
  terminal.line()
  terminal.line(terminal.style('bold', 'policy: growth'))
  terminal.table(
    [
      { title: 'what', least: 20 },
      { title: 'sizes', least: 10 },
      { title: 'CPU us', least: 10 },
      { title: 'exponent', least: 4, align: 'right' },
      { title: 'n log n', least: 4, align: 'right' },
    ],
    growth.map(({ what, sizes, microseconds, exponent, limit }) =>
      [
        what,
        sizes.join(', '),
        microseconds.map(digits).join(', '),
        exponent.toFixed(2),
        `${limit.toFixed(2)}, ${exponent <= limit ? 'reached' : 'MISSED'}`,
      ].map((text) => ({ text })),
    ),
  )
  terminal.line()
  showProofs(terminal, proof)
  return { figures, sound: proof.verdict === 'proved' }
}
