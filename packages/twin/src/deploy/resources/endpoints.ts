/** VPC endpoints: interface endpoints with addresses, groups and private DNS; gateway endpoints as routes to a prefix list. */
import type { Endpoint } from '../../world.ts'
import { privateNames } from '../endpoint-names.ts'
import { DeployError } from '../error.ts'
import { flag, optionalText, text, texts } from '../properties.ts'
import { type Creation, type Order, policyOf, type Rows, type Site, takeAddress } from '../site.ts'
import { defaultGroups } from './ec2-hosts.ts'
import { subnetIds } from './ec2-network.ts'

/** What an endpoint without `PolicyDocument` carries (3.8). */
const fullAccess = { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] } as const

/** Services with gateway endpoints, and the block that their prefix list holds in the twin: of 198.18.0.0/15 (RFC 2544). */
const gatewayBlocks: Readonly<Record<string, string>> = { dynamodb: '198.19.0.0/24', s3: '198.19.1.0/24' }

export const endpoints: Rows = {
  'AWS::EC2::VPCEndpoint': {
    models: [
      'PolicyDocument',
      'PrivateDnsEnabled',
      'RouteTableIds',
      'SecurityGroupIds',
      'ServiceName',
      'SubnetIds',
      'VpcEndpointType',
      'VpcId',
    ],
    ignores: ['Tags'],
    create(order, site) {
      const kind = optionalText(order, 'VpcEndpointType') ?? 'Gateway'
      if (kind === 'Interface') return interfaceEndpoint(order, site)
      if (kind === 'Gateway') return gatewayEndpoint(order, site)
      throw new DeployError(`${order.path}.VpcEndpointType`, `\`${kind}\` endpoints are not modelled`)
    },
  },
}

function common(order: Order, site: Site) {
  const vpcId = text(order, 'VpcId')
  if (!site.topology.vpcs.has(vpcId)) throw new DeployError(`${order.path}.VpcId`, `there is no VPC ${vpcId}`)
  return {
    id: site.ids.ec2('vpce', order.logicalId),
    vpcId,
    serviceName: text(order, 'ServiceName'),
    policy: policyOf('endpoint', order.values.PolicyDocument ?? fullAccess, order.logicalId),
  }
}

function interfaceEndpoint(order: Order, site: Site): Creation {
  const { topology, world, urlSuffix } = site
  const base = common(order, site)
  const { id, vpcId, serviceName } = base
  const groups = texts(order, 'SecurityGroupIds')
  const securityGroupIds = groups.length > 0 ? groups : defaultGroups(site, vpcId)
  const privateDns = flag(order, 'PrivateDnsEnabled', false)
  const subnets = subnetIds(order, 'SubnetIds', site)
  const addresses: string[] = []
  const endpoint: Endpoint = { ...base, type: 'Interface', addresses, securityGroupIds, privateDns }
  for (const subnetId of subnets) {
    const address = takeAddress(site, subnetId, order.path)
    addresses.push(address)
    topology.interfaces.push({ address, subnetId, securityGroupIds, owner: { kind: 'endpoint', endpoint } })
  }
  world.endpoints.set(id, endpoint)

  const known = privateNames(serviceName, world.region, urlSuffix)
  if (!known) site.gap(`${order.logicalId}: the twin does not know the endpoint service ${serviceName}`)
  if (serviceName.endsWith('.execute-api'))
    site.gap(`${order.logicalId}: an API called by the endpoint's own name, with a Host header of its own (4.11 c)`)
  if (known && privateDns) {
    const vpc = topology.vpcs.get(vpcId)
    if (!vpc?.dnsSupport || !vpc.dnsHostnames)
      throw new DeployError(
        `${order.path}.PrivateDnsEnabled`,
        `private DNS needs DNS support and DNS host names in ${vpcId}`,
      )
    if (topology.privateZones.some((zone) => zone.vpcId === vpcId && zone.zone === known.zone))
      throw new DeployError(
        `${order.path}.PrivateDnsEnabled`,
        `another endpoint of ${vpcId} has the private zone ${known.zone}`,
      )
    const records = new Map(known.names.map((name) => [name as string, addresses]))
    topology.privateZones.push({ vpcId, zone: known.zone, records, of: order.logicalId })
  }
  // The endpoint's own name is in public DNS, with its private addresses.
  const label = serviceName
    .replace(/^(cn\.)?(com\.amazonaws\.|aws\.)/, '')
    .split('.')
    .filter((part) => part !== world.region)
    .toReversed()
  const zone = serviceName.startsWith('aws.sagemaker.')
    ? `${label[0]}.${world.region}.vpce.sagemaker.aws`
    : `${label.join('.')}.${world.region}.vpce.${urlSuffix}`
  const dnsName = `${id}-${site.ids.alphanumeric('vpce-dns', order.logicalId, 8)}.${zone}`
  topology.publicRecords.set(dnsName, addresses)
  const hostedZone = site.ids.unique('Z', order.logicalId)
  const names = [dnsName, ...(known && privateDns ? [known.zone] : [])]
  return {
    ref: id,
    attributes: {
      Id: id,
      DnsEntries: names.map((name) => `${hostedZone}:${name}`),
      NetworkInterfaceIds: subnets.map((subnetId) => site.ids.ec2('eni', `${order.logicalId}/${subnetId}`)),
    },
  }
}

function gatewayEndpoint(order: Order, site: Site): Creation {
  const { topology, world } = site
  const base = common(order, site)
  const { serviceName, id } = base
  const block = gatewayBlocks[serviceName.slice(serviceName.lastIndexOf('.') + 1)]
  if (block === undefined)
    throw new DeployError(
      `${order.path}.ServiceName`,
      `${serviceName} has no gateway endpoint (those with one: ${Object.keys(gatewayBlocks).join(', ')})`,
    )
  world.endpoints.set(id, { ...base, type: 'Gateway', addresses: [], securityGroupIds: [], privateDns: false })
  const listId = site.ids.ec2('pl', serviceName)
  topology.prefixLists.set(listId, { name: serviceName, cidrs: [block] })
  for (const tableId of texts(order, 'RouteTableIds')) {
    const table = topology.routeTables.get(tableId)
    if (!table) throw new DeployError(`${order.path}.RouteTableIds`, `there is no route table ${tableId}`)
    table.routes.push({ destination: listId, target: { kind: 'gateway-endpoint', endpointId: id } })
  }
  return { ref: id, attributes: { Id: id } }
}
