/**
 * Presigned URLs and the sessions they open: what Studio remembers of who minted what. One store a world, kept beside it,
 * because nothing of it comes from the template.
 */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { type PrincipalPolicies, policiesOf } from '../services/principal.ts'
import type { Credential, World } from '../world.ts'

/** One minted URL: the identity that travels with it (rows 1.13, 1.22) and the limits it was asked for. */
export interface Grant {
  readonly id: string
  readonly domainId: string
  /** Spelled as it stood in the authorized ARN. */
  readonly profileName: string
  readonly resourceArn: string
  readonly spaceName?: string
  readonly credential: Credential
  /** The minting principal's policies as they were then, for the setting `at-mint` of `studio.policy`. */
  readonly policiesAtMint: PrincipalPolicies
  /** Set when Studio's own page minted it, with the execution role's session (row 1.29). */
  readonly openedFrom?: Grant
  readonly landing: string
  readonly expiresAt: number
  readonly sessionSeconds: number
}

/** An open session: the cookie's far side. */
export interface Session {
  readonly grant: Grant
  readonly endsAt: number
}

interface Store {
  readonly key: Buffer
  readonly grants: Map<string, Grant>
  readonly redeemed: Set<string>
  readonly sessions: Map<string, Session>
  /** Access key id of an execution role session to the grant of the page that it was handed to. */
  readonly pageSessions: Map<string, Grant>
}

const stores = new WeakMap<World, Store>()

function storeOf(world: World): Store {
  const known = stores.get(world)
  if (known) return known
  const fresh = {
    key: randomBytes(32),
    grants: new Map(),
    redeemed: new Set<string>(),
    sessions: new Map(),
    pageSessions: new Map(),
  }
  stores.set(world, fresh)
  return fresh
}

/** Remembers a grant and returns its token: opaque to the gate, in the shape and size of AWS's (rows 1.22, 1.23). */
export function mint(world: World, wanted: Omit<Grant, 'id' | 'policiesAtMint' | 'openedFrom'>): string {
  const store = storeOf(world)
  const openedFrom = store.pageSessions.get(wanted.credential.accessKeyId)
  const grant: Grant = {
    ...wanted,
    id: randomUUID(),
    policiesAtMint: policiesOf(world, wanted.credential),
    ...(openedFrom && { openedFrom }),
  }
  store.grants.set(grant.id, grant)
  const payload = {
    jti: grant.id,
    sub: grant.domainId,
    userProfileName: grant.profileName,
    ...(grant.spaceName !== undefined && { spaceName: grant.spaceName }),
    exp: Math.floor(grant.expiresAt / 1000),
    fasCredentials: randomBytes(2700).toString('base64'),
  }
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(payload)}`
  return `${signed}.${signature(store, signed)}`
}

/** The grant of a token, whether or not it has expired; nothing for a token that this world did not make. */
export function grantOf(world: World, token: string): Grant | undefined {
  const store = storeOf(world)
  const [header = '', payload = '', given = ''] = token.split('.')
  const expected = signature(store, `${header}.${payload}`)
  if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return undefined
  const { jti } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { jti: string }
  return store.grants.get(jti)
}

/** Whether the URL still opens: not expired, and not used before where the switch `studio.token` says single-use (1.25). */
export function canRedeem(world: World, grant: Grant): boolean {
  if (grant.expiresAt <= world.now()) return false
  return world.switches['studio.token'] === 'reusable' || !storeOf(world).redeemed.has(grant.id)
}

/** Opens a session and returns the cookie's value. Its end is what was asked for, or the credentials' end, by switch (8.4). */
export function redeem(world: World, grant: Grant): string {
  const store = storeOf(world)
  store.redeemed.add(grant.id)
  const requested = world.now() + grant.sessionSeconds * 1000
  const endsAt =
    world.switches['studio.session-end'] === 'with-credentials'
      ? Math.min(requested, grant.credential.expiresAt ?? requested)
      : requested
  const cookie = randomBytes(32).toString('base64url')
  store.sessions.set(cookie, { grant, endsAt })
  return cookie
}

export function sessionOf(world: World, cookie: string | undefined): Session | undefined {
  return cookie === undefined ? undefined : storeOf(world).sessions.get(cookie)
}

/** Says that this execution role session was handed to the page of this grant. */
export function rememberPageSession(world: World, credential: Credential, grant: Grant): void {
  storeOf(world).pageSessions.set(credential.accessKeyId, grant)
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function signature(store: Store, text: string): string {
  return createHmac('sha256', store.key).update(text).digest('base64url')
}
