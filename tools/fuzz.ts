/** `npm run fuzz [-- --documents N] [--seed S] [--only INDEX]`: hostile documents for the SAML verifier. Ends with 0, or 1 on a finding. */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { startWorker, type Worker } from '../bench/children.ts'
import { createTerminal, type Step, type Terminal } from '../packages/cli/src/terminal.ts'
import { exitCodes, Interrupted, Trouble } from '../packages/cli/src/trouble.ts'
import { proportion } from '../packages/saml/test/cost.ts'
import { each } from '../packages/saml/test/fuzz/documents.ts'
import { createJudge, type Finding, nothing, sum, type Tally } from '../packages/saml/test/fuzz/judge.ts'

const help = `npm run fuzz [-- options]

Makes SAML responses from a seed: good ones of every form, signed with RSA and on curves, some encrypted, forgeries by another key, and
mutations by structure, characters and cost, before encryption and after. Each must be refused or say what a genuine one says; good ones
must be accepted; none may throw, or cost ${proportion} times a good one of its size and key.

  --documents N  how many; 5 000 000 if absent
  --seed S       a number below 2^31; drawn and printed if absent
  --only INDEX   judge one document again, and print it as XML
  --processes N  how many at once; 2 if absent`

const options = {
  documents: { type: 'string', default: '5000000' },
  seed: { type: 'string' },
  only: { type: 'string' },
  processes: { type: 'string', default: '2' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Documents that a worker is asked for at once: a whole number of originals. */
const portion = 10 * each

/** More findings than these say nothing new. */
const enough = 10

function number(name: string, text: string, least: number, most: number): number {
  const found = Number(text.replaceAll(/[ _]/g, ''))
  if (Number.isSafeInteger(found) && found >= least && found <= most) return found
  throw new Trouble(`\`${text}\` is no number from ${least} to ${most}`, `--${name}`, 'give another', exitCodes.usage)
}

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...args], options })
    return {
      help: values.help,
      documents: number('documents', values.documents, 1, 1e12),
      seed: values.seed === undefined ? randomInt(2 ** 31) : number('seed', values.seed, 0, 2 ** 31 - 1),
      only: values.only === undefined ? undefined : number('only', values.only, 0, 1e12),
      processes: number('processes', values.processes, 1, 64),
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const what = (error.message.split('. ')[0] ?? '').replaceAll("'", '`')
    throw new Trouble(what, 'npm run fuzz', 'see `npm run fuzz -- --help`', exitCodes.usage)
  }
}

const grouped = (count: number) => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ')

const documentsIn = (tally: Tally) => Object.values(tally.documents).reduce((all, count) => all + count, 0)

async function run(args: readonly string[], terminal: Terminal, stop: AbortSignal): Promise<number> {
  const { help: wantsHelp, documents, seed, only, processes } = readArguments(args)
  if (wantsHelp) {
    terminal.line(help)
    return exitCodes.ok
  }
  if (only !== undefined) return one(seed, only, terminal)
  terminal.line(`seed ${seed}`)
  const step = terminal.step(`${grouped(documents)} documents`)
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1_000
  let tally = nothing
  try {
    await judgeAll({ documents, seed, processes, stop }, (more) => {
      tally = sum(tally, more)
      const done = documentsIn(tally)
      step.update(`${grouped(done)} of ${grouped(documents)} documents, ${grouped(done / seconds())} a second`)
      return tally.findings.length < enough
    })
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  }
  summarise(tally, documentsIn(tally) === documents, seconds(), step, terminal)
  for (const finding of tally.findings) report(finding, seed, terminal)
  return tally.findings.length === 0 ? exitCodes.ok : exitCodes.differs
}

interface Job {
  readonly documents: number
  readonly seed: number
  readonly processes: number
  readonly stop: AbortSignal
}

