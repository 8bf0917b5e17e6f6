/** The Action and NotAction elements: `service:Operation` with wildcards in the operation, letter case aside (3.20, 3.23). */
import type { ElementRules } from './elements.ts'
import { compile, type Matcher } from './patterns.ts'
import { type Problems, quoted } from './problem.ts'
import { readPattern } from './variables.ts'

export interface Actions {
  /** NotAction: everything but these, other services included. */
  readonly not: boolean
  /** As the document writes them. */
  readonly written: readonly string[]
  /** Whether one of them matches an action in lower case. */
  readonly match: (action: string) => boolean
}

const form = /^(?:\*|\*:\*|[a-z0-9-]+:[a-z0-9*?]+)$/i

const allowedFor: Readonly<Record<ElementRules['actions'], string>> = {
  any: '`service:Operation`, with wildcards in the operation only, or `*`',
  service: '`service:Operation`, with wildcards in the operation only',
  sts: '`sts:Operation`, with wildcards in the operation only',
}

const problemOf = (text: string, { actions, title }: ElementRules): string | undefined => {
  if (!form.test(text)) {
    if (text.includes('${')) return 'an action takes no policy variables'
    if (!text.includes(':')) return `\`${text}\` names no service`
    return /[*?].*:/.test(text) ? 'the service cannot hold wildcards' : `\`${text}\` is not an action`
  }
  if (actions !== 'any' && text.startsWith('*')) return `${title} must name the service of every action`
  if (actions === 'sts' && !/^sts:/i.test(text)) return 'a trust policy speaks of STS actions only'
  return undefined
}

const noVariables = (): undefined => undefined

/** Reads Action (`not` false) or NotAction; a single text or a list of at least one. */
export const readActions = (
  json: unknown,
  not: boolean,
  at: { readonly path: string; readonly rules: ElementRules },
  problems: Problems,
): Actions => {
  const allowed = allowedFor[at.rules.actions]
  const items: readonly unknown[] = Array.isArray(json) ? json : [json]
  if (items.length === 0) problems.report(at.path, json, allowed, 'the list of actions is empty')
  const written = items.flatMap((item, index) => {
    const path = Array.isArray(json) ? `${at.path}[${index}]` : at.path
    const problem = typeof item === 'string' ? problemOf(item, at.rules) : `${quoted(item)} is not an action`
    if (problem !== undefined) problems.report(path, item, allowed, problem)
    return typeof item === 'string' && problem === undefined ? [item] : []
  })
  const exact = new Set<string>()
  const matchers: Matcher[] = []
  for (const text of written) {
    const lower = text.toLowerCase()
    if (!/[*?]/.test(lower)) {
      exact.add(lower)
      continue
    }
    const reading = readPattern(lower, { variables: false, wildcards: true })
    if (!reading.ok) continue
    matchers.push(compile(reading.pattern))
  }
  return {
    not,
    written,
    match: (action) => exact.has(action) || matchers.some((matcher) => matcher(action, noVariables)),
  }
}
