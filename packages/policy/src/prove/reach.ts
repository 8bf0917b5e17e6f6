import type { Policy } from '../document.ts'
import type { Policies } from '../policies.ts'
import type { ContextValue, Principal, Request } from '../vocabulary.ts'
import { type AddressSet, anyAddress, difference, everyAddress, intersection, only, union } from './address-set.ts'
import { byPlace } from './by-place.ts'
import { candidatesFor, type Index, indexOf } from './candidates.ts'
import type { Witness } from './counterexample.ts'
import { callerFacts, internet, type Place, principalFacts, throughEndpoint, viaService } from './facts.ts'
import { all, always, type Formula, formulaOf, gateOf, leavesOf, never } from './formula.ts'
import type { ReachOptions, ReachPolicies } from './question.ts'
import { type Origin, type Region, tidied, type Undecided } from './region.ts'
import type { Assignment } from './residual.ts'
import { type Solved, solve } from './solve.ts'
import { open } from './texts.ts'

/** A reach with what it takes to give witnesses. */
export interface Reach extends Region {
  /** The ids that have a part of their own, if anything is allowed from there; `other` stands for the rest. */
  readonly named: { readonly endpoints: readonly string[]; readonly vpcs: readonly string[] }
  /** A request from this origin and one of these addresses that is allowed; undefined when none certainly is. */
  witness(origin: Origin, within?: AddressSet): Witness | undefined
}

const sessionsIn = new WeakMap<object, readonly string[]>()

/** ARNs of sessions that the policies of the endpoints name, looked for once for all principals. */
const sessionsOf = (policies: readonly (Policy | undefined)[], of: object | undefined): readonly string[] => {
  let found = of && sessionsIn.get(of)
  if (found === undefined) {
    found = policies
      .flatMap((policy) => [...(policy?.allows ?? []), ...(policy?.denies ?? [])])
      .flatMap(({ principals }) => [...(principals?.arns ?? [])])
      .filter((arn) => arn.includes(':assumed-role/'))
    if (of !== undefined) sessionsIn.set(of, found)
  }
  return found
}

/** A session name that no policy speaks of, and the ones that some do, for `*`. */
const sessionNames = (principal: Principal, { resource, endpoints }: ReachPolicies): readonly Principal[] => {
  if (principal.kind !== 'role-session' || principal.sessionName !== '*') return [principal]
  const role = principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1)
  const gates = Object.values(endpoints ?? {}).map(({ policy }) => policy)
  const named = [...sessionsOf([resource], resource), ...sessionsOf(gates, endpoints)].flatMap((arn) => {
    const [, name, session] = arn.split('/')
    return name === role && session !== undefined ? [session] : []
  })
  return [...new Set(['somebody', ...named])].map((sessionName) => ({ ...principal, sessionName }))
}

interface Setting {
  readonly principal: Principal
  readonly action: string
  readonly resource: string
  readonly resourceAccount: string
  readonly facts: Assignment
  readonly policies: ReachPolicies
}

/** A setting with what must hold everywhere, and at the endpoints whose policies are known. */
interface Plan extends Setting {
  readonly formula: Formula
  readonly gates: ReadonlyMap<string, Formula>
  readonly index: Index
}

const planOf = (setting: Setting): Plan => {
  const { principal, action, resource, resourceAccount, policies } = setting
  const asked = {
    caller: callerFacts(principal),
    action: action.toLowerCase(),
    resource,
    resourceAccount,
    bounded: policies.boundary !== undefined,
  }
  const formula = formulaOf(policies, asked)
  const gates = new Map<string, Formula>()
  for (const [id, { policy, unseen }] of Object.entries(formula === never ? {} : (policies.endpoints ?? {})))
    if (policy !== undefined) gates.set(id, gateOf(policy, asked))
    else if (unseen !== undefined) gates.set(id, { unseen })
  const leaves = [formula, ...gates.values()].flatMap(leavesOf)
  const conditions = leaves.flatMap((leaf) => leaf.statement.conditions.map((condition) => ({ condition, leaf })))
  const patterns = leaves.flatMap(({ resources }) => resources?.patterns ?? [])
  return { ...setting, formula, gates, index: indexOf(conditions, patterns) }
}

