/** Verifies without end, so many at a time, and says what is left in memory. In a process of its own, started with `--expose-gc`. */
import type { Fixture } from './fixtures.ts'
import { createJudge } from './verifier.ts'

export type MemoryAsk =
  | { readonly ask: 'prepare'; readonly fixtures: readonly Fixture[] }
  | { readonly ask: 'verify'; readonly count: number }

/** Octets after a full collection. */
export interface Held {
  readonly heap: number
  readonly rss: number
}

let judges: readonly { readonly judge: (field: string) => string | undefined; readonly fixture: Fixture }[] = []
let done = 0

process.on('message', (ask: MemoryAsk) =>
  process.send?.(ask.ask === 'prepare' ? prepare(ask.fixtures) : verify(ask.count)),
)

function prepare(fixtures: readonly Fixture[]): Held {
  judges = fixtures.map((fixture) => ({ judge: createJudge(fixture), fixture }))
  return held()
}

function verify(count: number): Held {
  for (const until = done + count; done < until; done++) {
    const { judge, fixture } = judges[done % judges.length] ?? {}
    const signed = fixture?.good[Math.floor(done / judges.length) % fixture.good.length]
    if (signed === undefined) throw new Error('no documents')
    if (judge?.(neverSeen(signed.samlResponse, done)) !== signed.who) throw new Error('a good document was refused')
  }
  return held()
}

/** Two line ends somewhere in the base64 make a text that was not there before, so that whatever is kept by its text grows. */
function neverSeen(field: string, at: number): string {
  const [first, second] = [at % field.length, Math.floor(at / field.length) % field.length]
  const [low, high] = first < second ? [first, second] : [second, first]
  return `${field.slice(0, low)}\n${field.slice(low, high)}\n${field.slice(high)}`
}

function held(): Held {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed, rss }
}
