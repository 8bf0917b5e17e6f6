/** The composition root: picks the command, turns Ctrl-C into one orderly stop, and every failure into words and an exit code. */

import { helpText, parseCommandLine } from './command.ts'
import { commandNamed, overview } from './commands/help.ts'
import { commands } from './commands/index.ts'
import { createTerminal, type Terminal } from './terminal.ts'
import { type ExitCode, exitCodes, Interrupted, systemTrouble, Trouble } from './trouble.ts'

/** `args` as after `studio-gate`. Never rejects. */
export async function main(args: readonly string[], terminal: Terminal = createTerminal()): Promise<ExitCode> {
  const debug = args.includes('--debug')
  const stopping = new AbortController()
  const release = onSignals((code) => {
    stopping.abort()
    return code
  })
  try {
    const code = await dispatch(args, terminal, stopping.signal)
    return stopping.signal.aborted ? release() : code
  } catch (error) {
    if (error instanceof Interrupted || stopping.signal.aborted) {
      terminal.note('stopped')
      return release()
    }
    return report(error, terminal, debug)
  } finally {
    release()
  }
}

async function dispatch(args: readonly string[], terminal: Terminal, stop: AbortSignal): Promise<ExitCode> {
  const [name, ...rest] = args.filter((arg, at) => at > 0 || arg !== '--debug')
  if (name === undefined || name === '--help' || name === '-h') {
    terminal.line(overview(commands))
    return name === undefined ? exitCodes.usage : exitCodes.ok
  }
  const command = commandNamed(name === '--version' ? 'version' : name, commands, 'studio-gate')
  const { values, words } = parseCommandLine(command, rest)
  if (values.help === true) {
    terminal.line(helpText(command))
    return exitCodes.ok
  }
  return command.run(values, words, { terminal, stop })
}

function report(error: unknown, terminal: Terminal, debug: boolean): ExitCode {
  const trouble = error instanceof Trouble ? error : systemTrouble(error)
  const message = error instanceof Error ? error.message : String(error)
  terminal.note(`what went wrong: ${trouble?.message ?? `a fault of Studio Gate itself: ${message}`}`)
  terminal.note(`where: ${trouble?.where ?? 'unknown'}`)
  terminal.note(`what to do: ${trouble?.todo ?? 'run the command again with --debug and report what it prints'}`)
  if (debug && error instanceof Error)
    terminal.note(`\n${error.stack}${error.cause ? `\ncause: ${String(error.cause)}` : ''}`)
  return trouble?.exitCode ?? exitCodes.fault
}

/**
 * What ends a command from outside, and its exit code. `outputClosed` is the launcher's word for a closed pipe behind the
 * output. It is not SIGPIPE: a listener for that signal would hear every socket that a browser or peer closes first.
 */
const endings = { SIGINT: exitCodes.interrupted, SIGTERM: 143, SIGHUP: 129, outputClosed: 141 } as const

/**
 * Calls `stop` at the first signal. A terminal, npm and the launcher may each deliver the same Ctrl-C, so another one counts
 * as a second only after a second; then the command ends at once.
 */
function onSignals(stop: (code: ExitCode) => void): () => ExitCode {
  let code: ExitCode = exitCodes.ok
  let first: number | undefined
  const listeners = Object.entries(endings).map(([signal, exit]) => {
    const listener = () => {
      const now = performance.now()
      if (first !== undefined && now - first > 1000) process.exit(exit)
      first ??= now
      code = exit
      stop(exit)
    }
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  return () => {
    for (const off of listeners) off()
    return code
  }
}
