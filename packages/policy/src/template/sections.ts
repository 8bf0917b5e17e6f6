import { isParameterType } from './parameters.ts'
import { at, inWords } from './problem.ts'
import type { Output, Parameter, Resource } from './template.ts'
import { isMap, type Json } from './value.ts'

/** How the readers of single entries say what is wrong; they go on reading. */
export interface Read {
  readonly report: (path: string, found: string, allowed: string) => void
}

type Body = { readonly [key: string]: Json }

const parameterKeys = [
  'Type',
  'Default',
  'Description',
  'NoEcho',
  'AllowedValues',
  'AllowedPattern',
  'ConstraintDescription',
  'MinLength',
  'MaxLength',
  'MinValue',
  'MaxValue',
]
const resourceKeys = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'UpdatePolicy',
  'CreationPolicy',
]
const outputKeys = ['Value', 'Description', 'Export', 'Condition']

/** Reads one entry of `Parameters`; undefined after a report that leaves nothing to work with. */
export function readParameter(name: string, json: Json, read: Read): Parameter | undefined {
  const path = `Parameters.${name}`
  const body = bodyOf(json, path, parameterKeys, read)
  if (body === undefined) return undefined
  const { Type: type, Default: preset, AllowedValues: allowed, AllowedPattern: pattern } = body
  if (typeof type !== 'string' || !isParameterType(type)) {
    read.report(
      at(path, 'Type'),
      inWords(type),
      'String, Number, CommaDelimitedList, List<...>, AWS::...::Id, AWS::SSM::Parameter::...',
    )
    return undefined
  }
  if (preset !== undefined && !isScalar(preset))
    read.report(at(path, 'Default'), inWords(preset), 'a text, number or boolean')
  if (allowed !== undefined && !(Array.isArray(allowed) && allowed.every(isScalar)))
    read.report(at(path, 'AllowedValues'), inWords(allowed), 'a list of texts or numbers')
  if (pattern !== undefined && !isPattern(pattern))
    read.report(at(path, 'AllowedPattern'), inWords(pattern), 'a regular expression')
  return {
    name,
    type,
    ...(isScalar(preset) ? { default: String(preset) } : {}),
    ...(Array.isArray(allowed) ? { allowedValues: allowed.map(String) } : {}),
    ...(isPattern(pattern) ? { allowedPattern: pattern } : {}),
    ...number(body, 'MinLength', 'minLength', path, read),
    ...number(body, 'MaxLength', 'maxLength', path, read),
    ...number(body, 'MinValue', 'minValue', path, read),
    ...number(body, 'MaxValue', 'maxValue', path, read),
    noEcho: body.NoEcho === true || body.NoEcho === 'true',
  }
}

/** Reads one entry of `Resources`; undefined after a report that leaves nothing to work with. */
export function readResource(logicalId: string, json: Json, read: Read): Resource | undefined {
  const path = `Resources.${logicalId}`
  const body = bodyOf(json, path, resourceKeys, read)
  if (body === undefined) return undefined
  const { Type: type, Properties: properties = {}, DependsOn: dependsOn, Condition: condition } = body
  if (typeof type !== 'string' || !/^[A-Za-z0-9]+::[A-Za-z0-9:_@-]+$/.test(type)) {
    read.report(at(path, 'Type'), inWords(type), 'a resource type such as AWS::EC2::VPC')
    return undefined
  }
  if (!isMap(properties)) read.report(at(path, 'Properties'), inWords(properties), 'a map')
  const needs = dependsOn === undefined ? [] : Array.isArray(dependsOn) ? dependsOn : [dependsOn]
  if (!needs.every((need) => typeof need === 'string'))
    read.report(at(path, 'DependsOn'), inWords(dependsOn), 'the name of a resource, or a list of names')
  if (condition !== undefined && typeof condition !== 'string')
    read.report(at(path, 'Condition'), inWords(condition), 'the name of a condition')
  return {
    logicalId,
    type,
    properties: isMap(properties) ? properties : {},
    dependsOn: needs.filter((need) => typeof need === 'string'),
    ...(typeof condition === 'string' ? { condition } : {}),
    ...(body.DeletionPolicy === undefined ? {} : { deletionPolicy: body.DeletionPolicy }),
    ...(body.Metadata === undefined ? {} : { metadata: body.Metadata }),
  }
}

/** Reads one entry of `Outputs`; undefined after a report that leaves nothing to work with. */
export function readOutput(name: string, json: Json, read: Read): Output | undefined {
  const path = `Outputs.${name}`
  const body = bodyOf(json, path, outputKeys, read)
  if (body === undefined) return undefined
  const { Value: value, Export: exported, Condition: condition, Description: description } = body
  if (value === undefined) {
    read.report(at(path, 'Value'), 'nothing', 'a value')
    return undefined
  }
  if (exported !== undefined && !(isMap(exported) && exported.Name !== undefined))
    read.report(at(path, 'Export'), inWords(exported), 'a map with Name')
  if (condition !== undefined && typeof condition !== 'string')
    read.report(at(path, 'Condition'), inWords(condition), 'the name of a condition')
  return {
    name,
    value,
    ...(typeof condition === 'string' ? { condition } : {}),
    ...(isMap(exported) && exported.Name !== undefined ? { exportName: exported.Name } : {}),
    ...(typeof description === 'string' ? { description } : {}),
  }
}

function bodyOf(json: Json, path: string, keys: readonly string[], read: Read): Body | undefined {
  if (!isMap(json)) {
    read.report(path, inWords(json), `a map with ${keys[0]}`)
    return undefined
  }
  for (const key of Object.keys(json))
    if (!keys.includes(key)) read.report(at(path, key), 'an unknown key', keys.join(', '))
  return json
}

const isScalar = (value: Json | undefined): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

function isPattern(value: Json | undefined): value is string {
  if (typeof value !== 'string') return false
  try {
    new RegExp(value)
    return true
  } catch {
    return false
  }
}

function number<K extends string>(
  body: Body,
  key: string,
  as: K,
  path: string,
  read: Read,
): { readonly [P in K]?: number } {
  const value = body[key]
  if (value === undefined) return {}
  const parsed = Number(value)
  if (isScalar(value) && !Number.isNaN(parsed)) return { [as]: parsed } as { readonly [P in K]: number }
  read.report(at(path, key), inWords(value), 'a number')
  return {}
}
