/**
 * The layers of a decision as one formula over statements (3.1 to 3.8, 4.2, 4.3): which must allow, which must not deny. What the principal,
 * the action and the resource decide is decided here; conditions, and resources with variables, stay for `solve`.
 */
import type { Policy, Statement } from '../document.ts'
import { rcpsApply } from '../services.ts'
import { mayMean, statementsOf } from './by-resource.ts'
import type { Caller } from './facts.ts'
import type { ReachPolicies } from './question.ts'
import { colonsIn, type Tokens, textMatches, tokensOf, variablesIn, withinParts } from './texts.ts'

/** A statement that speaks of this action by this caller. */
export interface Leaf {
  readonly statement: Statement
  /** The resource element, when it has variables; else the resource matches. */
  readonly resources?: { readonly not: boolean; readonly patterns: readonly Tokens[] }
}

/** `unseen`: nobody knows what it says. */
export type Formula =
  | { readonly all: readonly Formula[] }
  | { readonly some: readonly Formula[] }
  | { readonly none: readonly Formula[] }
  | { readonly leaf: Leaf }
  | { readonly unseen: string }

export const always: Formula = { all: [] }
export const never: Formula = { some: [] }

/** What is decided already is left out, so that a formula tells at a glance when nothing can make it true. */
export const all = (parts: readonly Formula[]): Formula => {
  if (parts.includes(never)) return never
  const open = parts.filter((part) => part !== always)
  return open.length === 1 && open[0] !== undefined ? open[0] : open.length === 0 ? always : { all: open }
}

export const some = (parts: readonly Formula[]): Formula => {
  if (parts.includes(always)) return always
  const open = parts.filter((part) => part !== never)
  return open.length === 1 && open[0] !== undefined ? open[0] : open.length === 0 ? never : { some: open }
}

export const none = (parts: readonly Formula[]): Formula => {
  if (parts.includes(always)) return never
  const open = parts.filter((part) => part !== never)
  return open.length === 0 ? always : { none: open }
}

/** Who asks for what. */
export interface Asked {
  readonly caller: Caller
  /** Lower case. */
  readonly action: string
  readonly resource: string
  readonly resourceAccount: string
  readonly bounded: boolean
}

/** What a statement makes of actions and of resources, found out once: it is asked again for every principal, door and endpoint. */
interface Known {
  readonly patterns: readonly Tokens[]
  readonly actions: Map<string, boolean>
  readonly resources: Map<string, Formula>
}
const knownOf = new WeakMap<Statement, Known>()

const known = (statement: Statement): Known => {
  let found = knownOf.get(statement)
  if (found === undefined) {
    const patterns = statement.actions.written.map((written) => tokensOf(written.toLowerCase(), false, true))
    found = { patterns, actions: new Map(), resources: new Map() }
    knownOf.set(statement, found)
  }
  return found
}

/** Whether the statement speaks of the action, letter case aside (3.20, 3.23). */
export const speaksOf = (statement: Statement, action: string): boolean => {
  const { actions, patterns } = known(statement)
  let speaks = actions.get(action)
  if (speaks === undefined) {
    speaks = patterns.some((pattern) => textMatches(pattern, action)) !== statement.actions.not
    actions.set(action, speaks)
  }
  return speaks
}

/** The pattern of one resource; `*` of missing parts is added where the kind of policy allows it. */
export const resourceTokens = (written: string, variables: boolean): Tokens => {
  const tokens = tokensOf(written, variables, true)
  if (written === '*') return tokens
  const missing = Math.max(0, 5 - colonsIn(tokens))
  return withinParts(tokensOf(`${written}${':*'.repeat(missing)}`, variables, true), true)
}

const relative = 'execute-api:'

/** The text that a pattern is held against, and the pattern: an API's own policy may leave the API out (4.4). */
const resourcePattern = (
  written: string,
  variables: boolean,
  resource: string,
): { tokens: Tokens; text: string | undefined } => {
  if (!written.startsWith(`${relative}/`)) return { tokens: resourceTokens(written, variables), text: resource }
  const slash = resource.indexOf('/')
  const isApi =
    resource.split(':').length >= 6 && resource.startsWith('arn:') && resource.split(':')[2] === 'execute-api'
  return {
    tokens: tokensOf(written.slice(relative.length), variables, true),
    text: isApi && slash !== -1 ? resource.slice(slash) : undefined,
  }
}

/** How a statement of a resource-based policy names the caller (3.6, 3.24, 3.25). */
const namingOf = (
  { principals, effect }: Statement,
  { caller, bounded }: Pick<Asked, 'caller' | 'bounded'>,
): 'direct' | 'role' | 'account' | undefined => {
  if (principals === undefined) return 'direct'
  const { principal, account, arn, sessionArn } = caller
  const service = principal.kind === 'service'
  if (principals.not) {
    if (bounded) return 'direct'
    const names = [arn, sessionArn].filter((name) => name !== undefined)
    const listed = service
      ? principals.services.has(principal.service)
      : principal.kind === 'federated'
        ? principals.federated.has(principal.provider)
        : account !== undefined && principals.accounts.has(account) && names.every((name) => principals.arns.has(name))
    return listed ? undefined : 'direct'
  }
  if (principals.everyone === 'all') return 'direct'
  if (principals.everyone === 'aws' && (!service || effect === 'Deny')) return 'direct'
  if (service) return principals.services.has(principal.service) ? 'direct' : undefined
  if (principal.kind === 'federated') return principals.federated.has(principal.provider) ? 'direct' : undefined
  if (sessionArn !== undefined && principals.arns.has(sessionArn)) return 'direct'
  if (arn !== undefined && principals.arns.has(arn)) return principal.kind === 'user' ? 'direct' : 'role'
  return account !== undefined && principals.accounts.has(account) ? 'account' : undefined
}

