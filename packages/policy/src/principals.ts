/** The Principal and NotPrincipal elements: who a statement of a resource-based policy speaks of (3.24, 3.25). */
import { accountOf, splitArn } from './arn.ts'
import type { Caller } from './context.ts'
import type { ElementRules } from './elements.ts'
import { isObject, type Problems, quoted, suggestion } from './problem.ts'
import { nearSpelling } from './spelling.ts'
import type { StatementJson } from './vocabulary.ts'

export interface Principals {
  /** NotPrincipal. */
  readonly not: boolean
  /** `all`: `*`. `aws`: `{"AWS": "*"}`, which AWS calls the same for anonymous callers only. */
  readonly everyone: 'all' | 'aws' | 'no'
  /** Account ids. */
  readonly accounts: ReadonlySet<string>
  /** ARNs of roles, role sessions and users, as written. */
  readonly arns: ReadonlySet<string>
  readonly services: ReadonlySet<string>
  /** Identity providers: the ARN of one, or a name such as `accounts.google.com`. */
  readonly federated: ReadonlySet<string>
}

/**
 * How the caller was named. It decides what else must allow (3.6): `account` hands the decision to the account, `role` is
 * limited by boundary and session policy, `direct` (the session, the user, the service or everyone) by neither.
 */
export type Naming = 'direct' | 'role' | 'account'

const accountId = /^\d{12}$/
const names = ['AWS', 'Service', 'Federated']
const awsPrincipals =
  'an account id, `arn:...:iam::<account>:root`, or the ARN of one role, user or role session; `*` alone for everyone'

const readAws = (text: string, rules: ElementRules): { account?: string; arn?: string } | string => {
  const [, , service, region, account = '', resource = ''] = splitArn(text) ?? []
  const isAccount =
    accountId.test(text) || (service === 'iam' && region === '' && accountId.test(account) && resource === 'root')
  if (isAccount) {
    return rules.accountPrincipal
      ? { account: accountOf(text) ?? text }
      : `${rules.title} naming an account means its root user or everyone in it, depending on the service; use \`*\` with a condition on \`aws:PrincipalAccount\``
  }
  if (/[*?]/.test(text)) return 'a principal cannot be matched in part; use `*` with a condition on `aws:PrincipalArn`'
  if (/^A(?:ROA|IDA)[A-Z0-9]+$/.test(text))
    return 'a unique id stands where the named role or user was deleted; name a principal that exists'
  if (region !== '' || !accountId.test(account)) return 'this is not a principal'
  const named = service === 'iam' ? /^(?:role|user)\/[^:]+$/ : /^assumed-role\/[^/:]+\/[^/:]+$/
  if ((service !== 'iam' && service !== 'sts') || !named.test(resource)) {
    return resource.startsWith('group/') ? 'a group cannot be a principal' : 'this is not a principal'
  }
  return { arn: text }
}

const listOf = (value: unknown, path: string, problems: Problems): readonly { text: string; path: string }[] => {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (items.length === 0) problems.report(path, value, 'at least one principal', 'the list is empty')
  return items.flatMap((item, index) => {
    const at = Array.isArray(value) ? `${path}[${index}]` : path
    if (typeof item === 'string' && item !== '') return [{ text: item, path: at }]
    problems.report(at, item, 'a text', `${quoted(item)} is not a principal`)
    return []
  })
}

const nobody = {
  accounts: new Set<string>(),
  arns: new Set<string>(),
  services: new Set<string>(),
  federated: new Set<string>(),
}

