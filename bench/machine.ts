/** Where the figures were taken: they hold for this machine, their ratios travel. */
import { availableParallelism, cpus, loadavg } from 'node:os'

export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly node: string
  readonly platform: string
}

export function machine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.replace(/\s+/g, ' ').trim() || 'unknown',
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  }
}

/** Processes that wanted to run, averaged over the last minute; above the number of cores the figures are noisy. */
export function load(): number {
  return loadavg()[0] ?? 0
}

export function machineLine({ cores, processor, node, platform }: Machine, before: number, after: number): string {
  const busy = Math.max(before, after) > cores ? ': BUSY, trust the ratios only' : ''
  return `machine: ${cores} cores, ${processor}, ${platform}, Node ${node}; load ${before.toFixed(1)} before, ${after.toFixed(1)} after${busy}`
}
