/**
 * Sign-in that starts at the gate (SAML profiles 4.1.2): a request that only the browser which was sent to make it can bring the
 * answer to, once. The browser's half is a secret in a cookie; ours is a record that a matching answer takes away.
 */
import { createHash } from 'node:crypto'
import type { IdentityProvider } from '@studio-gate/policy'
import { type AuthnRequest, prepareAuthnRequest, type WrittenRequest, writeAuthnRequest } from '@studio-gate/saml'
import { checkOrigin } from './origin.ts'
import { postingPage, redirect } from './pages.ts'
import type { Keys } from './ports.ts'
import { type Refusal, refuse } from './refusals.ts'
import type { Gate } from './settings.ts'

/** How long a person may take at the identity provider. */
const requestSeconds = 600

/** `__Host-`: only this very host can have set it, over TLS, for all its paths (RFC 6265bis 4.1.3.2). */
export const cookiePrefix = '__Host-studio-gate-'

type Refused = { readonly ok: false; readonly refusal: Refusal }

/** `answered`: the cookie that has served, absent for a response that answers nothing. */
type Correlated = { readonly ok: true; readonly answered?: string } | Refused

/**
 * Sends the browser to the identity provider of this name with a request of its own. Only a page that a person opens starts
 * one: each leaves a cookie, and a foreign page that loads this address a hundred times as an image or frame would fill the
 * browser with more than API Gateway takes (row 4.10), which nobody could sign in with. Browsers say which it is (Fetch Metadata 2.1).
 */
export async function startSignIn(name: string, headers: Headers, gate: Gate): Promise<Response | Refused> {
  const known = [...gate.providers.values()].find(({ provider }) => provider.name === name)
  const asked = known?.provider.signInRequests
  if (known?.trust === undefined || asked === undefined) return refuse('not-found', '')
  const destination = headers.get('sec-fetch-dest') ?? 'document'
  if (destination !== 'document') return refuse('sign-in-not-opened', `the browser wants it as ${destination}`)
  const { entityId, subject, signedRequests } = known.provider
  const [id, secret] = [`_${gate.randomness.hex(16)}`, gate.randomness.hex(32)]
  const now = gate.clock.now()
  const expiresAt = Math.floor(now / 1000) + requestSeconds
  const nameIdFormat = subject.from === 'nameId' ? subject.format : undefined
  const { acsUrl, intent } = gate
  const request: AuthnRequest = {
    id,
    issueInstant: now,
    destination: asked.location,
    issuer: intent.audience,
    acsUrl,
    ...(nameIdFormat === undefined ? {} : { nameIdFormat }),
  }
  const written =
    signedRequests === undefined
      ? writeAuthnRequest(request, asked.binding)
      : await signed(request, asked.binding, gate.keys)
  if ('ok' in written) return written
  const failed = await gate.requests.open(keyOf(entityId, id), digest(secret), expiresAt).then(
    () => undefined,
    (error: unknown) => unavailable(error),
  )
  if (failed !== undefined) return failed
  const response = written.binding === 'redirect' ? redirect(written.url) : postingPage(written)
  response.headers.set('set-cookie', cookie(cookieName(id), secret, requestSeconds))
  return response
}

async function signed(
  request: AuthnRequest,
  binding: WrittenRequest['binding'],
  keys: Keys,
): Promise<WrittenRequest | Refused> {
  const { octets, signedWith } = prepareAuthnRequest(request, binding)
  const answer = await keys.sign?.(octets)
  if (answer?.ok === true) return signedWith(Buffer.from(answer.value))
  const { operation, detail } = answer?.failure ?? { operation: 'Sign', detail: 'the gate has no signing key' }
  return refuse('signing-key-unavailable', `${operation}: ${detail}`)
}

/**
 * Judges whether a verified assertion may be brought by this browser: as the answer to a request of ours, which is taken away
 * with it, or unsolicited where the identity provider's settings say so by name.
 * @param inResponseTo from the assertion, never from the response around it
 */
export async function correlate(
  inResponseTo: string | undefined,
  headers: Headers,
  provider: IdentityProvider,
  gate: Gate,
): Promise<Correlated> {
  if (inResponseTo === undefined) {
    if (provider.unsolicited === 'accepted') return checkOrigin(headers.get('origin'), provider)
    return refuse('unsolicited-response', `\`${provider.name}\` has no \`unsolicited: accepted\``)
  }
  if (provider.signInRequests === undefined) {
    return refuse('in-response-to-unexpected', 'the assertion carries InResponseTo')
  }
  if (!/^_[0-9a-f]{32}$/.test(inResponseTo)) return refuse('request-unknown', 'InResponseTo is no id of ours')
  const name = cookieName(inResponseTo)
  const secrets = cookiesNamed(name, headers.get('cookie'))
  const [secret] = secrets
  if (secret === undefined || secrets.length > 1) {
    return refuse('request-unknown', `${inResponseTo}: the browser brought ${secrets.length} cookies of the request`)
  }
  const key = keyOf(provider.entityId, inResponseTo)
  const taken = await gate.requests.take(key, digest(secret)).catch(unavailable)
  if (typeof taken === 'object') return taken
  if (taken === 'taken') return { ok: true, answered: name }
  return refuse('request-unknown', `${inResponseTo}: answered before, expired, or made for another browser`)
}

/** Makes the browser forget a cookie. */
export function forget(name: string): string {
  return cookie(name, '', 0)
}

/** The identity provider's POST comes from another site, so the cookie must be `SameSite=None` (row 4.16). */
function cookie(name: string, value: string, seconds: number): string {
  return `${name}=${value}; Max-Age=${seconds}; Path=/; Secure; HttpOnly; SameSite=None`
}

/** A name for each request: a second tab does not disturb the first. */
function cookieName(id: string): string {
  return `${cookiePrefix}${id.slice(1)}`
}

function cookiesNamed(name: string, header: string | null): readonly string[] {
  const parts = (header ?? '').split(';').map((part) => part.trim())
  return parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1))
}

/** The prefix keeps requests apart from claimed assertions in one table, and lets IAM tell them apart. */
function keyOf(entityId: string, id: string): string {
  return `request#${digest(JSON.stringify([entityId, id]))}`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function unavailable(error: unknown): Refused {
  return refuse('request-store-unavailable', error instanceof Error ? `${error.name}: ${error.message}` : 'no answer')
}
