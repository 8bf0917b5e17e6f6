/**
 * The twin's state: what the template made, as the services read it. One value, made by `deploy/`, read by
 * `network/`, `services/`, `studio/` and `idp/`. Nothing here decides anything.
 */
import type { KeyObject } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Decision, PolicyJson, Principal } from '@studio-gate/policy'
import type { Switches } from './switches.ts'

/** The layer at which a request ended, in the order in which it meets them. */
export type Layer =
  | 'name resolution'
  | 'no route'
  | 'security group'
  | 'endpoint policy'
  | 'resource policy'
  | 'gate code'
  | 'IAM at mint'
  | 'IAM at use'
  | 'service'

export interface NamedPolicy {
  /** As shown to people: `<LogicalId>` or `<LogicalId>/<inline name>`. */
  readonly name: string
  readonly document: PolicyJson
}

export interface Role {
  readonly arn: string
  readonly name: string
  readonly id: string
  readonly trust: NamedPolicy
  /** Inline and attached policies; mutable, because administrators change them while sessions are open (1.21). */
  policies: NamedPolicy[]
  readonly boundary?: NamedPolicy
  readonly maxSessionSeconds: number
  /** `aws:PrincipalTag/...` of every session of the role, unless a session tag overrides it. */
  readonly tags?: Readonly<Record<string, string>>
}

/** Temporary or long-lived credentials that SigV4 is checked against. */
export interface Credential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly principal: Principal
  readonly accountId: string
  /** Epoch milliseconds; absent for a user's access key. */
  readonly expiresAt?: number
  readonly issuedAt: number
  readonly sessionPolicy?: NamedPolicy
  readonly sourceIdentity?: string
  /** Context keys that travel with the session, such as `sagemaker:DomainId` for Studio's execution role sessions. */
  readonly sessionContext: Readonly<Record<string, string>>
}

export interface Subnet {
  readonly id: string
  readonly vpcId: string
  readonly cidr: string
  readonly public: boolean
  readonly routeTableId?: string
}

export interface Endpoint {
  readonly id: string
  readonly vpcId: string
  readonly type: 'Interface' | 'Gateway'
  /** Such as `com.amazonaws.eu-central-1.sts` or `aws.sagemaker.eu-central-1.studio`. */
  readonly serviceName: string
  /** Addresses of its network interfaces; empty for gateway endpoints. */
  readonly addresses: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly privateDns: boolean
  readonly policy: NamedPolicy
}

/** Where a connection comes from, as the service at its far end can know it. Made by `network/`, never by a client. */
export interface Origin {
  /** Name of the host it started at (of the last hop of a tunnel). */
  readonly host: string
  /** Address at the far end: the client's private one through an endpoint, a public one otherwise. */
  readonly address: string
  /** The VPC endpoint that it came through. */
  readonly endpoint?: Endpoint
}

/** A server in the world, found by its host names. */
export interface Service {
  /** Such as `sagemaker`, `sts`, `dynamodb`, `execute-api`, `studio`, `portal`. */
  readonly name: string
  /** Exact names or one leading `*.`; at most one service owns a name. */
  readonly hostnames: readonly string[]
  /** Service name of the VPC endpoint that can stand in front of it. */
  readonly endpointService?: string
  handle(request: IncomingMessage, response: ServerResponse, origin: Origin): Promise<void>
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer, origin: Origin): void
}

/** One line of the world's journal: what was tried, from where, and what decided. Holds no token, cookie, body or URL query. */
export interface JournalEntry {
  readonly at: number
  readonly host: string
  /** Such as `POST xyz.execute-api.../gate/saml` or `CreatePresignedDomainUrl user-profile/d-1/alice`. */
  readonly what: string
  readonly outcome: 'allowed' | 'refused'
  readonly layer?: Layer
  /** One sentence: the statement that decided, the route that is missing, the code that the gate answered. */
  readonly reason: string
  readonly decision?: Decision
  /** When an endpoint's policy refused: the verdict of all other policies. */
  readonly behindEndpoint?: Decision
  readonly requestId?: string
}

export interface UserProfile {
  readonly domainId: string
  readonly name: string
  readonly arn: string
  status: 'Pending' | 'InService' | 'Failed' | 'Deleting'
  readonly executionRoleArn: string
  readonly createdAt: number
  readonly tags: Readonly<Record<string, string>>
}

export interface StudioDomain {
  readonly id: string
  readonly arn: string
  readonly name: string
  readonly accountId: string
  readonly authMode: string
  readonly appNetworkAccessType: string
  readonly defaultExecutionRoleArn: string
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly profiles: Map<string, UserProfile>
  readonly spaces: Map<string, { readonly name: string; readonly owner: string; readonly hostLabel: string }>
}

export interface RestApi {
  readonly id: string
  readonly stage: string
  readonly policy: NamedPolicy
  readonly endpointIds: readonly string[]
  readonly binaryMediaTypes: readonly string[]
  /** Key: `METHOD /path`. */
  readonly routes: ReadonlyMap<
    string,
    {
      readonly functionArn: string
      /** The function's own policy does not admit this API: API Gateway answers 500 `Internal server error`. */
      readonly unpermitted?: true
    }
  >
  /** Response type (`ACCESS_DENIED`, `DEFAULT_4XX`, ...) to what renders it. */
  readonly gatewayResponses: ReadonlyMap<
    string,
    {
      readonly statusCode?: string
      readonly templates: Readonly<Record<string, string>>
      readonly headers: Readonly<Record<string, string>>
    }
  >
}

/** A DynamoDB table of the template, for the DynamoDB service to make at its start. */
export interface Table {
  readonly name: string
  readonly arn: string
  readonly keySchema: readonly { readonly attributeName: string; readonly keyType: 'HASH' | 'RANGE' }[]
  readonly attributeTypes: Readonly<Record<string, 'S' | 'N' | 'B'>>
  /** Attribute that holds the time to live, epoch seconds. */
  readonly ttlAttribute?: string
}

/** An RSA key of AWS KMS. */
export interface KmsKey {
  readonly id: string
  readonly arn: string
  readonly spec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096'
  readonly usage: 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY'
  readonly enabled: boolean
  readonly policy: NamedPolicy
  /** Made when it is first asked for. */
  readonly pair: () => { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
}

/** Runs a function of the template: one event in, one response out, as the Lambda service would. */
export interface FunctionRuntime {
  invoke(event: unknown): Promise<{ readonly response: unknown } | { readonly error: string }>
}

export interface World {
  readonly partition: string
  readonly region: string
  readonly accountId: string
  readonly switches: Switches
  /** Milliseconds since the epoch; the one clock of the world. */
  now(): number
  /** By ARN. */
  readonly roles: Map<string, Role>
  /** By ARN. */
  readonly users: Map<string, { readonly arn: string; readonly policies: readonly NamedPolicy[] }>
  /** By access key id. */
  readonly credentials: Map<string, Credential>
  /** By id, like endpoints, domains and APIs. */
  readonly subnets: Map<string, Subnet>
  readonly endpoints: Map<string, Endpoint>
  readonly domains: Map<string, StudioDomain>
  readonly apis: Map<string, RestApi>
  /** By ARN. Filled before the first request, but after the services have started. */
  readonly functions: Map<string, FunctionRuntime>
  /** By name. */
  readonly tables: Map<string, Table>
  /** By ARN. */
  readonly keys: Map<string, KmsKey>
  /** Attached to the account: one list a level, root first. Empty outside an organization or without `--scp`. */
  scps: readonly (readonly NamedPolicy[])[]
  readonly journal: JournalEntry[]
}
