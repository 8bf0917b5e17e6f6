/** What to change in a declaration whose walls outgrow AWS: entries by name, the largest first. */
import { type Intent, joinedCidrs, mintingPairs } from '@studio-gate/policy'

const shown = (names: readonly string[], most = 3): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`

/** Networks with their blocks, and how few would do. */
export function joinBlocks({ networks }: Intent, names: readonly string[]): string {
  const blocks = networks
    .flatMap((network) => (names.includes(network.name) && 'cidrs' in network ? [network] : []))
    .sort((a, b) => b.cidrs.length - a.cidrs.length)
    .map(({ name, cidrs }) => {
      const joined = joinedCidrs(cidrs).length
      const fewer = joined < cidrs.length ? `, ${joined} if they are joined` : ''
      return `\`${name}\` (${cidrs.length} ${cidrs.length === 1 ? 'block' : 'blocks'}${fewer})`
    })
  return `join blocks of ${shown(blocks)}, or name fewer networks in one rule`
}

/** What walls are counted by: domains, execution roles, and pairs of domain and networks. */
export function fewerEntries(intent: Intent): string {
  const pairs = mintingPairs(intent)
  const named = (entries: readonly { readonly name: string }[]) => shown(entries.map(({ name }) => `\`${name}\``))
  const combinations = shown(pairs.map(({ domain, networks }) => `${domain} from ${networks.join('+')}`))
  return `declare fewer of ${intent.domains.length} domains (${named(intent.domains)}), ${intent.executionRoles.length} execution roles (${named(intent.executionRoles)}) and ${pairs.length} combinations of domain and networks (${combinations}): give rules of one domain the same networks and the same execution role`
}
