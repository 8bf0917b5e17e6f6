/** Where requests come from, as exact sets: what a reach is made of (2.1, 2.2, 2.9, 2.10, 4.6). */
import type { StatementRef } from '../vocabulary.ts'
import { type AddressSet, everyAddress, isEmpty, isWithin, toCidrs, unionOf } from './address-set.ts'

/**
 * A kind of place, before addresses. `internet`: `aws:SourceIp` is the address. `endpoint`: through a VPC endpoint, `aws:VpcSourceIp` is the
 * address; `other` stands for every endpoint or VPC that no policy names, `any` for all VPCs alike. `service`: an AWS service on the
 * caller's behalf, whose first hop came over the internet (then the address is the caller's) or through an endpoint (then there is none).
 */
export type Origin =
  | { readonly kind: 'internet' }
  | { readonly kind: 'endpoint'; readonly endpoint: string; readonly vpc: string }
  | { readonly kind: 'service'; readonly firstHop: 'internet' | 'private' }

/** Origins of one kind. */
export interface Origins {
  readonly origin: Origin
  /** The fewest CIDR blocks, IPv4 first. Of a service with a private first hop: empty, there is no address. */
  readonly cidrs: readonly string[]
  /** Every address, IPv4 and IPv6; `cidrs` is then `0.0.0.0/0` and `::/0`. */
  readonly everywhere: boolean
  /** The same addresses to calculate with. */
  readonly addresses: AddressSet
}

/** Something that the prover did not understand, and took for whatever is worse. */
export interface Undecided {
  /** Name of the policy, or of what stands in its place. */
  readonly policy: string
  readonly statement?: StatementRef
  /** What it is, such as `StringLike aws:SourceIp`. */
  readonly construct: string
}

/**
 * From where a request can be allowed. `reached`: certainly, with a witness for each. `undecided`: from there it may be allowed, and `because`
 * says why that is open. From everywhere else it is certainly denied.
 */
export interface Region {
  readonly reached: readonly Origins[]
  readonly undecided: readonly Origins[]
  readonly because: readonly Undecided[]
}

export const originsOf = (origin: Origin, addresses: AddressSet): Origins => ({
  origin,
  cidrs: origin.kind === 'service' && origin.firstHop === 'private' ? [] : toCidrs(addresses),
  everywhere: isWithin(everyAddress, addresses),
  addresses,
})

const sameSet = (a: AddressSet, b: AddressSet): boolean => a === b || (isWithin(a, b) && isWithin(b, a))

/** Empty sets left out, and an endpoint's parts joined where its VPC makes no difference. */
export const tidied = (
  parts: readonly { readonly origin: Origin; readonly addresses: AddressSet }[],
): readonly Origins[] => {
  const joined: { origin: Origin; addresses: AddressSet }[] = []
  const byEndpoint = Map.groupBy(parts, ({ origin }) => (origin.kind === 'endpoint' ? origin.endpoint : undefined))
  for (const part of parts) {
    const { origin } = part
    if (origin.kind !== 'endpoint') {
      joined.push(part)
      continue
    }
    const own = byEndpoint.get(origin.endpoint) ?? []
    if (own[0] !== part) continue
    const alike = own.length > 1 && own.every((each) => sameSet(each.addresses, part.addresses))
    if (alike) joined.push({ origin: { ...origin, vpc: 'any' }, addresses: part.addresses })
    else joined.push(...own)
  }
  return joined
    .filter(({ addresses }) => !isEmpty(addresses))
    .map(({ origin, addresses }) => originsOf(origin, addresses))
}

const placeOf = (origin: Origin): string =>
  origin.kind === 'endpoint' ? origin.endpoint : origin.kind === 'service' ? `service ${origin.firstHop}` : origin.kind

/** The addresses of each place, no larger than the parts tell apart: an endpoint in one VPC, never `any`. */
export const addressesBy = (parts: readonly Origins[]): ((cell: Origin) => AddressSet) => {
  const byPlace = Map.groupBy(parts, ({ origin }) => placeOf(origin))
  return (cell) =>
    unionOf(
      (byPlace.get(placeOf(cell)) ?? [])
        .filter(({ origin }) => {
          if (origin.kind !== 'endpoint' || cell.kind !== 'endpoint') return origin.kind === cell.kind
          return origin.vpc === cell.vpc || origin.vpc === 'any'
        })
        .map(({ addresses }) => addresses),
    )
}

/** An origin in words: `the internet`, `vpce-1 (vpc-1)`, `any other endpoint`. */
export const originWords = (origin: Origin): string => {
  if (origin.kind === 'internet') return 'the internet'
  if (origin.kind === 'service')
    return `an AWS service on the caller's behalf (first hop: ${origin.firstHop === 'internet' ? 'internet' : 'endpoint'})`
  const endpoint = origin.endpoint === 'other' ? 'any other endpoint' : origin.endpoint
  if (origin.vpc === 'any') return endpoint
  return `${endpoint} (${origin.vpc === 'other' ? 'any other VPC' : origin.vpc})`
}
