/** Interleaved rounds and what is said about them. Load from elsewhere comes and goes, so only neighbours are compared. */

/** Median, and the quartiles around it. */
export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
  readonly count: number
}

/**
 * Gives every contender one turn a round, beginning with another one each time, and returns each one's results by round.
 * `turn` is awaited: two turns never overlap.
 */
export async function interleave<Name extends string, T>(
  names: readonly Name[],
  rounds: number,
  turn: (name: Name, round: number) => Promise<T>,
): Promise<ReadonlyMap<Name, readonly T[]>> {
  const results = new Map<Name, T[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (let step = 0; step < names.length; step++) {
      const name = names[(round + step) % names.length]
      if (name !== undefined) results.get(name)?.push(await turn(name, round))
    }
  }
  return results
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right)
  return {
    low: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    high: quantile(sorted, 0.75),
    count: sorted.length,
  }
}

/** The spread of `over[round] / under[round]`: what was measured side by side is divided, never two medians. */
export function ratio(over: readonly number[], under: readonly number[]): Spread {
  return spread(over.map((value, round) => value / (under[round] ?? Number.NaN)))
}

/** Of sorted values, with linear interpolation; NaN of none. */
export function quantile(sorted: readonly number[], part: number): number {
  const place = part * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

/** `0.68 (0.66-0.70)`, with three significant digits or whole numbers. */
export function shown({ median, low, high }: Spread): string {
  return `${digits(median)} (${digits(low)}-${digits(high)})`
}

/** Three significant digits, never an exponent. */
export function digits(value: number): string {
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)))
  return value.toFixed(Math.min(3, decimals))
}

/** Of the straight line (least squares) through the logarithms: `y` grows as `x` to this power. */
export function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [lx, ly] = [x.map(Math.log), y.map(Math.log)] as const
  const [mx, my] = [mean(lx), mean(ly)]
  const over = lx.reduce((sum, value, at) => sum + (value - mx) * ((ly[at] ?? Number.NaN) - my), 0)
  return over / lx.reduce((sum, value) => sum + (value - mx) ** 2, 0)
}

/**
 * CPU of one call in microseconds: the least of five batches, after one to warm up. Throws when a call gives a wrong result: its
 * time would mean nothing.
 */
export function leastCpu(call: () => boolean, milliseconds: number, what: string): number {
  const batch = (until: number): number => {
    const before = process.cpuUsage()
    const end = performance.now() + until
    let calls = 0
    do {
      if (!call()) throw new Error(`${what}: the answer is wrong`)
      calls++
    } while (performance.now() < end)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / calls
  }
  const first = batch(milliseconds / 6)
  // What takes longer than a batch by itself has had its time to warm up within one call.
  if (first > (milliseconds / 6) * 1000) return Math.min(first, batch(0))
  return Math.min(...Array.from({ length: 5 }, () => batch(milliseconds / 6)))
}
