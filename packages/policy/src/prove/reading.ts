/**
 * The prover's own reading of conditions (3.10 to 3.16): what each operator asks of one value, of several, of none. Three answers:
 * yes, no, and `open` while something it depends on is not chosen yet.
 */
import { parseAddress, parseCidr } from '../addresses.ts'
import type { Statement } from '../document.ts'
import type { ContextValue } from '../vocabulary.ts'
import { type AddressSet, holds, ofBlocks } from './address-set.ts'
import {
  colonsIn,
  filled,
  type Lookup,
  type Open,
  open,
  type TextTest,
  textMatches,
  tokensOf,
  withinParts,
} from './texts.ts'

export type Condition = Statement['conditions'][number]

/** How values are compared. */
export type Family = 'text' | 'number' | 'date' | 'bool' | 'bytes' | 'block' | 'absence'

/** An operator taken apart. */
export interface Question {
  readonly family: Family
  /** The name without qualifiers and without `Not`: `StringLike`. */
  readonly base: string
  readonly negated: boolean
  readonly set: 'one' | 'any' | 'all'
  readonly ifExists: boolean
}

const familyOf: readonly (readonly [RegExp, Family])[] = [
  [/^(String|Arn)/, 'text'],
  [/^Numeric/, 'number'],
  [/^Date/, 'date'],
  [/^Bool/, 'bool'],
  [/^Binary/, 'bytes'],
  [/IpAddress/, 'block'],
  [/^Null/, 'absence'],
]

const questions = new Map<string, Question>()

/** Takes an operator's name apart by its parts. */
export const questionOf = (written: string): Question => {
  const known = questions.get(written)
  if (known !== undefined) return known
  const question = takenApart(written)
  questions.set(written, question)
  return question
}

const takenApart = (written: string): Question => {
  const set = written.startsWith('ForAnyValue:') ? 'any' : written.startsWith('ForAllValues:') ? 'all' : 'one'
  const bare = written.slice(written.indexOf(':') + 1)
  const ifExists = bare.endsWith('IfExists')
  const name = ifExists ? bare.slice(0, -8) : bare
  const negated = name.includes('Not')
  const base = name.replace('Not', '')
  const family = familyOf.find(([form]) => form.test(base))?.[1]
  if (family === undefined) throw new TypeError(`no reading of the operator ${written}`)
  return { family, base, negated, set, ifExists }
}

/** The texts that a value of the policy stands for; undefined: none, `open`: not known yet. */
export const textTest = (
  { base }: Question,
  value: string,
  variables: boolean,
  lookup: Lookup,
): TextTest | undefined | Open => {
  const wildcards = base === 'StringLike' || base.startsWith('Arn')
  const tokens = tokensOf(value, variables, wildcards)
  if (!base.startsWith('Arn')) {
    const text = filled(tokens, lookup)
    return text === open || text === undefined ? text : { tokens: text, fold: base === 'StringEqualsIgnoreCase' }
  }
  // A lone variable is a whole ARN; otherwise the six parts are compared one by one (3.17).
  const lone = tokens.length === 1
  const text = filled(lone ? tokens : withinParts(tokens, false), lookup, !lone)
  if (text === open || text === undefined) return text
  if (colonsIn(text) < 5) return undefined
  const scheme = text.slice(0, text.indexOf(':'))
  if (!textMatches(scheme, 'arn')) return undefined
  return { tokens: [...'arn', ...text.slice(scheme.length)], fold: false }
}

/** Whole or decimal; anything else is no number. */
export const numberOf = (text: string): number | undefined =>
  /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined

