/** One seed's question, answered by `reach` and asked of `evaluate`: the two share no decision code, so they can judge each other. */
import { type AddressSet, edges, evaluate, ipInCidr, parseAddress, type Reach, reach } from '@studio-gate/policy'
import { generator } from '../generator.ts'
import { type Constructs, count } from './constructs.ts'
import { drawQuestion, type Question } from './policies.ts'
import { type Drawn, drawRequest } from './requests.ts'

/** Requests asked of each region. */
export const requestsEach = 20

/** What was seen, for everybody who must know that it was enough. */
export interface Tally {
  samples: number
  allowed: number
  /** Allowed and certainly so by the region. */
  exact: number
  regions: number
  undecided: number
  witnesses: number
  readonly constructs: Constructs
}

export const newTally = (): Tally => ({
  samples: 0,
  allowed: 0,
  exact: 0,
  regions: 0,
  undecided: 0,
  witnesses: 0,
  constructs: {},
})

/** Two that contradict each other: everything that is needed to see why. */
export interface Disagreement {
  readonly seed: number
  readonly what: string
  readonly question: Pick<Question, 'principal' | 'options' | 'documents'>
  readonly reached: readonly object[]
  readonly request?: object
}

/** Whether the request lies in the parts: those of its origin by name, or those of all others. */
const lies = (parts: Reach['reached'], { origin, address }: Drawn, { named }: Reach): boolean =>
  parts.some((part) => {
    if (part.origin.kind === 'internet' && origin.kind !== 'internet') return false
    if (part.origin.kind === 'service' && !(origin.kind === 'service' && origin.firstHop === part.origin.firstHop))
      return false
    if (part.origin.kind === 'endpoint') {
      if (origin.kind !== 'endpoint') return false
      const { endpoint, vpc } = part.origin
      if (endpoint !== (named.endpoints.includes(origin.endpoint) ? origin.endpoint : 'other')) return false
      if (vpc !== 'any' && vpc !== (named.vpcs.includes(origin.vpc) ? origin.vpc : 'other')) return false
    }
    return address === undefined || part.cidrs.some((cidr) => ipInCidr(address, cidr))
  })

/** The set of one address. */
const only = (address: string): AddressSet => {
  const parsed = parseAddress(address)
  if (parsed === undefined) throw new TypeError(`no address: ${address}`)
  const interval = [[parsed.value, parsed.value]] as const
  return parsed.bits === 32 ? { v4: interval, v6: [] } : { v4: [], v6: interval }
}

/**
 * Asks the seed's question. Every part of the region must have a witness that is allowed, at its corners, too; every request that is allowed must
 * lie in the region, or where it is undecided. Adds to the tally; returns the first contradiction.
 */
export const judgeSeed = (seed: number, tally: Tally): Disagreement | undefined => {
  const random = generator(seed)
  const question = drawQuestion(random)
  const { target, principal, policies, options, documents } = question
  const region = reach(principal, target.action, target.resource, policies, options)
  const contradiction = (what: string, request?: object): Disagreement => ({
    seed,
    what,
    question: { principal, options, documents },
    reached: region.reached.map(({ origin, cidrs }) => ({ origin, cidrs })),
    ...(request === undefined ? {} : { request }),
  })
  tally.regions++
  if (region.undecided.length > 0) tally.undecided++
  for (const { origin, addresses } of region.reached) {
    const corner = random.pick(['', ...edges(addresses)])
    const witness = region.witness(origin, corner === '' ? addresses : only(corner))
    if (witness === undefined) return contradiction(`no witness for ${JSON.stringify(origin)} at ${corner}`)
    if (corner !== '' && witness.address !== undefined && witness.address !== corner)
      return contradiction(`a witness at ${witness.address} was asked for at ${corner}`)
    if (evaluate(witness.request, witness.policies).effect !== 'allow')
      return contradiction('a witness is denied', witness.request)
    tally.witnesses++
  }
  count(tally.constructs, question, region)
  for (let round = 0; round < requestsEach; round++) {
    const drawn = drawRequest(random, question, region)
    tally.samples++
    const { effect } = evaluate(drawn.request, drawn.policies)
    const kind = `${drawn.origin.kind} ${effect}`
    tally.constructs[kind] = (tally.constructs[kind] ?? 0) + 1
    if (effect !== 'allow') continue
    tally.allowed++
    if (lies(region.reached, drawn, region)) tally.exact++
    else if (!lies(region.undecided, drawn, region))
      return contradiction('allowed outside of the region', drawn.request)
  }
  return undefined
}
