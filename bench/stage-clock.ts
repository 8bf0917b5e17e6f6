/** How long a verification stays in each of its stages: the time between two of them belongs to the one that was left. */
import { performance } from 'node:perf_hooks'
import { quantile } from './rounds.ts'

/** In the order of the way through. `the rest`: whatever stands between the others. */
export const stages = [
  'base64, octets',
  'parsing',
  'shape',
  'SignedInfo',
  'RSA',
  'canonical octets',
  'digests',
  'parsing the octets',
  'profile',
  'the rest',
] as const

export type Stage = (typeof stages)[number]

const rest = stages.length - 1
const spent = new Float64Array(stages.length)
const laps: number[][] = stages.map(() => [])
let current = rest
let since = 0

/** Begins a verification. */
export function begin(): void {
  spent.fill(0)
  current = rest
  since = performance.now()
}

/** Enters a stage; returns the one to come back to. */
export function enter(stage: number): number {
  const now = performance.now()
  spent[current] = (spent[current] ?? 0) + now - since
  since = now
  const left = current
  current = stage
  return left
}

/** The same for what other stages do as well: there it belongs to them. */
export function enterFromRest(stage: number): number {
  return current === rest ? enter(stage) : current
}

/** Comes back to the stage that `enter` said. */
export function leave(back: number): void {
  if (back !== current) enter(back)
}

/** Ends a verification and keeps what it spent, in microseconds. */
export function end(): void {
  enter(rest)
  for (const [at, list] of laps.entries()) list.push((spent[at] ?? 0) * 1_000)
}

/** Median of each stage over all verifications that were kept, in microseconds; then forgets them. */
export function takeMedians(): readonly number[] {
  return laps.map((list) =>
    quantile(
      list.splice(0).sort((left, right) => left - right),
      0.5,
    ),
  )
}
