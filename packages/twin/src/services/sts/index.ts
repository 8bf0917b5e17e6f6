import type { Service, World } from '../../world.ts'
import { awsService } from '../aws-service.ts'
import { queryProtocol } from '../protocol.ts'
import { assumeRole } from './assume-role.ts'
import { getCallerIdentity } from './get-caller-identity.ts'

/** AWS STS, query protocol, version 2011-06-15: the regional name and the global one. */
export function stsService(world: World): Service {
  return awsService(world, {
    name: 'sts',
    hostnames: [`sts.${world.region}.amazonaws.com`, 'sts.amazonaws.com'],
    endpointService: `com.amazonaws.${world.region}.sts`,
    scope: { service: 'sts', regions: [world.region, 'us-east-1'] },
    protocol: queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/'),
    operations: [assumeRole, getCallerIdentity],
  })
}
