/** Processes of the benchmark: each ends with the part that started it, and with Ctrl-C. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Interrupted } from '../packages/cli/src/trouble.ts'

/** A process that answers one message at a time. */
export interface Worker {
  ask(message: object): Promise<unknown>
  end(): Promise<void>
}

export function startWorker(file: URL, stop: AbortSignal): Worker {
  const child = fork(file, { signal: stop, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  // Being killed by `stop` is reported as an error as well; whoever asked hears of it.
  child.on('error', () => undefined)
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        const ended = () =>
          reject(stop.aborted ? new Interrupted('interrupted') : new Error(`${file.pathname}: ${said}`))
        if (child.exitCode !== null || child.signalCode !== null) return ended()
        const answered = (reply: unknown) => {
          child.off('exit', ended)
          resolve(reply)
        }
        child.once('exit', ended)
        child.once('message', answered)
        child.send(message)
      }),
    end: () => end(child),
  }
}

/** Kills the process, if it still runs, and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
