/** Who a credential stands for, in the spellings that policies, messages and CloudTrail use. */
import { createHash } from 'node:crypto'
import type { Principal } from '@studio-gate/policy'
import type { Credential, NamedPolicy, Role, World } from '../world.ts'

/** The policies that hang on a principal, as documents: live ones from the world, or a copy taken when a URL was minted. */
export interface PrincipalPolicies {
  readonly identity: readonly NamedPolicy[]
  readonly session?: NamedPolicy
  readonly boundary?: NamedPolicy
  readonly scps: readonly (readonly NamedPolicy[])[]
}

const everything: NamedPolicy = {
  name: 'account root',
  document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
}

/** The ARN that denials and `GetCallerIdentity` show: a session's own ARN, not its role's (rows 1.10, 2.16). */
export function callerArn(world: World, credential: Credential): string {
  const principal = credential.principal
  switch (principal.kind) {
    case 'role-session':
      return `arn:${world.partition}:sts::${credential.accountId}:assumed-role/${lastPart(principal.roleArn)}/${principal.sessionName}`
    case 'user':
      return principal.arn
    case 'root':
      return `arn:${world.partition}:iam::${principal.accountId}:root`
    case 'service':
      return principal.service
    case 'federated':
      return principal.provider
    case 'anonymous':
      return 'anonymous'
  }
}

/** `aws:userid`: `AROA...:session` for a session, the unique id of a user, the account of its root. */
export function userId(world: World, credential: Credential): string {
  const principal = credential.principal
  switch (principal.kind) {
    case 'role-session':
      return `${roleOf(world, principal)?.id ?? 'AROADELETED'}:${principal.sessionName}`
    case 'user':
      return `AIDA${createHash('sha256').update(principal.arn).digest('hex').slice(0, 17).toUpperCase()}`
    case 'root':
      return principal.accountId
    default:
      return 'anonymous'
  }
}

export function roleOf(world: World, principal: Principal): Role | undefined {
  return principal.kind === 'role-session' ? world.roles.get(principal.roleArn) : undefined
}

/** Policies as they stand now. Service control policies bind the world's own account only, not `elsewhere` (row 3.2). */
export function policiesOf(world: World, credential: Credential): PrincipalPolicies {
  const principal = credential.principal
  const role = roleOf(world, principal)
  const identity =
    principal.kind === 'role-session'
      ? (role?.policies ?? [])
      : principal.kind === 'user'
        ? (world.users.get(principal.arn)?.policies ?? [])
        : principal.kind === 'root'
          ? [everything]
          : []
  return {
    identity,
    ...(credential.sessionPolicy && { session: credential.sessionPolicy }),
    ...(role?.boundary && { boundary: role.boundary }),
    scps: credential.accountId === world.accountId ? world.scps : [],
  }
}

/** The last part of a slash-separated path: a role's or user's name without its path. */
export function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
