/** One intent, many walls (design, section 2). Pure: the same intent and places give the same documents, byte for byte. */
import type { Intent } from '../intent.ts'
import type { Places, Walls } from '../walls.ts'
import {
  dynamodbEndpoint,
  executeApiEndpoint,
  sagemakerApiEndpoint,
  sagemakerRuntimeEndpoint,
  stsEndpoint,
  studioEndpoint,
} from './endpoints.ts'
import { executionWalls } from './execution.ts'
import { functionPolicy } from './gate-function.ts'
import { keyPolicies, kmsEndpoint } from './keys.ts'
import { mintingWalls } from './minting.ts'
import { restApi } from './rest-api.ts'
import { scp } from './scp.ts'

export function derive(intent: Intent, places: Places): Walls {
  const kms = kmsEndpoint(intent, places)
  return {
    minting: mintingWalls(intent, places),
    execution: executionWalls(intent, places),
    functionPolicy: functionPolicy(intent, places),
    studioEndpoint: studioEndpoint(intent, places),
    sagemakerApiEndpoint: sagemakerApiEndpoint(intent, places),
    sagemakerRuntimeEndpoint: sagemakerRuntimeEndpoint(places),
    executeApiEndpoint: executeApiEndpoint(places),
    stsEndpoint: stsEndpoint(places),
    dynamodbEndpoint: dynamodbEndpoint(intent, places),
    ...(kms === undefined ? {} : { kmsEndpoint: kms }),
    keys: keyPolicies(intent, places),
    restApi: restApi(intent, places),
    scp: scp(intent, places.stackName),
  }
}
