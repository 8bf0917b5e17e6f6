/** Who gets as far as the API: the endpoint's policy, then the API's resource policy (rows 4.2 to 4.6). */
import type { Credential, NamedPolicy, Origin, RestApi, World } from '../../world.ts'
import { type Ask, judge, judgeEndpoint, type Verdict } from '../authorize.ts'
import type { HttpFacts } from '../context.ts'
import { denialMessage } from '../denial.ts'
import { callerArn } from '../principal.ts'

export interface Denied {
  readonly verdict: Verdict
  /** AWS's sentence; it masks the account id. */
  readonly message: string
}

/** `arn:<partition>:execute-api:<region>:<account>:<api>/<stage>/<VERB>/<path>` (row 4.4). */
export function methodArn(world: World, api: RestApi, stage: string, method: string, path: string): string {
  return `arn:${world.partition}:execute-api:${world.region}:${world.accountId}:${api.id}/${stage}/${method}${path}`
}

/**
 * `caller`: the valid signature's identity, else anonymous. The endpoint's policy sees it; the resource policy of a method
 * without authorization sees everyone as anonymous (4.5), and an `aws:SourceIp` that the endpoint has rewritten (4.6).
 */
export function admit(
  world: World,
  api: RestApi,
  arn: string,
  caller: Credential | 'anonymous',
  origin: Origin,
  http: HttpFacts,
): { readonly allowed: Verdict } | { readonly denied: Denied } {
  const ask: Ask = { credential: caller, action: 'execute-api:Invoke', resource: arn, origin, http }
  const name = caller === 'anonymous' ? 'anonymous' : callerArn(world, caller)
  const gate = judgeEndpoint(world, ask)
  if (gate?.effect === 'deny') {
    const verdict = { allowed: false, decision: gate, layer: 'endpoint policy' } as const
    return { denied: { verdict, message: denialMessage(name, ask.action, masked(arn), gate) } }
  }
  const verdict = judge(world, {
    ...ask,
    credential: 'anonymous',
    beyondEndpoint: true,
    context: { 'aws:SourceIp': origin.endpoint?.addresses[0] ?? origin.address },
    resourcePolicy: { kind: 'resource', policy: expanded(world, api) },
  })
  if (verdict.allowed) return { allowed: verdict }
  const message = denialMessage('anonymous', ask.action, masked(arn), verdict.decision)
  return { denied: { verdict: { ...verdict, layer: 'resource policy' }, message } }
}

function masked(arn: string): string {
  return arn.replace(/:(\d{8})(\d{4}):/, ':********$2:')
}

const expansions = new WeakMap<NamedPolicy, NamedPolicy>()

/** API Gateway writes the shorthand `execute-api:/stage/...` out when a policy is saved (row 4.4). */
function expanded(world: World, api: RestApi): NamedPolicy {
  const known = expansions.get(api.policy)
  if (known) return known
  const prefix = `arn:${world.partition}:execute-api:${world.region}:${world.accountId}:${api.id}/`
  const document = JSON.parse(JSON.stringify(api.policy.document).replaceAll('"execute-api:/', `"${prefix}`))
  const fresh: NamedPolicy = { name: api.policy.name, document }
  expansions.set(api.policy, fresh)
  return fresh
}
