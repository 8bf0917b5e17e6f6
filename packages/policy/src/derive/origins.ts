/** A declared network as conditions: the same origin looks different at mint and at use, so each has its own function. */
import type { Intent, Network } from '../intent.ts'
import type { ConditionJson, StatementJson } from '../vocabulary.ts'
import type { MintingPair, Places } from '../walls.ts'

type Keys = Record<string, string | readonly string[]>

function block(operators: Readonly<Record<string, Keys>>): ConditionJson {
  return Object.fromEntries(Object.entries(operators).filter(([, keys]) => Object.keys(keys).length > 0))
}

/** Networks of a pair in the order of the declaration. Throws on a name that is not declared: `Intent` promises there is none. */
export function networksOf(intent: Intent, pair: MintingPair): readonly Network[] {
  for (const name of pair.networks) {
    if (!intent.networks.some((network) => network.name === name))
      throw new Error(`network \`${name}\` is not declared`)
  }
  return intent.networks.filter((network) => pair.networks.includes(network.name))
}

/**
 * Use: the browser reaches Studio through a Studio endpoint from the network, or from public addresses over the internet.
 * A VPC that is not ours has a Studio endpoint whose id we do not know; our own API endpoint is excluded there, so that
 * no use statement ever lets a mint through it pass (row 1.17).
 */
function useFrom(network: Network, places: Places): ConditionJson {
  const { studio, sagemakerApi } = places.endpoints
  const endpoint = (ref: string): Readonly<Record<string, Keys>> => ({
    StringEquals: { 'aws:SourceVpce': ref === 'deployed' ? studio : ref },
  })
  const vpc = (ref: string): Readonly<Record<string, Keys>> =>
    ref === 'deployed'
      ? { StringEquals: { 'aws:SourceVpc': places.vpcId, 'aws:SourceVpce': studio } }
      : { StringEquals: { 'aws:SourceVpc': ref }, StringNotEquals: { 'aws:SourceVpce': sagemakerApi } }
  switch (network.kind) {
    case 'endpoint':
      return block(endpoint(network.endpoint))
    case 'vpc':
      return block(vpc(network.vpc))
    case 'privateCidr':
      return block({
        ...('endpoint' in network.through ? endpoint(network.through.endpoint) : vpc(network.through.vpc)),
        IpAddress: { 'aws:VpcSourceIp': network.cidrs },
      })
    case 'publicCidr':
      return block({ IpAddress: { 'aws:SourceIp': network.cidrs } })
  }
}

/**
 * Mint by a person's own browser, inside Studio, with execution role credentials (row 1.29): through our SageMaker API
 * endpoint, from the network's addresses, never from the subnets of Studio's apps or the gate. Undefined for public
 * networks: without an endpoint mint and use look alike, so there `useFrom` already says both. What is minted there opens
 * from the same networks as everything else.
 */
function mintFrom(network: Network, places: Places): ConditionJson | undefined {
  if (network.kind === 'publicCidr') return undefined
  return block({
    StringEquals: { 'aws:SourceVpce': places.endpoints.sagemakerApi },
    IpAddress: network.kind === 'privateCidr' ? { 'aws:VpcSourceIp': network.cidrs } : {},
    NotIpAddress: { 'aws:VpcSourceIp': [...places.studioSubnetCidrs, ...places.gateSubnetCidrs] },
  })
}

/** What a statement says besides its name and its origin. */
type What = Pick<StatementJson, 'Action' | 'Resource'>

/** Statements that allow to use Studio from the networks. */
export function useStatements(networks: readonly Network[], what: What, places: Places): readonly StatementJson[] {
  return statements('UseFrom', networks, what, (network) => useFrom(network, places))
}

/** Statements that allow a person's own browser to mint from the networks. */
export function mintStatements(networks: readonly Network[], what: What, places: Places): readonly StatementJson[] {
  return statements('MintFrom', networks, what, (network) => mintFrom(network, places))
}

/**
 * One statement for all networks that differ in addresses alone: policies have limits, and a further address costs less than a further
 * statement. The name holds the networks' names.
 */
function statements(
  prefix: string,
  networks: readonly Network[],
  what: What,
  from: (network: Network) => ConditionJson | undefined,
): readonly StatementJson[] {
  const alike = new Map<string, { readonly names: string[]; readonly conditions: ConditionJson[] }>()
  for (const network of networks) {
    const condition = from(network)
    if (condition === undefined) continue
    const { IpAddress: addresses, ...others } = condition
    const key = JSON.stringify([others, Object.keys(addresses ?? {})])
    const group = alike.get(key) ?? { names: [], conditions: [] }
    group.names.push(network.name)
    group.conditions.push(condition)
    alike.set(key, group)
  }
  const sids = new Set<string>()
  return [...alike.values()].map(({ names, conditions }) => {
    let name = sid(prefix, names.join('-'))
    // `office-vpn` alone, and `office` with `vpn`, would be called alike.
    while (sids.has(name)) name += 'Also'
    sids.add(name)
    return { Sid: name, Effect: 'Allow', ...what, Condition: together(conditions) }
  })
}

/** Conditions that are equal but for the values under `IpAddress`: any of these values. */
function together(conditions: readonly ConditionJson[]): ConditionJson {
  const [first = {}] = conditions
  if (first.IpAddress === undefined) return first
  const values = (key: string) => [...new Set(conditions.flatMap((each) => each.IpAddress?.[key] ?? []))]
  return {
    ...first,
    IpAddress: Object.fromEntries(Object.keys(first.IpAddress).map((key) => [key, values(key)])),
  }
}

/** A statement id from a network's name: letters and digits only. */
function sid(prefix: string, name: string): string {
  return (
    prefix +
    name
      .split(/[^A-Za-z0-9]+/)
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join('')
  )
}
