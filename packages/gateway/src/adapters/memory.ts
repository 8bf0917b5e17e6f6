/** Replay store in memory, for one process: a second process would not know what this one has seen. */
import type { Clock, ReplayStore } from '../core/ports.ts'

/** Entries are dropped once expired, looked for at most once a minute; `limit` live ones are held, then nobody can sign in. */
export function memoryReplayStore(clock: Pick<Clock, 'now'>, limit = 100_000): ReplayStore {
  const entries = new Map<string, number>()
  let swept = 0
  return {
    async claim(key, expiresAt) {
      const now = Math.floor(clock.now() / 1000)
      // Nothing compares with NaN: an entry would be forgotten as soon as it is made.
      if (!Number.isFinite(now) || !Number.isFinite(expiresAt)) throw new Error('the replay store needs times')
      if (now - swept >= 60) {
        for (const [old, until] of entries) if (until < now) entries.delete(old)
        swept = now
      }
      const until = entries.get(key)
      if (until !== undefined && until >= now) return 'seen'
      // Forgetting a live entry to make room would let it be replayed.
      if (until === undefined && entries.size >= limit) throw new Error(`the replay store holds ${limit} live entries`)
      entries.set(key, expiresAt)
      return 'claimed'
    },
  }
}