/** Hands out portions until all are judged or `goOn` says no. Throws `Interrupted` when it is stopped. */
async function judgeAll({ documents, seed, processes, stop }: Job, goOn: (tally: Tally) => boolean): Promise<void> {
  let next = 0
  let going = true
  const work = async (worker: Worker) => {
    while (going && next < documents) {
      const from = next
      const count = Math.min(portion, documents - from)
      next += count
      going = goOn((await worker.ask({ seed, from, count })) as Tally) && going
    }
  }
  const all = Array.from({ length: Math.min(processes, Math.ceil(documents / portion)) }, () =>
    startWorker(new URL('fuzz-worker.ts', import.meta.url), stop),
  )
  try {
    await Promise.all(all.map(work))
  } finally {
    await Promise.all(all.map((worker) => worker.end()))
  }
}

function summarise(tally: Tally, whole: boolean, seconds: number, step: Step, terminal: Terminal): void {
  const done = documentsIn(tally)
  const found = tally.findings.length
  step.end(
    found > 0 ? 'failed' : whole ? 'done' : 'note',
    `${grouped(done)} documents in ${grouped(seconds)} s, ${grouped(done / seconds)} a second`,
  )
  const { untouched, forged, mutated, plaintext, bytes, field, hostile } = tally.documents
  const kinds = {
    untouched,
    forged,
    'mutated by structure': mutated,
    'before they were encrypted': plaintext,
    'by characters': bytes,
    'in base64': field,
    'made to cost': hostile,
  }
  terminal.line(
    `${grouped(done)} documents, ${grouped(tally.octets / 1e6)} MB: ${Object.entries(kinds)
      .map(([kind, count]) => `${grouped(count)} ${kind}`)
      .join(', ')}`,
  )
  terminal.line(
    `${grouped(tally.refused)} refused, ${grouped(tally.same)} accepted with the identity of a genuine response`,
  )
  terminal.line(
    `the dearest cost ${tally.dearest.times.toFixed(1)} times a good response of its size: ${tally.dearest.how}`,
  )
  terminal.line(found === 0 ? terminal.style('green', 'no finding') : terminal.style('red', `${found} findings`))
}

function report({ index, problem, how }: Finding, seed: number, terminal: Terminal): void {
  terminal.line()
  terminal.line(
    `${terminal.style('red', problem)}\n  made by ${how}\n  again: npm run fuzz -- --seed ${seed} --only ${index}`,
  )
}

function one(seed: number, index: number, terminal: Terminal): number {
  const { document, answer, tally } = createJudge(seed).only(index)
  terminal.note(`seed ${seed}, document ${index}: ${document.kind}, ${document.how}`)
  terminal.note(`the verifier says: ${answer}`)
  for (const { problem } of tally.findings) terminal.note(`finding: ${problem}`)
  terminal.line(Buffer.from(document.samlResponse, 'base64').toString())
  return tally.findings.length === 0 ? exitCodes.ok : exitCodes.differs
}

const terminal = createTerminal()
const stopping = new AbortController()
const stopCodes = { SIGINT: exitCodes.interrupted, SIGTERM: 143, SIGHUP: 129 } as const
for (const [signal, code] of Object.entries(stopCodes)) {
  process.on(signal, () => {
    process.exitCode = code
    stopping.abort()
  })
}
process.stdout.on('error', () => {
  process.exitCode = 141
  stopping.abort()
})
try {
  const code = await run(process.argv.slice(2), terminal, stopping.signal)
  process.exitCode ??= code
} catch (error) {
  const trouble = error instanceof Trouble ? error : undefined
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  terminal.note(`what went wrong: ${trouble?.message ?? `a fault of the fuzzing: ${stack}`}`)
  terminal.note(`where: ${trouble?.where ?? 'tools/fuzz.ts'}`)
  terminal.note(`what to do: ${trouble?.todo ?? 'report what is printed here'}`)
  process.exitCode = trouble?.exitCode ?? exitCodes.fault
}
for (const signal of Object.keys(stopCodes)) process.removeAllListeners(signal)
