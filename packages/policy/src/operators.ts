/**
 * The condition operators of IAM as one table (3.10 to 3.19; IAM User Guide, "IAM JSON policy elements: Condition operators").
 * A row says how one value of the policy becomes a test of one value of the request, and whether the operator negates: a negated
 * operator holds when *none* of its values matches (NOR), and therefore also when the key is absent (3.11).
 */
import { comparisons, type Prepare } from './comparisons.ts'

export type Family = 'String' | 'Numeric' | 'Date' | 'Bool' | 'Binary' | 'Ip' | 'Arn' | 'Null'

export interface OperatorRow {
  readonly family: Family
  readonly negated: boolean
  /** Whether its values may hold policy variables (3.26). */
  readonly takesVariables: boolean
  /** Whether `*` and `?` in its values are wildcards. */
  readonly takesWildcards: boolean
  /** Makes the test for one value of the policy, or says what is wrong with the value. */
  readonly prepare: Prepare
}

const row = (
  family: Family,
  prepare: Prepare,
  negated: boolean,
  texts: 'plain' | 'variables' | 'wildcards',
): OperatorRow => ({
  family,
  negated,
  takesVariables: texts !== 'plain',
  takesWildcards: texts === 'wildcards',
  prepare,
})

const is = false
const isNot = true

/** Every operator without qualifiers. The null prototype keeps `constructor` and its like from being operators. */
export const operators: Readonly<Record<string, OperatorRow>> = Object.assign(Object.create(null), {
  StringEquals: row('String', comparisons.exactText, is, 'variables'),
  StringNotEquals: row('String', comparisons.exactText, isNot, 'variables'),
  StringEqualsIgnoreCase: row('String', comparisons.textIgnoringCase, is, 'variables'),
  StringNotEqualsIgnoreCase: row('String', comparisons.textIgnoringCase, isNot, 'variables'),
  StringLike: row('String', comparisons.likeText, is, 'wildcards'),
  StringNotLike: row('String', comparisons.likeText, isNot, 'wildcards'),
  NumericEquals: row('Numeric', comparisons.numberEqual, is, 'plain'),
  NumericNotEquals: row('Numeric', comparisons.numberEqual, isNot, 'plain'),
  NumericLessThan: row('Numeric', comparisons.numberBelow, is, 'plain'),
  NumericLessThanEquals: row('Numeric', comparisons.numberAtMost, is, 'plain'),
  NumericGreaterThan: row('Numeric', comparisons.numberAbove, is, 'plain'),
  NumericGreaterThanEquals: row('Numeric', comparisons.numberAtLeast, is, 'plain'),
  DateEquals: row('Date', comparisons.dateEqual, is, 'plain'),
  DateNotEquals: row('Date', comparisons.dateEqual, isNot, 'plain'),
  DateLessThan: row('Date', comparisons.dateBefore, is, 'plain'),
  DateLessThanEquals: row('Date', comparisons.dateAtOrBefore, is, 'plain'),
  DateGreaterThan: row('Date', comparisons.dateAfter, is, 'plain'),
  DateGreaterThanEquals: row('Date', comparisons.dateAtOrAfter, is, 'plain'),
  Bool: row('Bool', comparisons.bool, is, 'plain'),
  BinaryEquals: row('Binary', comparisons.bytes, is, 'plain'),
  IpAddress: row('Ip', comparisons.inBlock, is, 'plain'),
  NotIpAddress: row('Ip', comparisons.inBlock, isNot, 'plain'),
  ArnEquals: row('Arn', comparisons.likeArn, is, 'wildcards'),
  ArnLike: row('Arn', comparisons.likeArn, is, 'wildcards'),
  ArnNotEquals: row('Arn', comparisons.likeArn, isNot, 'wildcards'),
  ArnNotLike: row('Arn', comparisons.likeArn, isNot, 'wildcards'),
  Null: row('Null', comparisons.bool, is, 'plain'),
} satisfies Record<string, OperatorRow>)

/** How the values of the request are quantified: the plain operator takes one value, the set operators a set (3.14). */
export type Quantifier = 'one' | 'any' | 'all'

/** An operator as written, taken apart: `ForAnyValue:StringEqualsIfExists`. */
export interface Operator {
  readonly written: string
  readonly row: OperatorRow
  readonly quantifier: Quantifier
  readonly ifExists: boolean
}

const quantifiers: Readonly<Record<string, Quantifier>> = Object.assign(Object.create(null), {
  'ForAnyValue:': 'any',
  'ForAllValues:': 'all',
} satisfies Record<string, Quantifier>)

/** Takes an operator's name apart; undefined when there is no such operator. Names are taken in AWS's own letter case only. */
export const readOperator = (written: string): Operator | undefined => {
  const colon = written.indexOf(':') + 1
  const quantifier = colon === 0 ? 'one' : quantifiers[written.slice(0, colon)]
  const ifExists = written.endsWith('IfExists')
  const row = operators[written.slice(colon, ifExists ? -'IfExists'.length : undefined)]
  if (quantifier === undefined || row === undefined) return undefined
  // `IfExists` is for any operator except Null (3.13); set operators on Null are nowhere defined.
  if (row.family === 'Null' && (ifExists || quantifier !== 'one')) return undefined
  return { written, row, quantifier, ifExists }
}

/** All names that `readOperator` takes, for suggestions. */
export const operatorNames: readonly string[] = Object.entries(operators).flatMap(([name, { family }]) =>
  family === 'Null'
    ? [name]
    : ['', 'ForAnyValue:', 'ForAllValues:'].flatMap((set) => [`${set}${name}`, `${set}${name}IfExists`]),
)
