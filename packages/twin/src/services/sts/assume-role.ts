import { type ContextValue, parsePolicy } from '@studio-gate/policy'
import type { NamedPolicy } from '../../world.ts'
import { type AwsError, type Call, defineOperation, failure } from '../operation.ts'
import { callerArn } from '../principal.ts'
import { issueSession } from '../session-credential.ts'
import { members, tagMembers } from './query-members.ts'

const sessionNamePattern = '[\\w+=,.@-]*'
/** A role that assumes a role gets an hour at most (row 8.2). */
const chainedLimit = 3600

/**
 * sts:AssumeRole (rows 8.1 to 8.6). The trust policy must allow each of `AssumeRole`, `SetSourceIdentity` and `TagSession`
 * that the call makes use of, and so must the caller's own policies where the trust policy delegates to the account.
 */
export const assumeRole = defineOperation({
  name: 'AssumeRole',
  shape: {
    RoleArn: { type: 'string', required: true, min: 20, max: 2048 },
    RoleSessionName: { type: 'string', required: true, min: 2, max: 64, pattern: sessionNamePattern },
    SourceIdentity: { type: 'string', min: 2, max: 64, pattern: sessionNamePattern },
    Policy: { type: 'string', min: 1, max: 2048 },
    DurationSeconds: { type: 'string', pattern: '\\d{1,6}' },
    ExternalId: { type: 'string', min: 2, max: 1224 },
  },
  run(input, call) {
    const { world, credential } = call
    const duration = Number(input.DurationSeconds ?? 3600)
    if (duration < 900 || duration > 43200) return durationOutOfRange(duration)
    const tags = tagMembers(input)
    const sourceIdentity = input.SourceIdentity ?? credential.sourceIdentity
    const role = world.roles.get(input.RoleArn)
    const denied = authorize(call, input, sourceIdentity, tags, role?.trust ?? nobody)
    if (denied) return { error: denied }
    if (!role) return failure('NoSuchEntity', `${input.RoleArn} does not exist`)
    if (credential.principal.kind === 'role-session' && duration > chainedLimit) {
      return failure(
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      )
    }
    if (duration > role.maxSessionSeconds) {
      return failure(
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      )
    }
    if (members(input, 'PolicyArns').size > 0) {
      return failure('ValidationError', 'The twin does not model PolicyArns; pass an inline session policy.')
    }
    const policy = sessionPolicyOf(input.Policy, `session policy of ${input.RoleSessionName}`)
    if (policy && !('name' in policy)) return failure('MalformedPolicyDocument', policy.error)
    const session = issueSession(world, {
      role,
      sessionName: input.RoleSessionName,
      durationSeconds: duration,
      ...(policy && { sessionPolicy: policy }),
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      sessionContext: Object.fromEntries(tags.map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    })
    return {
      output: {
        Credentials: {
          AccessKeyId: session.accessKeyId,
          SecretAccessKey: session.secretAccessKey,
          SessionToken: session.sessionToken,
          Expiration: new Date(session.expiresAt ?? 0).toISOString(),
        },
        AssumedRoleUser: { AssumedRoleId: `${role.id}:${input.RoleSessionName}`, Arn: callerArn(world, session) },
        ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      },
    }
  },
})

/** A role that does not exist trusts nobody: callers cannot tell the two apart. */
const nobody: NamedPolicy = {
  name: 'no such role',
  document: { Version: '2012-10-17', Statement: { Effect: 'Deny', Principal: '*', Action: 'sts:*' } },
}

function authorize(
  call: Call,
  input: {
    readonly RoleArn: string
    readonly RoleSessionName: string
    readonly SourceIdentity?: string | undefined
    readonly ExternalId?: string | undefined
  },
  sourceIdentity: string | undefined,
  tags: readonly (readonly [string, string])[],
  trust: NamedPolicy,
): AwsError | undefined {
  const context: Record<string, ContextValue> = {
    'sts:RoleSessionName': input.RoleSessionName,
    ...(sourceIdentity !== undefined && { 'sts:SourceIdentity': sourceIdentity }),
    ...(input.ExternalId !== undefined && { 'sts:ExternalId': input.ExternalId }),
    ...(tags.length > 0 && { 'aws:TagKeys': tags.map(([key]) => key) }),
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  }
  const actions = [
    'sts:AssumeRole',
    ...(input.SourceIdentity !== undefined ? ['sts:SetSourceIdentity'] : []),
    ...(tags.length > 0 ? ['sts:TagSession'] : []),
  ]
  for (const action of actions) {
    const denied = call.authorize({
      action,
      resource: input.RoleArn,
      context,
      resourcePolicy: { kind: 'trust', policy: trust },
    })
    if (denied) return denied
  }
  return undefined
}

function sessionPolicyOf(text: string | undefined, name: string): NamedPolicy | { readonly error: string } | undefined {
  if (text === undefined) return undefined
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { error: 'This policy contains invalid Json' }
  }
  const parsed = parsePolicy(json, 'session', name)
  if (!parsed.ok) return { error: parsed.errors[0]?.message ?? 'Syntax errors in policy.' }
  return { name, document: json as NamedPolicy['document'] }
}

function durationOutOfRange(duration: number) {
  const bound = duration < 900 ? 'greater than or equal to 900' : 'less than or equal to 43200'
  return failure(
    'ValidationError',
    `1 validation error detected: Value '${duration}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${bound}`,
  )
}
