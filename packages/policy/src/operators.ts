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
  /** What a sentence puts between the key and the values: the key `lies in` the blocks. */
  readonly verb: string
}

const row = (
  family: Family,
  prepare: Prepare,
  negated: boolean,
  texts: 'plain' | 'variables' | 'wildcards',
  verb: string,
): OperatorRow => ({
  family,
  negated,
  takesVariables: texts !== 'plain',
  takesWildcards: texts === 'wildcards',
  prepare,
  verb,
})

const is = false
const isNot = true

/** Every operator without qualifiers. The null prototype keeps `constructor` and its like from being operators. */
export const operators: Readonly<Record<string, OperatorRow>> = Object.assign(Object.create(null), {
  StringEquals: row('String', comparisons.exactText, is, 'variables', 'is'),
  StringNotEquals: row('String', comparisons.exactText, isNot, 'variables', 'is not'),
  StringEqualsIgnoreCase: row('String', comparisons.textIgnoringCase, is, 'variables', 'is, letter case aside,'),
  StringNotEqualsIgnoreCase: row(
    'String',
    comparisons.textIgnoringCase,
    isNot,
    'variables',
    'is not, letter case aside,',
  ),
  StringLike: row('String', comparisons.likeText, is, 'wildcards', 'matches'),
  StringNotLike: row('String', comparisons.likeText, isNot, 'wildcards', 'does not match'),
  NumericEquals: row('Numeric', comparisons.numberEqual, is, 'plain', 'is'),
  NumericNotEquals: row('Numeric', comparisons.numberEqual, isNot, 'plain', 'is not'),
  NumericLessThan: row('Numeric', comparisons.numberBelow, is, 'plain', 'is below'),
  NumericLessThanEquals: row('Numeric', comparisons.numberAtMost, is, 'plain', 'is at most'),
  NumericGreaterThan: row('Numeric', comparisons.numberAbove, is, 'plain', 'is above'),
  NumericGreaterThanEquals: row('Numeric', comparisons.numberAtLeast, is, 'plain', 'is at least'),
  DateEquals: row('Date', comparisons.dateEqual, is, 'plain', 'is'),
  DateNotEquals: row('Date', comparisons.dateEqual, isNot, 'plain', 'is not'),
  DateLessThan: row('Date', comparisons.dateBefore, is, 'plain', 'is before'),
  DateLessThanEquals: row('Date', comparisons.dateAtOrBefore, is, 'plain', 'is at or before'),
  DateGreaterThan: row('Date', comparisons.dateAfter, is, 'plain', 'is after'),
  DateGreaterThanEquals: row('Date', comparisons.dateAtOrAfter, is, 'plain', 'is at or after'),
  Bool: row('Bool', comparisons.bool, is, 'plain', 'is'),
  BinaryEquals: row('Binary', comparisons.bytes, is, 'plain', 'has the bytes'),
  IpAddress: row('Ip', comparisons.inBlock, is, 'plain', 'lies in'),
  NotIpAddress: row('Ip', comparisons.inBlock, isNot, 'plain', 'lies outside'),
  ArnEquals: row('Arn', comparisons.likeArn, is, 'wildcards', 'matches'),
  ArnLike: row('Arn', comparisons.likeArn, is, 'wildcards', 'matches'),
  ArnNotEquals: row('Arn', comparisons.likeArn, isNot, 'wildcards', 'does not match'),
  ArnNotLike: row('Arn', comparisons.likeArn, isNot, 'wildcards', 'does not match'),
  Null: row('Null', comparisons.bool, is, 'plain', 'is absent:'),
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
