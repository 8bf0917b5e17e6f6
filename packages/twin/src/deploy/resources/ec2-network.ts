/** VPCs, subnets, gateways and the routes between them. */
import { encloses, parseBlock } from '../../network/cidr.ts'
import type { RouteTarget } from '../../network/topology.ts'
import { DeployError } from '../error.ts'
import { flag, optionalText, text, texts } from '../properties.ts'
import { type Order, type Rows, type Site, takeAddress } from '../site.ts'

export const ec2Network: Rows = {
  'AWS::EC2::VPC': {
    models: ['CidrBlock', 'EnableDnsSupport', 'EnableDnsHostnames'],
    ignores: ['Tags', 'InstanceTenancy'],
    create(order, { topology, ids }) {
      const id = ids.ec2('vpc', order.logicalId)
      const cidr = block(order, 'CidrBlock')
      const mainRouteTableId = ids.ec2('rtb', `${order.logicalId}/main`)
      const defaultSecurityGroupId = ids.ec2('sg', `${order.logicalId}/default`)
      const everything = { protocol: '-1', fromPort: 0, toPort: 65535 } as const
      topology.vpcs.set(id, {
        id,
        cidrs: [cidr],
        dnsSupport: flag(order, 'EnableDnsSupport', true),
        dnsHostnames: flag(order, 'EnableDnsHostnames', false),
        mainRouteTableId,
        defaultSecurityGroupId,
      })
      topology.routeTables.set(mainRouteTableId, { id: mainRouteTableId, vpcId: id, routes: [localRoute(cidr)] })
      topology.securityGroups.set(defaultSecurityGroupId, {
        id: defaultSecurityGroupId,
        name: `default of ${order.logicalId}`,
        vpcId: id,
        ingress: [{ ...everything, peer: { kind: 'group', groupId: defaultSecurityGroupId } }],
        egress: [{ ...everything, peer: { kind: 'cidr', cidr: '0.0.0.0/0' } }],
      })
      return {
        ref: id,
        attributes: { VpcId: id, CidrBlock: cidr, DefaultSecurityGroup: defaultSecurityGroupId, Ipv6CidrBlocks: [] },
      }
    },
  },

  'AWS::EC2::Subnet': {
    models: ['VpcId', 'CidrBlock', 'MapPublicIpOnLaunch', 'AvailabilityZone'],
    ignores: ['Tags', 'PrivateDnsNameOptionsOnLaunch'],
    create(order, { world, topology, ids, autoPublicSubnets }) {
      const id = ids.ec2('subnet', order.logicalId)
      const vpcId = text(order, 'VpcId')
      const cidr = block(order, 'CidrBlock')
      const vpc = topology.vpcs.get(vpcId)
      if (!vpc?.cidrs.some((outer) => encloses(outer, cidr)))
        throw new DeployError(`${order.path}.CidrBlock`, `${cidr} is not within ${vpcId} (${vpc?.cidrs.join(', ')})`)
      const overlapping = [...world.subnets.values()].find(
        (other) => other.vpcId === vpcId && (encloses(other.cidr, cidr) || encloses(cidr, other.cidr)),
      )
      if (overlapping)
        throw new DeployError(
          `${order.path}.CidrBlock`,
          `${cidr} conflicts with ${overlapping.id} (${overlapping.cidr})`,
        )
      world.subnets.set(id, { id, vpcId, cidr, public: false })
      if (flag(order, 'MapPublicIpOnLaunch', false)) autoPublicSubnets.add(id)
      const zone = optionalText(order, 'AvailabilityZone') ?? `${world.region}a`
      return {
        ref: id,
        attributes: { SubnetId: id, VpcId: vpcId, CidrBlock: cidr, AvailabilityZone: zone, Ipv6CidrBlocks: [] },
      }
    },
  },

  'AWS::EC2::RouteTable': {
    models: ['VpcId'],
    ignores: ['Tags'],
    create(order, { topology, ids }) {
      const id = ids.ec2('rtb', order.logicalId)
      const vpcId = text(order, 'VpcId')
      const cidrs = topology.vpcs.get(vpcId)?.cidrs ?? []
      topology.routeTables.set(id, { id, vpcId, routes: cidrs.map(localRoute) })
      return { ref: id, attributes: { RouteTableId: id } }
    },
  },

  'AWS::EC2::SubnetRouteTableAssociation': {
    models: ['SubnetId', 'RouteTableId'],
    ignores: [],
    create(order, { world, topology, ids }) {
      const subnet = world.subnets.get(text(order, 'SubnetId'))
      const routeTableId = text(order, 'RouteTableId')
      if (!subnet || topology.routeTables.get(routeTableId)?.vpcId !== subnet.vpcId)
        throw new DeployError(order.path, `subnet and route table ${routeTableId} are not of one VPC`)
      if (subnet.routeTableId !== undefined)
        throw new DeployError(order.path, `${subnet.id} is already associated with ${subnet.routeTableId}`)
      world.subnets.set(subnet.id, { ...subnet, routeTableId })
      const id = ids.ec2('rtbassoc', order.logicalId)
      return { ref: id, attributes: { Id: id } }
    },
  },

  'AWS::EC2::InternetGateway': {
    models: [],
    ignores: ['Tags'],
    create(order, { ids }) {
      const id = ids.ec2('igw', order.logicalId)
      return { ref: id, attributes: { InternetGatewayId: id } }
    },
  },

  'AWS::EC2::VPCGatewayAttachment': {
    models: ['VpcId', 'InternetGatewayId', 'VpnGatewayId'],
    ignores: [],
    create(order, { topology }) {
      const vpcId = text(order, 'VpcId')
      if (optionalText(order, 'VpnGatewayId') !== undefined) return { ref: `VGW|${vpcId}`, attributes: {} }
      const vpc = topology.vpcs.get(vpcId)
      const gateway = text(order, 'InternetGatewayId')
      if (!vpc || vpc.internetGatewayId !== undefined)
        throw new DeployError(order.path, `${vpcId} is not there or has an internet gateway already`)
      vpc.internetGatewayId = gateway
      return { ref: `IGW|${vpcId}`, attributes: { AttachmentType: 'IGW' } }
    },
  },

  'AWS::EC2::EIP': {
    models: ['InstanceId'],
    ignores: ['Tags', 'Domain', 'NetworkBorderGroup', 'PublicIpv4Pool'],
    create(order, site) {
      const address = publicAddress(site)
      const allocation = site.ids.ec2('eipalloc', order.logicalId)
      site.elasticAddresses.set(allocation, address)
      const instanceId = optionalText(order, 'InstanceId')
      const instance = site.instances.find(({ id }) => id === instanceId)
      if (instance) instance.interface.publicAddress = address
      return { ref: address, attributes: { AllocationId: allocation, PublicIp: address } }
    },
  },

  'AWS::EC2::NatGateway': {
    models: ['SubnetId', 'AllocationId', 'ConnectivityType'],
    ignores: ['Tags', 'VpcId', 'MaxDrainDurationSeconds'],
    create(order, site) {
      const id = site.ids.ec2('nat', order.logicalId)
      const subnetId = text(order, 'SubnetId')
      if (optionalText(order, 'ConnectivityType') === 'private')
        throw new DeployError(`${order.path}.ConnectivityType`, 'private NAT gateways are not modelled')
      const outside = site.elasticAddresses.get(text(order, 'AllocationId'))
      if (outside === undefined)
        throw new DeployError(`${order.path}.AllocationId`, 'this is no elastic address of the template')
      const address = takeAddress(site, subnetId, order.path)
      site.topology.natGateways.set(id, { id, subnetId, publicAddress: outside })
      site.topology.interfaces.push({
        address,
        subnetId,
        securityGroupIds: [],
        owner: { kind: 'nat-gateway', name: order.logicalId },
      })
      return { ref: id, attributes: { NatGatewayId: id } }
    },
  },

  'AWS::EC2::Route': {
    models: [
      'RouteTableId',
      'DestinationCidrBlock',
      'DestinationPrefixListId',
      'GatewayId',
      'NatGatewayId',
      ...otherTargets(),
    ],
    ignores: [],
    create(order, site) {
      const table = site.topology.routeTables.get(text(order, 'RouteTableId'))
      if (!table) throw new DeployError(`${order.path}.RouteTableId`, 'there is no such route table')
      const destination = optionalText(order, 'DestinationCidrBlock') ?? optionalText(order, 'DestinationPrefixListId')
      if (destination === undefined) {
        site.gap(`${order.logicalId}: a route with an IPv6 destination (the twin is IPv4 only)`)
        return { ref: order.logicalId, attributes: {} }
      }
      if (table.routes.some((route) => route.destination === destination))
        throw new DeployError(order.path, `${table.id} already has a route for ${destination}`)
      table.routes.push({ destination, target: targetOf(order, site) })
      return { ref: `${table.id}|${destination}`, attributes: { CidrBlock: destination } }
    },
  },
}

