import { studioZone } from '../../studio/places.ts'
import type { Service, World } from '../../world.ts'
import { awsService } from '../aws-service.ts'
import { jsonProtocol } from '../protocol.ts'
import { createApp } from './create-app.ts'
import { createPresignedDomainUrl } from './create-presigned-domain-url.ts'
import { createUserProfile } from './create-user-profile.ts'
import { describeDomain, listDomains } from './domains.ts'
import { inventoryOf } from './inventory.ts'
import { otherDoors } from './other-doors.ts'
import { createSpace, describeSpace, listSpaces } from './spaces.ts'
import { addTags, listTags } from './tags.ts'
import { createTrainingJob, describeTrainingJob } from './training-jobs.ts'
import { describeUserProfile, listUserProfiles } from './user-profiles.ts'

export interface SagemakerOptions {
  /** How long a new user profile stays `Pending`, milliseconds; 1500 when absent. */
  readonly pendingMilliseconds?: number
}

/** SageMaker's control plane, JSON 1.1 (row 1.1). Pages of Studio call it from the browser, so it answers CORS to them (1.29). */
export function sagemakerService(world: World, options: SagemakerOptions = {}): Service {
  if (options.pendingMilliseconds !== undefined) inventoryOf(world).pendingMilliseconds = options.pendingMilliseconds
  const service = awsService(world, {
    name: 'sagemaker',
    hostnames: [`api.sagemaker.${world.region}.amazonaws.com`],
    endpointService: `com.amazonaws.${world.region}.sagemaker.api`,
    scope: { service: 'sagemaker', regions: [world.region] },
    protocol: jsonProtocol('1.1', 'SageMaker'),
    operations: [
      createPresignedDomainUrl,
      createUserProfile,
      describeUserProfile,
      listUserProfiles,
      describeDomain,
      listDomains,
      listTags,
      addTags,
      createSpace,
      describeSpace,
      listSpaces,
      createApp,
      createTrainingJob,
      describeTrainingJob,
      ...otherDoors,
    ],
  })
  return {
    ...service,
    async handle(request, response, origin) {
      const page = request.headers.origin
      if (page?.endsWith(`.${studioZone(world)}`) && page.startsWith('https://')) {
        response.setHeader('access-control-allow-origin', page)
        response.setHeader('access-control-expose-headers', 'x-amzn-requestid,x-amzn-errortype')
        response.setHeader('vary', 'origin')
        if (request.method === 'OPTIONS') {
          response.writeHead(200, {
            'access-control-allow-methods': 'POST',
            'access-control-allow-headers': 'authorization,content-type,x-amz-date,x-amz-security-token,x-amz-target',
            'access-control-max-age': '600',
          })
          response.end()
          return
        }
      }
      await service.handle(request, response, origin)
    },
  }
}
