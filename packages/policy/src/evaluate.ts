/**
 * The decision on one request (3.1 to 3.8, 4.2, 4.3; IAM User Guide, "How AWS enforcement code logic evaluates requests"):
 * the endpoint's gate first, then any explicit denial, then the layers that must each allow.
 */
import { callerOf, contextOf } from './context.ts'
import type { Policy, Statement } from './document.ts'
import type { Policies } from './policies.ts'
import type { Naming } from './principals.ts'
import { rcpsApply, resourcePolicyMustAllow } from './services.ts'
import { application, collect, heldConditions, nearestMisses, type Scene } from './statements.ts'
import type { Decision, PolicyKind, Request } from './vocabulary.ts'

type Verdict<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly decision: Decision }

const checkKind = (policy: Policy | undefined, kind: PolicyKind, other?: PolicyKind): void => {
  if (policy === undefined || policy.kind === kind || policy.kind === other) return
  const place = other === undefined ? kind : `${kind} or ${other}`
  throw new TypeError(`policy ${policy.name} is of kind ${policy.kind} and stands in place of ${place}`)
}

/** Throws TypeError when a policy stands where another kind belongs: a bug of the caller that could turn a wall into an open door. */
const checkKinds = ({ identity, session, boundary, scps, rcps, resource, endpoint }: Policies): void => {
  for (const policy of identity) checkKind(policy, 'identity')
  checkKind(session, 'session')
  checkKind(boundary, 'boundary')
  for (const level of scps) for (const policy of level) checkKind(policy, 'scp')
  for (const level of rcps) for (const policy of level) checkKind(policy, 'rcp')
  checkKind(resource, 'resource', 'trust')
  checkKind(endpoint, 'endpoint')
}

const denied = (layer: PolicyKind, statements: readonly Statement[], scene: Scene): Decision => ({
  effect: 'deny',
  type: 'explicit',
  layer,
  by: statements.map(({ ref }) => ref),
  held: heldConditions(statements, scene),
})

const notAllowed = (layer: PolicyKind, statements: readonly Statement[], scene: Scene): Decision => ({
  effect: 'deny',
  type: 'implicit',
  layer,
  nearest: nearestMisses(statements, scene),
})

const allowsOf = (policies: readonly Policy[]): readonly Statement[] => policies.flatMap(({ allows }) => allows)

/** One layer that must allow by itself: the statements that do, or the implicit denial. */
const demand = (layer: PolicyKind, policies: readonly Policy[], scene: Scene): Verdict<readonly Statement[]> => {
  const by: Statement[] = []
  for (const { allows } of policies) collect(allows, scene, by)
  if (by.length > 0) return { ok: true, value: by }
  return { ok: false, decision: notAllowed(layer, allowsOf(policies), scene) }
}

/** The endpoint's own gate: it must allow, and what it lets through is judged as if it were not there (3.8, 4.3). */
const passEndpoint = ({ endpoint }: Policies, scene: Scene): Verdict<readonly Statement[]> => {
  if (endpoint === undefined) return { ok: true, value: [] }
  const denies: Statement[] = []
  collect(endpoint.denies, scene, denies)
  if (denies.length > 0) return { ok: false, decision: denied('endpoint', denies, scene) }
  return demand('endpoint', [endpoint], scene)
}

/** Denials that apply, of every layer whose denials count. SCPs bind principals of accounts, neither binds service-linked roles (3.2), RCPs a list of services (3.3). */
const explicitDenial = (policies: Policies, scene: Scene): Decision | undefined => {
  const { account, serviceLinked } = scene.caller
  const { identity, session, boundary, scps, rcps, resource } = policies
  const denies: Statement[] = []
  const ask = (policy: Policy | undefined): void => {
    if (policy !== undefined) collect(policy.denies, scene, denies)
  }
  if (account !== undefined && !serviceLinked) for (const level of scps) level.forEach(ask)
  if (rcps.length > 0 && !serviceLinked && rcpsApply(scene.action)) for (const level of rcps) level.forEach(ask)
  ask(resource)
  identity.forEach(ask)
  ask(boundary)
  ask(session)
  const [first] = denies
  return first === undefined ? undefined : denied(first.ref.kind, denies, scene)
}

/** Every SCP level must allow. */
const passScps = ({ scps }: Policies, scene: Scene): Verdict<readonly Statement[]> => {
  if (scene.caller.account === undefined || scene.caller.serviceLinked) return { ok: true, value: [] }
  const by: Statement[] = []
  for (const level of scps) {
    const verdict = demand('scp', level, scene)
    if (!verdict.ok) return verdict
    by.push(...verdict.value)
  }
  return { ok: true, value: by }
}

