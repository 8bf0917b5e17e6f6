import type { Service, World } from '../../world.ts'
import { awsService } from '../aws-service.ts'
import { jsonProtocol } from '../protocol.ts'
import { decrypt } from './decrypt.ts'
import { getPublicKey } from './get-public-key.ts'
import { sign } from './sign.ts'

/** AWS KMS, JSON 1.1: by its regional name, and by the names of VPC endpoints, which need no private DNS (5.2). */
export function kmsService(world: World): Service {
  const { region } = world
  return awsService(world, {
    name: 'kms',
    hostnames: [`kms.${region}.amazonaws.com`, `*.kms.${region}.vpce.amazonaws.com`],
    endpointService: `com.amazonaws.${region}.kms`,
    scope: { service: 'kms', regions: [region] },
    protocol: jsonProtocol('1.1', 'TrentService'),
    operations: [decrypt, getPublicKey, sign],
  })
}
