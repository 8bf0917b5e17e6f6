import { consoleService } from '../console/service.ts'
import type { Directory } from '../idp/directory.ts'
import { portalService } from '../idp/portal.ts'
import { studioService } from '../studio/service.ts'
import type { Service, World } from '../world.ts'
import { startDynamodb } from './dynamodb/index.ts'
import { executeApiService } from './execute-api/index.ts'
import { serviceGaps } from './gaps.ts'
import { iamService } from './iam/index.ts'
import { kmsService } from './kms/index.ts'
import { type SagemakerOptions, sagemakerService } from './sagemaker/index.ts'
import { stsService } from './sts/index.ts'

/** All servers of a world, by their host names. `close` ends what they hold open; it does not touch the world. */
export async function startServices(
  world: World,
  directory: Directory,
  options: SagemakerOptions = {},
): Promise<{ readonly services: readonly Service[]; readonly gaps: readonly string[]; close(): Promise<void> }> {
  const dynamodb = await startDynamodb(world)
  const studio = studioService(world)
  return {
    services: [
      stsService(world),
      iamService(world),
      sagemakerService(world, options),
      dynamodb.service,
      kmsService(world),
      executeApiService(world),
      studio.service,
      portalService(world, directory),
      consoleService(world),
    ],
    gaps: serviceGaps,
    async close() {
      studio.close()
      await dynamodb.close()
    },
  }
}