const date = /^(\d{4})(-(\d\d)(-(\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?)?)?$/

/** Milliseconds since 1970. */
export const dateOf = (text: string): number | undefined => {
  if (/^\d{5,}(\.\d+)?$/.test(text)) return Number(text) * 1000
  const [, , , month = '01', , day = '01', time] = date.exec(text) ?? []
  if (!date.test(text) || /T(2[4-9]|[3-9]\d)|T\d\d:[6-9]/.test(time ?? '')) return undefined
  const leap = new Date(`${text.slice(0, 4)}-${month}-${day}T00:00:00Z`)
  if (Number.isNaN(leap.getTime()) || leap.getUTCDate() !== Number(day)) return undefined
  const found = Date.parse(text)
  return Number.isNaN(found) ? undefined : found
}

const order = (base: string, found: number, expected: number): boolean => {
  if (base.endsWith('GreaterThanEquals')) return found >= expected
  if (base.endsWith('GreaterThan')) return found > expected
  if (base.endsWith('LessThanEquals')) return found <= expected
  return base.endsWith('LessThan') ? found < expected : found === expected
}

/** A block of the policy; a bare IPv4 address is itself. */
export const blockOf = (text: string) => parseCidr(text.includes('/') ? text : `${text}/32`)

const bytes = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const bytesOf = (text: string): string | undefined =>
  bytes.test(text) ? Buffer.from(text, 'base64').toString('hex') : undefined

/** What a condition lists, where it is a matter of lying in a set: such lists can be long, and are asked again and again. */
interface Listed {
  /** Of an exact comparison of texts. */
  readonly texts?: ReadonlySet<string>
  /** Of blocks. */
  readonly addresses?: AddressSet
}
const listedBy = new WeakMap<Condition, Listed>()

const listOf = (condition: Condition, variables: boolean): Listed => {
  const { expected, operator } = condition
  const { family, base } = questionOf(operator.written)
  if (family === 'block') return { addresses: ofBlocks(expected.flatMap((text) => blockOf(text) ?? [])) }
  const exact = base === 'StringEquals' && !(variables && expected.some((value) => value.includes('$')))
  return exact ? { texts: new Set(expected) } : {}
}

/** The texts or the addresses that meet a condition, negation aside, where it lists them. */
export const listed = (condition: Condition, variables: boolean): Listed => {
  let found = listedBy.get(condition)
  if (found === undefined) {
    found = listOf(condition, variables)
    listedBy.set(condition, found)
  }
  return found
}

/** Whether one value of the request meets one value of the policy. */
const meets = (
  question: Question,
  found: string,
  expected: string,
  variables: boolean,
  lookup: Lookup,
): boolean | Open => {
  const { family, base } = question
  if (family === 'text') {
    const test = textTest(question, expected, variables, lookup)
    if (test === open) return open
    return test !== undefined && textMatches(test.tokens, found, test.fold)
  }
  if (family === 'bytes') return bytesOf(found) !== undefined && bytesOf(found) === bytesOf(expected)
  if (family === 'number' || family === 'date') {
    const read = family === 'number' ? numberOf : dateOf
    const [one, other] = [read(found), read(expected)]
    return one !== undefined && other !== undefined && order(base, one, other)
  }
  return found.toLowerCase() === expected.toLowerCase()
}

const any = (answers: readonly (boolean | Open)[]): boolean | Open =>
  answers.includes(true) ? true : answers.includes(open) ? open : false

const flipped = (answer: boolean | Open): boolean | Open => (answer === open ? open : !answer)

/** The effect decides what a plain operator makes of several values: the doubt never lets anybody in. */
export const answerTo = (
  condition: Condition,
  found: ContextValue | undefined,
  { effect, variables }: Pick<Statement, 'effect' | 'variables'>,
  lookup: Lookup,
): boolean | Open => {
  const question = questionOf(condition.operator.written)
  const values = found === undefined ? [] : typeof found === 'string' ? [found] : found
  if (question.family === 'absence') {
    const absent = String(values.every((value) => value === ''))
    return condition.expected.some((value) => value.toLowerCase() === absent)
  }
  if (found === undefined && question.ifExists) return true
  const { texts, addresses } = listed(condition, variables)
  const isMet = (value: string): boolean | Open => {
    if (texts !== undefined) return texts.has(value)
    if (addresses === undefined)
      return any(condition.expected.map((expected) => meets(question, value, expected, variables, lookup)))
    const address = parseAddress(value)
    return address !== undefined && holds(addresses, address)
  }
  const one = (value: string): boolean | Open => {
    const met = isMet(value)
    return question.negated ? flipped(met) : met
  }
  if (question.set === 'one') {
    if (found === undefined) return question.negated
    const [only, ...others] = values
    return only === undefined || others.length > 0 ? effect === 'Deny' : one(only)
  }
  const answers = values.filter((value) => value !== '').map(one)
  return question.set === 'any' ? any(answers) : flipped(any(answers.map(flipped)))
}
