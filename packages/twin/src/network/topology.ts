/**
 * The network as the template made it: what routes, security groups and DNS are decided from. Filled by `deploy/`;
 * nothing here decides anything. Blocks are IPv4 CIDRs, ids are AWS's.
 */
import type { Endpoint, Subnet } from '../world.ts'

export interface Vpc {
  readonly id: string
  readonly cidrs: string[]
  dnsSupport: boolean
  dnsHostnames: boolean
  internetGatewayId?: string
  /** The main route table: of every subnet that is associated with none. */
  readonly mainRouteTableId: string
  readonly defaultSecurityGroupId: string
}

/** What a route leads to. `unmodelled` keeps such routes from silently vanishing: traffic they match is refused by their name. */
export type RouteTarget =
  | { readonly kind: 'local' }
  | { readonly kind: 'internet-gateway'; readonly id: string }
  | { readonly kind: 'nat-gateway'; readonly id: string }
  | { readonly kind: 'gateway-endpoint'; readonly endpointId: string }
  | { readonly kind: 'unmodelled'; readonly name: string }

export interface Route {
  /** A block, or the id of a prefix list. */
  readonly destination: string
  readonly target: RouteTarget
}

export interface RouteTable {
  readonly id: string
  readonly vpcId: string
  readonly routes: Route[]
}

/** What a rule admits at its other side. */
export type Peer =
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'group'; readonly groupId: string }
  | { readonly kind: 'prefix-list'; readonly prefixListId: string }

export interface SecurityGroupRule {
  /** `tcp`, `udp`, `icmp` or `-1` for all. */
  readonly protocol: string
  readonly fromPort: number
  readonly toPort: number
  readonly peer: Peer
}

export interface SecurityGroup {
  readonly id: string
  /** Name in the template, as people are shown it. */
  readonly name: string
  readonly vpcId: string
  readonly ingress: SecurityGroupRule[]
  readonly egress: SecurityGroupRule[]
}

export interface NatGateway {
  readonly id: string
  readonly subnetId: string
  readonly publicAddress: string
}

/** An address in a subnet, with the groups that guard it. */
export interface NetworkInterface {
  readonly address: string
  readonly subnetId: string
  readonly securityGroupIds: readonly string[]
  readonly owner:
    | { readonly kind: 'instance' | 'function' | 'notebook' | 'nat-gateway'; readonly name: string }
    | { readonly kind: 'endpoint'; readonly endpoint: Endpoint }
  /** Elastic or auto-assigned address; the internet gateway translates between the two. An EIP is given later. */
  publicAddress?: string
}

/** A private hosted zone as a VPC sees it. `names` are relative: `*`, `@` for the zone itself, or a label. */
export interface PrivateZone {
  readonly vpcId: string
  readonly zone: string
  readonly records: Map<string, readonly string[]>
  /** What people are shown: the endpoint it belongs to. */
  readonly of: string
}

export interface Topology {
  readonly region: string
  readonly vpcs: Map<string, Vpc>
  /** The same map as the world's. */
  readonly subnets: Map<string, Subnet>
  readonly routeTables: Map<string, RouteTable>
  readonly securityGroups: Map<string, SecurityGroup>
  readonly natGateways: Map<string, NatGateway>
  readonly interfaces: NetworkInterface[]
  readonly prefixLists: Map<string, { readonly name: string; readonly cidrs: readonly string[] }>
  readonly privateZones: PrivateZone[]
  /** What the whole internet is told: an exact name, or one with a leading `*.`, to addresses. */
  readonly publicRecords: Map<string, readonly string[]>
}

/** An empty network; `subnets` is shared with the world. */
export function emptyTopology(region: string, subnets: Map<string, Subnet>): Topology {
  return {
    region,
    vpcs: new Map(),
    subnets,
    routeTables: new Map(),
    securityGroups: new Map(),
    natGateways: new Map(),
    interfaces: [],
    prefixLists: new Map(),
    privateZones: [],
    publicRecords: new Map(),
  }
}

/** Where traffic starts: an address in a VPC, or one on the internet. */
export type Place =
  | { readonly host: string; readonly in: 'vpc'; readonly interface: NetworkInterface }
  | { readonly host: string; readonly in: 'internet'; readonly address: string }
