/** `docs/facts.md`: what AWS says and does not say, row by row, and where anyone can read it. */
import { type Fact, facts } from '@studio-gate/cli'
import { generated, table } from './markdown.ts'

const rows = Object.entries<Fact>(facts)

export function factsPage(): string {
  const lines = rows.map(([row, { title, source, url }]) => [
    `<a id="${anchor(row)}"></a>${row}`,
    title,
    url === undefined ? source : `[${source}](${url})`,
  ])
  return `${generated}

# Facts

What the scenarios of the demo rest on. Code and pages cite these rows by number. Where no public page states a fact, its source says what it
rests on; what nobody outside AWS knows is a [switch](switches.md).

${table(['row', 'fact', 'source'], lines)}
`
}

/** `[title](facts.md#row-1-13)`; the number alone for a row without a line on the page. */
export function factLink(row: string): string {
  const fact = rows.find(([name]) => name === row)?.[1]
  return fact === undefined ? row : `[${fact.title}](facts.md#${anchor(row)})`
}

function anchor(row: string): string {
  return `row-${row.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`
}
