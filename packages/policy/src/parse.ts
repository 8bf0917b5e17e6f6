/**
 * Reads policy documents (IAM User Guide, "Grammar of the IAM JSON policy language"; `elements.ts` for what each kind may hold).
 * A document is taken as a whole or refused as a whole, with every problem and its place: nothing is ever half understood.
 */
import { readActions } from './actions.ts'
import { readConditions } from './conditions.ts'
import type { Policy, Statement } from './document.ts'
import { type ElementRules, elements } from './elements.ts'
import { readPrincipals } from './principals.ts'
import { isObject, noProblems, type PolicyError, type Problems, quoted, suggestion } from './problem.ts'
import { everyResource, readResources } from './resources.ts'
import { nearSpelling } from './spelling.ts'
import { isDeeperThan } from './template/value.ts'
import type { PolicyKind } from './vocabulary.ts'

export type PolicyReading =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly errors: readonly PolicyError[] }

/** A configured policy that cannot be used; `errors` as `parsePolicy` returns them. */
export class PolicySyntaxError extends Error {
  override readonly name = 'PolicySyntaxError'
  readonly errors: readonly PolicyError[]

  constructor(policy: string, errors: readonly PolicyError[]) {
    super([`policy ${policy} cannot be used:`, ...errors.map((error) => `  ${lineOf(error)}`)].join('\n'))
    this.errors = errors
  }
}

const lineOf = ({ path, message, allowed }: PolicyError): string =>
  `${path === '' ? '' : `${path}: `}${message} (allowed: ${allowed})`

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** What a statement is read with. */
interface Reading {
  readonly name: string
  readonly kind: PolicyKind
  readonly rules: ElementRules
  readonly variables: boolean
  readonly problems: Problems
}

const unknownElements = (
  json: Readonly<Record<string, unknown>>,
  path: string,
  known: readonly string[],
  problems: Problems,
): void => {
  for (const name of Object.keys(json)) {
    if (known.includes(name)) continue
    const allowed = known.join(', ')
    const meant = suggestion(nearSpelling(name, known))
    problems.report(join(path, name), name, allowed, `\`${name}\` is not an element of a policy here${meant}`)
  }
}

const statementElements = (rules: ElementRules): readonly string[] => [
  'Sid',
  'Effect',
  ...(rules.principal === 'none' ? [] : ['Principal']),
  ...(rules.notPrincipal ? ['NotPrincipal'] : []),
  'Action',
  ...(rules.notAction ? ['NotAction'] : []),
  ...(rules.resource === 'none' ? [] : ['Resource', 'NotResource']),
  'Condition',
]

/** Exactly one of an element and its negation, if the kind has it: its value and whether it is the negation. */
const oneOf = (
  json: Readonly<Record<string, unknown>>,
  path: string,
  element: 'Principal' | 'Action' | 'Resource',
  { rules, problems }: Reading,
): { readonly value: unknown; readonly not: boolean; readonly path: string } | undefined => {
  const negated = `Not${element}`
  const known = statementElements(rules).filter((name) => name === element || name === negated)
  const present = known.filter((name) => json[name] !== undefined)
  const [name] = present
  if (name === undefined || present.length > 1) {
    if (known.length === 0) return undefined
    const allowed = known.length === 1 ? element : `either ${element} or ${negated}`
    const message =
      present.length > 1 ? `${element} and ${negated} exclude each other` : `the statement has no ${element}`
    problems.report(path, present.length > 1 ? present : undefined, allowed, message)
    return undefined
  }
  return { value: json[name], not: name === negated, path: join(path, name) }
}

const readSid = (
  json: Readonly<Record<string, unknown>>,
  path: string,
  seen: Set<string>,
  { rules, problems }: Reading,
): string | undefined => {
  const { Sid: sid } = json
  if (sid === undefined) return undefined
  const form = rules.plainSid ? /^[A-Za-z0-9]*$/ : /^.*$/s
  if (typeof sid !== 'string' || !form.test(sid)) {
    problems.report(
      join(path, 'Sid'),
      sid,
      rules.plainSid ? 'letters and digits' : 'a text',
      `${quoted(sid)} is not a Sid`,
    )
    return undefined
  }
  if (sid === '') return undefined
  if (seen.has(sid))
    problems.report(join(path, 'Sid'), sid, 'each Sid once', `another statement has the Sid \`${sid}\``)
  seen.add(sid)
  return sid
}

