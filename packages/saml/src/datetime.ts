/** xs:dateTime as SAML restricts it (core 1.3.3): UTC, with `Z`. Read by place, not by pattern: seven times a response. */

/** Milliseconds since the epoch, finer fractions cut off; undefined for any other form and for days that do not exist. */
export function parseDateTime(text: string): number | undefined {
  const punctuated =
    text[4] === '-' && text[7] === '-' && text[10] === 'T' && text[13] === ':' && text[16] === ':' && text.endsWith('Z')
  if (!punctuated || text.length < 20 || text.length > 33) return undefined
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  const millisecond = milliseconds(text)
  // Every comparison is false for NaN. Date.UTC takes years below 100 for the twentieth century.
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && millisecond <= 999
  const isDate = year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)
  return isTime && isDate ? Date.UTC(year, month - 1, day, hour, minute, second, millisecond) : undefined
}

/** The number that the digits from one place up to another make; NaN if one is no digit. */
function digits(text: string, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

/** The fraction of a second, from `.` to `Z`; zero if there is none, NaN if there is anything else. */
function milliseconds(text: string): number {
  const end = text.length - 1
  if (end === 19) return 0
  if (text[19] !== '.' || end === 20 || Number.isNaN(digits(text, 20, end))) return Number.NaN
  const shown = Math.min(3, end - 20)
  return digits(text, 20, 20 + shown) * 10 ** (3 - shown)
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
