/**
 * Reads text of a policy into a pattern: policy variables `${key}`, `${key, 'default'}` and the literals `${*}`, `${?}`, `${$}`
 * (3.26, 3.27; IAM User Guide, "IAM policy elements: Variables and tags"). Only Version 2012-10-17 knows variables.
 */
import type { Pattern, Text, Variable, Wildcard } from './patterns.ts'

/** What a text may hold besides itself, and what the place it stands in makes of it. */
export interface Dialect {
  /** Version 2012-10-17: `${...}` is a variable. Otherwise it is literal text. */
  readonly variables: boolean
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards: boolean
}

export type PatternReading =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly allowed: string; readonly message: string }

const literals: ReadonlySet<string> = new Set(['*', '?', '$'])
const reference = /^([A-Za-z0-9-]+:[^\s'",${}*?][^'",${}*?]*)(?:, '([^']*)')?$/

const readVariable = (inside: string): Text | Variable | undefined => {
  if (literals.has(inside)) return { kind: 'text', text: inside }
  const [, key, fallback] = reference.exec(inside) ?? []
  if (key === undefined) return undefined
  const lower = key.toLowerCase()
  return fallback === undefined ? { kind: 'variable', key: lower } : { kind: 'variable', key: lower, fallback }
}

const allowed =
  "a dollar sign and braces around `prefix:key`, around `prefix:key, 'default'`, or around one of `*`, `?`, `$` for that character itself"

/** Reads one text. Wildcards are made so that they may stand for colons; `arn.ts` narrows them where the parts of an ARN matter. */
export const readPattern = (text: string, dialect: Dialect): PatternReading => {
  const pieces: (Text | Wildcard | Variable)[] = []
  let plain = ''
  const flush = (): void => {
    if (plain !== '') pieces.push({ kind: 'text', text: plain })
    plain = ''
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (dialect.variables && character === '$' && text[at + 1] === '{') {
      const end = text.indexOf('}', at)
      const piece = end === -1 ? undefined : readVariable(text.slice(at + 2, end))
      if (piece === undefined) {
        return {
          ok: false,
          allowed,
          message: `\`${text.slice(at, end === -1 ? undefined : end + 1)}\` is not a policy variable`,
        }
      }
      flush()
      pieces.push(piece)
      at = end
    } else if (dialect.wildcards && (character === '*' || character === '?')) {
      flush()
      pieces.push({ kind: character === '*' ? 'many' : 'one', colons: true })
    } else {
      plain += character
    }
  }
  flush()
  return { ok: true, pattern: pieces }
}

/** Whether a text would be read as holding a variable under Version 2012-10-17; for operators and elements that take none. */
export const hasVariable = (text: string): boolean => text.includes('${')
