import { inWords, problemAt, type TemplateProblem } from './problem.ts'
import type { Parameter, Template } from './template.ts'
import type { Unknown, Value } from './value.ts'

/** Types that are one text: `String`, and identifiers such as `AWS::EC2::VPC::Id`. */
const single = /^(String|AWS::[A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z]+|AWS::SSM::Parameter::Name)$/
const listed = /^(CommaDelimitedList|List<(String|Number|AWS::[A-Za-z0-9:]+)>)$/
const stored =
  /^AWS::SSM::Parameter::Value<(String|CommaDelimitedList|List<(?:String|AWS::[A-Za-z0-9:]+)>|AWS::[A-Za-z0-9:]+)>$/

/** Whether CloudFormation knows the parameter type. */
export function isParameterType(type: string): boolean {
  return type === 'Number' || single.test(type) || listed.test(type) || stored.test(type)
}

/** What the caller of a deployment gives; both absent is legal, then defaults and symbolic values stand in. */
export interface GivenParameters {
  /** Parameter name -> value as text, lists joined by commas. For SSM types this is the *name* in the parameter store, as in CloudFormation. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Name in the parameter store -> value, for parameters of SSM types. */
  readonly parameterStore?: Readonly<Record<string, string>>
  /** Parameters whose value is given and yet not known, such as another stack's output; it takes the place of the default. */
  readonly symbolic?: Readonly<Record<string, Unknown>>
}

/**
 * The value of every parameter of a template: the one given, else the default, else symbolic. A value of an SSM type is symbolic
 * unless `parameterStore` has it. Values that the template does not allow, and names it does not know, are problems.
 */
export function parameterValues(
  template: Template,
  given: GivenParameters = {},
): { readonly values: ReadonlyMap<string, Value>; readonly problems: readonly TemplateProblem[] } {
  const values = new Map<string, Value>()
  const problems: TemplateProblem[] = []
  for (const name of Object.keys(given.parameters ?? {})) {
    if (template.parameters.has(name)) continue
    const names = [...template.parameters.keys()].join(', ') || 'none, the template has no parameters'
    problems.push(problemAt(`Parameters.${name}`, 'a value for a parameter that the template does not declare', names))
  }
  for (const parameter of template.parameters.values()) {
    const symbolic = given.symbolic !== undefined && Object.hasOwn(given.symbolic, parameter.name)
    if (symbolic) {
      values.set(parameter.name, given.symbolic?.[parameter.name] ?? null)
      continue
    }
    const text = own(given.parameters, parameter.name) ?? parameter.default
    if (text === undefined) {
      values.set(parameter.name, { unknown: `parameter ${parameter.name} has no default and no value was given` })
      continue
    }
    const problem = judge(parameter, text)
    if (problem !== undefined) problems.push(problem)
    values.set(parameter.name, settle(parameter, text, given))
  }
  return { values, problems }
}

const own = (record: Readonly<Record<string, string>> | undefined, key: string): string | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined

const split = (text: string): readonly string[] => (text === '' ? [] : text.split(',').map((part) => part.trim()))

function settle(parameter: Parameter, text: string, given: GivenParameters): Value {
  const inner = stored.exec(parameter.type)?.[1]
  if (inner === undefined) return listed.test(parameter.type) ? split(text) : text
  const found = own(given.parameterStore, text)
  if (found === undefined) return { unknown: `parameter store entry ${text} (parameter ${parameter.name})` }
  return listed.test(inner) ? split(found) : found
}

function judge(parameter: Parameter, text: string): TemplateProblem | undefined {
  const at = `Parameters.${parameter.name}`
  const found = parameter.noEcho ? 'a value that is not shown (NoEcho)' : inWords(text)
  const refuse = (allowed: string): TemplateProblem => problemAt(at, found, allowed)
  const parts = listed.test(parameter.type) ? split(text) : [text]
  const { allowedValues, allowedPattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = parameter
  if (allowedValues !== undefined && !parts.every((part) => allowedValues.includes(part)))
    return refuse(`one of ${allowedValues.join(', ')}`)
  if (parameter.type === 'Number') return judgeNumber(parameter, text, refuse)
  if (text.length < minLength || text.length > maxLength) return refuse(`${minLength} to ${maxLength} characters`)
  if (allowedPattern !== undefined && !parts.every((part) => new RegExp(`^(?:${allowedPattern})$`).test(part)))
    return refuse(`text that matches ${allowedPattern}`)
  return undefined
}

function judgeNumber(
  parameter: Parameter,
  text: string,
  refuse: (allowed: string) => TemplateProblem,
): TemplateProblem | undefined {
  const { minValue = Number.NEGATIVE_INFINITY, maxValue = Number.POSITIVE_INFINITY } = parameter
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isNaN(number)) return refuse('a number')
  return number < minValue || number > maxValue ? refuse(`a number from ${minValue} to ${maxValue}`) : undefined
}
