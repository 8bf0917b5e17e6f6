/** Requests and documents as `@cloud-copilot/iam-simulate` takes them: an evaluator of IAM policies that we did not write. */
import {
  type ContextValue,
  mustParsePolicy,
  type Policies,
  type PolicyJson,
  type PolicyKind,
  type Principal,
  type Request,
} from '@studio-gate/policy'

/** Policies as documents, in the places that `evaluate` gives them. */
export interface Documents {
  readonly identity: readonly PolicyJson[]
  readonly session?: PolicyJson
  readonly boundary?: PolicyJson
  readonly scps: readonly (readonly PolicyJson[])[]
  readonly rcps: readonly (readonly PolicyJson[])[]
  readonly resource?: PolicyJson
  readonly endpoint?: PolicyJson
}

/** The same as `evaluate` takes them; `kind`: what the resource's policy is. */
export function policiesOf(documents: Documents, kind: 'resource' | 'trust'): Policies {
  const parsed = (json: unknown, of: PolicyKind) => mustParsePolicy(json, of, of)
  const { session, boundary, resource, endpoint } = documents
  return {
    identity: documents.identity.map((json) => parsed(json, 'identity')),
    scps: documents.scps.map((level) => level.map((json) => parsed(json, 'scp'))),
    rcps: documents.rcps.map((level) => level.map((json) => parsed(json, 'rcp'))),
    ...(session === undefined ? {} : { session: parsed(session, 'session') }),
    ...(boundary === undefined ? {} : { boundary: parsed(boundary, 'boundary') }),
    ...(resource === undefined ? {} : { resource: parsed(resource, kind) }),
    ...(endpoint === undefined ? {} : { endpoint: parsed(endpoint, 'endpoint') }),
  }
}

export type Judgement = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied'

interface PeerRequest extends Omit<Request, 'principal'> {
  readonly principal: string | { readonly type: 'Anonymous' }
}

interface Peer {
  loadAll(documents: Documents): unknown
  simulate(request: PeerRequest, loaded: unknown): Judgement
}

/** RCPFullAWSAccess hangs on every level and cannot be detached (3.3); this evaluator wants to be told. */
const everything: PolicyJson = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
}

/** Loads the peer, which `npm ci` in `bench/peers` has installed. The function it gives loads documents and judges requests. */
export async function iamSimulate() {
  const peer = (await import(new URL('./peers/iam-simulate.mjs', import.meta.url).href)) as Peer
  return (documents: Documents) => {
    const rcps = documents.rcps.map((level) => [everything, ...level])
    const loaded = peer.loadAll({ ...documents, rcps })
    return (request: Request): (() => Judgement) => {
      const asked: PeerRequest = { ...request, principal: nameOf(request.principal), context: contextOf(request) }
      return () => peer.simulate(asked, loaded)
    }
  }
}

function nameOf(principal: Principal): PeerRequest['principal'] {
  switch (principal.kind) {
    case 'role-session': {
      const [, partition, , , account, resource = ''] = principal.roleArn.split(':')
      return `arn:${partition}:sts::${account}:assumed-role/${resource.slice(resource.lastIndexOf('/') + 1)}/${principal.sessionName}`
    }
    case 'user':
      return principal.arn
    case 'root':
      return `arn:aws:iam::${principal.accountId}:root`
    case 'service':
      return principal.service
    case 'federated':
      return principal.provider
    case 'anonymous':
      return { type: 'Anonymous' }
  }
}

const principalTypes: Readonly<Record<Principal['kind'], string | undefined>> = {
  'role-session': 'AssumedRole',
  user: 'User',
  root: 'Account',
  anonymous: 'Anonymous',
  service: undefined,
  federated: undefined,
}

function arnOf(principal: Principal): string | undefined {
  if (principal.kind === 'root') return `arn:aws:iam::${principal.accountId}:root`
  if (principal.kind === 'role-session') return principal.roleArn
  return principal.kind === 'user' ? principal.arn : undefined
}

/** It derives no condition key, so those that follow from the request are given to it (2.11, 2.16; IAM User Guide, global condition keys). */
function contextOf({ principal, resourceAccount, context }: Request): Readonly<Record<string, ContextValue>> {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value] as const))
  const arn = arnOf(principal)
  const implied: Readonly<Record<string, string | undefined>> = {
    'aws:principalarn': arn,
    'aws:principalaccount': principal.kind === 'anonymous' ? 'anonymous' : arn?.split(':')[4],
    'aws:principaltype': principalTypes[principal.kind],
    'aws:principalisawsservice': principal.kind === 'anonymous' ? undefined : String(principal.kind === 'service'),
    'aws:principalservicename': principal.kind === 'service' ? principal.service : undefined,
    'aws:username': principal.kind === 'user' ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : undefined,
    'aws:resourceaccount': resourceAccount,
  }
  for (const [key, value] of Object.entries(implied)) {
    if (value === undefined) values.delete(key)
    else values.set(key, value)
  }
  // A key without values is absent.
  return Object.fromEntries([...values].filter(([, value]) => value.length > 0 || typeof value === 'string'))
}
