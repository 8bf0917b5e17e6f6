/** What the principal, the resource and the place fix about a request, by the prover's own account (2.1, 2.9 to 2.11, 2.16, 3.2, 4.6). */
import type { ContextValue, Principal } from '../vocabulary.ts'
import type { Origin } from './region.ts'

/** The principal under the names that policies use. */
export interface Caller {
  readonly principal: Principal
  readonly account?: string
  readonly arn?: string
  /** Of a role session: `arn:aws:sts::account:assumed-role/name/session`. */
  readonly sessionArn?: string
  readonly serviceLinked: boolean
}

export const callerFacts = (principal: Principal): Caller => {
  if (principal.kind === 'root') return { principal, account: principal.accountId, serviceLinked: false }
  if (principal.kind === 'service' || principal.kind === 'federated' || principal.kind === 'anonymous')
    return { principal, serviceLinked: false }
  const arn = principal.kind === 'user' ? principal.arn : principal.roleArn
  const [, partition = '', , , account = ''] = arn.split(':')
  if (account === '') throw new TypeError(`the principal's ARN names no account: ${arn}`)
  if (principal.kind === 'user') return { principal, account, arn, serviceLinked: false }
  const role = arn.slice(arn.lastIndexOf('/') + 1)
  const sessionArn = `arn:${partition}:sts::${account}:assumed-role/${role}/${principal.sessionName}`
  return { principal, account, arn, sessionArn, serviceLinked: arn.includes(':role/aws-service-role/') }
}

type Facts = readonly (readonly [key: string, value: ContextValue | undefined])[]

const types = { 'role-session': 'AssumedRole', user: 'User', root: 'Account', anonymous: 'Anonymous' } as const

/** Keys that follow from who asks for what. */
export const principalFacts = (
  { principal, account, arn }: Caller,
  resource: string,
  resourceAccount: string,
): Facts => {
  const partition = resource.split(':').length >= 6 ? (resource.split(':')[1] ?? 'aws') : 'aws'
  const { kind } = principal
  return [
    ['aws:principalarn', kind === 'root' ? `arn:${partition}:iam::${principal.accountId}:root` : arn],
    ['aws:principalaccount', kind === 'anonymous' ? 'anonymous' : account],
    ...(kind === 'service' || kind === 'federated' ? [] : [['aws:principaltype', types[kind]] as const]),
    [
      'aws:principalisawsservice',
      kind === 'anonymous' || kind === 'federated' ? undefined : String(kind === 'service'),
    ],
    ['aws:principalservicename', kind === 'service' ? principal.service : undefined],
    ['aws:username', kind === 'user' ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : undefined],
    ['aws:resourceaccount', resourceAccount],
  ]
}

/** Keys that the way of a request fixes; `address` is the key that holds its address, if any. */
export interface Place {
  readonly origin: Origin
  readonly address: string | undefined
  readonly facts: Facts
}

/** Only present in calls that a service makes with the caller's credentials (2.9). */
const chainKeys = ['aws:calledvia', 'aws:calledviafirst', 'aws:calledvialast']
/** Describe the endpoint; some only for some services (2.7), so through an endpoint they may be anything. */
const endpointKeys = ['aws:sourcevpcarn', 'aws:vpceaccount', 'aws:vpceorgid', 'aws:vpceorgpaths']

const absent = (keys: readonly string[]): Facts => keys.map((key) => [key, undefined] as const)
const network = ['aws:sourcevpce', 'aws:sourcevpc', ...endpointKeys]

export const internet: Place = {
  origin: { kind: 'internet' },
  address: 'aws:sourceip',
  facts: [...absent([...network, 'aws:vpcsourceip', ...chainKeys]), ['aws:viaawsservice', 'false']],
}

/** Through an endpoint. A private API sees some rewritten `aws:SourceIp`, every other service sees none (2.1, 4.6). */
export const throughEndpoint = (origin: Origin, endpoint: string, vpc: string, service: string): Place => ({
  origin,
  address: 'aws:vpcsourceip',
  facts: [
    ['aws:sourcevpce', endpoint],
    ['aws:sourcevpc', vpc],
    ...absent(service === 'execute-api' ? chainKeys : ['aws:sourceip', ...chainKeys]),
    ['aws:viaawsservice', 'false'],
  ],
})

/** A service on the caller's behalf: the endpoint's keys are gone, a public first hop's address stays (2.10). */
export const viaService = (firstHop: 'internet' | 'private'): Place => ({
  origin: { kind: 'service', firstHop },
  address: firstHop === 'internet' ? 'aws:sourceip' : undefined,
  facts: [
    ...absent([...network, 'aws:vpcsourceip', ...(firstHop === 'internet' ? [] : ['aws:sourceip'])]),
    ['aws:viaawsservice', 'true'],
  ],
})
