/**
 * Can this place open a TCP connection to that name, and who is then seen at the far end? Resolution, routes, NAT and
 * security groups in the order in which a packet meets them. Every answer carries the path that it took.
 */
import type { Layer, Origin, Service, World } from '../world.ts'
import { isPrivate } from './cidr.ts'
import { type Answer, resolve } from './dns.ts'
import { leadsOut, routeTo } from './routes.ts'
import { admits, namesOf } from './security-groups.ts'
import type { NetworkInterface, Place, Topology } from './topology.ts'

/** The port at which every host of the twin offers its proxy to its neighbours. */
export const proxyPort = 3128

export type Connection =
  | {
      readonly ok: true
      readonly to:
        | { readonly kind: 'service'; readonly service: Service }
        | { readonly kind: 'host'; readonly name: string }
      /** The address that was connected to. */
      readonly address: string
      readonly origin: Origin
      /** One sentence a step. */
      readonly path: readonly string[]
    }
  | { readonly ok: false; readonly layer: Layer; readonly reason: string; readonly path: readonly string[] }

export interface Fabric {
  readonly topology: Topology
  /** Gives every service its public address and its place behind endpoints. Once, when the services have started. */
  serve(services: readonly Service[]): void
  resolve(from: Place, name: string): Answer
  /** `port` is a TCP port; services listen on 443, hosts on 3128. */
  connect(from: Place, name: string, port: number): Connection
}

/** What a connection attempt knows on its way. */
interface Attempt {
  readonly host: string
  readonly name: string
  readonly address: string
  readonly port: number
  readonly path: string[]
}

