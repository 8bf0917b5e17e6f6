/** Where a verification's time goes, stage by stage, and how much of the whole the stages account for. */
import type { Column } from '../packages/cli/src/table.ts'
import type { Terminal } from '../packages/cli/src/terminal.ts'
import { digits } from './rounds.ts'
import { stages as names } from './stage-clock.ts'

/** Medians of one document's verifications, in microseconds of wall time. */
export interface Stages {
  readonly fixture: string
  /** In the order of `stages` in stage-clock.ts. */
  readonly microseconds: readonly number[]
  /** The whole verification, in the process with the clocks and in the one without, by turns. */
  readonly withClocks: number
  readonly without: number
}

export function showStages(terminal: Terminal, all: readonly Stages[]): void {
  if (all.length === 0) return
  const columns: readonly Column[] = [
    { title: 'stage', least: 16 },
    ...all.map(({ fixture }): Column => ({ title: `${fixture}: share, us`, least: 12, align: 'right' })),
  ]
  const line = (stage: string, cell: (stages: Stages) => string) => [stage, ...all.map(cell)].map((text) => ({ text }))
  const sum = ({ microseconds }: Stages) => microseconds.reduce((whole, part) => whole + part, 0)
  const rows = names.map((stage, at) =>
    line(stage, (stages) => {
      const part = stages.microseconds[at] ?? Number.NaN
      return `${percent(part / sum(stages))}  ${part.toFixed(1).padStart(5)}`
    }),
  )
  terminal.line(terminal.style('bold', 'saml: where the time of a verification goes, medians'))
  terminal.table(columns, [...rows, line('all of them', (stages) => `100 %  ${sum(stages).toFixed(1).padStart(5)}`)])
  const part = (of: (stages: Stages) => number) => all.map((stages) => digits(sum(stages) / of(stages))).join(', ')
  terminal.line(
    `all of them, of the whole with the clocks: ${part(({ withClocks }) => withClocks)}; without them: ${part(({ without }) => without)}`,
  )
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0).padStart(3)} %`
}
