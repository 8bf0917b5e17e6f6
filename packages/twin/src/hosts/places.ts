/** The places to sit at: the template's instances, a laptop on the internet, a notebook in the Studio subnet, and the functions. */

import type { Deployed } from '../deploy/deploy.ts'
import { DeployError } from '../deploy/error.ts'
import { nthAddress } from '../network/cidr.ts'
import type { NetworkInterface, Place, Topology } from '../network/topology.ts'
import type { StudioDomain, World } from '../world.ts'

export type HostKind = 'instance' | 'laptop' | 'notebook' | 'function'

export interface HostPlace {
  readonly kind: HostKind
  readonly place: Place
}

/** Of TEST-NET-3 (RFC 5737). Functions and notebooks outside any VPC share an address of AWS's. */
const laptopAddress = '203.0.113.50'
const serviceAddress = '203.0.113.200'

/** Every host of a deployment; the names are unique. */
export function placesOf(world: World, { topology, instances, functions }: Deployed): readonly HostPlace[] {
  const places: HostPlace[] = instances.map((instance) => ({
    kind: 'instance',
    place: { host: instance.name, in: 'vpc', interface: instance.interface },
  }))
  places.push({ kind: 'laptop', place: { host: 'laptop', in: 'internet', address: laptopAddress } })
  const [domain] = world.domains.values()
  if (domain) places.push({ kind: 'notebook', place: notebook(topology, domain) })
  for (const plan of functions)
    places.push({
      kind: 'function',
      place: plan.interface
        ? { host: plan.name, in: 'vpc', interface: plan.interface }
        : { host: plan.name, in: 'internet', address: serviceAddress },
    })
  const names = places.map(({ place }) => place.host)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new DeployError('Resources', `two hosts of the twin are called ${twice}`)
  return places
}

/** An app of Studio: in the first of the domain's subnets with its groups when the domain is VpcOnly, else on the internet (1.18). */
function notebook(topology: Topology, domain: StudioDomain): Place {
  const [subnetId] = domain.subnetIds
  const subnet = subnetId === undefined ? undefined : topology.subnets.get(subnetId)
  if (!subnet || domain.appNetworkAccessType !== 'VpcOnly')
    return { host: 'notebook', in: 'internet', address: serviceAddress }
  const taken = new Set(topology.interfaces.filter((one) => one.subnetId === subnet.id).map((one) => one.address))
  let offset = 4
  while (taken.has(nthAddress(subnet.cidr, offset) ?? '')) offset++
  const at: NetworkInterface = {
    address: nthAddress(subnet.cidr, offset) ?? '',
    subnetId: subnet.id,
    securityGroupIds: domain.securityGroupIds,
    owner: { kind: 'notebook', name: 'notebook' },
  }
  topology.interfaces.push(at)
  return { host: 'notebook', in: 'vpc', interface: at }
}
