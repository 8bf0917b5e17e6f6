/**
 * Studio's check of every HTTP request and WebSocket frame (row 1.13): the identity that minted the URL, now with the
 * browser's network context. What is UNKNOWN about it is a switch each (1.21, 1.26, UNKNOWN 5).
 */
import { judge, judgeEndpoint, type Verdict } from '../services/authorize.ts'
import type { HttpFacts } from '../services/context.ts'
import { type PrincipalPolicies, policiesOf } from '../services/principal.ts'
import type { Origin, World } from '../world.ts'
import type { Grant } from './grants.ts'

export interface UseVerdict extends Verdict {
  /** The grant whose principal was asked about: the page's own, for a space under `minting-role`. */
  readonly principalOf: Grant
  readonly action: string
  readonly resource: string
}

/** May this browser go on using what the grant opened? */
export function judgeUse(world: World, grant: Grant, origin: Origin, http: HttpFacts): UseVerdict {
  const principalOf =
    grant.spaceName !== undefined && world.switches['studio.space-principal'] === 'minting-role'
      ? (grant.openedFrom ?? grant)
      : grant
  const action = 'sagemaker:CreatePresignedDomainUrl'
  const resource = principalOf.resourceArn
  const verdict = judge(world, {
    credential: principalOf.credential,
    action,
    resource,
    origin,
    http,
    policies: policiesAtUse(world, principalOf),
  })
  const layer = verdict.layer === 'endpoint policy' ? verdict.layer : 'IAM at use'
  return { ...verdict, ...(!verdict.allowed && { layer }), principalOf, action, resource }
}

/** Through an endpoint Studio needs `sagemaker:CreateApp` in the endpoint's policy too (row 5.7). */
export function judgeApp(world: World, grant: Grant, origin: Origin, http: HttpFacts): UseVerdict | undefined {
  const action = 'sagemaker:CreateApp'
  const [type, owner] =
    grant.spaceName === undefined ? ['JupyterServer', grant.profileName] : ['JupyterLab', grant.spaceName]
  const resource = `${grant.resourceArn.split(':').slice(0, 5).join(':')}:app/${grant.domainId}/${owner}/${type}/default`
  const decision = judgeEndpoint(world, { credential: grant.credential, action, resource, origin, http })
  if (decision?.effect !== 'deny') return undefined
  return { allowed: false, decision, layer: 'endpoint policy', principalOf: grant, action, resource }
}

function policiesAtUse(world: World, grant: Grant): PrincipalPolicies {
  const policies =
    world.switches['studio.policy'] === 'live' ? policiesOf(world, grant.credential) : grant.policiesAtMint
  const { identity, session, boundary, scps } = policies
  const outer = world.switches['studio.boundary-and-scp'] === 'enforced'
  return {
    identity,
    ...(session && world.switches['studio.session-policy'] === 'enforced' && { session }),
    ...(boundary && outer && { boundary }),
    scps: outer ? scps : [],
  }
}
