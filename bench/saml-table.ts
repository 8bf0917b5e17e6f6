/** The contenders' figures as a table, and the goals as sentences. */
import type { Cell, Column } from '../packages/cli/src/table.ts'
import type { Terminal } from '../packages/cli/src/terminal.ts'
import type { Fixture } from './fixtures.ts'
import type { Libxmlsec } from './libxmlsec.ts'
import { digits, type Spread, shown } from './rounds.ts'
import type { Figure, Wrong } from './saml-contest.ts'

/** What `signed twice` should reach, as a fraction of the bare limit and as multiples, and what is accepted there and on every document. */
const goal = { wanted: 0.75, accepted: 0.6, acceptedAnywhere: 0.4, timesNodeSaml: 100, timesLibxmlsec: 5 } as const
/** Longest p99, in p50. */
const longestTail = 3

const right = 'right' as const
const columns: readonly Column[] = [
  { title: 'document', least: 16 },
  { title: 'contender', least: 11 },
  { title: 'of bare limit', least: 8, align: right },
  { title: 'at p50', least: 5, align: right },
  { title: 'times node-saml', least: 8, align: right },
  { title: 'times libxmlsec', least: 8, align: right },
  { title: 'p99 / p50', least: 5, align: right },
  { title: 'CPU us', least: 8, align: right },
]

export function show(
  terminal: Terminal,
  figures: readonly Figure[],
  wrong: readonly Wrong[],
  fixtures: readonly Fixture[],
  libxmlsec: Libxmlsec,
): void {
  terminal.line(terminal.style('bold', 'saml: one response verified, median and quartiles of rounds'))
  terminal.table(columns, figures.map(row))
  for (const line of verdicts(figures)) terminal.line(line)
  for (const { fixture, contender, timesOther } of figures) {
    if (contender !== 'studio-gate' || timesOther === undefined) continue
    terminal.line(`\`${fixture}\`: ${shown(timesOther)} times the other checkout's throughput`)
  }
  if ('absent' in libxmlsec) terminal.line(`libxmlsec is left out: ${libxmlsec.absent}`)
  if (wrong.length === 0) terminal.line(`before timing, every contender judged ${countOf(fixtures)} right`)
  for (const { contender, fixture, change, accepted } of wrong) {
    const text = `${contender} ${accepted ? 'ACCEPTED' : 'REFUSED'} what it must not: ${fixture}, ${change}`
    terminal.line(terminal.style('red', text))
  }
}

function row(figure: Figure): readonly Cell[] {
  const { fixture, bytes, contender, microseconds, ofBareLimit, ofBareLimitAtP50, tail } = figure
  const times = (value: Spread | undefined) => (value === undefined ? 'left out' : shown(value))
  return [
    `${fixture}, ${(bytes / 1000).toFixed(1)} KB`,
    contender,
    shown(ofBareLimit),
    digits(ofBareLimitAtP50),
    times(figure.timesNodeSaml),
    times(figure.timesLibxmlsec),
    digits(tail.p99 / tail.p50),
    shown(microseconds),
  ].map((text) => ({ text }))
}

function verdicts(figures: readonly Figure[]): readonly string[] {
  const all = figures.filter(({ contender }) => contender === 'studio-gate')
  const [ours] = all
  if (ours === undefined) return []
  const { median } = ours.ofBareLimit
  const reached = median >= goal.wanted ? 'reached' : median >= goal.accepted ? 'accepted, not reached' : 'MISSED'
  const worst = all.reduce((one, other) => (other.ofBareLimit.median < one.ofBareLimit.median ? other : one))
  const least = worst.ofBareLimit.median
  const tails = (of: readonly Figure[]) => Math.max(...of.map(({ tail }) => tail.p99 / tail.p50))
  const bare = tails(figures.filter(({ contender }) => contender === 'bare limit'))
  const times = (peer: string, value: Spread | undefined, wanted: number) =>
    value === undefined
      ? []
      : [`goal there: ${wanted} times ${peer}: ${digits(value.median)}, ${met(value.median >= wanted)}`]
  return [
    `goal on \`${ours.fixture}\`: ${goal.wanted} of the bare limit, accepted from ${goal.accepted}: ${digits(median)}, ${reached}`,
    `accepted from ${goal.acceptedAnywhere} on the worst, \`${worst.fixture}\`: ${digits(least)}, ${met(least >= goal.acceptedAnywhere)}`,
    ...times('node-saml', ours.timesNodeSaml, goal.timesNodeSaml),
    ...times('libxmlsec', ours.timesLibxmlsec, goal.timesLibxmlsec),
    `goal: p99 within ${longestTail} p50 on every document: ${digits(tails(all))}, ${met(tails(all) <= longestTail)} (the bare limit's own: ${digits(bare)})`,
  ]
}

function met(is: boolean): string {
  return is ? 'reached' : 'MISSED'
}

function countOf(fixtures: readonly Fixture[]): string {
  const sum = (of: (fixture: Fixture) => readonly unknown[]) =>
    fixtures.reduce((count, fixture) => count + of(fixture).length, 0)
  return `${sum(({ good }) => good)} good and ${sum(({ bad }) => bad)} tampered documents`
}
