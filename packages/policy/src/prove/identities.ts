/** Roles and users of a template with every policy that reaches them: their own, attached ones, those of their groups, boundary and trust. */
import type { Policy } from '../document.ts'
import { parsePolicy } from '../parse.ts'
import { isUnknown, unknownWithin, type Value } from '../template/index.ts'
import type { PolicyKind } from '../vocabulary.ts'
import type { Undecided } from './region.ts'
import { managedPolicies } from './snapshot.ts'
import { isRecord, listOf, type Properties, type Stacks, text } from './stacks.ts'

/** A role or user of the template. */
export interface TemplatePrincipal {
  /** Behind those of the nested stacks that it is in: `Network/Role`. */
  readonly logicalId: string
  readonly kind: 'role' | 'user'
  readonly arn: string
  readonly identity: readonly Policy[]
  readonly boundary?: Policy
  readonly trust?: Policy
  /** Policies that apply and are not known. */
  readonly unseen: readonly string[]
}

/** Reads a policy; what cannot be read is noted as a problem. */
export type ReadPolicy = (json: Value | undefined, kind: PolicyKind, name: string) => Policy | undefined

export const policyReader =
  (problems: Undecided[]): ReadPolicy =>
  (json, kind, name) => {
    const unknown = json === undefined ? undefined : unknownWithin(json)
    if (unknown !== undefined) {
      problems.push({ policy: name, construct: `depends on what is not known: ${unknown.unknown}` })
      return undefined
    }
    const reading = parsePolicy(json, kind, name)
    if (reading.ok) return reading.policy
    problems.push({ policy: name, construct: `cannot be read: ${reading.errors[0]?.message ?? ''}` })
    return undefined
  }

/** A policy, or the name of one that nobody here can see. */
type Held = Policy | string

const reason = (value: Value | undefined): string => (isUnknown(value) ? `: ${value.unknown}` : '')

/** AWS's own may be longer than customers' may; a few statements at a time mean the same. */
const inParts = (json: Properties): readonly Properties[] => {
  const { Statement: statements, ...rest } = json
  const all = listOf(statements)
  return Array.from({ length: Math.ceil(all.length / 8) }, (_, at) => ({
    ...rest,
    Statement: all.slice(at * 8, at * 8 + 8),
  }))
}

/** Managed policies by ARN: the template's own, and AWS's as far as they are known. */
const managedReader = (stacks: Stacks, read: ReadPolicy, known: Readonly<Record<string, unknown>>) => {
  const own = new Map(
    stacks
      .ofType('AWS::IAM::ManagedPolicy')
      .map(([path, { PolicyDocument: json }]) => [stacks.arnOf(path), { path, json }] as const),
  )
  return (arn: Value, kind: 'identity' | 'boundary'): readonly Held[] => {
    const name = text(arn) ?? `a managed policy that cannot be known${reason(arn)}`
    const made = own.get(name)
    if (made !== undefined) return [read(made.json, kind, made.path) ?? made.path]
    const short = name.slice(name.lastIndexOf('/') + 1)
    const json = name.includes(':iam::aws:policy/') ? (known[short] as Value | undefined) : undefined
    if (!isRecord(json)) return [name]
    const parts = inParts(json)
    const called = name.slice(name.indexOf(':policy/') + ':policy/'.length)
    return parts.map((part, at) => read(part, kind, parts.length === 1 ? called : `${called} (part ${at + 1})`) ?? name)
  }
}

/** Types that attach one document to principals that they name. */
const attaching = [
  'AWS::IAM::Policy',
  'AWS::IAM::RolePolicy',
  'AWS::IAM::UserPolicy',
  'AWS::IAM::GroupPolicy',
  'AWS::IAM::ManagedPolicy',
]

const kinds = { role: ['Roles', 'RoleName'], user: ['Users', 'UserName'], group: ['Groups', 'GroupName'] } as const

