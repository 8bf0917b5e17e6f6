import { z } from 'zod'
import { jsonSchema } from './json-schema.ts'
import { nameSays } from './settings.ts'

type Schema = z.core.JSONSchema.BaseSchema

/** Markdown with one table for each record of the declaration: key, what it may be, default, meaning. */
export function settingsReference(): string {
  return recordsIn('', jsonSchema())
    .map(([title, record]) => `### ${title || 'The file'}\n\n${table(record)}\n`)
    .join('\n')
}

function table({ properties, required = [], oneOf, title = '' }: Schema): string {
  const rows = settingsOf(properties).map(([key, setting]) => {
    const preset = setting.default
    const without = required.includes(key) ? 'required' : preset === undefined ? '' : `\`${inline(preset)}\``
    return `| \`${key}\` | ${allowed(setting)} | ${without} | ${setting.description} |`
  })
  const note = oneOf === undefined ? '' : `\n\n${title.charAt(0).toUpperCase()}${title.slice(1)}.`
  return `| setting | may be | without it | meaning |\n|---|---|---|---|\n${rows.join('\n')}${note}`
}

const inline = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/** `true`, `false` and nothing are schemas too: they say nothing. */
const schemaOf = (schema: unknown): Schema => z.record(z.string(), z.unknown()).safeParse(schema).data ?? {}

const settingsOf = (properties: Schema['properties'] = {}): readonly (readonly [string, Schema])[] =>
  Object.entries(properties).map(([key, setting]) => [key, schemaOf(setting)])

/** What a value may be, in the words of a table cell. */
function allowed(schema: Schema): string {
  if (schema.properties !== undefined || schema.oneOf !== undefined) return 'the settings below'
  if (schema.title !== undefined) return schema.title === nameSays ? 'name' : schema.title
  if (schema.type === 'array') return `list of: ${allowed(schemaOf(schema.items))}`
  if (schema.type === 'object') return `names, each with ${allowed(schemaOf(schema.additionalProperties))}`
  return (schema.enum ?? [schema.const]).map((word) => `\`${word}\``).join(', ')
}

function recordsIn(title: string, schema: Schema): readonly (readonly [string, Schema])[] {
  if (schema.properties === undefined) {
    const { items = [], additionalProperties = [], anyOf = [], oneOf = [] } = schema
    return [items, additionalProperties, anyOf, oneOf]
      .flat()
      .map(schemaOf)
      .flatMap((member) => recordsIn(titleOf(title, member), member))
  }
  const inner = settingsOf(schema.properties).flatMap(([key, setting]) =>
    recordsIn(title === '' ? key : `${title}, ${key}`, setting),
  )
  return [[title, schema], ...inner]
}

/** Rules are told apart by their effect. */
function titleOf(title: string, { properties }: Schema): string {
  const effect = schemaOf(properties?.effect).const
  return effect === undefined ? title : `${title} with \`effect: ${effect}\``
}
