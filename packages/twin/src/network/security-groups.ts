/** Security groups: stateful allow lists around a network interface. Several groups on one interface add up. */
import { contains } from './cidr.ts'
import { cidrsOf } from './routes.ts'
import type { SecurityGroupRule, Topology } from './topology.ts'

/** The far side of a connection: its address, and its groups when it is an interface of the same VPC. */
export interface FarSide {
  readonly address: string
  readonly securityGroupIds: readonly string[]
}

/** Whether the groups of an interface let a TCP connection pass; `toPort` is the port that is connected to. */
export function admits(
  topology: Topology,
  groupIds: readonly string[],
  direction: 'ingress' | 'egress',
  far: FarSide,
  toPort: number,
): boolean {
  return groupIds.some((id) =>
    topology.securityGroups.get(id)?.[direction].some((rule) => matches(topology, rule, far, toPort)),
  )
}

/** The groups' names as people know them, for a sentence. */
export function namesOf(topology: Topology, groupIds: readonly string[]): string {
  const names = groupIds.map((id) => topology.securityGroups.get(id)?.name ?? id)
  return names.length === 0 ? 'no security group' : names.join(', ')
}

function matches(topology: Topology, rule: SecurityGroupRule, far: FarSide, port: number): boolean {
  if (rule.protocol !== '-1' && !(rule.protocol === 'tcp' && port >= rule.fromPort && port <= rule.toPort)) return false
  const { peer } = rule
  switch (peer.kind) {
    case 'cidr':
      return contains(peer.cidr, far.address)
    case 'prefix-list':
      return cidrsOf(topology, peer.prefixListId).some((cidr) => contains(cidr, far.address))
    case 'group':
      return far.securityGroupIds.includes(peer.groupId)
  }
}
