/** What a document costs, against a legitimate one of its size, in the same process and by turns. */
import { claimedIssuer, type Trust, verifyResponse } from '../src/index.ts'

/** A form field, the trust that judges it, and when: ms since the epoch. */
export interface Judged {
  readonly samlResponse: string
  readonly trust: Trust
  readonly now: number
}

/** How many times as long as a good response of its size a hostile one may take. */
export const proportion = 20

/** Milliseconds that a gate spends on a response: it asks who claims to have sent it, then verifies it. */
export function turn({ samlResponse, trust, now }: Judged): number {
  const begin = performance.now()
  claimedIssuer(samlResponse)
  verifyResponse(samlResponse, trust, now)
  return performance.now() - begin
}

/**
 * How many times as long as a good response: of the shortest turns of both, taken by turns, since what else the machine does only
 * ever adds. (The CPU time of a thread would leave that out, but is counted in ticks longer than most turns.) More turns are taken
 * while the answer is more than half of what is too high. `scale`: how many times as large as the good one it is.
 */
export function costs(judged: Judged, good: Judged, scale = 1): number {
  let [usual, found] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let turns = 0; turns < 7 || (turns < 60 && 2 * found >= proportion * usual * scale); turns++) {
    usual = Math.min(usual, turn(good))
    found = Math.min(found, turn(judged))
  }
  return found / (usual * scale)
}
