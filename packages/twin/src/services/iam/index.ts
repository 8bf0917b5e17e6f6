import type { Service, World } from '../../world.ts'
import { awsService } from '../aws-service.ts'
import { queryProtocol } from '../protocol.ts'
import { deleteRolePolicy, listRolePolicies, putRolePolicy } from './role-policy.ts'

/** AWS IAM, query protocol, version 2010-05-08: as much as an administrator needs to change a role while sessions are open. */
export function iamService(world: World): Service {
  return awsService(world, {
    name: 'iam',
    hostnames: ['iam.amazonaws.com'],
    scope: { service: 'iam', regions: ['us-east-1'] },
    protocol: queryProtocol('https://iam.amazonaws.com/doc/2010-05-08/'),
    operations: [putRolePolicy, deleteRolePolicy, listRolePolicies],
  })
}
