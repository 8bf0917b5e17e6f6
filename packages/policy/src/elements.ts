/** What each kind of policy document must and must not hold, as one table, and the wildcard rules of endpoint policies. */
import { globalKey } from './keys.ts'
import type { Operator } from './operators.ts'
import type { PolicyKind } from './vocabulary.ts'

export interface ElementRules {
  /** The kind in words with its article, for messages and sentences. */
  readonly title: string
  /** `none`: the policy's holder is the principal. `everyone`: only `*` may stand there. */
  readonly principal: 'none' | 'any' | 'everyone'
  readonly notPrincipal: boolean
  /** Whether a whole account may be named as the principal. */
  readonly accountPrincipal: boolean
  readonly notAction: boolean
  /** `service`: every action must name its service; `sts`: that service must be STS. */
  readonly actions: 'any' | 'service' | 'sts'
  /** `none`: the resource is the thing that the policy is attached to. */
  readonly resource: 'required' | 'none'
  /** An ARN with fewer than six parts is completed with `*` in identity policies only (IAM User Guide, policy grammar). */
  readonly shortArn: boolean
  /** Whether `execute-api:/stage/METHOD/path` stands for the API that the policy is attached to (4.4). */
  readonly relativeApi: boolean
  /** Whether only Version 2012-10-17 is taken. */
  readonly newVersion: boolean
  readonly id: boolean
  /** Whether a Sid is limited to letters and digits. */
  readonly plainSid: boolean
  /** Of the document without white space. */
  readonly maxCharacters?: number
  /** Whether wildcards in conditions are limited as in VPC endpoint policies (3.8). */
  readonly strictWildcards: boolean
}

const held: ElementRules = {
  title: 'an identity policy',
  principal: 'none',
  notPrincipal: false,
  accountPrincipal: false,
  notAction: true,
  actions: 'any',
  resource: 'required',
  shortArn: false,
  relativeApi: false,
  newVersion: false,
  id: false,
  plainSid: true,
  strictWildcards: false,
}

const attached: ElementRules = {
  ...held,
  title: 'a resource policy',
  principal: 'any',
  notPrincipal: true,
  accountPrincipal: true,
  relativeApi: true,
  id: true,
  plainSid: false,
}

/** Sizes: IAM and STS quotas, Organizations quotas, 3.8. A resource policy's limit is its service's own. */
export const elements: Readonly<Record<PolicyKind, ElementRules>> = {
  identity: { ...held, shortArn: true, maxCharacters: 10_240 },
  boundary: { ...held, title: 'a permissions boundary', shortArn: true, maxCharacters: 6_144 },
  session: { ...held, title: 'a session policy', maxCharacters: 2_048 },
  scp: { ...held, title: 'an SCP', newVersion: true, maxCharacters: 10_240 },
  rcp: {
    ...held,
    title: 'an RCP',
    principal: 'everyone',
    notAction: false,
    actions: 'service',
    newVersion: true,
    maxCharacters: 5_120,
  },
  resource: attached,
  trust: {
    ...attached,
    title: 'a trust policy',
    notPrincipal: false,
    notAction: false,
    actions: 'sts',
    resource: 'none',
    relativeApi: false,
    maxCharacters: 4_096,
  },
  endpoint: {
    ...attached,
    title: 'a VPC endpoint policy',
    // Gateway endpoints take an account for its root user alone, interface endpoints do not say (VPC guide, endpoint policies).
    accountPrincipal: false,
    maxCharacters: 20_480,
    strictWildcards: true,
  },
}

/** What an endpoint policy may not say in a condition: undefined when the value is fine. */
export const wildcardRules = (
  { row, written }: Operator,
  key: string,
  value: string,
): { readonly allowed: string; readonly message: string } | undefined => {
  const wildcards = row.takesWildcards && /[*?]/.test(value.replace(/\$\{[*?$]\}/g, ''))
  if (globalKey(key)?.generated === true && (wildcards || row.family === 'Numeric')) {
    const message = `\`${key}\` holds an identifier that AWS generates; an endpoint policy may not compare it by \`${written}\` with wildcards or as a number`
    return { allowed: 'the whole identifier under StringEquals', message }
  }
  if (row.family === 'Arn' && wildcards && /[*?].|.[*?]/.test(value.split(':')[4] ?? '')) {
    return { allowed: 'an account id or one wildcard', message: 'the account of an ARN mixes digits and wildcards' }
  }
  if (row.family !== 'String' || !wildcards) return undefined
  const runs = value.replace(/\$\{[*?$]\}/g, '_').split(/[*?]/)
  const short = runs.slice(1).some((run, index) => run.length < 6 && (runs[index] ?? '').length < 6)
  const allowed = 'at least six characters in a row before or after each wildcard'
  return short ? { allowed, message: `\`${value}\` has a wildcard without ${allowed.slice(9)}` } : undefined
}
