/** How one value of a policy is compared with one value of a request, by the kinds of condition operators. */
import { type Cidr, contains, inOneOf, networkOf, parseAddress, parseCidr } from './addresses.ts'
import { conditionArnMatcher } from './arn.ts'
import { compile, type Matcher, type Pattern } from './patterns.ts'
import { readPattern } from './variables.ts'

/** A test of one request value, or why the policy's value cannot stand there. `literal`, `block`: all that the test compares with. */
export type Prepared =
  | { readonly ok: true; readonly test: Matcher; readonly literal?: string; readonly block?: Cidr }
  | { readonly ok: false; readonly allowed: string; readonly message: string }

/** `variables`: whether the document's version knows policy variables. */
export type Prepare = (value: string, variables: boolean) => Prepared

const ok = (test: Matcher): Prepared => ({ ok: true, test })
const refused = (allowed: string, message: string): Prepared => ({ ok: false, allowed, message })

/** For operators that compare parsed values: the policy's value is read once, the request's each time; unreadable matches nothing. */
const compared =
  <T>(read: (text: string) => T | undefined, allowed: string, holds: (found: T, expected: T) => boolean): Prepare =>
  (value) => {
    const expected = read(value)
    if (expected === undefined) return refused(allowed, `\`${value}\` is not ${allowed}`)
    return ok((text) => {
      const found = read(text)
      return found !== undefined && holds(found, expected)
    })
  }

const patterned =
  (wildcards: boolean, matcher: (pattern: Pattern) => Prepared): Prepare =>
  (value, variables) => {
    const reading = readPattern(value, { variables, wildcards })
    return reading.ok ? matcher(reading.pattern) : reading
  }

const lowerCased = (pattern: Pattern): Pattern =>
  pattern.map((piece) => {
    if (piece.kind === 'text') return { kind: 'text', text: piece.text.toLowerCase() }
    // A fallback is compared like any other text.
    if (piece.kind === 'variable' && piece.fallback !== undefined)
      return { ...piece, fallback: piece.fallback.toLowerCase() }
    return piece
  })

const readNumber = (text: string): number | undefined =>
  /^[+-]?\d+(?:\.\d+)?$/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined

const dateForm = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?)?)?$/

/** Milliseconds since the epoch; W3C date and time formats of ISO 8601, or seconds since the epoch. */
const readDate = (text: string): number | undefined => {
  if (/^\d{5,}(?:\.\d+)?$/.test(text)) return Number(text) * 1000
  const [, year, month = '01', day = '01', hours = '00', minutes = '00', seconds = '00'] = dateForm.exec(text) ?? []
  if (year === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  // Date.parse takes 30 February for 1 March.
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`)
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

const readBool = (text: string): boolean | undefined => {
  const lower = text.toLowerCase()
  return lower === 'true' || lower === 'false' ? lower === 'true' : undefined
}

/** The canonical base-64 text, so that equal bytes are equal texts. */
const readBytes = (text: string): string | undefined =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
    ? Buffer.from(text, 'base64').toString('base64')
    : undefined

/** The value of a request meets every value of a condition in turn: it need not be read anew each time. */
const remembering = <T>(read: (text: string) => T): ((text: string) => T) => {
  let last: { readonly text: string; readonly value: T } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) }
    return last.value
  }
}

const readAddress = remembering(parseAddress)

/** From this many values on. */
const longList = 16

const aBlock = 'an IPv4 address, or an IPv4 or IPv6 block such as `203.0.113.0/24` or `2001:db8::/32`'

const inBlock: Prepare = (value) => {
  const bare = parseAddress(value)
  if (bare?.bits === 128) {
    // IAM documents /32 as the default prefix and says nothing of IPv6 (3.19), so neither reading may be assumed.
    return refused(aBlock, `what a bare IPv6 address matches is not documented; write \`${value}/128\``)
  }
  const cidr = parseCidr(bare === undefined ? value : `${value}/32`)
  if (cidr === undefined) return refused(aBlock, `\`${value}\` is not ${aBlock}`)
  if (cidr.hostBits)
    return refused(aBlock, `\`${value}\` has bits set after its prefix; did you mean \`${networkOf(cidr)}\`?`)
  const test: Matcher = (text) => {
    const address = readAddress(text)
    return address !== undefined && contains(cidr, address)
  }
  return { ok: true, test, block: cidr }
}

/** Long lists of texts or blocks become one test that does not try them one by one. */
export const together = (prepared: readonly (Prepared & { readonly ok: true })[]): readonly Matcher[] => {
  const literals = new Set(prepared.flatMap(({ literal }) => literal ?? []))
  const blocks = prepared.flatMap(({ block }) => block ?? [])
  if (literals.size + blocks.length < longList) return prepared.map(({ test }) => test)
  const others = prepared.filter(({ literal, block }) => literal === undefined && block === undefined)
  const inBlocks = inOneOf(blocks)
  const listed: Matcher = (text) => {
    if (literals.has(text)) return true
    const address = blocks.length === 0 ? undefined : readAddress(text)
    return address !== undefined && inBlocks(address)
  }
  return [listed, ...others.map(({ test }) => test)]
}

const aNumber = 'a whole or decimal number'
const aDate = 'a date such as `2026-01-31T12:00:00Z`, or seconds since 1970'

export const comparisons = {
  exactText: patterned(false, (pattern) => {
    const texts = pattern.flatMap((piece) => (piece.kind === 'text' ? piece.text : []))
    const test = compile(pattern)
    return texts.length < pattern.length ? ok(test) : { ok: true, test, literal: texts.join('') }
  }),
  likeText: patterned(true, (pattern) => ok(compile(pattern))),
  textIgnoringCase: patterned(false, (pattern) => {
    const matcher = compile(lowerCased(pattern))
    return ok((text, resolve) => matcher(text.toLowerCase(), (key) => resolve(key)?.toLowerCase()))
  }),
  likeArn: patterned(true, (pattern) => {
    const matcher = conditionArnMatcher(pattern)
    const sixParts =
      'an ARN of six parts, `arn:partition:service:region:account:resource`, each of which may hold wildcards'
    return matcher === undefined
      ? refused(sixParts, 'an ARN operator compares six parts, and this value has fewer')
      : ok(matcher)
  }),
  numberEqual: compared(readNumber, aNumber, (found, expected) => found === expected),
  numberBelow: compared(readNumber, aNumber, (found, expected) => found < expected),
  numberAtMost: compared(readNumber, aNumber, (found, expected) => found <= expected),
  numberAbove: compared(readNumber, aNumber, (found, expected) => found > expected),
  numberAtLeast: compared(readNumber, aNumber, (found, expected) => found >= expected),
  dateEqual: compared(readDate, aDate, (found, expected) => found === expected),
  dateBefore: compared(readDate, aDate, (found, expected) => found < expected),
  dateAtOrBefore: compared(readDate, aDate, (found, expected) => found <= expected),
  dateAfter: compared(readDate, aDate, (found, expected) => found > expected),
  dateAtOrAfter: compared(readDate, aDate, (found, expected) => found >= expected),
  bool: compared(readBool, '`true` or `false`', (found, expected) => found === expected),
  bytes: compared(readBytes, 'bytes in base 64', (found, expected) => found === expected),
  inBlock,
} as const satisfies Record<string, Prepare>
