/** Processes of the benchmark: each ends with the part that started it, and with Ctrl-C. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Interrupted } from '../packages/cli/src/trouble.ts'

/** A process that answers one message at a time. */
export interface Worker {
  ask(message: object): Promise<unknown>
  end(): Promise<void>
}

/** `execArgv`: options of Node itself. */
export function startWorker(file: URL, stop: AbortSignal, execArgv: readonly string[] = []): Worker {
  const child = fork(file, { signal: stop, execArgv: [...execArgv], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  return {
    ask: asking(child, file.pathname, stop, (message, answered) => {
      child.once('message', answered)
      child.send(message)
    }),
    end: () => end(child),
  }
}

/** A program that answers each line of JSON with one. */
export function startLines(command: string, args: readonly string[], stop: AbortSignal): Worker {
  const child = spawn(command, args, { signal: stop, stdio: ['pipe', 'pipe', 'pipe'] })
  const lines = createInterface(child.stdout)
  // Ended before it has read everything: its exit says so.
  child.stdin.on('error', () => undefined)
  return {
    ask: asking(child, command, stop, (message, answered) => {
      lines.once('line', (line) => answered(JSON.parse(line)))
      child.stdin.write(`${JSON.stringify(message)}\n`)
    }),
    end: () => end(child),
  }
}

/** Sends one message and waits for its answer, or for the end of the process. */
function asking(
  child: ChildProcess,
  name: string,
  stop: AbortSignal,
  send: (message: object, answered: (reply: unknown) => void) => void,
): Worker['ask'] {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  // Being killed by `stop` is reported as an error as well; whoever asked hears of it.
  child.on('error', () => undefined)
  return (message) =>
    new Promise((resolve, reject) => {
      const ended = () => reject(stop.aborted ? new Interrupted('interrupted') : new Error(`${name}: ${said}`))
      if (child.exitCode !== null || child.signalCode !== null) return ended()
      child.once('exit', ended)
      send(message, (reply) => {
        child.off('exit', ended)
        resolve(reply)
      })
    })
}

/** Kills the process, if it still runs, and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
