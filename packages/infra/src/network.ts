import * as ec2 from 'aws-cdk-lib/aws-ec2'
import { Fn } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'

/** The tiers of the VPC, two subnets each, one per availability zone. */
export type Tier = 'public' | 'private' | 'gate' | 'studio'

export interface Subnet {
  readonly id: string
  readonly cidr: string
}

/** Where Studio's apps may go: nowhere but the endpoints, or also to the internet through the NAT gateway. */
export type StudioEgress = 'endpoints-only' | 'nat'

export const vpcCidr = '10.100.0.0/16'

const subnetCidrs: Readonly<Record<Tier, readonly [string, string]>> = {
  public: ['10.100.0.0/24', '10.100.1.0/24'],
  private: ['10.100.10.0/24', '10.100.11.0/24'],
  gate: ['10.100.20.0/24', '10.100.21.0/24'],
  studio: ['10.100.30.0/24', '10.100.31.0/24'],
}

const everywhere = '0.0.0.0/0'

/** VPC, subnets, routes. The gate's subnets hold the function and the interface endpoints and have no way out at all. */
export class GateNetwork extends Construct {
  readonly vpcId: string
  readonly subnets: Readonly<Record<Tier, readonly Subnet[]>>
  readonly routeTables: Readonly<Record<Tier, string>>
  /** What must exist before a machine in the tier has its way to the internet. */
  readonly internetFrom: Readonly<Record<'public' | 'private', readonly Construct[]>>

  constructor(scope: Construct, id: string, props: { readonly studioEgress: StudioEgress }) {
    super(scope, id)
    const vpc = new ec2.CfnVPC(this, 'Vpc', {
      cidrBlock: vpcCidr,
      // Private DNS of the endpoints needs both.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: this.named('vpc'),
    })
    this.vpcId = vpc.ref
    const tiers = {
      public: this.tier('public'),
      private: this.tier('private'),
      gate: this.tier('gate'),
      studio: this.tier('studio'),
    }
    this.subnets = {
      public: tiers.public.subnets,
      private: tiers.private.subnets,
      gate: tiers.gate.subnets,
      studio: tiers.studio.subnets,
    }
    this.routeTables = {
      public: tiers.public.routeTableId,
      private: tiers.private.routeTableId,
      gate: tiers.gate.routeTableId,
      studio: tiers.studio.routeTableId,
    }

    const gateway = new ec2.CfnInternetGateway(this, 'InternetGateway', { tags: this.named('internet') })
    const attachment = new ec2.CfnVPCGatewayAttachment(this, 'InternetGatewayAttachment', {
      vpcId: this.vpcId,
      internetGatewayId: gateway.ref,
    })
    const toInternet = new ec2.CfnRoute(this, 'PublicDefaultRoute', {
      routeTableId: this.routeTables.public,
      destinationCidrBlock: everywhere,
      gatewayId: gateway.ref,
    })
    toInternet.addResourceDependency(attachment)

    const natAddress = new ec2.CfnEIP(this, 'NatAddress', { domain: 'vpc', tags: this.named('nat') })
    natAddress.addResourceDependency(attachment)
    const nat = new ec2.CfnNatGateway(this, 'NatGateway', {
      subnetId: tiers.public.subnets[0].id,
      allocationId: natAddress.attrAllocationId,
      tags: this.named('nat'),
    })
    nat.node.addDependency(toInternet, ...tiers.public.associations)
    const toNat = (tier: 'private' | 'studio', name: string) =>
      new ec2.CfnRoute(this, name, {
        routeTableId: this.routeTables[tier],
        destinationCidrBlock: everywhere,
        natGatewayId: nat.ref,
      })
    const privateRoute = toNat('private', 'PrivateDefaultRoute')
    if (props.studioEgress === 'nat') toNat('studio', 'StudioDefaultRoute')

    this.internetFrom = {
      public: [toInternet, ...tiers.public.associations],
      private: [privateRoute, ...tiers.private.associations],
    }
  }

  private tier(tier: Tier) {
    const label = tier.charAt(0).toUpperCase() + tier.slice(1)
    const table = new ec2.CfnRouteTable(this, `${label}Routes`, { vpcId: this.vpcId, tags: this.named(tier) })
    const [first, second] = subnetCidrs[tier]
    const one = this.subnet(tier, label, 0, first, table.ref)
    const two = this.subnet(tier, label, 1, second, table.ref)
    return {
      routeTableId: table.ref,
      subnets: [one.subnet, two.subnet] as const,
      associations: [one.association, two.association] as const,
    }
  }

  private subnet(tier: Tier, label: string, zone: number, cidr: string, routeTableId: string) {
    const resource = new ec2.CfnSubnet(this, `${label}Subnet${zone + 1}`, {
      vpcId: this.vpcId,
      cidrBlock: cidr,
      availabilityZone: Fn.select(zone, Fn.getAzs()),
      mapPublicIpOnLaunch: tier === 'public',
      tags: this.named(`${tier}-${zone + 1}`),
    })
    const association = new ec2.CfnSubnetRouteTableAssociation(this, `${label}Subnet${zone + 1}Routes`, {
      subnetId: resource.ref,
      routeTableId,
    })
    return { subnet: { id: resource.ref, cidr } satisfies Subnet, association }
  }

  private named(part: string) {
    return [{ key: 'Name', value: `studio-gate ${part}` }]
  }
}
