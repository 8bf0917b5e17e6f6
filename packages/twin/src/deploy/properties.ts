/**
 * Resolved properties of a resource, read one by one with errors that carry their path. CloudFormation takes numbers and
 * booleans as text too, and so do these.
 */
import { isUnknown, type Value } from '@studio-gate/policy/template'
import { DeployError } from './error.ts'

export interface Properties {
  /** Path of this map in the template. */
  readonly path: string
  readonly values: Readonly<Record<string, Value>>
}

function read(from: Properties, key: string): Value | undefined {
  const value = from.values[key]
  if (isUnknown(value)) throw new DeployError(`${from.path}.${key}`, `its value is not known here: ${value.unknown}`)
  return value ?? undefined
}

function refuse(from: Properties, key: string, found: unknown, wanted: string): never {
  const shown = found === undefined ? 'nothing' : typeof found === 'object' ? 'a list or map' : `\`${String(found)}\``
  throw new DeployError(`${from.path}.${key}`, `found ${shown}; needed ${wanted}`)
}

/** A text, or undefined when absent. */
export function optionalText(from: Properties, key: string): string | undefined {
  const value = read(from, key)
  if (value === undefined) return undefined
  if (typeof value === 'object') refuse(from, key, value, 'a text')
  return String(value)
}

/** A text that must be there. */
export function text(from: Properties, key: string): string {
  return optionalText(from, key) ?? refuse(from, key, undefined, 'a text')
}

/** A number, or the default. */
export function number(from: Properties, key: string, otherwise: number): number {
  const value = optionalText(from, key)
  if (value === undefined) return otherwise
  return value.trim() === '' || Number.isNaN(Number(value)) ? refuse(from, key, value, 'a number') : Number(value)
}

/** A boolean, or the default. */
export function flag(from: Properties, key: string, otherwise: boolean): boolean {
  const value = optionalText(from, key)
  if (value === undefined) return otherwise
  if (value !== 'true' && value !== 'false') refuse(from, key, value, 'true or false')
  return value === 'true'
}

/** A list of texts; empty when absent. */
export function texts(from: Properties, key: string): readonly string[] {
  const value = read(from, key)
  if (value === undefined) return []
  if (!Array.isArray(value)) refuse(from, key, value, 'a list of texts')
  return value.map((_, index) => text({ path: `${from.path}.${key}`, values: indexed(value) }, String(index)))
}

/** A map, or undefined when absent. */
export function record(from: Properties, key: string): Properties | undefined {
  const value = read(from, key)
  if (value === undefined) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) refuse(from, key, value, 'a map')
  return { path: `${from.path}.${key}`, values: value as Readonly<Record<string, Value>> }
}

/** A list of maps; empty when absent. */
export function records(from: Properties, key: string): readonly Properties[] {
  const value = read(from, key)
  if (value === undefined) return []
  if (!Array.isArray(value)) refuse(from, key, value, 'a list of maps')
  const list: Properties = { path: `${from.path}.${key}`, values: indexed(value) }
  return value.map((_, index) => record(list, String(index)) ?? refuse(list, String(index), undefined, 'a map'))
}

/** A map of texts; empty when absent. */
export function textMap(from: Properties, key: string): Readonly<Record<string, string>> {
  const map = record(from, key)
  return map ? Object.fromEntries(Object.keys(map.values).map((name) => [name, text(map, name)])) : {}
}

/** `Tags` as a record. */
export function tags(from: Properties, key = 'Tags'): Readonly<Record<string, string>> {
  return Object.fromEntries(records(from, key).map((tag) => [text(tag, 'Key'), text(tag, 'Value')]))
}

function indexed(values: readonly Value[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(values.map((value, index) => [String(index), value]))
}
