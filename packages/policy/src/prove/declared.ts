/** What a declaration lets in, as origins: the prover's own reading of it, beside the walls that `derive` makes of it (1.16, 1.17, 1.29). */
import { parseCidr } from '../addresses.ts'
import type { Intent, Network } from '../intent.ts'
import { mintingPairOf, mintingPairs } from '../names.ts'
import { type AddressSet, difference, everyAddress, isEmpty, noAddress, ofBlocks, union } from './address-set.ts'
import type { Deployment } from './deployment.ts'
import type { Origin } from './region.ts'

/** Origins that may be let in. Without `endpoint`: any endpoint in `vpc` but those of the SageMaker API. */
export type LetIn =
  | { readonly kind: 'internet'; readonly addresses: AddressSet }
  | {
      readonly kind: 'endpoint'
      readonly endpoint: string
      readonly addresses: AddressSet
      /** What of them must be let in; absent: all. */
      readonly must?: AddressSet
    }
  | { readonly kind: 'vpc'; readonly vpc: string; readonly not: readonly string[]; readonly addresses: AddressSet }

const ofCidrs = (cidrs: readonly string[]): AddressSet => ofBlocks(cidrs.flatMap((cidr) => parseCidr(cidr) ?? []))

/** Every address of a network; all of them where it names none. */
export const addressesOf = (network: Network): AddressSet =>
  'cidrs' in network ? ofCidrs(network.cidrs) : everyAddress

/** The browser's way to Studio from a network. */
const useFrom = (network: Network, deployment: Deployment): readonly LetIn[] => {
  const addresses = addressesOf(network)
  if (network.kind === 'publicCidr') return [{ kind: 'internet', addresses }]
  const through = network.kind === 'privateCidr' ? network.through : network
  const studio = deployment.endpointsOf.get('studio') ?? []
  const own = (): readonly LetIn[] => studio.map((endpoint) => ({ kind: 'endpoint', endpoint, addresses }))
  if ('endpoint' in through)
    return through.endpoint === 'deployed' ? own() : [{ kind: 'endpoint', endpoint: through.endpoint, addresses }]
  if (through.vpc === 'deployed') return own()
  return [{ kind: 'vpc', vpc: through.vpc, not: deployment.endpointsOf.get('sagemaker.api') ?? [], addresses }]
}

/** Whose reach it is: `minting` by the gate's function, `execution` by a person's browser inside Studio. */
export type Holder = 'minting' | 'execution'

/** Everything from where a role of this pair may open its domain. */
export const letInFor = (holder: Holder, networks: readonly Network[], deployment: Deployment): readonly LetIn[] => {
  const api = deployment.endpointsOf.get('sagemaker.api') ?? []
  const inside = union(deployment.studioSubnets, deployment.functionSubnets)
  const mint = api.flatMap((endpoint): readonly LetIn[] => {
    if (holder === 'minting') return [{ kind: 'endpoint', endpoint, addresses: deployment.functionSubnets }]
    return networks
      .filter(({ kind }) => kind !== 'publicCidr')
      .map((network) => {
        const addresses = difference(addressesOf(network), inside)
        // Where the apps of a domain that exists already are is not known: of the template's subnets, some may be theirs.
        const must = isEmpty(deployment.studioSubnets) ? { must: difference(addresses, deployment.subnets) } : {}
        return { kind: 'endpoint', endpoint, addresses, ...must }
      })
  })
  return [...mint, ...networks.flatMap((network) => useFrom(network, deployment))]
}

/** Networks of each distinct pair of domain and networks, with the execution roles that serve it. */
export const pairsOf = (intent: Intent) =>
  mintingPairs(intent).map((pair) => ({
    pair,
    networks: intent.networks.filter(({ name }) => pair.networks.includes(name)),
    executionRoles: [
      ...new Set(
        intent.rules.flatMap((rule) =>
          rule.effect === 'allow' && mintingPairOf(rule).key === pair.key && rule.domain === pair.domain
            ? [rule.executionRole]
            : [],
        ),
      ),
    ],
  }))

/** The addresses of one origin that are let in. */
export const letInAt = (letIns: readonly LetIn[], origin: Origin): AddressSet => {
  const fitting = letIns.filter((each) => {
    // A service that acts for a person at a declared public address still acts from there (2.10).
    if (each.kind === 'internet')
      return origin.kind === 'internet' || (origin.kind === 'service' && origin.firstHop === 'internet')
    if (origin.kind !== 'endpoint') return false
    return each.kind === 'endpoint'
      ? origin.endpoint === each.endpoint
      : origin.vpc === each.vpc && !each.not.includes(origin.endpoint)
  })
  return fitting.reduce((set, { addresses }) => union(set, addresses), noAddress)
}
