/**
 * `npm run mutants [-- --table] [--json FILE] [--file NAME]`: removes every check of the sources in turn, clause by clause, and says which
 * test catches it. What none catches is a hole in the vectors, and ends the command with 1. `--file xml.ts` asks of one file.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { judge } from './equivalent.ts'
import type { Outcome, Share } from './run.ts'

async function work(): Promise<void> {
  const { runMutations } = await import('./run.ts')
  parentPort?.postMessage(await runMutations(workerData as Share))
}

function shareOf(workerData: Share): Promise<readonly Outcome[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`a worker ended with ${code}`)))
  })
}

function line({ mutation, caughtBy }: Outcome, why?: string): string {
  const { file, line, within, code, found, becomes } = mutation
  const short = (text: string) => (text.length > 90 ? `${text.slice(0, 87)}...` : text)
  return `${file}:${line} ${code ?? within}: \`${short(found)}\` -> \`${short(becomes)}\`: ${caughtBy ?? why ?? 'NOT CAUGHT'}\n`
}

async function main(): Promise<void> {
  const options = {
    table: { type: 'boolean' },
    json: { type: 'string' },
    file: { type: 'string', multiple: true },
  } as const
  const { values } = parseArgs({ options })
  const started = performance.now()
  const shares = availableParallelism()
  const parts = await Promise.all(
    Array.from({ length: shares }, (_, share) => shareOf({ share, shares, only: values.file ?? [] })),
  )
  const outcomes = parts.flat().toSorted((a, b) => a.mutation.number - b.mutation.number)
  const { holes, harmless, stale } = judge(outcomes, values.file)
  const caught = outcomes.filter(({ caughtBy }) => caughtBy !== undefined)
  if (values.table) for (const outcome of caught) process.stdout.write(line(outcome))
  if (values.table) for (const { outcome, why } of harmless) process.stdout.write(line(outcome, why))
  for (const outcome of holes) process.stdout.write(line(outcome))
  for (const entry of stale) process.stdout.write(`equivalent.json names nothing: ${JSON.stringify(entry)}\n`)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(outcomes, undefined, 2)}\n`)
  const seconds = ((performance.now() - started) / 1_000).toFixed(0)
  const byVectors = caught.filter(({ caughtBy }) => /^(?:accept|reject|encrypted): /.test(caughtBy ?? '')).length
  process.stdout.write(
    `${outcomes.length} mutations: ${byVectors} caught by vectors, ${caught.length - byVectors} by other tests, ` +
      `${harmless.length} change nothing, ${holes.length} not caught, in ${seconds} s\n`,
  )
  if (holes.length > 0 || stale.length > 0) process.exitCode = 1
}

await (isMainThread ? main() : work())
