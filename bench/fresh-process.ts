/** One fresh process that does one thing and says how long it took. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Interrupted } from '../packages/cli/src/trouble.ts'
import { end } from './children.ts'

const patience = 30_000

/**
 * Runs a driver beside this file and gives back the JSON that it writes to descriptor 3, with the wall time until then in
 * milliseconds, as seen from outside. Rejects when nothing was answered, and on `stop`.
 */
export async function startProcess<Report extends object>(
  driver: 'first-redirect.mjs' | 'first-verification.mjs',
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<Report & { readonly wall: number }> {
  if (stop.aborted) throw new Interrupted('interrupted')
  const began = performance.now()
  const file = fileURLToPath(new URL(driver, import.meta.url))
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  const kill = () => void end(child)
  const late = setTimeout(kill, patience)
  stop.addEventListener('abort', kill, { once: true })
  try {
    return await new Promise((resolve, reject) => {
      let said = ''
      let wall: number | undefined
      let report = ''
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      const channel = child.stdio[3]
      if (channel === null || channel === undefined || !('setEncoding' in channel)) throw new Error('no descriptor 3')
      channel.setEncoding('utf8').on('data', (text: string) => {
        wall ??= performance.now() - began
        report += text
      })
      child.once('error', reject)
      child.once('close', () => {
        if (stop.aborted) reject(new Interrupted('interrupted'))
        else if (wall === undefined) reject(new Error(`a fresh process answered nothing: ${said}`))
        else resolve({ ...(JSON.parse(report) as Report), wall })
      })
    })
  } finally {
    clearTimeout(late)
    stop.removeEventListener('abort', kill)
  }
}
