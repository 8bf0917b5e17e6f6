/** `npm run fuzz [-- --documents N] [--seed S] [--only INDEX]`: hostile documents for the SAML verifier. Ends with 0, or 1 on a finding. */
import { randomInt } from 'node:crypto'
import type { Step, Terminal } from '../packages/cli/src/terminal.ts'
import { exitCodes, Interrupted } from '../packages/cli/src/trouble.ts'
import { proportion } from '../packages/saml/test/cost.ts'
import { each } from '../packages/saml/test/fuzz/documents.ts'
import { createJudge, type Finding, nothing, sum, type Tally } from '../packages/saml/test/fuzz/judge.ts'
import { type Around, grouped, longStep, readOptions, runCommand, wholeNumber } from './command.ts'
import type { Range } from './fuzz-worker.ts'
import { handOut } from './portions.ts'

const name = 'npm run fuzz'
const worker = new URL('fuzz-worker.ts', import.meta.url)

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

function readArguments() {
  const { values } = readOptions(name, { options })
  return {
    help: values.help,
    documents: wholeNumber('--documents', values.documents, 1, 1e12),
    seed: values.seed === undefined ? randomInt(2 ** 31) : wholeNumber('--seed', values.seed, 0, 2 ** 31 - 1),
    only: values.only === undefined ? undefined : wholeNumber('--only', values.only, 0, 1e12),
    processes: wholeNumber('--processes', values.processes, 1, 64),
  }
}

const documentsIn = (tally: Tally) => Object.values(tally.documents).reduce((all, count) => all + count, 0)

async function run({ terminal, stop }: Around): Promise<number> {
  const { help: wantsHelp, documents, seed, only, processes } = readArguments()
  if (wantsHelp) {
    terminal.line(help)
    return exitCodes.ok
  }
  if (only !== undefined) return one(seed, only, terminal)
  terminal.line(`seed ${seed}`)
  const step = longStep(terminal, `${grouped(documents)} documents`)
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1_000
  let tally = nothing
  try {
    await handOut({ worker, processes, portions: ranges(seed, documents), stop }, (more: Tally) => {
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

function* ranges(seed: number, documents: number): Iterable<Range> {
  for (let from = 0; from < documents; from += portion) {
    yield { seed, from, count: Math.min(portion, documents - from) }
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

await runCommand(name, run)
