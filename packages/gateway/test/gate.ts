/** A gate for tests: real core, real verifier, ports in memory. */
import { randomBytes } from 'node:crypto'
import type { Intent } from '@studio-gate/policy'
import { memoryReplayStore } from '../src/adapters/memory.ts'
import { memoryRequestStore } from '../src/adapters/requests.ts'
import type { AuthenticationEvent } from '../src/core/audit.ts'
import type { MintOrder, Ports, ProfileFacts, ProfileOrder } from '../src/core/ports.ts'
import { createGate, type Environment, type Gate } from '../src/core/settings.ts'
import { type Login, makeIdentityProvider, samlResponse } from './identity-provider.ts'

export const environment: Environment = {
  STUDIO_GATE_ACS_URL: 'https://api-vpce.execute-api.eu-west-1.amazonaws.com/gate/saml',
  STUDIO_GATE_REPLAY_TABLE: 'replay',
  STUDIO_GATE_STACK: 'StudioGate',
  STUDIO_GATE_ACCOUNT: '123456789012',
  STUDIO_GATE_PARTITION: 'aws',
  STUDIO_GATE_DOMAIN_IDS: '{"research":"d-research"}',
  AWS_REGION: 'eu-west-1',
}

export const corporate = makeIdentityProvider('https://idp.example/corporate')
export const partner = makeIdentityProvider('https://idp.example/partner')

/** Two identity providers, two CIDR networks, one domain, one deny rule. */
export const intent: Intent = {
  identityProviders: [
    {
      name: 'corporate',
      entityId: corporate.entityId,
      certificates: [corporate.certificate],
      requiredSignature: 'both',
      clockSkewSeconds: 60,
      subject: { from: 'nameId' },
      groupsAttribute: 'groups',
      unsolicited: 'accepted',
    },
    {
      name: 'partner',
      entityId: partner.entityId,
      certificates: [],
      requiredSignature: 'both',
      clockSkewSeconds: 60,
      subject: { from: 'attribute', attribute: 'uid' },
      unsolicited: 'accepted',
    },
  ],
  networks: [
    { kind: 'privateCidr', name: 'office', cidrs: ['10.100.10.0/24'], through: { endpoint: 'deployed' } },
    { kind: 'privateCidr', name: 'lab', cidrs: ['10.200.0.0/16'], through: { endpoint: 'deployed' } },
  ],
  domains: [{ name: 'research', id: 'deployed' }],
  executionRoles: [{ name: 'scientist', role: 'deployed' }],
  rules: [
    {
      name: 'scientists',
      effect: 'allow',
      who: { identityProvider: 'corporate', groups: ['science'] },
      domain: 'research',
      from: ['office'],
      sessionSeconds: 43_200,
      executionRole: 'scientist',
      landingUri: 'studio::',
    },
    {
      name: 'no-contractors',
      effect: 'deny',
      who: { identityProvider: 'corporate', groups: ['contractors'] },
      domain: 'research',
      from: ['office'],
    },
  ],
  profiles: [],
  urlSeconds: 60,
  audience: 'urn:studio-gate:test',
  acsUrlForm: 'endpoint-alias',
}

export const mintedUrl = 'https://d-research.studio.eu-west-1.sagemaker.aws/auth?token=SENTINEL-PRESIGNED-TOKEN'

export interface World {
  readonly gate: Gate
  readonly ports: Ports
  readonly events: AuthenticationEvent[]
  readonly orders: MintOrder[]
  readonly created: ProfileOrder[]
  /** What happened, in order. */
  readonly journal: string[]
  readonly profiles: Map<string, ProfileFacts & { readonly tags: Readonly<Record<string, string>> }>
  now: number
}

export const startedAt = Date.parse('2026-11-23T12:00:00.000Z')

/** `override` replaces ports; `pendingMilliseconds` is how long a new profile takes to be InService. */
export function makeWorld(
  override: Partial<Ports> | ((usual: Ports) => Partial<Ports>) = {},
  declared: Intent = intent,
  pendingMilliseconds = 1_000,
): World {
  const world = {
    events: [],
    orders: [],
    created: [],
    journal: [],
    profiles: new Map(),
    now: startedAt,
  } as unknown as World
  const { events, orders, created, journal, profiles } = world
  const clock = {
    now: () => world.now,
    sleep: async (ms: number) => {
      world.now += ms
    },
  }
  const store = memoryReplayStore(clock)
  const readyAt = new Map<string, number>()
  const usual: Ports = {
    clock,
    audit: { record: (event) => void events.push(event) },
    keys: {},
    randomness: { hex: (bytes) => randomBytes(bytes).toString('hex') },
    requests: memoryRequestStore(clock),
    replay: {
      claim: (key, expiresAt) => {
        journal.push('claim')
        return store.claim(key, expiresAt)
      },
    },
    profiles: {
      async describe(domainId, name) {
        const found = profiles.get(`${domainId}/${name}`)
        if (found === undefined) return { ok: true, value: 'absent' }
        const status = (readyAt.get(found.arn) ?? 0) > world.now ? 'Pending' : found.status
        return { ok: true, value: { ...found, status } }
      },
      async create(order) {
        journal.push('create')
        const key = `${order.domainId}/${order.name}`
        if (profiles.has(key)) return { ok: true, value: 'exists' }
        const arn = `arn:aws:sagemaker:eu-west-1:123456789012:user-profile/${key}`
        profiles.set(key, { arn, status: 'InService', executionRole: order.executionRole, tags: order.tags })
        readyAt.set(arn, world.now + pendingMilliseconds)
        created.push(order)
        return { ok: true, value: 'created' }
      },
      async tags(arn) {
        return { ok: true, value: [...profiles.values()].find((profile) => profile.arn === arn)?.tags ?? {} }
      },
    },
    minting: {
      async mintAs(order) {
        journal.push('mint')
        orders.push(order)
        return { ok: true, value: mintedUrl }
      },
    },
  }
  const ports = { ...usual, ...(typeof override === 'function' ? override(usual) : override) }
  return Object.assign(world, { ports, gate: createGate(declared, environment, ports) })
}

/** A login that the gate of `makeWorld` lets in. */
export function goodLogin(change: Partial<Login> = {}): Login {
  return {
    acsUrl: environment.STUDIO_GATE_ACS_URL ?? '',
    audience: intent.audience,
    subject: 'alice',
    attributes: { groups: ['science'] },
    now: startedAt,
    ...change,
  }
}

export function post(
  fields: Readonly<Record<string, string>> | string,
  headers: Readonly<Record<string, string>> = {},
): Request {
  return new Request('https://gate.invalid/saml', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
  })
}

export const fromOffice = { sourceIp: '10.100.10.7', vpcEndpointId: 'vpce-0api', requestId: 'support-id-1' }

export function signedPost(change: Partial<Login> = {}, headers: Readonly<Record<string, string>> = {}): Request {
  return post({ SAMLResponse: samlResponse(corporate, goodLogin(change)) }, headers)
}
