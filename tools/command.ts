/** How the repository's own commands begin and end: options, numbers, Ctrl-C, and words for what went wrong. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { createTerminal, type Step, type Terminal } from '../packages/cli/src/terminal.ts'
import { exitCodes, systemTrouble, Trouble } from '../packages/cli/src/trouble.ts'

/** What `run` may use. `stop` is aborted by Ctrl-C, by other signals that end a process, and when nobody reads the output any more. */
export interface Around {
  readonly terminal: Terminal
  readonly stop: AbortSignal
}

const stopCodes = { SIGINT: exitCodes.interrupted, SIGTERM: 143, SIGHUP: 129 } as const

/** Runs a command, named as it is typed, and sets the exit code: its answer, the signal's, or that of what went wrong. */
export async function runCommand(name: string, run: (around: Around) => Promise<number>): Promise<void> {
  const terminal = createTerminal()
  const stopping = new AbortController()
  const stop = (code: number) => {
    process.exitCode = code
    stopping.abort()
  }
  for (const [signal, code] of Object.entries(stopCodes)) process.on(signal, () => stop(code))
  // Whoever read the output has gone, as `head` does: nobody is left to work for.
  process.stdout.on('error', () => stop(141))
  try {
    const code = await run({ terminal, stop: stopping.signal })
    process.exitCode ??= code
  } catch (error) {
    if (stopping.signal.aborted) terminal.note('stopped')
    else process.exitCode = report(error, name, terminal)
  }
  for (const signal of Object.keys(stopCodes)) process.removeAllListeners(signal)
}

function report(error: unknown, name: string, terminal: Terminal): number {
  const trouble = error instanceof Trouble ? error : systemTrouble(error)
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  terminal.note(`what went wrong: ${trouble?.message ?? `a fault of the command itself: ${stack}`}`)
  terminal.note(`where: ${trouble?.where ?? name}`)
  terminal.note(`what to do: ${trouble?.todo ?? 'report what is printed here'}`)
  return trouble?.exitCode ?? exitCodes.fault
}

/** The command's options and words; `Trouble` that points to `--help` for others. */
export function readOptions<const Config extends ParseArgsConfig>(name: string, config: Config) {
  try {
    return parseArgs({ args: process.argv.slice(2), ...config })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const what = (error.message.split('. ')[0] ?? '').replaceAll("'", '`')
    throw new Trouble(what, name, `see \`${name} -- --help\``, exitCodes.usage)
  }
}

/** An option's whole number from `least` to `most`; spaces and underscores may group its digits. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const found = Number(text.replaceAll(/[ _]/g, '') || Number.NaN)
  if (Number.isSafeInteger(found) && found >= least && found <= most) return found
  throw new Trouble(`\`${text}\` is no number from ${least} to ${most}`, option, 'give another', exitCodes.usage)
}

const minute = 60_000

/** A step that may take minutes: where nobody sees it change in place, a line tells each minute. */
export function longStep(terminal: Terminal, text: string): Step {
  const step = terminal.step(text)
  let told = performance.now()
  const update = (next: string) => {
    step.update(next)
    if (process.stderr.isTTY || performance.now() - told < minute) return
    told = performance.now()
    terminal.note(next)
  }
  return { update, end: step.end }
}

export const grouped = (count: number) => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ')
