/** Where a packet from a subnet goes: the longest matching prefix of the subnet's route table, as a VPC routes. */
import type { Subnet } from '../world.ts'
import { contains, parseBlock } from './cidr.ts'
import type { Route, RouteTable, Topology } from './topology.ts'

/** The route table of a subnet: its own, or the main one of its VPC. */
export function routeTableOf(topology: Topology, subnet: Subnet): RouteTable | undefined {
  const id = subnet.routeTableId ?? topology.vpcs.get(subnet.vpcId)?.mainRouteTableId
  return id === undefined ? undefined : topology.routeTables.get(id)
}

/** The most specific route of a subnet for an address, or undefined when none matches. The local route always wins over a less specific one. */
export function routeTo(topology: Topology, subnet: Subnet, address: string): Route | undefined {
  let best: { readonly route: Route; readonly prefix: number } | undefined
  for (const route of routeTableOf(topology, subnet)?.routes ?? []) {
    for (const cidr of cidrsOf(topology, route.destination)) {
      const prefix = parseBlock(cidr)?.prefix ?? -1
      if (contains(cidr, address) && (best === undefined || prefix > best.prefix)) best = { route, prefix }
    }
  }
  return best?.route
}

/** Whether a subnet's way to an address is an internet gateway that is attached to its VPC. */
export function leadsOut(topology: Topology, subnet: Subnet, address: string): boolean {
  const target = routeTo(topology, subnet, address)?.target
  return target?.kind === 'internet-gateway' && topology.vpcs.get(subnet.vpcId)?.internetGatewayId === target.id
}

/** The blocks that a destination stands for: itself, or those of the prefix list of that id. */
export function cidrsOf(topology: Topology, destination: string): readonly string[] {
  return destination.startsWith('pl-') ? (topology.prefixLists.get(destination)?.cidrs ?? []) : [destination]
}
