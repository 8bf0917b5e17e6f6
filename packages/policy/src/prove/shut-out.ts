/** What the declaration lets in and the walls keep out: the half of "equal to the declaration" that `confined` asks beside "no wider" (1.16, 1.17, 1.29). */
import type { ContextValue, Principal } from '../vocabulary.ts'
import {
  type AddressSet,
  anyAddress,
  difference,
  everyAddress,
  intersection,
  isEmpty,
  noAddress,
  union,
} from './address-set.ts'
import type { Witness } from './counterexample.ts'
import type { LetIn } from './declared.ts'
import type { Deployment } from './deployment.ts'
import { internet, throughEndpoint } from './facts.ts'
import type { ReachPolicies } from './question.ts'
import { policiesAt, type Reach } from './reach.ts'
import { addressesBy, type Origin, tidied } from './region.ts'
import type { Shortfall } from './verdict.ts'

/** Every id that the declaration names: each needs a part of its own in the reach that is held against it. */
export const namedIn = (letIns: readonly LetIn[]) => ({
  endpoints: letIns.flatMap((each) => (each.kind === 'endpoint' ? [each.endpoint] : [])),
  vpcs: letIns.flatMap((each) => (each.kind === 'vpc' ? [each.vpc] : [])),
})

/** The places of one declared origin. An endpoint of the template stands in its own VPC; where another stands is not known, so every VPC counts. */
const cellsOf = (letIn: LetIn, { named }: Reach, { endpoints, endpointsOf }: Deployment): readonly Origin[] => {
  if (letIn.kind === 'internet') return [{ kind: 'internet' }]
  if (letIn.kind === 'endpoint') {
    const own = endpoints[letIn.endpoint]?.vpc
    const vpcs = own === undefined ? [...named.vpcs, 'other'] : [own]
    return vpcs.map((vpc): Origin => ({ kind: 'endpoint', endpoint: letIn.endpoint, vpc }))
  }
  const studio = endpointsOf.get('studio') ?? []
  // Of the template's own endpoints a browser uses those of Studio, where they stand in that VPC.
  const fitting = named.endpoints.filter((id) => {
    const known = endpoints[id]
    return known === undefined || (studio.includes(id) && known.vpc === letIn.vpc)
  })
  return [...fitting, 'other']
    .filter((id) => !letIn.not.includes(id))
    .map((endpoint): Origin => ({ kind: 'endpoint', endpoint, vpc: letIn.vpc }))
}

/** Declared origins that are not in the reach; the reach must tell apart what `namedIn` names. */
export const shortfallOf = (letIns: readonly LetIn[], found: Reach, deployment: Deployment): Shortfall => {
  const wanted = new Map<string, { readonly origin: Origin; readonly addresses: AddressSet }>()
  for (const letIn of letIns)
    for (const origin of cellsOf(letIn, found, deployment)) {
      const key = JSON.stringify(origin)
      const must = (letIn.kind === 'endpoint' ? letIn.must : undefined) ?? letIn.addresses
      wanted.set(key, { origin, addresses: union(wanted.get(key)?.addresses ?? noAddress, must) })
    }
  const [sure, maybe] = [addressesBy(found.reached), addressesBy(found.undecided)]
  const short = [...wanted.values()].map(({ origin, addresses }) => {
    const missing = difference(addresses, sure(origin))
    return { origin, missing, perhaps: maybe(origin) }
  })
  return {
    shut: tidied(short.map(({ origin, missing, perhaps }) => ({ origin, addresses: difference(missing, perhaps) }))),
    undecided: tidied(
      short.map(({ origin, missing, perhaps }) => ({ origin, addresses: intersection(missing, perhaps) })),
    ),
  }
}

/** An id that nothing names: stands for all others. */
const stranger = (prefix: string, known: readonly string[]): string => {
  let id = `${prefix}0`
  while (known.includes(id)) id += '0'
  return id
}

/** What the declaration wants to be possible. */
export interface Wanted {
  readonly principal: Principal
  readonly action: string
  readonly resource: string
  readonly policies: ReachPolicies
  /** Of the resource. */
  readonly account: string
  /** Keys that such a request has besides those of its place. */
  readonly keys: Readonly<Record<string, ContextValue | undefined>>
}

/** A request that the declaration lets in, from one of these addresses, with the policies that decide on it there: `evaluate` denies it. */
export const shutOutWitness = (
  { principal, action, resource, policies, account, keys }: Wanted,
  { origin, addresses }: { readonly origin: Origin; readonly addresses: AddressSet },
  { named }: Reach,
): Witness | undefined => {
  const address = anyAddress(isEmpty(addresses) ? everyAddress : addresses)
  if (address === undefined || origin.kind === 'service') return undefined
  const endpoint =
    origin.kind === 'endpoint' && origin.endpoint === 'other' ? stranger('vpce-', named.endpoints) : undefined
  const place =
    origin.kind === 'internet'
      ? internet
      : throughEndpoint(
          origin,
          endpoint ?? origin.endpoint,
          origin.vpc === 'other' || origin.vpc === 'any' ? stranger('vpc-', named.vpcs) : origin.vpc,
          action.slice(0, action.indexOf(':')),
        )
  const context: Record<string, ContextValue> = {}
  for (const [key, value] of [...Object.entries(keys), ...place.facts]) if (value !== undefined) context[key] = value
  if (place.address !== undefined) context[place.address] = address
  const who = principal.kind === 'role-session' ? { ...principal, sessionName: 'somebody' } : principal
  return {
    origin,
    address,
    request: { principal: who, action, resource, resourceAccount: account, context },
    policies: policiesAt(policies, origin.kind === 'endpoint' ? (endpoint ?? origin.endpoint) : undefined),
  }
}
