import { z } from 'zod'
import { choose, inList } from './near.ts'

/** A message for zod, which has room for one text: what is allowed, and on a line of its own what to do. */
export const complaint = (allowed: string, fix: string): string => `${allowed}\n${fix}`

/** In what to do, stands for the value as the file has it: `007`, not 7. */
export const asWritten = '<as written>'

/** What to do about a value that should be a text. */
export function asText(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean'
    ? `if it is meant as a text, write it in quotes: "${asWritten}"`
    : 'write a value'
}

/**
 * The messages that do not stand in the table of settings. For an unknown key it is the known ones, for a missing key what it means: what
 * only the schema knows, and `check` needs.
 */
export function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  const { input, inst } = issue
  const { title = '', description } = inst instanceof z.ZodType ? (inst.meta() ?? {}) : {}
  if (input === undefined && description !== undefined) return description.split(/\.(?: |$)/, 1)[0]
  switch (issue.code) {
    case 'unrecognized_keys':
      return inst instanceof z.ZodObject ? Object.keys(inst.shape).join('\n') : undefined
    case 'invalid_value':
      return oneOf(issue.values.map(String), input)
    case 'invalid_union': {
      if (issue.inclusive !== false && issue.options !== undefined)
        return oneOf(issue.options.map(String), discriminatorOf(issue))
      const words = issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []))
      return oneOf(words.map(String), input, title)
    }
    case 'too_small':
      return complaint('a list of at least one', 'add one, or remove the key')
    case 'invalid_type':
      if (inst instanceof z.ZodDiscriminatedUnion)
        return complaint(`a map with \`${inst.def.discriminator}\``, 'write `key: value`')
      if (inst instanceof z.ZodObject) return complaint(title || inList(Object.keys(inst.shape)), 'write `key: value`')
      if (inst instanceof z.ZodRecord)
        return complaint('a map with names of your choice', 'write `name: value`, indented')
      if (inst instanceof z.ZodArray) return complaint('a list', listFix(input))
      return complaint(title, asText(input))
    default:
      return undefined
  }
}

/** The value by which a union chooses; the issue itself holds the whole map. */
export function discriminatorOf(issue: { discriminator?: string | undefined; input?: unknown }): unknown {
  const { discriminator = '', input } = issue
  return isMap(input) && Object.hasOwn(input, discriminator) ? input[discriminator] : undefined
}

/** Whether a value is what YAML calls a map. */
export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const oneOf = (words: readonly string[], input: unknown, allowed = inList(words)): string =>
  complaint(allowed, typeof input === 'string' && words.length > 0 ? choose(input, words) : asText(input))

const listFix = (input: unknown): string =>
  typeof input === 'object' ? 'write each on a line with `- ` in front' : `write it in brackets: [${asWritten}]`

/** What stands there, in a few words; text in backticks and cut at 60 characters. */
export function inWords(value: unknown, written: string): string {
  if (value === undefined || value === null || value === '') return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'object') {
    const [key] = Object.keys(value)
    return key === undefined ? 'an empty map' : `a map with \`${key}\``
  }
  const quoted = `\`${written.length > 60 ? `${written.slice(0, 57)}...` : written}\``
  if (typeof value === 'string') return quoted
  return typeof value === 'number' || typeof value === 'boolean'
    ? `the ${typeof value} ${quoted}`
    : `a value of type ${typeof value}`
}
