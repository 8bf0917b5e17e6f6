/** Proofs of the example's template, the first of a process apart from the later ones, and the memory that large proofs take. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTerminal, exampleDeclaration, synthesizeDeclaration } from '@studio-gate/cli'
import type { Terminal } from '../packages/cli/src/terminal.ts'
import { startWorker } from './children.ts'
import type { Setting } from './part.ts'
import { type Ask, type Memory, type Proof, type Round, steps } from './policy-proof.ts'
import { digits, shown, spread } from './rounds.ts'

export interface Proofs {
  readonly verdict: string
  readonly size: Proof['size']
  /** The first proof of each of several processes. */
  readonly first: readonly Round[]
  /** Later proofs of one process. */
  readonly later: readonly Round[]
  /** Most that a process with one proof held. */
  readonly megabytes: number
  readonly memory: readonly (Memory & { readonly what: string })[]
}

/** Milliseconds of a proof after start-up. */
const goal = 50

/** Series whose largest size is proved in a process of its own. */
const large = [
  'reach, blocks of one condition',
  'reach, statements, each for an endpoint',
  'confined, statements of a role',
  'confined, roles with a policy each',
]

/** Synthesizes the example declaration and proves the template, with its SCP, in processes that do nothing else. */
export async function prove(
  effort: { readonly starts: number; readonly proofs: number },
  { stop }: Setting,
): Promise<Proofs> {
  const ask = async (question: Ask): Promise<unknown> => {
    const worker = startWorker(new URL('./policy-proof.ts', import.meta.url), stop)
    try {
      return await worker.ask(question)
    } finally {
      await worker.end()
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'studio-gate-bench-'))
  try {
    const silent = createTerminal({ write: () => true }, { write: () => true }, {})
    const wanted = { declaration: exampleDeclaration, outDir: folder, demoHosts: true }
    const written = await synthesizeDeclaration({ terminal: silent, stop }, wanted)
    const intent = join(folder, 'intent-of-the-example.json')
    await writeFile(intent, JSON.stringify(written.intent))
    const files = { ask: 'prove', template: written.templatePath, scps: written.scpPaths, intent } as const
    const first: Round[] = []
    let alone = 0
    for (let start = 0; start < effort.starts; start++) {
      const { rounds, megabytes } = (await ask({ ...files, rounds: 1 })) as Proof
      first.push(...rounds)
      alone = Math.max(alone, megabytes)
    }
    const { verdict, size, rounds } = (await ask({ ...files, rounds: effort.proofs })) as Proof
    const memory: (Memory & { readonly what: string })[] = []
    for (const what of large) memory.push({ what, ...((await ask({ ask: 'memory', what })) as Memory) })
    return { verdict, size, first, later: rounds.slice(1), megabytes: alone, memory }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const waited = ({ cpu }: Round): number => steps.reduce((sum, step) => sum + cpu[step], 0)

export function showProofs(terminal: Terminal, { verdict, size, first, later, megabytes, memory }: Proofs): void {
  const { principals, doors, statements, questions, replayed } = size
  terminal.line(terminal.style('bold', `policy: proving the example's template: ${verdict}`))
  terminal.line(
    `${principals} principals, ${doors} doors, ${statements} statements: ${questions} questions, ${replayed} requests replayed; ${digits(megabytes)} MB at most`,
  )
  const right = { least: 8, align: 'right' } as const
  const line = (step: string, of: (round: Round) => number) =>
    [step, shown(spread(first.map(of))), shown(spread(later.map(of)))].map((text) => ({ text }))
  terminal.table(
    [
      { title: 'step', least: 10 },
      { title: `first of ${first.length} processes, CPU ms`, ...right },
      { title: 'later, CPU ms', ...right },
    ],
    [
      ...steps.map((step) => line(step, ({ cpu }) => cpu[step])),
      line('all of these', waited),
      line('with the compiler and the collector', ({ wholeCpu }) => wholeCpu),
      line('by the clock', ({ wall }) => wall),
    ],
  )
  for (const [when, rounds] of [
    ['first', first],
    ['later', later],
  ] as const) {
    const time = spread(rounds.map(waited)).median
    terminal.line(
      `goal: under ${goal} ms after start-up, ${when}: ${digits(time)}, ${time <= goal ? 'reached' : 'MISSED'}`,
    )
  }
  terminal.line()
  terminal.line(terminal.style('bold', 'policy: memory of large proofs'))
  terminal.table(
    [
      { title: 'what', least: 20 },
      { title: 'size', ...right },
      { title: 'MB before', ...right },
      { title: 'MB at most', ...right },
    ],
    memory.map(({ what, size: n, before, megabytes: most }) =>
      [what, String(n), digits(before), digits(most)].map((text) => ({ text })),
    ),
  )
}
