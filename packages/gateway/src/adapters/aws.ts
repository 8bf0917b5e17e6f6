/** The ports on AWS, with clients that live as long as the process. */
import { randomBytes } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { STSClient } from '@aws-sdk/client-sts'
import type { Clock, Keys, Minting, Profiles, Randomness, ReplayStore, RequestStore } from '../core/ports.ts'
import type { Environment } from '../core/settings.ts'
import { dynamoReplayStore } from './dynamodb.ts'
import { kmsKeys } from './kms.ts'
import { dynamoRequestStore } from './requests.ts'
import { sagemakerMinting, sagemakerProfiles } from './sagemaker.ts'
import { stsSessions } from './sts.ts'

/** Short enough that a service that does not answer becomes a page before API Gateway gives up at 29 s (row 4.10). */
const clientDefaults = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}

export const systemRandomness: Randomness = { hex: (bytes) => randomBytes(bytes).toString('hex') }

export function awsPorts(region: string): { readonly profiles: Profiles; readonly minting: Minting } {
  const sagemaker = new SageMakerClient({ ...clientDefaults, region })
  const sts = new STSClient({ ...clientDefaults, region })
  return { profiles: sagemakerProfiles(sagemaker), minting: sagemakerMinting(sagemaker, stsSessions(sts)) }
}

/** The keys that the environment names, by an endpoint of our own where it names one. */
export function awsKeys(region: string, environment: Environment): Keys {
  const { STUDIO_GATE_DECRYPTION_KEY: decryption, STUDIO_GATE_SIGNING_KEY: signing } = environment
  const { STUDIO_GATE_KMS_ENDPOINT: endpoint } = environment
  if (decryption === undefined && signing === undefined) return {}
  const client = new KMSClient({ ...clientDefaults, region, ...(endpoint === undefined ? {} : { endpoint }) })
  return kmsKeys(client, { decryption, signing })
}

/** Both in the same table. */
export function awsStores(
  region: string,
  table: string,
): { readonly replay: ReplayStore; readonly requests: RequestStore } {
  const client = new DynamoDBClient({ ...clientDefaults, region })
  return {
    replay: dynamoReplayStore(client, table, systemClock),
    requests: dynamoRequestStore(client, table, systemClock),
  }
}
