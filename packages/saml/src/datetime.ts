/** xs:dateTime as SAML restricts it (core 1.3.3): UTC, with `Z`. */

const form = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,12}))?Z$/

/** Milliseconds since the epoch, finer fractions cut off; undefined for any other form and for days that do not exist. */
export function parseDateTime(text: string): number | undefined {
  const parts = form.exec(text)
  if (parts === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number)
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const milliseconds = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3))
  const time = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
  const date = new Date(time)
  // Date.UTC carries 31 February over into March, and takes years below 100 for the twentieth century.
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists ? time : undefined
}
