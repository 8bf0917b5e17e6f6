/** Mutations that change nothing, each with the reason: `equivalent.json`. What matches no mutation has no place there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mutation } from './mutations.ts'
import type { Outcome } from './run.ts'

/** Names a place by what stands there, so that the sources may move. What is absent fits everything. */
export interface Equivalent {
  readonly file: string
  readonly within?: string
  readonly found?: string
  readonly becomes?: string
  readonly why: string
}

export const equivalents = JSON.parse(
  readFileSync(join(import.meta.dirname, 'equivalent.json'), 'utf8'),
) as readonly Equivalent[]

/** Whether an entry names a mutation. One that guards a refusal must be named by what stands there. */
function fits(entry: Equivalent, mutation: Mutation): boolean {
  const same = (['file', 'within', 'found', 'becomes'] as const).every((key) => {
    return entry[key] === undefined || entry[key] === mutation[key]
  })
  return same && (entry.found !== undefined || mutation.code === undefined)
}

export interface Verdict {
  readonly holes: readonly Outcome[]
  readonly harmless: readonly { readonly outcome: Outcome; readonly why: string }[]
  /** Entries that name nothing, or only what a test catches. */
  readonly stale: readonly Equivalent[]
}

/** Parts what no test caught into holes and what changes nothing. `files`: those that were asked of; all if absent. */
export function judge(outcomes: readonly Outcome[], files?: readonly string[]): Verdict {
  const missed = outcomes.filter(({ caughtBy }) => caughtBy === undefined)
  const reasonOf = ({ mutation }: Outcome) => equivalents.find((entry) => fits(entry, mutation))?.why
  return {
    holes: missed.filter((outcome) => reasonOf(outcome) === undefined),
    harmless: missed.flatMap((outcome) => {
      const why = reasonOf(outcome)
      return why === undefined ? [] : [{ outcome, why }]
    }),
    stale: equivalents
      .filter(({ file }) => files === undefined || files.includes(file))
      .filter((entry) => !missed.some(({ mutation }) => fits(entry, mutation))),
  }
}
