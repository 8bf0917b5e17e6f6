/** Servers of others on loopback: a port for them, the wait for their first answer, and their end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export interface Serving {
  /** Of the first address that answered. */
  readonly body: string
  close(): Promise<void>
}

export interface Program {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  /** The whole environment, so that nothing of a person's own settings counts. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Answers successfully as soon as the program serves. */
  readonly url: string
  readonly seconds: number
}

/** Starts the program in a process group of its own, which ends with `close`, and waits until it serves. */
export async function serve(program: Program): Promise<Serving> {
  const [command, ...args] = program.command
  const server = spawn(command, args, { env: program.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const end = () => kill(server)
  const forget = atOwnEnd(end)
  const close = async () => {
    forget()
    const exited = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : undefined
    end()
    await exited
  }
  try {
    return { body: await firstAnswer(program, server), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function firstAnswer({ name, url, seconds }: Program, server: ChildProcess): Promise<string> {
  let log = ''
  const note = (chunk: Buffer) => {
    log = (log + chunk).slice(-20_000)
  }
  server.stdout?.on('data', note)
  server.stderr?.on('data', note)
  const late = Date.now() + seconds * 1_000
  while (Date.now() < late && server.exitCode === null) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return response.text()
    if (response !== undefined && response.status !== 503) {
      throw new Error(`${name} answers ${response.status}: ${(await response.text()).slice(0, 2000)}\n${log}`)
    }
    await sleep(100)
  }
  throw new Error(`${name} does not start within ${seconds} s:\n${log}`)
}

/** A test that is interrupted does not close what it started, and a process group of its own outlives it. Answers how to undo it. */
function atOwnEnd(end: () => void): () => void {
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
  const interrupted = (signal: NodeJS.Signals) => {
    forget()
    end()
    process.kill(process.pid, signal)
  }
  const forget = () => {
    process.off('exit', end)
    for (const signal of signals) process.off(signal, interrupted)
  }
  process.once('exit', end)
  for (const signal of signals) process.once(signal, interrupted)
  return forget
}

/** The whole group: programs start workers and wrap themselves in scripts. */
function kill({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL')
}
