/** The Lambda service for one function: processes as events need them, up to the function's concurrency; the rest waits. */
import { randomUUID } from 'node:crypto'
import type { FunctionRuntime } from '../world.ts'
import { type FunctionProcess, type Surroundings, startProcess } from './process.ts'

export interface Runtime extends FunctionRuntime {
  readonly name: string
  /** Everything that the function wrote, and what ended its processes. */
  readonly logs: readonly string[]
  /** How many events it has been given. */
  invocations(): number
  /** Ids of the processes that run now. */
  pids(): readonly number[]
  close(): Promise<void>
}

/** Lines kept; older ones are dropped, as a twin may stay up for days. */
const keptLines = 5000

/** Makes the runtime of a function; nothing runs until the first event. */
export function createRuntime(surroundings: Omit<Surroundings, 'log'>): Runtime {
  const { plan } = surroundings
  const logs: string[] = []
  const log = (line: string): void => {
    logs.push(line)
    if (logs.length > keptLines) logs.shift()
  }
  const all = new Set<FunctionProcess>()
  const idle: FunctionProcess[] = []
  const queue: (() => void)[] = []
  let busy = 0
  let invocations = 0
  let closed = false

  function take(): FunctionProcess {
    for (let one = idle.pop(); one; one = idle.pop()) {
      if (one.alive) return one
      all.delete(one)
    }
    const started = startProcess({ ...surroundings, log })
    all.add(started)
    return started
  }

  return {
    name: plan.name,
    logs,
    pids: () => [...all].flatMap(({ alive, pid }) => (alive && pid !== undefined ? [pid] : [])),
    invocations: () => invocations,
    async invoke(event) {
      invocations++
      if (plan.concurrency < 1) return { error: 'Rate Exceeded.' }
      if (busy >= plan.concurrency) await new Promise<void>((resolve) => queue.push(resolve))
      if (closed) return { error: 'the twin is closed' }
      busy++
      const one = take()
      try {
        return await one.handle(event, randomUUID())
      } finally {
        busy--
        if (one.alive) idle.push(one)
        else all.delete(one)
        queue.shift()?.()
      }
    },
    async close() {
      closed = true
      await Promise.all([...all].map((one) => one.stop()))
    },
  }
}
