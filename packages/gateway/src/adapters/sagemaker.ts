/** User profiles and presigned URLs on Amazon SageMaker (rows 1.x, 5.x). */
import {
  CreatePresignedDomainUrlCommand,
  CreateUserProfileCommand,
  DescribeUserProfileCommand,
  ListTagsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import type { Answer, Minting, ProfileFacts, Profiles } from '../core/ports.ts'
import { call } from './failures.ts'
import type { Sessions } from './sts.ts'

export function sagemakerProfiles(client: SageMakerClient): Profiles {
  return {
    describe: (domainId, name) =>
      call<ProfileFacts | 'absent'>(
        'DescribeUserProfile',
        async () => {
          const profile = await client.send(
            new DescribeUserProfileCommand({ DomainId: domainId, UserProfileName: name }),
          )
          return {
            arn: profile.UserProfileArn ?? '',
            status: profile.Status ?? '',
            executionRole: profile.UserSettings?.ExecutionRole,
          }
        },
        { ResourceNotFound: 'absent' },
      ),
    create: (order) =>
      call<'created' | 'exists'>(
        'CreateUserProfile',
        async () => {
          const Tags = Object.entries(order.tags).map(([Key, Value]) => ({ Key, Value }))
          const UserSettings = { ExecutionRole: order.executionRole }
          const profile = { DomainId: order.domainId, UserProfileName: order.name, UserSettings, Tags }
          await client.send(new CreateUserProfileCommand(profile))
          return 'created'
        },
        { ResourceInUse: 'exists' },
      ),
    tags: (arn) =>
      call('ListTags', async () => {
        const tags: Record<string, string> = {}
        let token: string | undefined
        do {
          const page = await client.send(
            new ListTagsCommand({ ResourceArn: arn, ...(token === undefined ? {} : { NextToken: token }) }),
          )
          for (const { Key, Value } of page.Tags ?? []) if (Key !== undefined && Value !== undefined) tags[Key] = Value
          token = page.NextToken
        } while (token !== undefined)
        return tags
      }),
  }
}

/**
 * Mints as one person's session. Each login has a client of its own, so that no credentials can outlive their request or
 * reach another person's; they share `client`'s connections, region and retries.
 */
export function sagemakerMinting(client: SageMakerClient, sessions: Sessions): Minting {
  return {
    async mintAs(order): Promise<Answer<string>> {
      const session = await sessions.assume(order)
      if (!session.ok) return session
      const { region, requestHandler, maxAttempts } = client.config
      const minter = new SageMakerClient({ region, requestHandler, maxAttempts, credentials: session.value })
      return call('CreatePresignedDomainUrl', async () => {
        const command = new CreatePresignedDomainUrlCommand({
          DomainId: order.domainId,
          UserProfileName: order.profileName,
          ExpiresInSeconds: order.urlSeconds,
          SessionExpirationDurationInSeconds: order.sessionSeconds,
          LandingUri: order.landingUri,
        })
        return (await minter.send(command)).AuthorizedUrl ?? ''
      })
    },
  }
}
