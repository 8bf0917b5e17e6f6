/**
 * `npm run agree`: asks the prover and the evaluator of packages/policy about random policies until they contradict each other, or so many requests
 * have been asked. `--samples N` (10 million), `--seed N` where to begin (1), `--processes N` (2), `--only SEED` one question, shown with its answer.
 * Exit code 1 with the seed and everything that belongs to it when they contradict each other, or when something never occurred.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { originWords, reach } from '@studio-gate/policy'
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

/** Seeds that a process takes at a time. */
const portion = 500

interface Answer {
  readonly tally: Tally
  readonly disagreement?: Disagreement
}

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '10000000' },
    seed: { type: 'string', default: '1' },
    processes: { type: 'string', default: '2' },
    only: { type: 'string' },
    // How the command starts its own processes.
    asked: { type: 'boolean', default: false },
  },
})

const number = (name: 'samples' | 'seed' | 'processes' | 'only'): number => {
  const value = Number(values[name])
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new TypeError(`--${name}: found ${values[name]}; allowed: a whole number`)
}

const judgePortion = (first: number): Answer => {
  const tally = newTally()
  for (let seed = first; seed < first + portion; seed++) {
    const disagreement = judgeSeed(seed, tally)
    if (disagreement !== undefined) return { tally, disagreement }
  }
  return { tally }
}

const add = (sum: Tally, { constructs, ...counts }: Tally): void => {
  for (const [name, value] of Object.entries(counts) as [keyof typeof counts, number][]) sum[name] += value
  for (const [name, value] of Object.entries(constructs)) sum.constructs[name] = (sum.constructs[name] ?? 0) + value
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const shown = (value: number): string => value.toLocaleString('en')

const tell = (disagreement: Disagreement): void => {
  say(JSON.stringify(disagreement, null, 2))
  say(`They contradict each other at seed ${disagreement.seed}: npm run agree -- --only ${disagreement.seed}`)
}

/** One question with its answer, and whether the evaluator agrees. */
const only = (seed: number): number => {
  const { target, principal, policies, options, documents } = drawQuestion(generator(seed))
  const { reached, undecided, because } = reach(principal, target.action, target.resource, policies, options)
  const places = (parts: typeof reached) =>
    parts.map(({ origin, cidrs }) => `${originWords(origin)}: ${cidrs.join(', ')}`)
  const { action, resource } = target
  say(
    JSON.stringify(
      {
        principal,
        action,
        resource,
        options,
        documents,
        reached: places(reached),
        undecided: places(undecided),
        because,
      },
      null,
      2,
    ),
  )
  const disagreement = judgeSeed(seed, newTally())
  if (disagreement === undefined) say(`Seed ${seed}: they agree about ${requestsEach} requests.`)
  else tell(disagreement)
  return disagreement === undefined ? 0 : 1
}

const all = async (): Promise<number> => {
  const [wanted, first] = [number('samples'), number('seed')]
  const started = performance.now()
  const sum = newTally()
  let next = first
  let shownAt = started
  const found: Disagreement[] = []
  const children = new Set<ChildProcess>()
  const end = () => {
    for (const child of children) child.kill('SIGKILL')
  }
  process.once('SIGINT', () => {
    end()
    process.exitCode = 130
  })
  const work = async (): Promise<void> => {
    const child = fork(import.meta.filename, ['--asked'])
    children.add(child)
    const gone = once(child, 'exit')
    while (sum.samples < wanted && found.length === 0) {
      child.send(next)
      next += portion
      const [answer] = (await Promise.race([once(child, 'message'), gone.then(() => [])])) as [Answer?]
      if (answer === undefined) break
      add(sum, answer.tally)
      if (answer.disagreement !== undefined) found.push(answer.disagreement)
      if (performance.now() - shownAt < 10_000) continue
      shownAt = performance.now()
      say(
        `${shown(sum.samples)} of ${shown(wanted)} requests, ${shown(Math.round((sum.samples * 1000) / (shownAt - started)))} a second`,
      )
    }
    child.kill('SIGKILL')
    await gone
  }
  await Promise.all(Array.from({ length: Math.max(1, number('processes')) }, work))
  // Of several the lowest seed.
  const [worst] = found.sort((a, b) => a.seed - b.seed)
  if (worst !== undefined) {
    tell(worst)
    return 1
  }
  if (sum.samples < wanted) return process.exitCode === 130 ? 130 : 1
  const { constructs, ...counts } = sum
  say(
    JSON.stringify({ ...counts, seeds: [first, next - 1], seconds: Math.round((performance.now() - started) / 1000) }),
  )
  say(JSON.stringify(constructs))
  const absent = missing(constructs)
  say(
    absent.length === 0
      ? 'They agree, and every construct occurred.'
      : `They agree, but never occurred: ${absent.join(', ')}`,
  )
  return absent.length === 0 ? 0 : 1
}

if (values.asked)
  process.on('message', (first: number) => {
    process.send?.(judgePortion(first))
  })
else process.exitCode = values.only === undefined ? await all() : only(number('only'))
