/** Lays out a table of plain text for a width: columns shrink by wrapping words, widest first. */

export interface Column {
  readonly title: string
  /** It never gets narrower than this many characters (or its own content, if that is narrower). */
  readonly least: number
  readonly align?: 'right'
}

/** A cell's words and, if it has one, the style for each of its lines, applied after the layout. */
export interface Cell {
  readonly text: string
  readonly style?: (line: string) => string
}

/** Lines of the table, title row and rule included. At least one space stands between columns; no line has trailing blanks. */
export function layoutTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): readonly string[] {
  const widths = fit(columns, rows, width)
  const title = columns.map((column) => ({ text: column.title }))
  const rule = widths.map((w) => ({ text: '─'.repeat(w) }))
  return [title, rule, ...rows].flatMap((row) => layoutRow(columns, row, widths))
}

const gap = '  '

function fit(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number): readonly number[] {
  const natural = columns.map((column, at) =>
    Math.max(column.title.length, ...rows.map((row) => row[at]?.text.length ?? 0)),
  )
  const least = columns.map((column, at) => Math.min(column.least, natural[at] ?? 0))
  let excess = natural.reduce((sum, w) => sum + w, 0) + gap.length * (columns.length - 1) - width
  const widths = [...natural]
  while (excess > 0) {
    const at = widestShrinkable(widths, least)
    if (at === undefined) break
    widths[at] = (widths[at] ?? 0) - 1
    excess -= 1
  }
  return widths
}

function widestShrinkable(widths: readonly number[], least: readonly number[]): number | undefined {
  let found: number | undefined
  widths.forEach((w, at) => {
    if (w > (least[at] ?? 0) && (found === undefined || w > (widths[found] ?? 0))) found = at
  })
  return found
}

function layoutRow(columns: readonly Column[], row: readonly Cell[], widths: readonly number[]): readonly string[] {
  const cells = columns.map((_, at) => wrap(row[at]?.text ?? '', widths[at] ?? 1))
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((column, at) => {
        const text = cells[at]?.[line] ?? ''
        const blanks = ' '.repeat(Math.max(0, (widths[at] ?? 0) - text.length))
        const styled = text === '' ? text : (row[at]?.style?.(text) ?? text)
        if (column.align === 'right') return blanks + styled
        return at === columns.length - 1 ? styled : styled + blanks
      })
      .join(gap)
      .trimEnd(),
  )
}

/** Words onto lines of at most `width` characters; a longer word is cut. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const word of paragraph.split(' ')) {
      let rest = word
      if (line !== '' && line.length + 1 + rest.length > width) {
        lines.push(line)
        line = ''
      }
      while (rest.length > width) {
        lines.push(rest.slice(0, width))
        rest = rest.slice(width)
      }
      line = line === '' ? rest : `${line} ${rest}`
    }
    lines.push(line)
  }
  return lines
}
