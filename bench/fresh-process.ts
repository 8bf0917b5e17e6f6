/** One fresh process that loads a handler and gives it one event. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Interrupted } from '../packages/cli/src/trouble.ts'
import { end } from './children.ts'

/** What first-redirect.mjs reports, times in milliseconds since the process began; and the whole as seen from outside. */
export interface Start {
  readonly statusCode: number
  readonly location?: string
  readonly started: number
  readonly loaded: number
  readonly answered: number
  readonly cpu: number
  readonly wall: number
}

const driver = fileURLToPath(new URL('./first-redirect.mjs', import.meta.url))
const patience = 30_000

/** `url` of the handler's module, `event`: file with JSON. Rejects when nothing was answered, and on `stop`. */
export async function startProcess(
  url: string,
  event: string,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<Start> {
  if (stop.aborted) throw new Interrupted('interrupted')
  const began = performance.now()
  const child = spawn(process.execPath, [driver, url, event], { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
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
        else resolve({ ...(JSON.parse(report) as Omit<Start, 'wall'>), wall })
      })
    })
  } finally {
    clearTimeout(late)
    stop.removeEventListener('abort', kill)
  }
}
