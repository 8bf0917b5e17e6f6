/** A small world made by hand: one VPC with a public, a private and a gate subnet, three endpoints, four hosts. */
import { emptyWorld as beginning } from '../src/empty-world.ts'
import { createFabric, type Fabric } from '../src/network/fabric.ts'
import { emptyTopology, type NetworkInterface, type Place, type SecurityGroup } from '../src/network/topology.ts'
import type { Switches } from '../src/switches.ts'
import type { Endpoint, Service, World } from '../src/world.ts'

const region = 'eu-central-1'
export const apiId = 'abcdefghij'
export const executeApiEndpoint = 'vpce-0e0e0e0e0e0e0e0e0'
const anything = {
  name: 'any',
  document: { Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } },
} as const

/** In 2030. */
export function emptyWorld(switches: Partial<Switches> = {}): World {
  return beginning({ region, switches, now: () => Date.UTC(2030, 0, 1) })
}

export function service(name: string, hostnames: readonly string[], endpointService?: string): Service {
  return {
    name,
    hostnames,
    ...(endpointService === undefined ? {} : { endpointService }),
    async handle(request, response, origin) {
      response.end(
        JSON.stringify({ service: name, url: request.url, origin: { ...origin, endpoint: origin.endpoint?.id } }),
      )
    },
  }
}

export interface Small {
  readonly world: World
  readonly fabric: Fabric
  readonly places: Readonly<Record<string, Place>>
}

