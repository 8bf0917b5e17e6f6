/** Sessions of the minting roles (rows 8.x): one per login, named after the person. */
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts'
import type { Answer, MintOrder } from '../core/ports.ts'
import { call } from './failures.ts'

export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

export interface Sessions {
  assume(order: MintOrder): Promise<Answer<SessionCredentials>>
}

export function stsSessions(client: STSClient): Sessions {
  return {
    assume: (order) =>
      call('AssumeRole', async () => {
        const command = new AssumeRoleCommand({
          RoleArn: order.roleArn,
          RoleSessionName: order.sessionName,
          SourceIdentity: order.sourceIdentity,
          Policy: JSON.stringify(order.sessionPolicy),
          DurationSeconds: order.credentialSeconds,
        })
        const { Credentials } = await client.send(command)
        return {
          accessKeyId: Credentials?.AccessKeyId ?? '',
          secretAccessKey: Credentials?.SecretAccessKey ?? '',
          sessionToken: Credentials?.SessionToken ?? '',
        }
      }),
  }
}
