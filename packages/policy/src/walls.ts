/** The shapes that `derive` fills: where the deployment's things are (`Places`), and the policies around them (`Walls`). */
import type { PolicyJson } from './vocabulary.ts'

/** A private key of the gate, kept in AWS KMS: for decrypting assertions, for signing requests. */
export type GateKey = 'decryption' | 'signing'

/** Facts that only a deployment knows. In the CDK app these are tokens, in tests literals; `derive` only concatenates them. */
export interface Places {
  readonly partition: string
  readonly region: string
  readonly accountId: string
  readonly stackName: string
  readonly vpcId: string
  /** Interface endpoint ids (`vpce-...`) of the deployment. */
  readonly endpoints: {
    readonly sagemakerApi: string
    readonly studio: string
    readonly executeApi: string
    /** Absent where the gate has no keys. */
    readonly kms?: string
  }
  /** CIDRs of the subnets that the gate's function runs in, and of those that Studio's apps run in. */
  readonly gateSubnetCidrs: readonly string[]
  readonly studioSubnetCidrs: readonly string[]
  /** Domain id by the domain's name in the declaration. */
  readonly domainIds: Readonly<Record<string, string>>
  readonly functionArn: string
  readonly functionRoleArn: string
  readonly replayTableArn: string
  /** ARNs of those of the gate's KMS keys that the declaration asks for. */
  readonly keys?: Readonly<Partial<Record<GateKey, string>>>
  /** Stage of the API, such as `gate`. */
  readonly stage: string
}

/** One minting role per distinct pair of domain and networks (design, section 2). */
export interface MintingPair {
  /** Stable, readable, legal in role names. */
  readonly key: string
  readonly domain: string
  readonly networks: readonly string[]
}

export interface MintingWall {
  readonly pair: MintingPair
  readonly roleName: string
  readonly trust: PolicyJson
  readonly policy: PolicyJson
}

export interface ExecutionWall {
  /** Name of the execution role in the declaration. */
  readonly name: string
  readonly roleName: string
  readonly pair: MintingPair
  readonly trust: PolicyJson
  readonly boundary: PolicyJson
  /** What a data scientist needs by default: own spaces and apps, jobs, the own profile's URL. */
  readonly policy: PolicyJson
}

export interface Walls {
  readonly minting: readonly MintingWall[]
  readonly execution: readonly ExecutionWall[]
  readonly functionPolicy: PolicyJson
  readonly studioEndpoint: PolicyJson
  readonly sagemakerApiEndpoint: PolicyJson
  readonly sagemakerRuntimeEndpoint: PolicyJson
  readonly executeApiEndpoint: PolicyJson
  readonly stsEndpoint: PolicyJson
  readonly dynamodbEndpoint: PolicyJson
  /** Absent where the gate has no keys. */
  readonly kmsEndpoint?: PolicyJson
  /** Key policies of the gate's KMS keys. */
  readonly keys: Readonly<Partial<Record<GateKey, PolicyJson>>>
  readonly restApi: PolicyJson
  /** For the organization's management account; names no deploy-time id. */
  readonly scp: PolicyJson
}
