/** The Condition element: read once into tests, then held against the context of each request (3.10 to 3.16). */
import { together } from './comparisons.ts'
import type { Context } from './context.ts'
import { type ElementRules, wildcardRules } from './elements.ts'
import { globalKey, globalKeyNames } from './keys.ts'
import { type Operator, operatorNames, readOperator } from './operators.ts'
import type { Matcher } from './patterns.ts'
import { isObject, type Problems, quoted, suggestion } from './problem.ts'
import { nearSpelling } from './spelling.ts'
import { hasVariable } from './variables.ts'
import type { ContextValue, StatementJson } from './vocabulary.ts'

/** One key under one operator. */
export interface Condition {
  readonly operator: Operator
  /** Lower case: key names are matched without regard to case (3.20). */
  readonly key: string
  /** The key as the document writes it. */
  readonly written: string
  /** The values as the document writes them; numbers and booleans as text. */
  readonly expected: readonly string[]
  /** The condition is met by a value that meets one of them. */
  readonly tests: readonly Matcher[]
}

const keyForm = /^[A-Za-z0-9-]+:[^*?$]+$/
const keyWords = '`prefix:name` with an optional `/tag-key`, without wildcards and variables'

const readKey = (written: string, path: string, problems: Problems): boolean => {
  if (!keyForm.test(written)) {
    problems.report(path, written, keyWords, `\`${written}\` is not a condition key`)
    return false
  }
  if (!/^aws:/i.test(written) || globalKey(written) !== undefined) return true
  const meant = suggestion(nearSpelling(written, globalKeyNames))
  problems.report(path, written, 'a global condition key', `\`${written}\` is not a global condition key${meant}`)
  return false
}

const readValues = (value: unknown, path: string, problems: Problems): readonly string[] => {
  const list = Array.isArray(value) ? value : [value]
  const allowed = 'a text, a number or a boolean, or a list of at least one of them'
  if (list.length === 0) problems.report(path, value, allowed, 'an empty list of values never means what it seems to')
  return list.flatMap((item, index) => {
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') return [String(item)]
    problems.report(
      Array.isArray(value) ? `${path}[${index}]` : path,
      item,
      allowed,
      `${quoted(item)} is not a condition value`,
    )
    return []
  })
}

const readTests = (
  operator: Operator,
  key: string,
  expected: readonly string[],
  place: { readonly path: string; readonly list: boolean; readonly variables: boolean; readonly rules: ElementRules },
  problems: Problems,
): readonly Matcher[] => {
  const prepared = expected.flatMap((value, index) => {
    const path = place.list ? `${place.path}[${index}]` : place.path
    if (!operator.row.takesVariables && hasVariable(value)) {
      const allowed = 'a value without `${`'
      problems.report(path, value, allowed, `\`${operator.written}\` takes no policy variables`)
      return []
    }
    const wildcardProblem = place.rules.strictWildcards ? wildcardRules(operator, key, value) : undefined
    if (wildcardProblem !== undefined) problems.report(path, value, wildcardProblem.allowed, wildcardProblem.message)
    const one = operator.row.prepare(value, place.variables)
    if (one.ok) return [one]
    problems.report(path, value, one.allowed, one.message)
    return []
  })
  return together(prepared)
}

/** Reads a Condition element; what it cannot read is reported and left out, and the document is then refused as a whole. */
export const readConditions = (
  json: unknown,
  at: { readonly path: string; readonly variables: boolean; readonly rules: ElementRules },
  problems: Problems,
): readonly Condition[] => {
  const blocks = 'an object: operator, then key, then the values'
  if (!isObject(json)) {
    problems.report(at.path, json, blocks, 'Condition is not an object')
    return []
  }
  return Object.entries(json).flatMap(([name, block]) => {
    const path = `${at.path}.${name}`
    const operator = readOperator(name)
    if (operator === undefined) {
      const meant = suggestion(nearSpelling(name, operatorNames))
      problems.report(path, name, 'a condition operator', `\`${name}\` is not a condition operator${meant}`)
      return []
    }
    if (!isObject(block) || Object.keys(block).length === 0) {
      problems.report(path, block, 'an object with at least one condition key', `\`${name}\` has no condition key`)
      return []
    }
    const seen = new Set<string>()
    return Object.entries(block).flatMap(([written, value]) => {
      const keyPath = `${path}.${written}`
      const key = written.toLowerCase()
      if (seen.has(key)) {
        problems.report(
          keyPath,
          written,
          'each key once',
          `\`${written}\` stands there twice; letter case does not count`,
        )
      }
      seen.add(key)
      if (!readKey(written, keyPath, problems)) return []
      const expected = readValues(value, keyPath, problems)
      const place = { path: keyPath, list: Array.isArray(value), variables: at.variables, rules: at.rules }
      return [{ operator, key, written, expected, tests: readTests(operator, key, expected, place, problems) }]
    })
  })
}

/** No value, or nothing but empty texts, which count as no value for set operators and `Null` ("a null data set"). */
const isNull = (found: ContextValue | undefined): boolean =>
  found === undefined || found === '' || (Array.isArray(found) && found.every((value) => value === ''))

/**
 * Whether one condition holds. A plain operator on a key with several values is undefined in IAM; it then counts as true in a
 * Deny and as false in an Allow, so that the doubt never lets anybody in.
 */
export const holds = (condition: Condition, context: Context, effect: StatementJson['Effect']): boolean => {
  const { operator, tests } = condition
  const found = context.value(condition.key)
  if (operator.row.family === 'Null') return tests.some((test) => test(String(isNull(found)), context.resolve))
  if (found === undefined && operator.ifExists) return true
  const matches = (value: string): boolean =>
    tests.some((test) => test(value, context.resolve)) !== operator.row.negated
  if (operator.quantifier === 'one') {
    if (found === undefined) return operator.row.negated
    if (typeof found === 'string') return matches(found)
    const [only] = found
    return found.length === 1 && only !== undefined ? matches(only) : effect === 'Deny'
  }
  const values = (typeof found === 'string' ? [found] : (found ?? [])).filter((value) => value !== '')
  return operator.quantifier === 'any' ? values.some(matches) : values.every(matches)
}
