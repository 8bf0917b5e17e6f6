/** The pattern of a duration, for the JSON Schema as well: hours, minutes, seconds, each at most once, at least one. */
export const durationPattern = /^(?=\d)(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/

/** Seconds of `8h`, `1h30m`, `60s`, or whatever else fits the pattern. */
export function secondsOf(duration: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] = durationPattern.exec(duration) ?? []
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

/** The shortest way to write a number of seconds: `12h`, `30m`, `90s`. */
export function durationOf(seconds: number): string {
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600}h`
  return seconds > 0 && seconds % 60 === 0 && seconds >= 600 ? `${seconds / 60}m` : `${seconds}s`
}
