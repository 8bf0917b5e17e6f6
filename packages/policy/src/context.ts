/** A request made ready for evaluation: who asks, under all the names that policies may use, and the context by lower-case key. */
import { splitArn } from './arn.ts'
import type { Resolve } from './patterns.ts'
import type { ContextValue, Principal, Request } from './vocabulary.ts'

/** The principal's names. A service and an anonymous caller belong to no account. */
export interface Caller {
  readonly principal: Principal
  readonly account: string | undefined
  /** `arn:...:sts::account:assumed-role/name/session`, for role sessions. */
  readonly sessionArn?: string
  /** Roles under `/aws-service-role/` are outside SCPs and RCPs (3.2). */
  readonly serviceLinked: boolean
}

export interface Context {
  value(key: string): ContextValue | undefined
  readonly resolve: Resolve
}

const requiredAccount = (arn: string, account: string | undefined): string => {
  if (account === undefined || account === '') throw new TypeError(`the principal's ARN names no account: ${arn}`)
  return account
}

/** Everything that policies may call the principal by. Throws TypeError on an ARN without account: a bug of the caller. */
export const callerOf = (principal: Principal): Caller => {
  switch (principal.kind) {
    case 'role-session': {
      const [, partition, , , account, resource = ''] = splitArn(principal.roleArn) ?? []
      const name = resource.slice(resource.lastIndexOf('/') + 1)
      return {
        principal,
        account: requiredAccount(principal.roleArn, account),
        sessionArn: `arn:${partition}:sts::${account}:assumed-role/${name}/${principal.sessionName}`,
        serviceLinked: resource.startsWith('role/aws-service-role/'),
      }
    }
    case 'user':
      return { principal, account: requiredAccount(principal.arn, splitArn(principal.arn)?.[4]), serviceLinked: false }
    case 'root':
      return { principal, account: principal.accountId, serviceLinked: false }
    case 'service':
    case 'federated':
    case 'anonymous':
      return { principal, account: undefined, serviceLinked: false }
  }
}

/** `aws:PrincipalType` (IAM User Guide, "Variables and tags", principal key values); not documented for service principals. */
const principalTypes = { 'role-session': 'AssumedRole', user: 'User', root: 'Account', anonymous: 'Anonymous' } as const

/** `aws:PrincipalArn`: the role's ARN for a role session, never the session's (2.16); absent for services and anonymous callers. */
const principalArn = (principal: Principal, resource: string): string | undefined => {
  if (principal.kind === 'role-session') return principal.roleArn
  if (principal.kind === 'user') return principal.arn
  if (principal.kind !== 'root') return undefined
  return `arn:${splitArn(resource)?.[1] ?? 'aws'}:iam::${principal.accountId}:root`
}

/**
 * Keys that follow from the request itself. They replace whatever the caller of `evaluate` put into the context, so that a
 * context can never say something else about the principal than the principal does. Undefined: the key is absent.
 */
const setImpliedKeys = (
  values: Map<string, ContextValue>,
  { principal, account }: Caller,
  { resource, resourceAccount }: Request,
): void => {
  const set = (key: string, value: string | undefined): void => {
    if (value === undefined) values.delete(key)
    else values.set(key, value)
  }
  const { kind } = principal
  set('aws:principalarn', principalArn(principal, resource))
  set('aws:principalaccount', kind === 'anonymous' ? 'anonymous' : account)
  if (kind !== 'service' && kind !== 'federated') set('aws:principaltype', principalTypes[kind])
  // On all signed requests (2.11); an identity provider's word comes without a signature of AWS's kind.
  set(
    'aws:principalisawsservice',
    kind === 'anonymous' || kind === 'federated' ? undefined : String(kind === 'service'),
  )
  set('aws:principalservicename', kind === 'service' ? principal.service : undefined)
  set('aws:username', kind === 'user' ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : undefined)
  set('aws:resourceaccount', resourceAccount)
}

/**
 * The context of a request. Throws TypeError when two keys differ in letter case only: IAM would see one key with two values,
 * and AWS refuses such tags before it comes to that.
 */
export const contextOf = (request: Request, caller: Caller): Context => {
  const values = new Map<string, ContextValue>()
  for (const [key, value] of Object.entries(request.context)) {
    const lower = key.toLowerCase()
    if (values.has(lower)) throw new TypeError(`the context names ${lower} twice`)
    if (typeof value === 'string' || value.length > 0) values.set(lower, value)
  }
  setImpliedKeys(values, caller, request)
  return {
    value: (key) => values.get(key),
    resolve: (key) => {
      const value = values.get(key)
      return typeof value === 'string' ? value : undefined
    },
  }
}