export function smallWorld(switches: Partial<Switches> = {}): Small {
  const world = emptyWorld(switches)
  const topology = emptyTopology(region, world.subnets)
  const vpcId = 'vpc-1'
  topology.vpcs.set(vpcId, {
    id: vpcId,
    cidrs: ['10.0.0.0/16'],
    dnsSupport: true,
    dnsHostnames: true,
    internetGatewayId: 'igw-1',
    mainRouteTableId: 'rtb-main',
    defaultSecurityGroupId: 'sg-default',
  })
  const local = { destination: '10.0.0.0/16', target: { kind: 'local' } } as const
  const out = (target: 'internet-gateway' | 'nat-gateway', id: string) =>
    ({ destination: '0.0.0.0/0', target: { kind: target, id } }) as const
  topology.prefixLists.set('pl-1', { name: `com.amazonaws.${region}.dynamodb`, cidrs: ['198.19.0.0/24'] })
  for (const [id, routes] of [
    ['rtb-main', [local]],
    ['rtb-public', [local, out('internet-gateway', 'igw-1')]],
    ['rtb-private', [local, out('nat-gateway', 'nat-1')]],
    ['rtb-gate', [local, { destination: 'pl-1', target: { kind: 'gateway-endpoint', endpointId: 'vpce-dynamodb' } }]],
    ['rtb-detached', [local, out('internet-gateway', 'igw-of-nobody')]],
    ['rtb-peered', [local, { destination: '172.16.0.0/16', target: { kind: 'unmodelled', name: 'peering pcx-1' } }]],
  ] as const)
    topology.routeTables.set(id, { id, vpcId, routes: [...routes] })
  for (const [id, cidr, routeTableId] of [
    ['subnet-public', '10.0.0.0/24', 'rtb-public'],
    ['subnet-private', '10.0.1.0/24', 'rtb-private'],
    ['subnet-gate', '10.0.2.0/24', 'rtb-gate'],
    ['subnet-alone', '10.0.3.0/24', undefined],
    ['subnet-peered', '10.0.4.0/24', 'rtb-peered'],
    ['subnet-detached', '10.0.5.0/24', 'rtb-detached'],
  ] as const)
    world.subnets.set(id, {
      id,
      vpcId,
      cidr,
      public: id === 'subnet-public',
      ...(routeTableId === undefined ? {} : { routeTableId }),
    })
  topology.natGateways.set('nat-1', { id: 'nat-1', subnetId: 'subnet-public', publicAddress: '203.0.113.9' })

  const rule = (peer: SecurityGroup['ingress'][number]['peer'], port?: number) => ({
    protocol: port === undefined ? '-1' : 'tcp',
    fromPort: port ?? 0,
    toPort: port ?? 65535,
    peer,
  })
  const all = rule({ kind: 'cidr', cidr: '0.0.0.0/0' })
  for (const [id, ingress, egress] of [
    ['sg-host', [], [all]],
    ['sg-silent', [], []],
    ['sg-bastion', [rule({ kind: 'cidr', cidr: '203.0.113.50/32' }, 3128)], [all]],
    ['sg-private', [rule({ kind: 'group', groupId: 'sg-bastion' }, 3128)], [all]],
    ['sg-endpoint', [rule({ kind: 'cidr', cidr: '10.0.0.0/16' }, 443)], []],
    ['sg-sts', [rule({ kind: 'group', groupId: 'sg-gate' }, 443)], []],
    [
      'sg-gate',
      [],
      [rule({ kind: 'prefix-list', prefixListId: 'pl-1' }, 443), rule({ kind: 'group', groupId: 'sg-sts' }, 443)],
    ],
  ] as const)
    topology.securityGroups.set(id, { id, name: id, vpcId, ingress: [...ingress], egress: [...egress] })

  const endpoint = (id: string, serviceName: string, address: string, group: string, zone: string, name: string) => {
    const made: Endpoint = {
      id,
      vpcId,
      type: 'Interface',
      serviceName,
      addresses: [address],
      securityGroupIds: [group],
      privateDns: true,
      policy: anything,
    }
    world.endpoints.set(id, made)
    topology.interfaces.push({
      address,
      subnetId: 'subnet-gate',
      securityGroupIds: [group],
      owner: { kind: 'endpoint', endpoint: made },
    })
    if (zone) topology.privateZones.push({ vpcId, zone, records: new Map([[name, [address]]]), of: id })
  }
  endpoint(executeApiEndpoint, `com.amazonaws.${region}.execute-api`, '10.0.2.10', 'sg-endpoint', '', '')
  endpoint(
    'vpce-studio',
    `aws.sagemaker.${region}.studio`,
    '10.0.2.11',
    'sg-endpoint',
    `studio.${region}.sagemaker.aws`,
    '*',
  )
  endpoint('vpce-sts', `com.amazonaws.${region}.sts`, '10.0.2.12', 'sg-sts', `sts.${region}.amazonaws.com`, '@')
  world.endpoints.set('vpce-dynamodb', {
    id: 'vpce-dynamodb',
    vpcId,
    type: 'Gateway',
    serviceName: `com.amazonaws.${region}.dynamodb`,
    addresses: [],
    securityGroupIds: [],
    privateDns: false,
    policy: anything,
  })
  world.apis.set(apiId, {
    id: apiId,
    stage: 'gate',
    policy: anything,
    endpointIds: [executeApiEndpoint],
    binaryMediaTypes: [],
    routes: new Map(),
    gatewayResponses: new Map(),
  })

  const places: Record<string, Place> = { laptop: { host: 'laptop', in: 'internet', address: '203.0.113.50' } }
  const host = (name: string, subnetId: string, address: string, group: string, publicAddress?: string) => {
    const made: NetworkInterface = {
      address,
      subnetId,
      securityGroupIds: [group],
      owner: { kind: 'instance', name },
      ...(publicAddress === undefined ? {} : { publicAddress }),
    }
    topology.interfaces.push(made)
    places[name] = { host: name, in: 'vpc', interface: made }
  }
  host('public', 'subnet-public', '10.0.0.5', 'sg-host', '203.0.113.5')
  host('nameless', 'subnet-public', '10.0.0.6', 'sg-host')
  host('bastion', 'subnet-public', '10.0.0.7', 'sg-bastion', '203.0.113.7')
  host('private', 'subnet-private', '10.0.1.5', 'sg-private')
  host('silent', 'subnet-private', '10.0.1.6', 'sg-silent')
  host('function', 'subnet-gate', '10.0.2.5', 'sg-gate')
  host('alone', 'subnet-alone', '10.0.3.5', 'sg-host')
  host('detached', 'subnet-detached', '10.0.5.5', 'sg-host', '203.0.113.8')
  host('peered', 'subnet-peered', '10.0.4.5', 'sg-host')
  topology.privateZones.push({
    vpcId,
    zone: 'internal',
    records: new Map([
      ['private', ['10.0.1.5']],
      ['bastion', ['10.0.0.7']],
    ]),
    of: 'vpc-1',
  })

  const fabric = createFabric(world, topology)
  fabric.serve([
    service('execute-api', [`*.execute-api.${region}.amazonaws.com`], `com.amazonaws.${region}.execute-api`),
    service('studio', [`*.studio.${region}.sagemaker.aws`], `aws.sagemaker.${region}.studio`),
    service('sts', [`sts.${region}.amazonaws.com`], `com.amazonaws.${region}.sts`),
    service('dynamodb', [`dynamodb.${region}.amazonaws.com`], `com.amazonaws.${region}.dynamodb`),
    service('portal', ['portal.example.com']),
  ])
  return { world, fabric, places }
}
