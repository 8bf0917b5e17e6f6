import { durationOf, durationPattern } from './duration.ts'
import { declaration } from './settings.ts'
import { longestName, namePattern, type RecordShape, type Setting, type Shape } from './shape.ts'

type Schema = Readonly<Record<string, unknown>>

/**
 * JSON Schema (2020-12) of the declaration, for completion and checks in editors. It accepts every declaration that `readDeclaration`
 * accepts; what only shows between settings, such as names that lead nowhere, it cannot tell.
 */
export function jsonSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Studio Gate declaration',
    ...schemaOf(declaration),
  }
}

function schemaOf(shape: Shape): Schema {
  switch (shape.kind) {
    case 'version':
      return { const: shape.is }
    case 'text':
      return {
        type: 'string',
        pattern: shape.matches.source,
        ...(shape.longest === undefined ? {} : { maxLength: shape.longest }),
      }
    case 'choice':
      return { enum: shape.of }
    case 'duration':
      return {
        type: 'string',
        pattern: durationPattern.source,
        description: `${durationOf(shape.from)} to ${durationOf(shape.to)}`,
      }
    case 'list':
      return { type: 'array', items: schemaOf(shape.of), minItems: shape.least }
    case 'oneOrMany':
      return { anyOf: [schemaOf(shape.of), { type: 'array', items: schemaOf(shape.of), minItems: 1 }] }
    case 'named':
      return {
        type: 'object',
        propertyNames: { pattern: namePattern.source, maxLength: longestName },
        additionalProperties: schemaOf(shape.of),
        minProperties: shape.least,
      }
    case 'record':
      return recordSchema(shape)
    case 'wordOrRecord':
      return { anyOf: [{ enum: shape.word }, recordSchema(shape.record)] }
    case 'variants':
      return {
        oneOf: Object.entries(shape.of).map(([word, variant]) => {
          const { [shape.by]: by, ...others } = variant.settings
          const fixed: Setting = { shape: { kind: 'choice', of: [word] }, about: by?.about ?? '', required: true }
          return recordSchema({ ...variant, settings: { [shape.by]: fixed, ...others } })
        }),
      }
  }
}

function recordSchema({ settings, exactlyOne }: RecordShape): Schema {
  const required = Object.keys(settings).filter((key) => settings[key]?.required)
  const properties = Object.entries(settings).map(([key, setting]) => [key, settingSchema(setting)] as const)
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    ...(exactlyOne === undefined ? {} : { oneOf: exactlyOne.map((key) => ({ required: [key] })) }),
  }
}

function settingSchema({ shape, about, default: preset }: Setting): Schema {
  const { description, ...schema } = schemaOf(shape)
  const text = description === undefined ? about : `${about} ${String(description)}.`
  return { description: text, ...(preset === undefined ? {} : { default: preset }), ...schema }
}
