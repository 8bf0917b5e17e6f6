/** What an administrator does who brings execution roles of the own: attaches to each the boundary that the template makes. */
import type { Intent } from '@studio-gate/policy'
import { pascal } from '../../packages/infra/src/logical-id.ts'
import type { Template } from '../../packages/infra/test/template.ts'

/** The template with every imported execution role in it: in its boundary, with policies that allow everything. */
export const withBoundariesAttached = (template: Template, intent: Intent): Template => {
  const imported = intent.executionRoles.flatMap(({ name, role }) => {
    if (role === 'deployed') return []
    const [, path = '/', roleName] = /:role(\/(?:.*\/)?)([^/]+)$/.exec(role) ?? []
    const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    }
    const properties = {
      RoleName: roleName,
      Path: path,
      AssumeRolePolicyDocument: trust,
      PermissionsBoundary: { Ref: `RoleBoundary${pascal(name)}` },
      Policies: [{ PolicyName: 'everything', PolicyDocument: everything }],
    }
    return [[`Imported${pascal(name)}`, { Type: 'AWS::IAM::Role', Properties: properties }] as const]
  })
  return { ...template, Resources: { ...template.Resources, ...Object.fromEntries(imported) } }
}
