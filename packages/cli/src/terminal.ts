/** The one place that writes to a terminal: results to standard output, progress and troubles to standard error. */
import { styleText } from 'node:util'
import { type Cell, type Column, layoutTable } from './table.ts'

/** What a terminal is made of; tests hand in their own. */
export interface Stream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'

/** A step under way. On a TTY one line that changes in place; otherwise a plain line when it ends, and none for updates. */
export interface Step {
  update(text: string): void
  /** Ends the step; `mark` is how it went. Later calls do nothing. */
  end(mark: 'done' | 'failed' | 'note', text?: string): void
}

export interface Terminal {
  /** One or more lines to standard output. */
  line(text?: string): void
  /** To standard error: what is not a result. */
  note(text: string): void
  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void
  step(text: string): Step
  /** Colours for standard output where it is a TTY and `NO_COLOR` is not set; else the text as it is. */
  style(style: Style, text: string): string
  /** Characters in a line of standard output. */
  readonly width: number
}

interface Environment {
  readonly NO_COLOR?: string | undefined
  readonly TERM?: string | undefined
  readonly COLUMNS?: string | undefined
}

const marks = { done: ['✔', 'green'], failed: ['✖', 'red'], note: ['•', 'yellow'] } as const
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

export function createTerminal(
  out: Stream = process.stdout,
  err: Stream = process.stderr,
  environment: Environment = process.env,
): Terminal {
  const coloured = (stream: Stream) =>
    stream.isTTY === true && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb'
  const paint = (stream: Stream, style: Style, text: string) =>
    coloured(stream) ? styleText(style, text, { validateStream: false }) : text
  const live = err.isTTY === true && environment.TERM !== 'dumb'
  const width = out.columns ?? (Number(environment.COLUMNS) || 140)
  // Texts come from templates and servers too: control characters would let them repaint the screen.
  const clean = (text: string) => text.replace(/[^\P{Cc}\n]/gu, '\u{fffd}')

  const step = (first: string): Step => {
    const started = performance.now()
    let text = first
    let frame = 0
    let ended = false
    const paintLine = () => {
      const room = (err.columns ?? 80) - 3
      const shown = clean(text).replace(/\s+/g, ' ')
      const line = shown.length > room ? `${shown.slice(0, room - 1)}…` : shown
      err.write(`\r\x1b[2K${paint(err, 'cyan', frames[frame++ % frames.length] ?? '')} ${line}`)
    }
    const timer = live ? setInterval(paintLine, 100).unref() : undefined
    if (live) paintLine()
    return {
      update(next) {
        if (ended) return
        text = next
        if (live) paintLine()
      },
      end(mark, last = text) {
        if (ended) return
        ended = true
        clearInterval(timer)
        const [sign, colour] = marks[mark]
        const seconds = paint(err, 'dim', `${((performance.now() - started) / 1000).toFixed(1)} s`)
        err.write(`${live ? '\r\x1b[2K' : ''}${paint(err, colour, sign)} ${clean(last)}  ${seconds}\n`)
      },
    }
  }

  return {
    width,
    line: (text = '') => out.write(`${text}\n`),
    note: (text) => err.write(`${text}\n`),
    table: (columns, rows) => {
      const plain = rows.map((row) => row.map((cell) => ({ ...cell, text: clean(cell.text) })))
      for (const line of layoutTable(columns, plain, width)) out.write(`${line}\n`)
    },
    step,
    style: (style, text) => paint(out, style, text),
  }
}