/** Whether a statement that allows names the caller in some way. */
export const names = (statement: Statement, caller: Caller): boolean =>
  namingOf(statement, { caller, bounded: false }) !== undefined

/** The statement as a formula, as far as the resource decides. */
const onResource = (statement: Statement, resource: string): Formula => {
  const { resources, variables, conditions } = statement
  const patterns: Tokens[] = []
  let fixed = false
  for (const written of resources.written) {
    const { tokens, text } = resourcePattern(written, variables, resource)
    if (text === undefined) continue
    // A relative pattern with variables would need its own text; none is ever written, so it counts as unseen.
    if (variablesIn(tokens).length > 0) {
      if (text !== resource) return { unseen: `${statement.ref.policy}: variables in ${written}` }
      patterns.push(tokens)
    } else if (textMatches(tokens, text)) fixed = true
  }
  if (patterns.length > 0 && !fixed) return { leaf: { statement, resources: { not: resources.not, patterns } } }
  if (fixed === resources.not) return never
  return conditions.length === 0 ? always : { leaf: { statement } }
}

/** The statement as a formula: `never` when it cannot apply. */
const applies = (statement: Statement, asked: Asked): Formula => {
  if (!speaksOf(statement, asked.action) || namingOf(statement, asked) === undefined) return never
  const { resources } = known(statement)
  let formula = resources.get(asked.resource)
  if (formula === undefined) {
    formula = onResource(statement, asked.resource)
    resources.set(asked.resource, formula)
  }
  return formula
}

const allOf = (policies: readonly Policy[], effect: 'allows' | 'denies', asked: Asked): readonly Formula[] =>
  mayMean(statementsOf(policies, effect), asked.resource).map((statement) => applies(statement, asked))

/** Actions that a role's trust policy decides on; with KMS, the ones where the resource's policy must allow in any case (3.5). */
const trustActions = /^sts:(assumerole|assumerolewithsaml|assumerolewithwebidentity|setsourceidentity|tagsession)$/

const grants = (policies: ReachPolicies, asked: Asked): Formula => {
  const { identity, boundary, session, resource, unseen = [] } = policies
  const { account, principal } = asked.caller
  const speaking =
    resource === undefined || (resource.kind === 'trust' && principal.kind === 'root') ? [] : resource.allows
  const named = (naming: string): Formula =>
    some(speaking.filter((each) => namingOf(each, asked) === naming).map((each) => applies(each, asked)))
  const [direct, role, whole] = [named('direct'), named('role'), named('account')]
  const anyName = some([direct, role, whole])
  if (account === undefined) return anyName
  const same = account === asked.resourceAccount
  const demanded =
    !same || resource?.kind === 'trust' || trustActions.test(asked.action) || asked.action.startsWith('kms:')
  if (demanded && anyName === never) return never
  const own = some([
    ...allOf(identity, 'allows', asked),
    ...unseen.map((name) => ({ unseen: name })),
    ...(same ? [role] : []),
  ])
  const limits = [boundary, session].map((limit) =>
    limit === undefined ? always : some(allOf([limit], 'allows', asked)),
  )
  const held = all([...(demanded ? [anyName] : []), ...(principal.kind === 'root' ? [] : [own]), ...limits])
  return same ? some([direct, held]) : held
}

/** When a request is allowed, as far as the endpoint on its way does not decide. */
export const formulaOf = (policies: ReachPolicies, asked: Asked): Formula => {
  const granted = grants(policies, asked)
  if (granted === never) return never
  const { account, serviceLinked } = asked.caller
  const scps = account === undefined || serviceLinked ? [] : policies.scps
  const rcps = serviceLinked || !rcpsApply(asked.action) ? [] : policies.rcps
  const { resource, identity, boundary, session } = policies
  const alone = [resource, boundary, session].flatMap((policy) => (policy === undefined ? [] : [[policy]]))
  const denying = [...scps, ...rcps, identity, ...alone]
  return all([
    none([
      ...denying.flatMap((each) => allOf(each, 'denies', asked)),
      ...(policies.unseen ?? []).map((name) => ({ unseen: name })),
    ]),
    ...scps.map((level) => some(allOf(level, 'allows', asked))),
    granted,
  ])
}

/** When an endpoint with this policy lets the request pass. */
export const gateOf = (endpoint: Policy, asked: Asked): Formula =>
  all([none(allOf([endpoint], 'denies', asked)), some(allOf([endpoint], 'allows', asked))])

/** The statements of a formula, each once. */
export const leavesOf = (formula: Formula): readonly Leaf[] => {
  const leaves = new Map<Statement, Leaf>()
  const walk = (node: Formula): void => {
    if ('leaf' in node) leaves.set(node.leaf.statement, node.leaf)
    else if (!('unseen' in node))
      for (const each of 'all' in node ? node.all : 'some' in node ? node.some : node.none) walk(each)
  }
  walk(formula)
  return [...leaves.values()]
}
