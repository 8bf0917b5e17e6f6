import { callOf } from './intrinsics.ts'
import { at, inWords, problemAt, TemplateError } from './problem.ts'
import { resolveValue, type Scope } from './resolve.ts'
import { isList, isMap, isUnknown, type Json, type Unknown, unknownWithin, type Value } from './value.ts'

type Truth = boolean | Unknown

/**
 * Whether a condition holds, by three-valued logic: `Fn::And` with one false is false and `Fn::Or` with one true is true, whatever
 * else is symbolic.
 * @param expression the condition as written in the section `Conditions`
 * @throws TemplateError when it is not made of condition functions
 */
export function conditionHolds(expression: Json, scope: Scope, path: string): Truth {
  if (isMap(expression) && typeof expression.Condition === 'string') return scope.condition(expression.Condition)
  const call = callOf(expression)
  const parts = call !== undefined && isList(call.argument) ? call.argument : []
  const callPath = at(path, call?.name ?? '')
  const truths = (): readonly Truth[] => parts.map((part, index) => conditionHolds(part, scope, at(callPath, index)))
  if (call?.name === 'Fn::And') return decide(truths(), false)
  if (call?.name === 'Fn::Or') return decide(truths(), true)
  if (call?.name === 'Fn::Not') {
    const [truth = true] = truths()
    return isUnknown(truth) ? truth : !truth
  }
  if (call?.name === 'Fn::Equals') {
    const [left = null, right = null] = parts.map((part, index) => resolveValue(part, scope, at(callPath, index)))
    const unknown = unknownWithin(left) ?? unknownWithin(right)
    return unknown === undefined ? asText(left) === asText(right) : (scope.decide?.(left, right) ?? unknown)
  }
  throw new TemplateError(
    problemAt(path, inWords(expression), 'Fn::And, Fn::Or, Fn::Not, Fn::Equals or { Condition: name }'),
  )
}

function decide(truths: readonly Truth[], deciding: boolean): Truth {
  if (truths.includes(deciding)) return deciding
  return truths.find(isUnknown) ?? !deciding
}

/** CloudFormation compares texts: the number 1 equals the text `1`. */
const asText = (value: Value): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))
