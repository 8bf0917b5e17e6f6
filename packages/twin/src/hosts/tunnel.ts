/**
 * Tunnels through hosts, as people build them: an SSM session to a bastion, from there on to a neighbour's proxy.
 * Every hop is checked by the fabric; what is sent through the tunnel starts at its last host.
 */
import { proxyPort } from '../network/fabric.ts'
import { leadsOut, routeTo } from '../network/routes.ts'
import { admits, namesOf } from '../network/security-groups.ts'
import type { Place, Topology } from '../network/topology.ts'
import type { Layer } from '../world.ts'
import { type HostProxy, openProxy, type Site } from './proxy.ts'

export type Tunnel = Pick<HostProxy, 'close'> & { readonly proxyUrl: string }
export type TunnelRefused = { readonly refused: Layer; readonly reason: string }

/** Opens a tunnel along the places, first to last, two or more; refused at the first hop that the network does not let through. */
export async function openTunnel(site: Site, places: readonly Place[]): Promise<Tunnel | TunnelRefused> {
  const last = places.at(-1)
  if (!last || places.length < 2) return { refused: 'no route', reason: 'a tunnel has at least two hosts' }
  for (const [index, to] of places.entries()) {
    const from = places[index - 1]
    const refused = from && hop(site, from, to)
    if (refused) {
      const what = `tunnel ${places.map(({ host }) => host).join(' -> ')}`
      const { refused: layer, reason } = refused
      site.world.journal.push({ at: site.world.now(), host: from.host, what, outcome: 'refused', layer, reason })
      return refused
    }
  }
  const proxy = await openProxy(site, last)
  return { proxyUrl: proxy.url, close: proxy.close }
}

function hop(site: Site, from: Place, to: Place): TunnelRefused | undefined {
  if (to.in === 'internet') return { refused: 'no route', reason: `${to.host} is not in the VPC and takes no sessions` }
  if (from.in === 'internet') return sessionManager(site.fabric.topology, to)
  const connection = site.fabric.connect(from, to.interface.address, proxyPort)
  return connection.ok ? undefined : { refused: connection.layer, reason: connection.reason }
}

/**
 * From the internet an instance is reached by Session Manager: no inbound rule, but its agent must get out to the service
 * on port 443 (Session Manager prerequisites). Whether the caller may start the session is not judged here.
 */
function sessionManager(
  topology: Topology,
  { host, interface: at }: Extract<Place, { in: 'vpc' }>,
): TunnelRefused | undefined {
  const service = '198.19.255.10'
  const subnet = topology.subnets.get(at.subnetId)
  const target = subnet && routeTo(topology, subnet, service)?.target
  const out =
    (subnet && leadsOut(topology, subnet, service) && at.publicAddress !== undefined) ||
    (target?.kind === 'nat-gateway' && topology.natGateways.has(target.id))
  if (!out)
    return { refused: 'no route', reason: `the Session Manager agent of ${host} has no way out to the internet` }
  return admits(topology, at.securityGroupIds, 'egress', { address: service, securityGroupIds: [] }, 443)
    ? undefined
    : {
        refused: 'security group',
        reason: `${namesOf(topology, at.securityGroupIds)} of ${host} lets no Session Manager agent out to port 443`,
      }
}
