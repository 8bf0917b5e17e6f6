/** Whether memory stays flat: a million verifications, none of the same text, and what is left after each step of them. */
import type { Column } from '../packages/cli/src/table.ts'
import { Interrupted } from '../packages/cli/src/trouble.ts'
import { startWorker } from './children.ts'
import type { Fixture } from './fixtures.ts'
import type { Held, MemoryAsk } from './memory-steps.ts'
import type { Outcome, Setting } from './part.ts'

const verifications = { full: 1_000_000, quick: 2_000 } as const
const steps = 20
/** Behind the first half, in which code is compiled and the allocator fills its arenas: resident memory rises in steps, then no more. */
const settled = 10

/** The young generation at one size: it grows by steps of megabytes, sooner or later with the garbage of each verification, not with their number. */
const flags = ['--expose-gc', '--min-semi-space-size=16', '--max-semi-space-size=16'] as const

/** Octets by which a verification may grow what is held, by the line through the settled steps: anything kept for each is more. */
const most = { heap: 1, rss: 8 } as const

interface Kept extends Held {
  readonly verifications: number
}

export async function memory(setting: Setting, fixtures: readonly Fixture[]): Promise<Outcome> {
  const { terminal, stop, quick } = setting
  const count = verifications[quick ? 'quick' : 'full']
  const step = terminal.step('saml: memory')
  const worker = startWorker(new URL('./memory-steps.ts', import.meta.url), stop, flags)
  const ask = (message: MemoryAsk) => worker.ask(message) as Promise<Held>
  try {
    const kept: Kept[] = [{ verifications: 0, ...(await ask({ ask: 'prepare', fixtures })) }]
    for (let at = 1; at <= steps; at++) {
      if (stop.aborted) throw new Interrupted('interrupted')
      step.update(`saml: memory, step ${at} of ${steps}`)
      kept.push({ verifications: (count / steps) * at, ...(await ask({ ask: 'verify', count: count / steps })) })
    }
    step.end('done', `saml: memory of ${count} verifications`)
    const settledOnes = kept.slice(settled)
    const slopes = { heap: slopeOf(settledOnes, ({ heap }) => heap), rss: slopeOf(settledOnes, ({ rss }) => rss) }
    const flat = slopes.heap <= most.heap && slopes.rss <= most.rss
    show(setting, kept, slopes, flat)
    return { figures: { kept, octetsPerVerification: slopes, ...(quick ? {} : { flat }) }, sound: quick || flat }
  } catch (error) {
    step.end('failed')
    throw error
  } finally {
    await worker.end()
  }
}

function show({ terminal, quick }: Setting, kept: readonly Kept[], slopes: Held, flat: boolean): void {
  const right = 'right' as const
  const columns: readonly Column[] = [
    { title: 'verifications', least: 8, align: right },
    { title: 'heap KB', least: 8, align: right },
    { title: 'resident KB', least: 8, align: right },
  ]
  const rows = kept
    .filter((_, at) => at % settled === 0)
    .map(({ verifications, heap, rss }) => [verifications, heap / 1_000, rss / 1_000])
  terminal.line(terminal.style('bold', 'saml: memory held after a full collection'))
  terminal.table(
    columns,
    rows.map((row) => row.map((value) => ({ text: value.toFixed(0) }))),
  )
  const verdict = quick ? 'too few to tell' : flat ? 'reached' : 'MISSED'
  terminal.line(
    `goal: flat from step ${settled} of ${steps} on, at most ${most.heap} octet of heap and ${most.rss} resident for a verification: ${slopes.heap.toFixed(2)} and ${slopes.rss.toFixed(2)}, ${verdict}`,
  )
}

/** Octets per verification: least squares. */
function slopeOf(kept: readonly Kept[], value: (kept: Kept) => number): number {
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
  const middle = mean(kept.map(({ verifications }) => verifications))
  const level = mean(kept.map(value))
  const over = kept.reduce((sum, one) => sum + (one.verifications - middle) * (value(one) - level), 0)
  return over / kept.reduce((sum, one) => sum + (one.verifications - middle) ** 2, 0)
}
