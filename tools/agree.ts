/** `npm run agree [-- --samples N] [--seed S] [--only SEED]`: prover and evaluator of packages/policy. Ends with 0, or 1 on a disagreement. */
import { originWords, reach } from '@studio-gate/policy'
import type { Terminal } from '../packages/cli/src/terminal.ts'
import { exitCodes, Interrupted } from '../packages/cli/src/trouble.ts'
import { missing } from '../packages/policy/test/agreement/constructs.ts'
import {
  type Disagreement,
  judgeSeed,
  newTally,
  requestsEach,
  type Tally,
} from '../packages/policy/test/agreement/judge.ts'
import { drawQuestion } from '../packages/policy/test/agreement/policies.ts'
import { generator } from '../packages/policy/test/generator.ts'
import type { Answer, Seeds } from './agree-worker.ts'
import { type Around, grouped, longStep, readOptions, runCommand, wholeNumber } from './command.ts'
import { handOut } from './portions.ts'

const name = 'npm run agree'

const help = `npm run agree [-- options]

Asks the prover and the evaluator about random policies until they contradict each other, or so many requests have been asked.
Ends with 1, and all that belongs to the question, where they do; and where some construct never occurred.

  --samples N    how many requests; 10 000 000 if absent
  --seed S       where to begin; 1 if absent
  --only SEED    one question, shown with its answer
  --processes N  how many at once; 2 if absent`

const options = {
  samples: { type: 'string', default: '10000000' },
  seed: { type: 'string', default: '1' },
  only: { type: 'string' },
  processes: { type: 'string', default: '2' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Seeds that a process is asked about at once. */
const portion = 500

async function run({ terminal, stop }: Around): Promise<number> {
  const { values } = readOptions(name, { options })
  if (values.help) {
    terminal.line(help)
    return exitCodes.ok
  }
  if (values.only !== undefined) return one(wholeNumber('--only', values.only, 0, 2 ** 31 - 1), terminal)
  const samples = wholeNumber('--samples', values.samples, 1, 1e12)
  const first = wholeNumber('--seed', values.seed, 0, 2 ** 31 - 1)
  const processes = wholeNumber('--processes', values.processes, 1, 64)
  const step = longStep(terminal, `${grouped(samples)} requests`)
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1_000
  const sum = newTally()
  const found: Disagreement[] = []
  const worker = new URL('agree-worker.ts', import.meta.url)
  try {
    await handOut({ worker, processes, portions: seedsFrom(first), stop }, ({ tally, disagreement }: Answer) => {
      add(sum, tally)
      if (disagreement !== undefined) found.push(disagreement)
      step.update(
        `${grouped(sum.samples)} of ${grouped(samples)} requests, ${grouped(sum.samples / seconds())} a second`,
      )
      return disagreement === undefined && sum.samples < samples
    })
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  }
  // Of several the lowest seed.
  const [worst] = found.toSorted((a, b) => a.seed - b.seed)
  const whole = sum.samples >= samples
  step.end(worst !== undefined ? 'failed' : whole ? 'done' : 'note', `${grouped(sum.samples)} requests`)
  if (worst !== undefined) {
    tell(worst, terminal)
    return exitCodes.differs
  }
  return whole ? summarise(sum, terminal) : exitCodes.interrupted
}

function* seedsFrom(first: number): Iterable<Seeds> {
  for (let next = first; ; next += portion) yield { first: next, count: portion }
}

function add(sum: Tally, { constructs, ...counts }: Tally): void {
  for (const [name, value] of Object.entries(counts) as [keyof typeof counts, number][]) sum[name] += value
  for (const [name, value] of Object.entries(constructs)) sum.constructs[name] = (sum.constructs[name] ?? 0) + value
}

/** They agreed; what never occurred counts as well. */
function summarise({ constructs, ...counts }: Tally, terminal: Terminal): number {
  terminal.line(JSON.stringify(counts))
  terminal.line(JSON.stringify(constructs))
  const absent = missing(constructs)
  terminal.line(
    absent.length === 0
      ? 'They agree, and every construct occurred.'
      : `They agree, but never occurred: ${absent.join(', ')}`,
  )
  return absent.length === 0 ? exitCodes.ok : exitCodes.differs
}

function tell(disagreement: Disagreement, terminal: Terminal): void {
  terminal.line(JSON.stringify(disagreement, null, 2))
  terminal.line(`They contradict each other at seed ${disagreement.seed}: ${name} -- --only ${disagreement.seed}`)
}

/** One question with its answer, and whether the evaluator agrees. */
function one(seed: number, terminal: Terminal): number {
  const { target, principal, policies, options, documents } = drawQuestion(generator(seed))
  const { action, resource } = target
  const { reached, undecided, because } = reach(principal, action, resource, policies, options)
  const places = (parts: typeof reached) =>
    parts.map(({ origin, cidrs }) => `${originWords(origin)}: ${cidrs.join(', ')}`)
  const question = { principal, action, resource, options, documents }
  const answer = { reached: places(reached), undecided: places(undecided), because }
  terminal.line(JSON.stringify({ ...question, ...answer }, null, 2))
  const disagreement = judgeSeed(seed, newTally())
  if (disagreement === undefined) terminal.line(`Seed ${seed}: they agree about ${requestsEach} requests.`)
  else tell(disagreement, terminal)
  return disagreement === undefined ? exitCodes.ok : exitCodes.differs
}

await runCommand(name, run)
