/**
 * Names to addresses, in two views: a host in a VPC asks the private zones of its VPC first, everyone else (and every
 * name outside those zones) gets the public answer. A private zone that lacks a name answers NXDOMAIN, as Route 53 does,
 * which is how private DNS of `execute-api` takes every public API of the Region away from a VPC (4.11 a).
 */
import type { World } from '../world.ts'
import { addressValue } from './cidr.ts'
import type { Topology } from './topology.ts'

export type Answer =
  | { readonly ok: true; readonly addresses: readonly string[]; readonly from: string }
  | { readonly ok: false; readonly reason: string }

/** Resolves a name as a host of that VPC does, or as the internet does without one. Names are compared without case. */
export function resolve(world: World, topology: Topology, vpcId: string | undefined, asked: string): Answer {
  const name = asked.toLowerCase().replace(/\.$/, '')
  if (addressValue(name) !== undefined) return { ok: true, addresses: [name], from: 'the address itself' }
  if (vpcId !== undefined) {
    if (!topology.vpcs.get(vpcId)?.dnsSupport) return { ok: false, reason: `${vpcId} has DNS support switched off` }
    const zones = topology.privateZones
      .filter(({ vpcId: of, zone }) => of === vpcId && (name === zone || name.endsWith(`.${zone}`)))
      .toSorted((a, b) => b.zone.length - a.zone.length)
    const closest = zones[0]
    if (closest) {
      const relative = name === closest.zone ? '@' : name.slice(0, -closest.zone.length - 1)
      const addresses = closest.records.get(relative) ?? (relative === '@' ? undefined : closest.records.get('*'))
      return addresses
        ? { ok: true, addresses, from: `private zone ${closest.zone} of ${closest.of}` }
        : { ok: false, reason: `${name} is not in the private zone ${closest.zone} of ${closest.of}` }
    }
  }
  return publicAnswer(world, topology, name)
}

function publicAnswer(world: World, topology: Topology, name: string): Answer {
  const api = privateApiAnswer(world, topology, name)
  if (api) return api
  const addresses = topology.publicRecords.get(name) ?? wildcard(topology, name)
  if (!addresses || addresses.length === 0) return { ok: false, reason: `no name server of the twin knows ${name}` }
  return { ok: true, addresses, from: 'public DNS' }
}

/** 4.11 and 4.18: what the internet is told about a private API's two names. */
function privateApiAnswer(world: World, topology: Topology, name: string): Answer | undefined {
  const match = /^([a-z0-9]{10})(?:-(vpce-[0-9a-f]+))?\.execute-api\.([a-z0-9-]+)\./.exec(name)
  const [, apiId = '', endpointId, region] = match ?? []
  const api = region === topology.region ? world.apis.get(apiId) : undefined
  if (!api) return undefined
  if (endpointId === undefined)
    return world.switches['apigateway.public-name'] === 'nxdomain' && api.endpointIds.length > 0
      ? {
          ok: false,
          reason: `${name} is a private API, which public DNS does not answer for (switch apigateway.public-name)`,
        }
      : undefined
  const endpoint = api.endpointIds.includes(endpointId) ? world.endpoints.get(endpointId) : undefined
  return endpoint
    ? { ok: true, addresses: endpoint.addresses, from: `public DNS, which names the addresses of ${endpointId}` }
    : { ok: false, reason: `${endpointId} is not associated with the API ${apiId}` }
}

function wildcard(topology: Topology, name: string): readonly string[] | undefined {
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const addresses = topology.publicRecords.get(`*${name.slice(dot)}`)
    if (addresses) return addresses
  }
  return undefined
}
