/** xs:dateTime as SAML restricts it (core 1.3.3): UTC, with `Z`. Read by place, not by pattern: seven times a response. */
import { code } from './characters.ts'

/** Milliseconds since the epoch, finer fractions cut off; undefined for any other form and for days that do not exist. */
export function parseDateTime(text: string): number | undefined {
  const octets = Buffer.from(text)
  return dateTimeAt(octets, 0, octets.length)
}

/** The same of what stands at `octets[start, end)`. */
export function dateTimeAt(octets: Buffer, start: number, end: number): number | undefined {
  if (end - start < 20 || end - start > 33) return undefined
  const punctuated =
    octets[start + 4] === hyphen &&
    octets[start + 7] === hyphen &&
    octets[start + 10] === letterT &&
    octets[start + 13] === code.colon &&
    octets[start + 16] === code.colon &&
    octets[end - 1] === letterZ
  if (!punctuated) return undefined
  const year = digits(octets, start, start + 4)
  const month = digits(octets, start + 5, start + 7)
  const day = digits(octets, start + 8, start + 10)
  const hour = digits(octets, start + 11, start + 13)
  const minute = digits(octets, start + 14, start + 16)
  const second = digits(octets, start + 17, start + 19)
  const millisecond = milliseconds(octets, start + 19, end - 1)
  // Every comparison is false for NaN. Date.UTC takes years below 100 for the twentieth century.
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && millisecond <= 999
  const isDate = year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)
  return isTime && isDate ? Date.UTC(year, month - 1, day, hour, minute, second, millisecond) : undefined
}

const hyphen = 45
const letterT = 84
const letterZ = 90
const fullStop = 46

/** The number that the digits from one place up to another make; NaN if one is no digit. */
function digits(octets: Buffer, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) {
    const digit = (octets[at] ?? 0) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

/** The fraction of a second, from `.` up to `Z`; zero if there is none, NaN if there is anything else. */
function milliseconds(octets: Buffer, start: number, end: number): number {
  if (start === end) return 0
  const first = start + 1
  if (octets[start] !== fullStop || first === end || Number.isNaN(digits(octets, first, end))) return Number.NaN
  const shown = Math.min(3, end - first)
  const scale = shown === 1 ? 100 : shown === 2 ? 10 : 1
  return digits(octets, first, first + shown) * scale
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
