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
  try {
    return { body: await firstAnswer(program, server), close: () => stop(server) }
  } catch (error) {
    await stop(server)
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

/** The whole group: programs start workers and wrap themselves in scripts. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null) return
  process.kill(-server.pid, 'SIGKILL')
  await once(server, 'exit')
}
