/**
 * A whole sign-in on one page, from Request to Response. The order matters: what is verified comes first, then a request that
 * it answers is taken away, then what only judges, then the assertion is claimed once and for all, and only after that is
 * anything created or minted.
 */
import { createHash } from 'node:crypto'
import { ownerTags, profileName } from '@studio-gate/policy'
import { beginVerification, claimedIssuer, type Sealed } from '@studio-gate/saml'
import { authenticationEvent, type Trail } from './audit.ts'
import { readForm } from './form.ts'
import { mint, mintOrder } from './minting.ts'
import type { SignInNetwork } from './network.ts'
import { redirect, refusalPage } from './pages.ts'
import { readPerson } from './person.ts'
import type { Keys } from './ports.ts'
import { ensureProfile } from './profiles.ts'
import { type Refusal, refuse } from './refusals.ts'
import { chooseRule } from './rules.ts'
import type { Gate } from './settings.ts'
import { correlate, forget } from './sign-in-request.ts'

type Outcome = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly refusal: Refusal }

async function attempt(request: Request, network: SignInNetwork, gate: Gate, trail: Trail): Promise<Outcome> {
  const anyTrusted = [...gate.providers.values()].find(({ trust }) => trust !== undefined)
  if (anyTrusted === undefined) {
    return refuse('no-identity-provider', 'no identity provider of the declaration has a certificate')
  }
  const form = await readForm(request)
  if (!form.ok) return form

  // The claim only picks whose key to verify with; if it lies, verification fails. Where no issuer can be read, verification
  // fails under any key, and says why.
  const issuer = claimedIssuer(form.samlResponse)
  const known = issuer === undefined ? anyTrusted : gate.providers.get(issuer)
  if (known === undefined) return refuse('identity-provider-unknown', `issuer \`${issuer}\``)
  const { provider, trust } = known
  const { name, entityId } = provider
  if (issuer !== undefined) trail.identityProvider = { name, entityId, verified: false }
  if (trust === undefined) return refuse('no-identity-provider', `\`${name}\` has no certificates`)

  const begun = beginVerification(form.samlResponse, trust, gate.clock.now())
  const unwrapped = 'finish' in begun ? await unwrap(begun, gate.keys) : undefined
  if (unwrapped?.ok === false) return unwrapped
  const verdict = 'finish' in begun ? begun.finish(unwrapped?.key) : begun
  if (!verdict.ok) return refuse(verdict.refusal.code, `${verdict.refusal.check}: ${verdict.refusal.detail}`)
  const { assertion } = verdict
  trail.identityProvider = { name, entityId, verified: true }
  trail.assertionId = assertion.id

  const brought = await correlate(assertion.inResponseTo, request.headers, provider, gate)
  if (!brought.ok) return brought
  if (brought.answered !== undefined) trail.answered = { requestId: assertion.inResponseTo, cookie: brought.answered }

  const read = readPerson(assertion, provider, gate.intent.audience)
  if (!read.ok) return read
  const { person } = read
  trail.person = person

  const choice = chooseRule(person, network.sourceIp, gate.rules)
  if (!choice.ok) return choice
  const { chosen } = choice
  trail.chosen = chosen

  const suffix = chosen.rule.profileSuffix
  const owner = {
    identityProvider: provider.name,
    subject: person.subject,
    ...(suffix === undefined ? {} : { suffix }),
  }
  const named = profileName(owner, gate.intent.identityProviders.length)
  if (!named.ok) return refuse('person-unusable', named.reason)
  trail.profileName = named.name

  const claim = await claimOnce(assertion.issuer, assertion.id, assertion.notOnOrAfter, gate)
  if (!claim.ok) return claim

  const { domainId, executionRoleArn } = chosen
  const tags = ownerTags(provider.entityId, person.subject)
  const ready = await ensureProfile(
    { domainId, name: named.name, executionRole: executionRoleArn, tags },
    gate.profiles,
    gate.clock,
  )
  if (!ready.ok) return ready

  const { sessionNotOnOrAfter } = assertion
  const login = { chosen, profileName: named.name, sessionNotOnOrAfter, urlSeconds: gate.intent.urlSeconds }
  const order = mintOrder(login, gate.place, gate.clock.now())
  trail.sessionSeconds = order.sessionSeconds
  return mint(order, gate.place, gate.minting)
}

/** One refusal for all that can go wrong, the same as for a key that decrypts to nonsense; why is for the operator alone. */
async function unwrap({ wrappedKey, oaep }: Sealed, keys: Keys) {
  const answer = await keys.unwrap?.(wrappedKey, oaep)
  if (answer?.ok === true) return { ok: true, key: Buffer.from(answer.value) } as const
  const { operation, detail } = answer?.failure ?? { operation: 'Decrypt', detail: 'the gate has no decryption key' }
  return refuse('decryption-failed', `${operation}: ${detail}`)
}

/**
 * The largest skew that a declaration can name, whichever it names now: a deployment that widens it, or a table whose clock
 * is ahead, must not find a claim gone while the assertion is still accepted.
 */
const largestSkewSeconds = 180

/** One use of an assertion, remembered for as long as it could be accepted (SAML Profiles 4.1.4.5). */
async function claimOnce(issuer: string, id: string, notOnOrAfter: number, gate: Gate) {
  const key = createHash('sha256')
    .update(JSON.stringify([issuer, id]))
    .digest('hex')
  const expiresAt = Math.ceil(notOnOrAfter / 1000) + largestSkewSeconds
  const claimed = await gate.replay.claim(key, expiresAt).catch((error: unknown) => error)
  if (claimed === 'claimed') return { ok: true } as const
  if (claimed === 'seen') return refuse('replayed', 'the assertion id was claimed before')
  return refuse(
    'replay-store-unavailable',
    claimed instanceof Error ? `${claimed.name}: ${claimed.message}` : 'no answer',
  )
}

/** Exactly one audit event per attempt, written before the answer leaves: no record, no entry. */
export async function signIn(request: Request, network: SignInNetwork, gate: Gate): Promise<Response> {
  const trail: Trail = {}
  const outcome = await attempt(request, network, gate, trail).catch(
    (error: unknown): Outcome => refuse('internal-error', frames(error)),
  )
  try {
    gate.audit.record(authenticationEvent(outcome, trail, network, gate.clock.now()))
  } catch {
    return page(refuse('internal-error', 'the audit event could not be recorded').refusal, request, network, gate)
  }
  const response = outcome.ok ? redirect(outcome.url) : page(outcome.refusal, request, network, gate)
  if (trail.answered !== undefined) response.headers.set('set-cookie', forget(trail.answered.cookie))
  return response
}

function page(refusal: Refusal, request: Request, network: SignInNetwork, gate: Gate): Response {
  const facts =
    refusal.code === 'no-identity-provider' ? { 'ACS URL': gate.acsUrl, Audience: gate.intent.audience } : {}
  return refusalPage(refusal, { accept: request.headers.get('accept'), supportId: network.requestId, facts })
}

/** Where a defect is, without its message, which could quote an assertion. */
function frames(error: unknown): string {
  if (!(error instanceof Error)) return 'something other than an error was thrown'
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [error.name, ...at.slice(0, 5).map((line) => line.trim())].join(' ')
}