/** Reads Principal (`not` false) or NotPrincipal. */
export const readPrincipals = (
  json: unknown,
  not: boolean,
  at: { readonly path: string; readonly rules: ElementRules },
  problems: Problems,
): Principals => {
  const { path, rules } = at
  const refuseEveryone = (where: string): void => {
    if (not) problems.report(where, '*', awsPrincipals, 'NotPrincipal `*` speaks of nobody')
  }
  if (json === '*') {
    refuseEveryone(path)
    return { ...nobody, not, everyone: 'all' }
  }
  if (rules.principal === 'everyone') {
    problems.report(path, json, '`*`', `${rules.title} speaks of everyone; narrow it with conditions`)
    return { ...nobody, not, everyone: 'no' }
  }
  if (!isObject(json) || Object.keys(json).length === 0) {
    problems.report(
      path,
      json,
      '`*`, or an object with AWS, Service or Federated',
      `${quoted(json)} is not a principal`,
    )
    return { ...nobody, not, everyone: 'no' }
  }
  const [accounts, arns, services, federated] = [
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
  ]
  let everyone: Principals['everyone'] = 'no'
  for (const [name, value] of Object.entries(json)) {
    if (!names.includes(name)) {
      const message =
        name === 'CanonicalUser'
          ? 'a canonical user id does not tell its account, so it cannot be evaluated; name the account under AWS'
          : `\`${name}\` is not a kind of principal${suggestion(nearSpelling(name, names))}`
      problems.report(`${path}.${name}`, name, 'AWS, Service or Federated', message)
      continue
    }
    for (const item of listOf(value, `${path}.${name}`, problems)) {
      if (name === 'AWS' && item.text === '*') {
        refuseEveryone(item.path)
        everyone = 'aws'
      } else if (name === 'AWS') {
        const read = readAws(item.text, rules)
        if (typeof read === 'string') problems.report(item.path, item.text, awsPrincipals, read)
        else if (read.account !== undefined) accounts.add(read.account)
        else if (read.arn !== undefined) arns.add(read.arn)
      } else if (name === 'Service') {
        if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(item.text)) services.add(item.text)
        else
          problems.report(
            item.path,
            item.text,
            'a name such as `lambda.amazonaws.com`, without wildcards',
            'this is not a service principal',
          )
      } else if (/[*?]/.test(item.text)) {
        problems.report(
          item.path,
          item.text,
          'the ARN or name of one identity provider',
          'a provider cannot be matched in part',
        )
      } else {
        federated.add(item.text)
      }
    }
  }
  return { not, everyone, accounts, arns, services, federated }
}

const named = (principals: Principals, caller: Caller): Naming | undefined => {
  const { principal, account, sessionArn } = caller
  if (principal.kind === 'service') return principals.services.has(principal.service) ? 'direct' : undefined
  if (principal.kind === 'federated') return principals.federated.has(principal.provider) ? 'direct' : undefined
  if (sessionArn !== undefined && principals.arns.has(sessionArn)) return 'direct'
  if (principal.kind === 'user' && principals.arns.has(principal.arn)) return 'direct'
  if (principal.kind === 'role-session' && principals.arns.has(principal.roleArn)) return 'role'
  return account !== undefined && principals.accounts.has(account) ? 'account' : undefined
}

/** NotPrincipal spares a caller only if all its names are listed: the account, and the role and the session, or the user (3.25). */
const spared = ({ accounts, arns, services, federated }: Principals, caller: Caller): boolean => {
  const { principal, account, sessionArn } = caller
  if (principal.kind === 'service') return services.has(principal.service)
  if (principal.kind === 'federated') return federated.has(principal.provider)
  if (account === undefined || !accounts.has(account)) return false
  if (principal.kind === 'user') return arns.has(principal.arn)
  if (principal.kind === 'role-session')
    return sessionArn !== undefined && arns.has(sessionArn) && arns.has(principal.roleArn)
  return principal.kind === 'root'
}

/** How a statement names the caller; undefined when it does not. `bounded`: the caller has a permissions boundary. */
export const namingOf = (
  principals: Principals,
  caller: Caller,
  effect: StatementJson['Effect'],
  bounded: boolean,
): Naming | undefined => {
  // A NotPrincipal Deny always hits whoever has a permissions boundary (IAM User Guide, NotPrincipal, key points).
  if (principals.not) return bounded || !spared(principals, caller) ? 'direct' : undefined
  const forServices = principals.everyone === 'all' || effect === 'Deny'
  if (principals.everyone !== 'no' && (caller.principal.kind !== 'service' || forServices)) return 'direct'
  return named(principals, caller)
}