function localRoute(cidr: string) {
  return { destination: cidr, target: { kind: 'local' } } as const
}

function block(order: Order, key: string): string {
  const cidr = text(order, key)
  if (!parseBlock(cidr)) throw new DeployError(`${order.path}.${key}`, `\`${cidr}\` is no IPv4 block`)
  return cidr
}

/** Properties of a route that lead to things the twin does not model. */
function otherTargets(): readonly string[] {
  return [
    'TransitGatewayId',
    'VpcPeeringConnectionId',
    'VpcEndpointId',
    'InstanceId',
    'NetworkInterfaceId',
    'CarrierGatewayId',
    'LocalGatewayId',
    'CoreNetworkArn',
  ]
}

function targetOf(order: Order, site: Site): RouteTarget {
  const nat = optionalText(order, 'NatGatewayId')
  if (nat !== undefined) return { kind: 'nat-gateway', id: nat }
  const gateway = optionalText(order, 'GatewayId')
  if (gateway?.startsWith('igw-')) return { kind: 'internet-gateway', id: gateway }
  const other = otherTargets().find((key) => optionalText(order, key) !== undefined)
  const name = other === undefined ? `gateway ${gateway ?? '(none)'}` : `${other} ${text(order, other)}`
  site.gap(`${order.logicalId}: the route to ${name} is not modelled; traffic that it matches is refused`)
  return { kind: 'unmodelled', name }
}

/** The next public address that the stack is given, of TEST-NET-3 (RFC 5737) from .100 on; `laptop` is 203.0.113.50. */
export function publicAddress({ topology, elasticAddresses }: Site): string {
  const given = new Set([...elasticAddresses.values(), ...topology.interfaces.map((one) => one.publicAddress)])
  for (let last = 100; last < 255; last++) if (!given.has(`203.0.113.${last}`)) return `203.0.113.${last}`
  throw new DeployError('Resources', 'more public addresses than the twin has')
}

/** Reads `SubnetIds`-like lists against the world. */
export function subnetIds(order: Order, key: string, { world }: Site): readonly string[] {
  const ids = texts(order, key)
  for (const id of ids)
    if (!world.subnets.has(id)) throw new DeployError(`${order.path}.${key}`, `there is no subnet ${id}`)
  return ids
}
