/** Small seeded random choices, so that a failing property can be run again: mulberry32. */

export interface Generator {
  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number
  pick<T>(items: readonly [T, ...T[]]): T
  /** True about `percent` times in a hundred. */
  chance(percent: number): boolean
  shuffled<T>(items: readonly T[]): readonly T[]
}

export const generator = (seed: number): Generator => {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (end: number): number => Math.floor(next() * end)
  return {
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    chance: (percent) => below(100) < percent,
    shuffled: (items) =>
      items
        .map((item) => ({ item, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ item }) => item),
  }
}