/** Makes the fabric of a world. Virtual public addresses of services are of 198.18.0.0/15 (RFC 2544), a /24 each. */
export function createFabric(world: World, topology: Topology): Fabric {
  let services: readonly Service[] = []
  const publicServices = new Map<string, Service>()

  const refused = (attempt: Attempt, layer: Layer, reason: string): Connection => ({
    ok: false,
    layer,
    reason,
    path: attempt.path,
  })

  function arrive(attempt: Attempt, service: Service | undefined, origin: Origin, where: string): Connection {
    if (!service) return refused(attempt, 'service', `no service of the twin answers for ${attempt.name} at ${where}`)
    if (attempt.port !== 443)
      return refused(attempt, 'service', `${attempt.name} listens on port 443 only, not on ${attempt.port}`)
    const { address, path } = attempt
    return { ok: true, to: { kind: 'service', service }, address, origin, path }
  }

  /** At the interface that owns the address: its groups, then whoever listens there. */
  function enter(
    attempt: Attempt,
    target: NetworkInterface,
    origin: Origin,
    fromGroups: readonly string[],
  ): Connection {
    const { owner, securityGroupIds } = target
    const shown = owner.kind === 'endpoint' ? owner.endpoint.id : owner.name
    const guard = namesOf(topology, securityGroupIds)
    const far = { address: origin.address, securityGroupIds: fromGroups }
    if (!admits(topology, securityGroupIds, 'ingress', far, attempt.port))
      return refused(
        attempt,
        'security group',
        `${guard} of ${shown} has no ingress rule for ${origin.address} to port ${attempt.port}`,
      )
    attempt.path.push(`${guard} of ${shown} admits ${origin.address} to port ${attempt.port}`)
    if (owner.kind === 'endpoint') {
      const { endpoint } = owner
      const service = services.find(
        (one) => one.endpointService === endpoint.serviceName && answersFor(one, attempt.name, endpoint.id),
      )
      return arrive(attempt, service, { ...origin, endpoint }, `endpoint ${endpoint.id} (${endpoint.serviceName})`)
    }
    if (owner.kind === 'nat-gateway' || attempt.port !== proxyPort)
      return refused(attempt, 'service', `nothing listens on port ${attempt.port} of ${shown}`)
    const { address, path } = attempt
    return { ok: true, to: { kind: 'host', name: owner.name }, address, origin, path }
  }

  function overInternet(attempt: Attempt, origin: Origin): Connection {
    const { address } = attempt
    if (isPrivate(address))
      return refused(attempt, 'no route', `${address} is a private address, which the internet has no route to`)
    const service = publicServices.get(address)
    if (service) {
      attempt.path.push(`${attempt.name} sees ${origin.address} from the internet`)
      return arrive(attempt, owns(service, attempt.name) ? service : undefined, origin, address)
    }
    const target = topology.interfaces.find(({ publicAddress }) => publicAddress === address)
    const subnet = target && topology.subnets.get(target.subnetId)
    if (!target || !subnet) return refused(attempt, 'no route', `no one on the internet has the address ${address}`)
    if (!leadsOut(topology, subnet, origin.address))
      return refused(attempt, 'no route', `${subnet.id} of ${address} has no route through an internet gateway`)
    return enter(attempt, target, origin, [])
  }

  function fromVpc(attempt: Attempt, from: NetworkInterface): Connection {
    const { host, address, port, path } = attempt
    const subnet = topology.subnets.get(from.subnetId)
    if (!subnet) return refused(attempt, 'no route', `${host} is in no subnet`)
    const route = routeTo(topology, subnet, address)
    if (!route) return refused(attempt, 'no route', `${subnet.id} of ${host} has no route to ${address}`)
    const { target } = route
    const local = target.kind === 'local' ? neighbour(topology, subnet.vpcId, address) : undefined
    const far = { address, securityGroupIds: local?.securityGroupIds ?? [] }
    if (!admits(topology, from.securityGroupIds, 'egress', far, port))
      return refused(
        attempt,
        'security group',
        `${namesOf(topology, from.securityGroupIds)} of ${host} has no egress rule for ${address} port ${port}`,
      )
    const origin: Origin = { host, address: from.address }
    path.push(`${subnet.id} routes ${address} by ${route.destination} to ${describe(target)}`)
    switch (target.kind) {
      case 'local':
        if (!local) return refused(attempt, 'no route', `no interface in ${subnet.vpcId} has the address ${address}`)
        return enter(attempt, local, origin, from.securityGroupIds)
      case 'internet-gateway': {
        const { publicAddress } = from
        if (!leadsOut(topology, subnet, address))
          return refused(attempt, 'no route', `${target.id} is not attached to ${subnet.vpcId}`)
        if (publicAddress === undefined)
          return refused(attempt, 'no route', `${host} has no public address, so ${target.id} drops what it sends`)
        return overInternet(attempt, { host, address: publicAddress })
      }
      case 'nat-gateway': {
        const nat = topology.natGateways.get(target.id)
        const outside = nat && topology.subnets.get(nat.subnetId)
        if (!nat || !outside || !leadsOut(topology, outside, address))
          return refused(attempt, 'no route', `${target.id} has no route to an internet gateway`)
        path.push(`${nat.id} translates ${from.address} to ${nat.publicAddress}`)
        return overInternet(attempt, { host, address: nat.publicAddress })
      }
      case 'gateway-endpoint': {
        const endpoint = world.endpoints.get(target.endpointId)
        const service = services.find((one) => one.endpointService === endpoint?.serviceName && owns(one, attempt.name))
        return arrive(attempt, service, endpoint ? { ...origin, endpoint } : origin, target.endpointId)
      }
      case 'unmodelled':
        return refused(
          attempt,
          'no route',
          `the route to ${address} leads to ${target.name}, which the twin does not model`,
        )
    }
  }

  const resolveFor = (from: Place, name: string): Answer =>
    resolve(world, topology, from.in === 'vpc' ? topology.subnets.get(from.interface.subnetId)?.vpcId : undefined, name)

  return {
    topology,
    resolve: resolveFor,
    serve(started) {
      services = started
      started.forEach((service, index) => {
        const address = publicAddressOf(topology, service, index)
        publicServices.set(address, service)
        for (const hostname of service.hostnames) topology.publicRecords.set(hostname.toLowerCase(), [address])
      })
    },
    connect(from, name, port) {
      const answer = resolveFor(from, name)
      if (!answer.ok) return { ok: false, layer: 'name resolution', reason: answer.reason, path: [] }
      let first: Connection | undefined
      for (const address of answer.addresses) {
        const attempt: Attempt = {
          host: from.host,
          name: name.toLowerCase(),
          address,
          port,
          path: [`${name} is ${address} (${answer.from})`],
        }
        const outcome =
          from.in === 'vpc'
            ? fromVpc(attempt, from.interface)
            : overInternet(attempt, { host: from.host, address: from.address })
        if (outcome.ok) return outcome
        first ??= outcome
      }
      return first ?? { ok: false, layer: 'name resolution', reason: `${name} has no addresses`, path: [] }
    },
  }
}

/** Whether a service owns a name; a pattern's `*` stands for one or more labels. */
export function owns(service: Service, name: string): boolean {
  return service.hostnames.some((pattern) => {
    const wanted = pattern.toLowerCase()
    return wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) : name === wanted
  })
}

/** Behind an endpoint a service also answers for the endpoint's own names, `vpce-<id>-....vpce.amazonaws.com`. */
function answersFor(service: Service, name: string, endpointId: string): boolean {
  return (
    owns(service, name) ||
    (name.startsWith(`${endpointId}-`) && /\.vpce\.(amazonaws\.com(\.cn)?)$|\.vpce\.sagemaker\.aws$/.test(name))
  )
}

function neighbour(topology: Topology, vpcId: string, address: string): NetworkInterface | undefined {
  return topology.interfaces.find(
    (one) => one.address === address && topology.subnets.get(one.subnetId)?.vpcId === vpcId,
  )
}

/** A service with a prefix list (gateway endpoints) sits in the list's block; the others get a /24 each. */
function publicAddressOf(topology: Topology, service: Service, index: number): string {
  const list = [...topology.prefixLists.values()].find(({ name }) => name === service.endpointService)
  const block = list?.cidrs[0] ?? `198.18.${index + 1}.0/24`
  return block.replace(/\.0\/24$/, '.10')
}

function describe(target: { readonly kind: string; readonly id?: string; readonly endpointId?: string }): string {
  return target.id ?? target.endpointId ?? target.kind
}
