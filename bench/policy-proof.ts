/** One proof after another in a process of its own, timed part by part: of the template that `studio-gate synth` writes, and of large ones. */
import { readFile } from 'node:fs/promises'
import { confined, evaluate, type Intent } from '@studio-gate/policy'
import { parseTemplate } from '@studio-gate/policy/template'
import { series } from '../packages/policy/test/growing.ts'

export type Ask =
  /** `template`, `scps`, `intent`: paths of files that hold the template, the SCPs, and the declaration as `Intent`. */
  | {
      readonly ask: 'prove'
      readonly template: string
      readonly scps: readonly string[]
      readonly intent: string
      readonly rounds: number
    }
  /** What a call of a series of `growing.ts` takes at its largest size. */
  | { readonly ask: 'memory'; readonly what: string }

export const steps = ['template', 'survey', 'doors', 'changes of walls', 'taking of roles', 'replay'] as const

/**
 * Milliseconds of one proof. `cpu`, by part, is of the thread that proves: what somebody waits for on a machine that does nothing else. `wholeCpu` has the
 * compiler's threads and the garbage collector's besides, `wall` is by the clock.
 */
export interface Round {
  readonly cpu: Readonly<Record<(typeof steps)[number], number>>
  readonly wholeCpu: number
  readonly wall: number
}

/** What was proved, and how long each round took: the first of a process is what a person waits for. */
export interface Proof {
  readonly verdict: string
  readonly size: {
    readonly principals: number
    readonly doors: number
    readonly questions: number
    readonly statements: number
    readonly replayed: number
  }
  readonly rounds: readonly Round[]
  readonly megabytes: number
}

export interface Memory {
  readonly size: number
  /** Most that the process ever held, and what it held before the call. */
  readonly megabytes: number
  readonly before: number
}

process.on('message', (ask: Ask) => {
  // An error ends the process with its stack; whoever asked sees it end.
  void (ask.ask === 'prove' ? proof(ask) : memory(ask)).then((reply) => process.send?.(reply))
})

const mostMegabytes = (): number => process.resourceUsage().maxRSS / 1024

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000

async function proof({ template, scps: files, intent, rounds }: Ask & { readonly ask: 'prove' }): Promise<Proof> {
  const text = await readFile(template, 'utf8')
  const scps = await Promise.all(
    files.map(async (file) => ({ file, json: JSON.parse(await readFile(file, 'utf8')) as unknown })),
  )
  const declared = JSON.parse(await readFile(intent, 'utf8')) as Intent
  const measured: Round[] = []
  let verdict = ''
  let size: Proof['size'] = { principals: 0, doors: 0, questions: 0, statements: 0, replayed: 0 }
  for (let round = 0; round < rounds; round++) {
    const cpu = new Map<string, number>()
    const [wallBefore, cpuBefore] = [performance.now(), process.cpuUsage()]
    let last = process.threadCpuUsage()
    const done = (step: string): void => {
      cpu.set(step, (cpu.get(step) ?? 0) + milliseconds(process.threadCpuUsage(last)))
      last = process.threadCpuUsage()
    }
    const reading = parseTemplate(JSON.parse(text), 'template')
    if (!reading.ok) throw new Error(reading.errors.map(({ message }) => message).join('\n'))
    done('template')
    const found = confined(reading.template, declared, { scps, done })
    // Nothing contradicts the declaration; what is let in has requests to replay, too.
    const replayed = found.doors.flatMap(({ reach }) =>
      reach.reached.flatMap(({ origin, addresses }) => reach.witness(origin, addresses) ?? []),
    )
    if (replayed.some(({ request, policies }) => evaluate(request, policies).effect !== 'allow'))
      throw new Error('a request that should be allowed is not')
    done('replay')
    const whole = { wholeCpu: milliseconds(process.cpuUsage(cpuBefore)), wall: performance.now() - wallBefore }
    measured.push({ cpu: Object.fromEntries(cpu) as Round['cpu'], ...whole })
    verdict = found.verdict
    size = {
      principals: new Set(found.doors.map(({ subject }) => subject.name)).size,
      doors: new Set(found.doors.map(({ door }) => door)).size,
      questions: found.doors.length,
      statements: [text, JSON.stringify(scps)].join().match(/"Effect":/g)?.length ?? 0,
      replayed: replayed.length,
    }
  }
  return { verdict, size, rounds: measured, megabytes: mostMegabytes() }
}

async function memory({ what }: Ask & { readonly ask: 'memory' }): Promise<Memory> {
  const one = series.find((each) => each.what === what)
  const size = one?.sizes.at(-1) ?? 0
  const call = one?.prepare(size)
  const before = mostMegabytes()
  if (call?.() !== true) throw new Error(`${what}, ${size}: the answer is wrong`)
  return { size, megabytes: mostMegabytes(), before }
}
