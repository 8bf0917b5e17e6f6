import { parsePolicy } from '@studio-gate/policy'
import type { NamedPolicy, Role, World } from '../../world.ts'
import { type Call, defineOperation, failure } from '../operation.ts'
import { lastPart } from '../principal.ts'

const roleName = { type: 'string', required: true, min: 1, max: 64, pattern: '[\\w+=,.@-]+' } as const
const policyName = { type: 'string', required: true, min: 1, max: 128, pattern: '[\\w+=,.@-]+' } as const

/** iam:PutRolePolicy: adds or replaces one inline policy. Sessions that are open feel it at once (row 1.21). */
export const putRolePolicy = defineOperation({
  name: 'PutRolePolicy',
  shape: {
    RoleName: roleName,
    PolicyName: policyName,
    PolicyDocument: { type: 'string', required: true, min: 1, max: 131072 },
  },
  run(input, call) {
    const role = findRole(call.world, input.RoleName)
    const denied = ask(call, 'iam:PutRolePolicy', input.RoleName, role)
    if (denied) return { error: denied }
    if (!role) return noSuchRole(input.RoleName)
    const document = parseDocument(input.PolicyDocument)
    if (!document) return failure('MalformedPolicyDocument', 'Syntax errors in policy.')
    const name = existing(role, input.PolicyName)?.name ?? `${role.name}/${input.PolicyName}`
    role.policies = [...role.policies.filter((policy) => policy.name !== name), { name, document }]
    return { output: {} }
  },
})

/** iam:DeleteRolePolicy. */
export const deleteRolePolicy = defineOperation({
  name: 'DeleteRolePolicy',
  shape: { RoleName: roleName, PolicyName: policyName },
  run(input, call) {
    const role = findRole(call.world, input.RoleName)
    const denied = ask(call, 'iam:DeleteRolePolicy', input.RoleName, role)
    if (denied) return { error: denied }
    if (!role) return noSuchRole(input.RoleName)
    const policy = existing(role, input.PolicyName)
    if (!policy) return failure('NoSuchEntity', `The role policy with name ${input.PolicyName} cannot be found.`)
    role.policies = role.policies.filter((candidate) => candidate !== policy)
    return { output: {} }
  },
})

/** iam:ListRolePolicies: names of the inline policies, so that an administrator can find the one to change. */
export const listRolePolicies = defineOperation({
  name: 'ListRolePolicies',
  shape: { RoleName: roleName },
  run(input, call) {
    const role = findRole(call.world, input.RoleName)
    const denied = ask(call, 'iam:ListRolePolicies', input.RoleName, role)
    if (denied) return { error: denied }
    if (!role) return noSuchRole(input.RoleName)
    return { output: { PolicyNames: role.policies.map((policy) => lastPart(policy.name)), IsTruncated: false } }
  },
})

function ask(call: Call, action: string, name: string, role: Role | undefined) {
  const { partition, accountId } = call.world
  return call.authorize({ action, resource: role?.arn ?? `arn:${partition}:iam::${accountId}:role/${name}` })
}

function findRole(world: World, name: string): Role | undefined {
  return [...world.roles.values()].find((role) => role.name === name && role.arn.split(':')[4] === world.accountId)
}

/** Policies are named `<LogicalId>/<inline name>`; the API knows the inline name only. */
function existing(role: Role, name: string): NamedPolicy | undefined {
  return role.policies.find((policy) => policy.name === name || lastPart(policy.name) === name)
}

function parseDocument(text: string): NamedPolicy['document'] | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return parsePolicy(json, 'identity', 'PolicyDocument').ok ? (json as NamedPolicy['document']) : undefined
  } catch {
    return undefined
  }
}

function noSuchRole(name: string) {
  return failure('NoSuchEntity', `The role with name ${name} cannot be found.`)
}
