/** Roles and the policies on them. Every document is judged when it arrives, as IAM does. */
import type { NamedPolicy, Role } from '../../world.ts'
import { managedPolicy } from '../aws-managed-policies.ts'
import { DeployError } from '../error.ts'
import { number, optionalText, records, tags, text, texts } from '../properties.ts'
import { generatedName, type Order, policyOf, type Rows, type Site } from '../site.ts'

export const iam: Rows = {
  'AWS::IAM::Role': {
    models: [
      'AssumeRolePolicyDocument',
      'ManagedPolicyArns',
      'MaxSessionDuration',
      'Path',
      'PermissionsBoundary',
      'Policies',
      'RoleName',
      'Tags',
    ],
    ignores: ['Description'],
    create(order, site) {
      const { logicalId } = order
      const name = optionalText(order, 'RoleName') ?? generatedName(site, logicalId, 64)
      const arn = arnOf(site, 'role', optionalText(order, 'Path'), name)
      if (site.world.roles.has(arn)) throw new DeployError(`${order.path}.RoleName`, `the role ${name} exists already`)
      const inline = records(order, 'Policies').map((policy) =>
        policyOf('identity', policy.values.PolicyDocument, `${logicalId}/${text(policy, 'PolicyName')}`),
      )
      const attached = texts(order, 'ManagedPolicyArns').map((managed) => managedPolicyOf(managed, order, site))
      const boundaryArn = optionalText(order, 'PermissionsBoundary')
      const role: Role = {
        arn,
        name,
        id: site.ids.unique('AROA', logicalId),
        trust: policyOf('trust', order.values.AssumeRolePolicyDocument, `${logicalId}/trust`),
        policies: [...inline, ...attached],
        ...(boundaryArn === undefined ? {} : { boundary: managedPolicyOf(boundaryArn, order, site) }),
        maxSessionSeconds: number(order, 'MaxSessionDuration', 3600),
        tags: tags(order),
      }
      site.world.roles.set(arn, role)
      return { ref: name, attributes: { Arn: arn, RoleId: role.id } }
    },
  },

  'AWS::IAM::Policy': {
    models: ['PolicyDocument', 'PolicyName', 'Roles', 'Users', 'Groups'],
    ignores: [],
    create(order, site) {
      refuseUsersAndGroups(order)
      attach(policyOf('identity', order.values.PolicyDocument, order.logicalId), order, texts(order, 'Roles'), site)
      return { ref: generatedName(site, order.logicalId, 128), attributes: { Id: order.logicalId } }
    },
  },

  'AWS::IAM::RolePolicy': {
    models: ['PolicyDocument', 'PolicyName', 'RoleName'],
    ignores: [],
    create(order, site) {
      attach(policyOf('identity', order.values.PolicyDocument, order.logicalId), order, [text(order, 'RoleName')], site)
      return { ref: order.logicalId, attributes: {} }
    },
  },

  'AWS::IAM::ManagedPolicy': {
    models: ['ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles', 'Users', 'Groups'],
    ignores: ['Description'],
    create(order, site) {
      refuseUsersAndGroups(order)
      const name = optionalText(order, 'ManagedPolicyName') ?? generatedName(site, order.logicalId, 128)
      const arn = arnOf(site, 'policy', optionalText(order, 'Path'), name)
      const policy = policyOf('identity', order.values.PolicyDocument, order.logicalId)
      site.managedPolicies.set(arn, policy)
      attach(policy, order, texts(order, 'Roles'), site)
      return { ref: arn, attributes: { PolicyArn: arn, PolicyId: site.ids.unique('ANPA', order.logicalId) } }
    },
  },
}

function arnOf({ world }: Site, kind: 'role' | 'policy', path = '/', name: string): string {
  return `arn:${world.partition}:iam::${world.accountId}:${kind}${path}${name}`
}

function attach(policy: NamedPolicy, order: Order, roleNames: readonly string[], { world }: Site): void {
  for (const name of roleNames) {
    const role = [...world.roles.values()].find((one) => one.name === name)
    if (!role) throw new DeployError(`${order.path}.Roles`, `there is no role ${name}`)
    role.policies = [...role.policies, policy]
  }
}

function managedPolicyOf(arn: string, order: Order, { managedPolicies }: Site): NamedPolicy {
  const policy = managedPolicies.get(arn) ?? managedPolicy(arn)
  if (!policy) throw new DeployError(order.path, `the twin does not know the policy ${arn}`)
  return policy
}

/** IAM users and groups of a template would be principals that the twin has no one to sign as. */
function refuseUsersAndGroups(order: Order): void {
  for (const key of ['Users', 'Groups'])
    if (texts(order, key).length > 0)
      throw new DeployError(`${order.path}.${key}`, 'the twin has no IAM users and groups of the template')
}
