/**
 * The one place where a request becomes a verdict: (credential, action, resource, origin) turned into the policy
 * package's Request and Policies. The VPC endpoint's policy is a gate of its own, which `evaluate` asks first (3.8, 4.3).
 */
import {
  type ContextValue,
  type Decision,
  evaluate,
  mustParsePolicy,
  type Policies,
  type Policy,
  type PolicyKind,
  type Request,
} from '@studio-gate/policy'
import type { Credential, Layer, NamedPolicy, Origin, World } from '../world.ts'
import { ambientContext, type HttpFacts, networkContext, principalContext } from './context.ts'
import { type PrincipalPolicies, policiesOf } from './principal.ts'

export interface Ask {
  /** `anonymous`: an unsigned request, which has no identity policies and no principal keys (4.5). */
  readonly credential: Credential | 'anonymous'
  /** `service:Operation`. */
  readonly action: string
  readonly resource: string
  /** Owner of the resource; the account in its ARN when absent. */
  readonly resourceAccount?: string
  readonly origin: Origin
  readonly http: HttpFacts
  /** Keys that only this action has, such as `iam:PassedToService`. */
  readonly context?: Readonly<Record<string, ContextValue>>
  /** The service asks on its own behalf, such as for `iam:PassRole`: what came through the endpoint was another action. */
  readonly beyondEndpoint?: true
  /** Other policies than the principal's live ones. */
  readonly policies?: PrincipalPolicies
  /** The resource's own policy: of an API (`resource`) or of a role (`trust`). */
  readonly resourcePolicy?: { readonly kind: 'resource' | 'trust'; readonly policy: NamedPolicy }
}

export interface Verdict {
  readonly allowed: boolean
  readonly decision: Decision
  /** Where it ended; absent when allowed. `IAM at mint` stands for every refusal on the control plane. */
  readonly layer?: Layer
  /** When the endpoint's policy refused: what the other policies say, since one wall must not hide that a second stands. */
  readonly behindEndpoint?: Decision
}

const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' } as const
const admitIdentity: NamedPolicy = { name: 'endpoint gate', document: { Version: '2012-10-17', Statement: allowAll } }
const admitCaller: NamedPolicy = {
  name: 'endpoint gate',
  document: { Version: '2012-10-17', Statement: { ...allowAll, Principal: '*' } },
}

/** The endpoint's policy alone: everything else in the evaluation is made to allow. `undefined` without an endpoint. */
export function judgeEndpoint(world: World, ask: Ask): Decision | undefined {
  const endpoint = ask.origin.endpoint
  if (!endpoint || ask.beyondEndpoint) return undefined
  return evaluate(toRequest(world, ask), {
    identity: ask.credential === 'anonymous' ? [] : [compiled(admitIdentity, 'identity')],
    resource: compiled(admitCaller, 'resource'),
    endpoint: compiled(endpoint.policy, 'endpoint'),
    scps: [],
    rcps: [],
  })
}

/** The whole answer: the endpoint's policy, then the principal's policies with the resource's. */
export function judge(world: World, ask: Ask): Verdict {
  const { identity, session, boundary, scps } =
    ask.policies ?? (ask.credential === 'anonymous' ? nothing : policiesOf(world, ask.credential))
  const endpoint = ask.beyondEndpoint ? undefined : ask.origin.endpoint
  const request = toRequest(world, ask)
  const others: Policies = {
    identity: identity.map((policy) => compiled(policy, 'identity')),
    ...(session && { session: compiled(session, 'session') }),
    ...(boundary && { boundary: compiled(boundary, 'boundary') }),
    scps: scps.map((level) => level.map((policy) => compiled(policy, 'scp'))),
    rcps: [],
    ...(ask.resourcePolicy && { resource: compiled(ask.resourcePolicy.policy, ask.resourcePolicy.kind) }),
  }
  const decision = evaluate(request, {
    ...others,
    ...(endpoint && { endpoint: compiled(endpoint.policy, 'endpoint') }),
  })
  if (decision.effect === 'allow') return { allowed: true, decision }
  const layer = layerOf(decision.layer)
  const hidden = layer === 'endpoint policy' ? { behindEndpoint: evaluate(request, others) } : {}
  return { allowed: false, decision, layer, ...hidden }
}

function layerOf(kind: PolicyKind): Layer {
  if (kind === 'endpoint') return 'endpoint policy'
  return kind === 'resource' ? 'resource policy' : 'IAM at mint'
}

const nothing: PrincipalPolicies = { identity: [], scps: [] }

/** The request as IAM sees it. */
export function toRequest(world: World, ask: Ask): Request {
  const resourceAccount = ask.resourceAccount ?? ask.resource.split(':')[4] ?? world.accountId
  return {
    principal: ask.credential === 'anonymous' ? { kind: 'anonymous' } : ask.credential.principal,
    action: ask.action,
    resource: ask.resource,
    resourceAccount,
    context: {
      ...ambientContext(world, ask.http),
      ...networkContext(ask.origin),
      'aws:ResourceAccount': resourceAccount,
      ...(ask.credential !== 'anonymous' && principalContext(world, ask.credential)),
      ...ask.context,
    },
  }
}

const parsed = new WeakMap<NamedPolicy, Map<PolicyKind, Policy>>()

/** Policies are values that are replaced, never changed, so what was parsed once stays right. */
function compiled(policy: NamedPolicy, kind: PolicyKind): Policy {
  const kinds = parsed.get(policy) ?? new Map<PolicyKind, Policy>()
  parsed.set(policy, kinds)
  const known = kinds.get(kind)
  if (known) return known
  const fresh = mustParsePolicy(policy.document, kind, policy.name)
  kinds.set(kind, fresh)
  return fresh
}
