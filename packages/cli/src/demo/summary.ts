/** What a run came to, on the terminal. */
import type { Terminal } from '../terminal.ts'
import { inWords, type Result, withoutLayer } from './outcome.ts'
import { restsOn } from './report.ts'
import { contrast } from './scenarios/index.ts'

/** The table, then every scenario that did not end as expected with what is known about it. */
export function printTable(results: readonly Result[], terminal: Terminal): void {
  const { style } = terminal
  const columns = [
    { title: '#', least: 2, align: 'right' },
    { title: 'scenario', least: 24 },
    { title: 'expected', least: 14 },
    { title: 'observed', least: 14 },
    { title: 'refusing layer', least: 14 },
    { title: 'rests on', least: 12 },
    { title: 'time', least: 6, align: 'right' },
  ] as const
  const rows = results.map((result, at) => {
    // Red would read as a failure; most scenarios are refused because they ought to be.
    const colour = !result.matches ? 'yellow' : result.observed?.result === 'refused' ? undefined : 'green'
    return [
      { text: String(at + 1) },
      { text: result.title },
      { text: inWords(result.expected) },
      {
        text: result.observed === undefined ? 'failed' : withoutLayer(result.observed),
        style: (text: string) => (colour === undefined ? text : style(colour, text)),
      },
      { text: result.observed?.layer ?? '-' },
      { text: restsOn(result) },
      { text: `${(result.milliseconds / 1000).toFixed(1)} s` },
    ]
  })
  terminal.table(columns, rows)
  terminal.line()
  for (const result of results.filter((each) => !each.matches)) {
    terminal.line(style('yellow', `${result.id}: expected ${inWords(result.expected)}`))
    terminal.line(
      `  ${result.observed === undefined ? result.error : `${inWords(result.observed)}: ${result.observed.reason}`}`,
    )
  }
  terminal.line(`For contrast: ${contrast}`)
  terminal.line()
}

/** The last line. */
export function verdict(all: number, differing: number, { style }: Terminal): string {
  if (differing === 0)
    return style('green', `${all} of ${all} scenarios ended as expected, each at the layer expected.`)
  return style('red', `${differing} of ${all} scenarios did not end as expected.`)
}