/** The resource policy's allows, and the strongest way in which they name the caller. */
const resourceAllows = (
  policy: Policy | undefined,
  scene: Scene,
): { readonly by: readonly Statement[]; readonly naming?: Naming } => {
  // Nobody assumes a role as the root user (STS API reference, AssumeRole).
  if (policy === undefined || (policy.kind === 'trust' && scene.caller.principal.kind === 'root')) return { by: [] }
  const by: Statement[] = []
  const namings = new Set<Naming>()
  for (const statement of policy.allows) {
    const naming = application(statement, scene)
    if (naming === undefined) continue
    by.push(statement)
    namings.add(naming)
  }
  const naming = (['direct', 'role', 'account'] as const).find((each) => namings.has(each))
  return naming === undefined ? { by } : { by, naming }
}

/** Identity policies, boundary and session policy, as far as they limit; `granted`: the resource policy stands in for identity policies. */
const passIdentity = (policies: Policies, scene: Scene, granted: boolean): Verdict<readonly Statement[]> => {
  const { identity, boundary, session, resource } = policies
  const by: Statement[] = []
  // The root user needs no policy (IAM User Guide, evaluation logic).
  if (scene.caller.principal.kind !== 'root') {
    for (const { allows } of identity) collect(allows, scene, by)
    if (by.length === 0 && !granted) {
      const asked = [...allowsOf(identity), ...(resource?.allows ?? [])]
      return { ok: false, decision: notAllowed('identity', asked, scene) }
    }
  }
  for (const limit of [boundary, session]) {
    const verdict = limit === undefined ? undefined : demand(limit.kind, [limit], scene)
    if (verdict?.ok === false) return verdict
    by.push(...(verdict?.value ?? []))
  }
  return { ok: true, value: by }
}

/** Resource policy and identity together: either within the account, with exceptions; both across accounts (3.5, 3.6). */
const passGrants = (policies: Policies, request: Request, scene: Scene): Verdict<readonly Statement[]> => {
  const { resource } = policies
  const { by, naming } = resourceAllows(resource, scene)
  const { account } = scene.caller
  const sameAccount = account === request.resourceAccount
  const resourceMust = account === undefined || !sameAccount || resourcePolicyMustAllow(scene.action)
  if (naming === undefined && (resourceMust || resource?.kind === 'trust')) {
    const layer = resource?.kind ?? (scene.action.startsWith('sts:') ? 'trust' : 'resource')
    return { ok: false, decision: notAllowed(layer, resource?.allows ?? [], scene) }
  }
  if (account === undefined || (sameAccount && naming === 'direct')) return { ok: true, value: by }
  const verdict = passIdentity(policies, scene, sameAccount && naming === 'role')
  return verdict.ok ? { ok: true, value: [...by, ...verdict.value] } : verdict
}

/**
 * Decides one request. Everything comes in as values; times of the request are context keys (`aws:CurrentTime`). Principal keys
 * and `aws:ResourceAccount` follow from the request and replace those of the context. Throws TypeError for bugs of the caller
 * only: a policy of the wrong kind, identity policies of a caller that has none, a principal's ARN without account.
 */
export const evaluate = (request: Request, policies: Policies): Decision => {
  checkKinds(policies)
  const caller = callerOf(request.principal)
  const { identity, session, boundary } = policies
  if (caller.account === undefined && (identity.length > 0 || session !== undefined || boundary !== undefined)) {
    throw new TypeError(`a ${request.principal.kind} caller has no identity, session or boundary policies`)
  }
  const scene: Scene = {
    caller,
    context: contextOf(request, caller),
    action: request.action.toLowerCase(),
    resource: request.resource,
    bounded: boundary !== undefined,
  }
  const endpoint = passEndpoint(policies, scene)
  if (!endpoint.ok) return endpoint.decision
  const explicit = explicitDenial(policies, scene)
  if (explicit !== undefined) return explicit
  const scps = passScps(policies, scene)
  if (!scps.ok) return scps.decision
  const grants = passGrants(policies, request, scene)
  if (!grants.ok) return grants.decision
  const by = [...endpoint.value, ...scps.value, ...grants.value]
  return { effect: 'allow', by: by.map(({ ref }) => ref), held: heldConditions(by, scene) }
}
