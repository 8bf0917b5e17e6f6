/** The other implementations, installed into `bench/peers/node_modules` from their own lockfile the first time they are needed. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Terminal } from '../packages/cli/src/terminal.ts'
import { Interrupted, Trouble } from '../packages/cli/src/trouble.ts'

export const peersFolder = fileURLToPath(new URL('./peers/', import.meta.url))

/** Written last, so that an installation that was cut off counts as none. */
const stamp = join(peersFolder, 'node_modules', '.installed-from')

/** Throws `Trouble` where they cannot be had, and says how to go on without them. */
export async function installPeers(terminal: Terminal, stop: AbortSignal): Promise<void> {
  const lock = createHash('sha256')
    .update(await readFile(join(peersFolder, 'package-lock.json')))
    .digest('hex')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === lock) return
  const step = terminal.step('installing the peers (npm ci, once)')
  const { code, said } = await npmCi(stop).catch((error: Error) => ({ code: -1, said: error.message }))
  if (stop.aborted) {
    step.end('failed')
    throw new Interrupted('interrupted')
  }
  if (code !== 0) {
    step.end('failed')
    throw new Trouble(
      `the peers cannot be installed: ${reason(said)}`,
      '`npm ci --ignore-scripts` in bench/peers',
      'check that npm reaches its registry (`npm ping`), or add --no-peers to measure without them',
    )
  }
  await writeFile(stamp, lock)
  step.end('done')
}

function npmCi(stop: AbortSignal): Promise<{ readonly code: number; readonly said: string }> {
  // Under `npm run` the npm that runs is known by its file; else it is found by its name.
  const cli = process.env.npm_execpath
  const [command, ...first] = cli?.endsWith('.js') ? [process.execPath, cli] : ['npm']
  const args = [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=1']
  return new Promise((resolve, reject) => {
    // Killed at once: it would tidy up for long, and the next run begins anew in any case.
    const stopping = { signal: stop, killSignal: 'SIGKILL' } as const
    const child = spawn(command ?? 'npm', args, { cwd: peersFolder, ...stopping, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.once('error', reject)
    child.once('exit', (code) => resolve({ code: code ?? -1, said }))
  })
}

/** npm's first words that tell something; never an address, which may hold credentials. */
function reason(said: string): string {
  const code = /\bcode (E[A-Z0-9]+)/.exec(said)?.[1]
  if (code === undefined) return 'npm failed'
  return ['ENOTFOUND', 'ECONNREFUSED', 'ETIMEDOUT', 'EAI_AGAIN', 'ECONNRESET'].includes(code)
    ? `the registry cannot be reached (${code})`
    : `npm reports ${code}`
}
