/** The Resource and NotResource elements: ARNs with wildcards, matched with regard to case (3.20 to 3.23). */
import { resourceArnMatcher, splitArn, splitPattern } from './arn.ts'
import type { ElementRules } from './elements.ts'
import { compile, type Matcher, type Pattern, type Resolve } from './patterns.ts'
import { type Problems, quoted } from './problem.ts'
import { readPattern } from './variables.ts'

export interface Resources {
  /** NotResource: everything but these. A variable without value makes its entry match nothing, here too (3.27). */
  readonly not: boolean
  /** As the document writes them; `['*']` where the kind of policy has no such element. */
  readonly written: readonly string[]
  readonly match: (resource: string, resolve: Resolve) => boolean
}

/** What a trust policy has in place of the element: it speaks of the role that it stands on. */
export const everyResource: Resources = { not: false, written: ['*'], match: () => true }

const arnWords = '`*`, or an ARN `arn:partition:service:region:account:resource`'
const isLiteral = (part: Pattern | undefined): boolean => part?.every((piece) => piece.kind === 'text') === true
const holdsVariable = (part: Pattern): boolean => part.some((piece) => piece.kind === 'variable')

/** The same path of the API that the policy is attached to, whatever its id, account and Region (4.4). */
const relativeMatcher = (path: Pattern): Matcher => {
  const matcher = compile(path)
  return (resource, resolve) => {
    const slash = resource.indexOf('/')
    return slash !== -1 && splitArn(resource)?.[2] === 'execute-api' && matcher(resource.slice(slash), resolve)
  }
}

type Read =
  | { readonly ok: true; readonly matcher: Matcher }
  | { readonly ok: false; readonly allowed: string; readonly message: string }

const refused = (message: string, allowed = arnWords): Read => ({ ok: false, allowed, message })

const readArn = (pattern: Pattern, text: string, rules: ElementRules): Read => {
  let parts = splitPattern(pattern)
  const [scheme, , service, , account] = parts
  if (!isLiteral(scheme) || !text.startsWith('arn:')) return refused(`\`${text}\` is not an ARN`)
  if (parts.length < 6) {
    if (!rules.shortArn || parts.length < 3 || pattern.some((piece) => piece.kind === 'variable')) {
      return refused(`\`${text}\` has fewer than six parts`)
    }
    parts = [...parts, ...Array.from({ length: 6 - parts.length }, (): Pattern => [{ kind: 'many', colons: true }])]
  }
  if (!isLiteral(service) || service?.length === 0)
    return refused('the service of an ARN must be named, without wildcards')
  if (parts.slice(0, 5).some(holdsVariable)) {
    return refused('policy variables may stand only after the fifth colon of an ARN')
  }
  if (rules.strictWildcards && account !== undefined && !isLiteral(account) && account.length > 1) {
    return refused('the account of an ARN mixes digits and wildcards', 'an account id or one wildcard')
  }
  return { ok: true, matcher: resourceArnMatcher(parts) }
}

const readOne = (text: string, variables: boolean, rules: ElementRules): Read => {
  if (text === '*') return { ok: true, matcher: () => true }
  const relative = text.startsWith('execute-api:/')
  const reading = readPattern(relative ? text.slice('execute-api:'.length) : text, { variables, wildcards: true })
  if (!reading.ok) return reading
  if (!relative) return readArn(reading.pattern, text, rules)
  if (!rules.relativeApi) return refused("`execute-api:/` stands for an API only in that API's own policy")
  return { ok: true, matcher: relativeMatcher(reading.pattern) }
}

/** Reads Resource (`not` false) or NotResource; a single text or a list of at least one. */
export const readResources = (
  json: unknown,
  not: boolean,
  at: { readonly path: string; readonly variables: boolean; readonly rules: ElementRules },
  problems: Problems,
): Resources => {
  const items: readonly unknown[] = Array.isArray(json) ? json : [json]
  if (items.length === 0) problems.report(at.path, json, arnWords, 'the list of resources is empty')
  const written: string[] = []
  const matchers: Matcher[] = []
  for (const [index, item] of items.entries()) {
    const path = Array.isArray(json) ? `${at.path}[${index}]` : at.path
    const read =
      typeof item === 'string' ? readOne(item, at.variables, at.rules) : refused(`${quoted(item)} is not a resource`)
    if (!read.ok) {
      problems.report(path, item, read.allowed, read.message)
      continue
    }
    written.push(String(item))
    matchers.push(read.matcher)
  }
  return { not, written, match: (resource, resolve) => matchers.some((matcher) => matcher(resource, resolve)) }
}