const readStatement = (
  json: unknown,
  path: string,
  index: number,
  sids: Set<string>,
  reading: Reading,
): readonly Statement[] => {
  const { rules, problems, variables, name, kind } = reading
  if (!isObject(json)) {
    problems.report(path, json, 'an object with Effect, Action and so on', `${quoted(json)} is not a statement`)
    return []
  }
  const known = statementElements(rules)
  const misplaced = ['Principal', 'NotPrincipal', 'Resource', 'NotResource', 'NotAction'].filter(
    (element) => !known.includes(element),
  )
  for (const element of misplaced.filter((element) => element in json)) {
    problems.report(join(path, element), element, known.join(', '), `${rules.title} must not have ${element}`)
  }
  unknownElements(json, path, [...known, ...misplaced], problems)
  const sid = readSid(json, path, sids, reading)
  const { Effect: effect } = json
  if (effect !== 'Allow' && effect !== 'Deny') {
    problems.report(join(path, 'Effect'), effect, '`Allow` or `Deny`', `${quoted(effect)} is not an Effect`)
  }
  const principal = oneOf(json, path, 'Principal', reading)
  const action = oneOf(json, path, 'Action', reading)
  const resource = oneOf(json, path, 'Resource', reading)
  if (principal?.not === true && effect === 'Allow') {
    problems.report(
      principal.path,
      'Allow',
      'NotPrincipal with Effect Deny',
      'NotPrincipal cannot be combined with Allow',
    )
  }
  const principals =
    principal && readPrincipals(principal.value, principal.not, { path: principal.path, rules }, problems)
  const actions = action && readActions(action.value, action.not, { path: action.path, rules }, problems)
  const resources =
    rules.resource === 'none'
      ? everyResource
      : resource && readResources(resource.value, resource.not, { path: resource.path, variables, rules }, problems)
  const { Condition: condition } = json
  const at = { path: join(path, 'Condition'), variables, rules }
  const conditions = condition === undefined ? [] : readConditions(condition, at, problems)
  if ((effect !== 'Allow' && effect !== 'Deny') || actions === undefined || resources === undefined) return []
  const ref = { policy: name, kind, index, ...(sid === undefined ? {} : { sid }) }
  return [
    { ref, effect, variables, ...(principals === undefined ? {} : { principals }), actions, resources, conditions },
  ]
}

/** RCPFullAWSAccess, the one RCP that may allow; customers' own only deny (Organizations guide, "RCP syntax"). */
const isRcpFullAccess = (statements: readonly unknown[]): boolean => {
  const [only] = statements
  if (statements.length !== 1 || !isObject(only)) return false
  const { Sid: _, ...rest } = only
  const entries = Object.entries(rest).sort(([a], [b]) => a.localeCompare(b))
  return JSON.stringify(entries) === '[["Action","*"],["Effect","Allow"],["Principal","*"],["Resource","*"]]'
}

const readVersion = (version: unknown, { rules, problems }: Pick<Reading, 'rules' | 'problems'>): boolean => {
  const versions = rules.newVersion ? ['2012-10-17'] : ['2012-10-17', '2008-10-17']
  if (version === undefined && !rules.newVersion) return false
  if (typeof version !== 'string' || !versions.includes(version)) {
    const meant = typeof version === 'string' ? suggestion(nearSpelling(version, versions)) : ''
    problems.report(
      'Version',
      version,
      versions.join(' or '),
      `${quoted(version)} is not a Version that ${rules.title} can have${meant}`,
    )
  }
  return version === '2012-10-17'
}

/** Levels of lists and objects; the grammar has six. */
const deepest = 20

/**
 * Judges a policy document and prepares it for `evaluate`. `json` is the parsed document (not its text); `name` is how decisions
 * will call it. Without Version the language is that of 2008-10-17, in which `${...}` is literal text (3.26).
 */
export const parsePolicy = (json: unknown, kind: PolicyKind, name: string): PolicyReading => {
  const problems = noProblems()
  const rules = elements[kind]
  if (!isObject(json)) {
    problems.report('', json, 'an object with Version and Statement', `${quoted(json)} is not a policy document`)
    return { ok: false, errors: problems.errors }
  }
  // Before anything walks it: what JSON can nest may exhaust the stack.
  if (isDeeperThan(json, deepest)) {
    problems.report(
      '',
      `more than ${deepest} levels`,
      'an object with Version and Statement',
      'the document is nested too deeply',
    )
    return { ok: false, errors: problems.errors }
  }
  unknownElements(json, '', ['Version', ...(rules.id ? ['Id'] : []), 'Statement'], problems)
  const { Id: id, Version: version, Statement: statement } = json
  if (rules.id && id !== undefined && typeof id !== 'string')
    problems.report('Id', id, 'a text', `${quoted(id)} is not an Id`)
  const variables = readVersion(version, { rules, problems })
  const size = JSON.stringify(json).length
  if (rules.maxCharacters !== undefined && size > rules.maxCharacters) {
    const allowed = `at most ${rules.maxCharacters} characters`
    problems.report('', `${size} characters`, allowed, `the document is too long for ${rules.title}`)
  }
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement]
  if (statement === undefined || list.length === 0) {
    problems.report('Statement', statement, 'at least one statement', 'the policy has no statement')
    return { ok: false, errors: problems.errors }
  }
  const fullAccess = kind === 'rcp' && isRcpFullAccess(list)
  const reading: Reading = { name, kind, rules: fullAccess ? { ...rules, actions: 'any' } : rules, variables, problems }
  const sids = new Set<string>()
  const statements = list.flatMap((item, index) => {
    const path = Array.isArray(statement) ? `Statement[${index}]` : 'Statement'
    const read = readStatement(item, path, index, sids, reading)
    if (kind === 'rcp' && !fullAccess && read[0]?.effect === 'Allow') {
      problems.report(join(path, 'Effect'), 'Allow', '`Deny`', 'an RCP may only deny; RCPFullAWSAccess alone allows')
    }
    return read
  })
  if (problems.errors.length > 0) return { ok: false, errors: problems.errors }
  return {
    ok: true,
    policy: {
      name,
      kind,
      allows: statements.filter(({ effect }) => effect === 'Allow'),
      denies: statements.filter(({ effect }) => effect === 'Deny'),
    },
  }
}

/** `parsePolicy` for documents that are part of the configuration. Throws PolicySyntaxError with every problem. */
export const mustParsePolicy = (json: unknown, kind: PolicyKind, name: string): Policy => {
  const reading = parsePolicy(json, kind, name)
  if (!reading.ok) throw new PolicySyntaxError(name, reading.errors)
  return reading.policy
}