const oneText = (value: ContextValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

/** Every endpoint, or VPC, that something tells apart from the rest, with one that stands for the rest; and those that have a name of their own. */
const namesIn = (plan: Plan, key: string, prefix: string, known: readonly string[]) => {
  const { facts, index, resource } = plan
  const { values, complete } = candidatesFor({
    key,
    index,
    resource,
    lookup: (each) => (facts.has(each) ? oneText(facts.get(each)) : open),
    chosenFor: (each) => (facts.has(each) ? facts.get(each) : open),
    prefix,
  })
  const telling = values
    .filter((value) => typeof value === 'string')
    .filter((value) => value.startsWith(prefix) && value !== prefix)
  const all = [...new Set([...known, ...telling])]
  const written = new Set([
    ...known,
    ...[...index.byKey.values()].flat().flatMap(({ condition }) => condition.expected),
    ...[...facts.values()].flatMap((value) => value ?? []),
  ])
  const named = all.filter((name) => written.has(name))
  // Where wildcards tell unnamed ones apart, each kind goes by an example.
  return { all, complete, named: all.length - named.length > 1 ? all : named }
}

interface Part {
  readonly origin: Origin
  readonly place: Place
  readonly setting: Setting
  readonly endpoint?: string
  readonly solved: Solved
}

const solveAt = (plan: Plan, place: Place, formula: Formula, endpoint?: string): Part => {
  // The place's own keys are what they are, whatever the options say.
  const fixed = new Map([...plan.facts, ...place.facts])
  if (place.address !== undefined) fixed.delete(place.address)
  const solved = solve(formula, place, plan.resource, fixed)
  return { origin: place.origin, place, setting: plan, solved, ...(endpoint === undefined ? {} : { endpoint }) }
}

interface Found {
  readonly parts: readonly Part[]
  readonly because: readonly Undecided[]
  readonly named: Reach['named']
}

/** From this many on it pays to find statements by the place that they name. */
const manyPlaces = 64

const partsOf = (setting: Setting, apart: Reach['named']): Found => {
  const plan = planOf(setting)
  const { endpoints = {} } = setting.policies
  // Most principals cannot pass most doors, wherever they come from.
  if (plan.formula === never) return { parts: [], because: [], named: { endpoints: Object.keys(endpoints), vpcs: [] } }
  const attached = Object.values(endpoints).flatMap(({ vpc }) => vpc ?? [])
  const vpce = namesIn(plan, 'aws:sourcevpce', 'vpce-', [...Object.keys(endpoints), ...apart.endpoints])
  const vpc = namesIn(plan, 'aws:sourcevpc', 'vpc-', [...attached, ...apart.vpcs])
  const service = setting.action.slice(0, setting.action.indexOf(':'))
  const [vpces, vpcs] = [new Set(vpce.named), new Set(vpc.named)]
  const { formula, gates } = plan
  const parts = [solveAt(plan, internet, formula)]
  const narrowed = vpce.all.length * vpc.all.length < manyPlaces ? undefined : byPlace(formula)
  for (const endpoint of vpce.all) {
    const known = endpoints[endpoint]
    const gate = gates.get(endpoint) ?? always
    for (const name of known?.vpc === undefined ? vpc.all : [known.vpc]) {
      const origin: Origin = {
        kind: 'endpoint',
        endpoint: vpces.has(endpoint) ? endpoint : 'other',
        vpc: vpcs.has(name) ? name : 'other',
      }
      const place = throughEndpoint(origin, endpoint, name, service)
      const here = all([gate, narrowed?.(endpoint, name) ?? formula])
      parts.push(solveAt(plan, place, here, known === undefined ? undefined : endpoint))
    }
  }
  parts.push(solveAt(plan, viaService('internet'), formula), solveAt(plan, viaService('private'), formula))
  const doubt = (key: string): Undecided => ({
    policy: 'conditions',
    construct: `the ways in which \`${key}\` is compared`,
  })
  return {
    parts,
    named: { endpoints: vpce.named, vpcs: vpc.named },
    because: [...(vpce.complete ? [] : [doubt('aws:SourceVpce')]), ...(vpc.complete ? [] : [doubt('aws:SourceVpc')])],
  }
}

const requestOf = ({ place, setting }: Part, address: string | undefined, assignment: Assignment): Request => {
  const { principal, action, resource, resourceAccount } = setting
  const context: Record<string, ContextValue> = {}
  const implied = new Set(principalFacts(callerFacts(principal), resource, resourceAccount).map(([key]) => key))
  for (const [key, value] of assignment) if (value !== undefined && !implied.has(key)) context[key] = value
  if (place.address !== undefined && address !== undefined) context[place.address] = address
  return { principal, action, resource, resourceAccount, context }
}

/** The policies that `evaluate` needs for a request that passes this endpoint, or none. */
export const policiesAt = (
  { endpoints, unseen: _, ...policies }: ReachPolicies,
  endpoint: string | undefined,
): Policies => {
  const own = endpoint === undefined ? undefined : endpoints?.[endpoint]?.policy
  return { ...policies, ...(own === undefined ? {} : { endpoint: own }) }
}

const witnessOf = (part: Part, within: AddressSet): Witness | undefined => {
  const shared = intersection(part.solved.certain, within)
  const chosen = anyAddress(shared)
  if (chosen === undefined) return undefined
  const address = part.place.address === undefined ? undefined : chosen
  return {
    origin: part.origin,
    ...(address === undefined ? {} : { address }),
    request: requestOf(part, address, part.solved.assignmentAt(only(chosen))),
    policies: policiesAt(part.setting.policies, part.endpoint),
  }
}

const sameOrigin = (a: Origin, b: Origin): boolean =>
  a.kind === b.kind &&
  (a.kind !== 'endpoint' ||
    b.kind !== 'endpoint' ||
    (a.endpoint === b.endpoint && (a.vpc === b.vpc || b.vpc === 'any'))) &&
  (a.kind !== 'service' || b.kind !== 'service' || a.firstHop === b.firstHop)

/**
 * From where `principal` can be allowed to do `action` to `resource`: the exact set of origins for which *some* values of the keys that the
 * caller can choose or that vary (session name `*`, tags, user agent, time, MFA, and every other key that nothing fixes) satisfy all
 * layers. Keys that principal, resource and origin fix are fixed; the presence of network keys follows rows 2.1, 2.9, 2.10 and 4.6. What the
 * prover does not understand is never counted as denied: it is `undecided`. Throws TypeError for a principal's ARN without account.
 * @param resource an ARN
 */
export const reach = (
  principal: Principal,
  action: string,
  resource: string,
  policies: ReachPolicies,
  options: ReachOptions = {},
): Reach => {
  const account = resource.split(':').length >= 6 ? resource.split(':')[4] : undefined
  const resourceAccount = options.resourceAccount ?? (account || callerFacts(principal).account || '')
  const settings = sessionNames(principal, policies).map((each): Setting => {
    const facts = new Map<string, ContextValue | undefined>()
    for (const [key, value] of Object.entries(options.fixed ?? {})) facts.set(key.toLowerCase(), value)
    for (const [key, value] of principalFacts(callerFacts(each), resource, resourceAccount)) facts.set(key, value)
    return { principal: each, action, resource, resourceAccount, facts, policies }
  })
  const found = foundIn(settings, options.tellApart ?? { endpoints: [], vpcs: [] })
  const parts = found.flatMap((each) => each.parts)
  const uncertainPlaces = found.flatMap((each) => each.because)
  const reached = tidied(joinedBy(parts, ({ certain }) => certain))
  const undecided = tidied([
    ...joinedBy(parts, ({ possible, certain }) => difference(possible, certain)),
    ...(uncertainPlaces.length === 0
      ? []
      : [{ origin: { kind: 'endpoint', endpoint: 'other', vpc: 'any' } as const, addresses: everyAddress }]),
  ])
  return {
    named: namedTogether(found),
    reached,
    undecided,
    because: undecided.length === 0 ? [] : [...parts.flatMap(({ solved }) => solved.because), ...uncertainPlaces],
    witness: (origin, within = everyAddress) => {
      for (const part of parts) {
        const witness = sameOrigin(part.origin, origin) ? witnessOf(part, within) : undefined
        if (witness !== undefined) return witness
      }
      return undefined
    },
  }
}

const namedTogether = (found: readonly Found[]): Reach['named'] => ({
  endpoints: [...new Set(found.flatMap(({ named }) => named.endpoints))],
  vpcs: [...new Set(found.flatMap(({ named }) => named.vpcs))],
})

/** Every setting's parts. What one of them calls by name must not be among the others of another, or their parts could not be put together. */
const foundIn = (settings: readonly Setting[], apart: Reach['named']): readonly Found[] => {
  const found = settings.map((setting) => partsOf(setting, apart))
  const named = namedTogether(found)
  const alike = ({ named: own }: Found) =>
    own.endpoints.length === named.endpoints.length && own.vpcs.length === named.vpcs.length
  return found.every(alike) ? found : settings.map((setting) => partsOf(setting, named))
}

/** Parts of one origin together: session names, and unnamed places that nothing tells apart. */
const joinedBy = (parts: readonly Part[], of: (solved: Solved) => AddressSet) => {
  const joined = new Map<string, { origin: Origin; addresses: AddressSet }>()
  for (const { origin, solved } of parts) {
    const key = JSON.stringify(origin)
    const before = joined.get(key)
    joined.set(key, { origin, addresses: before === undefined ? of(solved) : union(before.addresses, of(solved)) })
  }
  return [...joined.values()]
}