/** What resources of other types attach, by `role name`, `user name`, `group name`. */
const attachedBy = (stacks: Stacks, read: ReadPolicy, problems: Undecided[]): ReadonlyMap<string, readonly Held[]> => {
  const attached = new Map<string, Held[]>()
  for (const type of attaching)
    for (const [path, properties] of stacks.ofType(type)) {
      const targets = Object.entries(kinds).flatMap(([kind, keys]) =>
        keys
          .flatMap((key) => (isUnknown(properties[key]) ? [properties[key]] : listOf(properties[key])))
          .map((value) => [kind, value] as const),
      )
      if (targets.length === 0) continue
      const policy = read(properties.PolicyDocument, 'identity', path) ?? path
      for (const [kind, target] of targets) {
        const name = text(target)
        if (name === undefined)
          problems.push({ policy: path, construct: `attached to a ${kind} that cannot be known${reason(target)}` })
        else attached.set(`${kind} ${name}`, [...(attached.get(`${kind} ${name}`) ?? []), policy])
      }
    }
  return attached
}

/** Names of the groups of a user, as the user and as additions say; a group that cannot be known is a problem. */
const groupsOf = (stacks: Stacks, problems: Undecided[]) => {
  const added = new Map<string, Value[]>()
  for (const [path, { GroupName: group, Users: users }] of stacks.ofType('AWS::IAM::UserToGroupAddition'))
    for (const user of isUnknown(users) ? [users] : listOf(users)) {
      const name = text(user)
      if (name === undefined)
        problems.push({ policy: path, construct: `adds a user that cannot be known${reason(user)}` })
      else added.set(name, [...(added.get(name) ?? []), group ?? null])
    }
  return (name: string, { Groups: groups }: Properties): readonly Value[] => [
    ...(isUnknown(groups) ? [groups] : listOf(groups)),
    ...(added.get(name) ?? []),
  ]
}

export const identitiesOf = (
  stacks: Stacks,
  read: ReadPolicy,
  problems: Undecided[],
  known: Readonly<Record<string, unknown>> = managedPolicies(),
): readonly TemplatePrincipal[] => {
  const managed = managedReader(stacks, read, known)
  const attached = attachedBy(stacks, read, problems)
  const groupsFor = groupsOf(stacks, problems)
  /** What a role, user or group holds by itself and by attachment. */
  const heldBy = (
    kind: string,
    path: string,
    { Policies: inline, ManagedPolicyArns: arns }: Properties,
  ): readonly Held[] => [
    ...(isUnknown(inline) ? [`${path}/${inline.unknown}`] : listOf(inline)).map((each, index): Held => {
      const name = `${path}/${(isRecord(each) ? text(each.PolicyName) : undefined) ?? index}`
      return (isRecord(each) ? read(each.PolicyDocument, 'identity', name) : undefined) ?? name
    }),
    ...(isUnknown(arns) ? [arns] : listOf(arns)).flatMap((arn) => managed(arn, 'identity')),
    ...(attached.get(`${kind} ${stacks.idOf(path)}`) ?? []),
  ]
  const groups = new Map(
    stacks
      .ofType('AWS::IAM::Group')
      .map(([path, properties]) => [stacks.idOf(path), heldBy('group', path, properties)] as const),
  )
  return (['role', 'user'] as const).flatMap((kind) =>
    stacks
      .ofType(kind === 'role' ? 'AWS::IAM::Role' : 'AWS::IAM::User')
      .map(([logicalId, properties]): TemplatePrincipal => {
        const fromGroups =
          kind === 'role'
            ? []
            : groupsFor(stacks.idOf(logicalId), properties).flatMap((group) => {
                const name = text(group)
                return (
                  groups.get(name ?? '') ?? [
                    name === undefined
                      ? `a group that cannot be known${reason(group)}`
                      : `policies of the group ${name}`,
                  ]
                )
              })
        const { PermissionsBoundary: boundary, AssumeRolePolicyDocument: document } = properties
        const bounds = boundary === undefined ? [] : managed(boundary, 'boundary')
        // A boundary in several parts is none that could be given to `evaluate` as one.
        const bound = bounds.length > 1 ? String(text(boundary)) : bounds[0]
        const trust = document === undefined ? undefined : read(document, 'trust', `${logicalId}/trust`)
        const all = [...heldBy(kind, logicalId, properties), ...fromGroups]
        return {
          logicalId,
          kind,
          arn: stacks.arnOf(logicalId),
          identity: all.filter((policy) => typeof policy !== 'string'),
          // A boundary that nobody knows limits nothing that could be relied on.
          ...(bound === undefined || typeof bound === 'string' ? {} : { boundary: bound }),
          ...(trust === undefined ? {} : { trust }),
          unseen: [...all, ...(typeof bound === 'string' ? [bound] : [])].filter(
            (policy) => typeof policy === 'string',
          ),
        }
      }),
  )
}
