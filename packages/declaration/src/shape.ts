/** What a value may be. The checks, the JSON Schema and the settings reference are all made from these. */
export type Shape =
  | { readonly kind: 'version'; readonly is: number }
  | { readonly kind: 'text'; readonly matches: RegExp; readonly says: string; readonly longest?: number }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  /** Seconds, both ends included. */
  | { readonly kind: 'duration'; readonly from: number; readonly to: number }
  | { readonly kind: 'list'; readonly of: Shape; readonly least: number }
  /** One value, or a list of at least one. */
  | { readonly kind: 'oneOrMany'; readonly of: Shape }
  /** Names chosen by the administrator, each with a value of the same shape. */
  | { readonly kind: 'named'; readonly of: Shape; readonly least: number }
  | RecordShape
  /** Either a word or a record: told apart by being a text. */
  | { readonly kind: 'wordOrRecord'; readonly word: readonly string[]; readonly record: RecordShape }
  /** Records told apart by one key. */
  | { readonly kind: 'variants'; readonly by: string; readonly of: Readonly<Record<string, RecordShape>> }

export interface RecordShape {
  readonly kind: 'record'
  readonly settings: Readonly<Record<string, Setting>>
  /** Exactly one of these keys stands there. */
  readonly exactlyOne?: readonly string[]
}

/** One key of a record. */
export interface Setting {
  readonly shape: Shape
  /** One sentence or two for the settings reference and the editor. */
  readonly about: string
  readonly required?: true
  /** What holds where the key is absent, as it would be written. */
  readonly default?: string | number | Readonly<Record<string, string>>
}

/** A record whose keys are exactly those of the type `T`, held in step by the compiler. */
export function record<T>(
  settings: { readonly [K in keyof Required<T>]: Setting },
  exactlyOne?: readonly (keyof T & string)[],
): RecordShape {
  return { kind: 'record', settings, ...(exactlyOne === undefined ? {} : { exactlyOne }) }
}

/** Names of rules, networks and the like: they go into role and profile names, where a double hyphen separates the parts. */
export const namePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
export const longestName = 32
export const nameSays = `lower-case letters, digits and single hyphens, a letter first, at most ${longestName} characters`
