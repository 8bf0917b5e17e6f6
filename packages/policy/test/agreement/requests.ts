/** Requests drawn where a region and the policies change their minds: at the edges of its addresses, in every place, with any free keys. */
import {
  type ContextValue,
  edges,
  type Origin,
  type Policies,
  type Principal,
  type Reach,
  type Request,
} from '@studio-gate/policy'
import type { Generator } from '../generator.ts'
import { chainKeys, endpointKeys, freeKeys } from './conditions.ts'
import type { Question } from './policies.ts'
import type { Some } from './targets.ts'

export interface Drawn {
  readonly request: Request
  /** As `evaluate` takes them, with the policy of the endpoint that the request passes. */
  readonly policies: Policies
  readonly origin: Origin
  readonly address: string | undefined
}

const others: Some<string> = [
  '10.0.0.0',
  '10.0.0.7',
  '10.0.0.127',
  '10.0.0.128',
  '10.0.1.255',
  '10.0.2.0',
  '203.0.113.9',
  '198.51.100.1',
  '127.255.255.255',
  '128.0.0.0',
  'fd00::1',
  '2001:db8::',
  '2001:db8::7',
  '2001:db7:ffff::1',
  '::',
]

type Keys = Readonly<Record<string, Some<ContextValue | undefined>>>

const valuesOf = (random: Generator, keys: Keys): Readonly<Record<string, ContextValue>> =>
  Object.fromEntries(
    Object.entries(keys).flatMap(([key, values]) => {
      const value = random.chance(70) ? random.pick(values) : undefined
      return value === undefined ? [] : [[key, value]]
    }),
  )

const asked = (random: Generator, principal: Principal): Principal =>
  principal.kind === 'role-session' && principal.sessionName === '*'
    ? { ...principal, sessionName: random.pick(['s', 's', 't', 'somebody-else']) }
    : principal

/** A full context: an origin as the presence matrix has it (2.1, 2.9, 2.10, 4.6), an address at an edge, and any values of what nothing fixes. */
export const drawRequest = (
  random: Generator,
  { target, principal, policies, options }: Question,
  region: Reach,
): Drawn => {
  const found = [...region.reached, ...region.undecided].flatMap((part) => edges(part.addresses))
  const address =
    random.chance(70) && found.length > 0 ? random.pick(found as unknown as Some<string>) : random.pick(others)
  const fixed = Object.entries(options.fixed ?? {}).map(([key, value]) => [key.toLowerCase(), value] as const)
  const free = Object.fromEntries(
    Object.entries(valuesOf(random, freeKeys)).filter(([key]) => !fixed.some(([name]) => name === key.toLowerCase())),
  )
  for (const [key, value] of fixed) if (value !== undefined) free[key] = value
  const { endpoints, unseen: _, ...rest } = policies
  const draw = (origin: Origin, context: Readonly<Record<string, ContextValue>>, endpoint?: string): Drawn => {
    const own = endpoint === undefined ? undefined : endpoints?.[endpoint]?.policy
    return {
      request: {
        principal: asked(random, principal),
        action: target.action,
        resource: target.resource,
        // As `reach` has it: given, or in the resource, or the principal's.
        resourceAccount: options.resourceAccount ?? (target.resource.split(':')[4] || accountOf(principal)),
        context: { ...free, ...context },
      },
      policies: { ...rest, ...(own === undefined ? {} : { endpoint: own }) },
      address: origin.kind === 'service' && origin.firstHop === 'private' ? undefined : address,
      origin,
    }
  }
  const kind = random.below(10)
  if (kind < 3) return draw({ kind: 'internet' }, { 'aws:SourceIp': address, 'aws:ViaAWSService': 'false' })
  const behalf = { 'aws:ViaAWSService': 'true', ...valuesOf(random, chainKeys) }
  if (kind === 3) return draw({ kind: 'service', firstHop: 'internet' }, { 'aws:SourceIp': address, ...behalf })
  if (kind === 4) return draw({ kind: 'service', firstHop: 'private' }, behalf)
  const endpoint = random.pick(['vpce-1', 'vpce-2', 'vpce-3', 'vpce-11'])
  const vpc = endpoints?.[endpoint]?.vpc ?? random.pick(['vpc-1', 'vpc-2', 'vpc-3'])
  const rewritten = target.action.startsWith('execute-api:') ? { 'aws:SourceIp': random.pick(others) } : {}
  const context = {
    'aws:SourceVpce': endpoint,
    'aws:SourceVpc': vpc,
    'aws:VpcSourceIp': address,
    'aws:ViaAWSService': 'false',
    ...rewritten,
    ...valuesOf(random, endpointKeys),
  }
  return draw({ kind: 'endpoint', endpoint, vpc }, context, endpoint)
}

const accountOf = (principal: Principal): string => {
  if (principal.kind === 'role-session') return principal.roleArn.split(':')[4] ?? ''
  if (principal.kind === 'user') return principal.arn.split(':')[4] ?? ''
  return principal.kind === 'root' ? principal.accountId : ''
}
