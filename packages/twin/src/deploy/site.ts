/**
 * What a deployment builds on, and the shape of one row of its tables: a resource type, the properties that the twin models,
 * those that change nothing a sign-in could meet, and how the thing is made.
 */
import type { PolicyJson, PolicyKind } from '@studio-gate/policy'
import { mustParsePolicy } from '@studio-gate/policy'
import type { Value } from '@studio-gate/policy/template'
import { nthAddress } from '../network/cidr.ts'
import type { NetworkInterface, Topology } from '../network/topology.ts'
import type { NamedPolicy, RestApi, World } from '../world.ts'
import { DeployError } from './error.ts'
import type { Ids } from './ids.ts'
import type { Properties } from './properties.ts'

/** A virtual machine of the template. */
export interface Instance {
  readonly id: string
  /** Tag `studio-gate:host`, else `Name`, else the logical id. */
  readonly name: string
  readonly interface: NetworkInterface
  readonly roleArn?: string
}

/** A function of the template, as its runtime needs it. */
export interface FunctionPlan {
  readonly name: string
  readonly arn: string
  readonly roleArn: string
  /** Folder of the unpacked asset. */
  readonly folder: string
  /** `<file without extension>.<export>` */
  readonly handler: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
  readonly memoryMegabytes: number
  /** How many events it may handle at once. */
  readonly concurrency: number
  /** Absent: outside any VPC, on the internet. */
  readonly interface?: NetworkInterface
}

/** An API as its resources arrive; frozen into a `RestApi` by its deployment and stage (4.15). */
export interface ApiDraft {
  readonly id: string
  readonly logicalId: string
  readonly rootId: string
  readonly policy?: NamedPolicy
  readonly endpointIds: readonly string[]
  readonly binaryMediaTypes: readonly string[]
  /** Resource id to its path, `/saml`. */
  readonly paths: Map<string, string>
  readonly routes: Map<string, { readonly functionArn: string }>
  readonly gatewayResponses: Map<string, RestApi['gatewayResponses'] extends ReadonlyMap<string, infer R> ? R : never>
}

export interface FunctionPermission {
  readonly functionArn: string
  readonly principal: string
  readonly sourceArn?: string
  readonly logicalId: string
}

/** Everything that the rows fill. */
export interface Site {
  readonly world: World
  readonly topology: Topology
  readonly ids: Ids
  readonly stackName: string
  /** `amazonaws.com`, or the partition's other suffix. */
  readonly urlSuffix: string
  /** Folder of the template, in which assets lie; absent when nothing is going to run. */
  readonly folder?: string
  readonly instances: Instance[]
  readonly functions: FunctionPlan[]
  readonly permissions: FunctionPermission[]
  readonly apis: Map<string, ApiDraft>
  /** Deployment id to the API as it was then. */
  readonly deployments: Map<string, ApiDraft>
  /** By ARN: what roles and boundaries name. */
  readonly managedPolicies: Map<string, NamedPolicy>
  /** Instance profile name to role ARN. */
  readonly instanceProfiles: Map<string, string>
  /** Subnets whose instances get public addresses by themselves. */
  readonly autoPublicSubnets: Set<string>
  /** Security groups that still have the egress rule they were born with. */
  readonly bornOpen: Set<string>
  /** Allocation id to address. */
  readonly elasticAddresses: Map<string, string>
  /** Reports something that the twin does not model, once. */
  gap(text: string): void
}

export interface Creation {
  /** What `Ref` gives; absent where AWS's answer is not known. */
  readonly ref?: string
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, Value>>
}

/** A resource about to be made. */
export interface Order extends Properties {
  readonly logicalId: string
  readonly type: string
}

export interface Row {
  readonly models: readonly string[]
  /** Read by no one here, and nothing that a sign-in could meet depends on them. */
  readonly ignores: readonly string[]
  create(order: Order, site: Site): Creation | Promise<Creation>
}

export type Rows = Readonly<Record<string, Row>>

/** Judges a policy document as the service would that is given it: a bad one fails the boot with its path. */
export function policyOf(kind: PolicyKind, json: unknown, name: string): NamedPolicy {
  mustParsePolicy(json, kind, name)
  return { name, document: json as PolicyJson }
}

/** The next free address of a subnet; the first four are AWS's own, as is the last. */
export function takeAddress(site: Site, subnetId: string, path: string): string {
  const subnet = site.world.subnets.get(subnetId)
  if (!subnet) throw new DeployError(path, `there is no subnet ${subnetId}`)
  const taken = new Set(site.topology.interfaces.filter((one) => one.subnetId === subnetId).map((one) => one.address))
  for (let offset = 4; ; offset++) {
    const address = nthAddress(subnet.cidr, offset)
    if (address === undefined) throw new DeployError(path, `${subnetId} (${subnet.cidr}) has no free address`)
    if (!taken.has(address)) return address
  }
}

/** A physical name as CloudFormation makes one: stack, logical id and 12 characters, cut to a length. */
export function generatedName(site: Site, logicalId: string, longest: number): string {
  const tail = site.ids.alphanumeric('name', logicalId, 12)
  return `${site.stackName}-${logicalId}`.slice(0, longest - 13).concat('-', tail)
}
