/**
 * Every name that template and gate must derive alike: minting roles, execution roles, user profiles, owner tags.
 * Template and gate agree because both call these functions; nothing is typed twice.
 */
import { hash } from 'node:crypto'
import type { AllowRule, IdentityProvider, Intent } from './intent.ts'
import type { GateKey, MintingPair } from './walls.ts'

/** IAM's limit for role names (iam:CreateRole). */
const roleNameLimit = 64
/** SageMaker's limit for user profile names (row 5.13). */
const profileNameLimit = 63

function digest(text: string, characters: number): string {
  return hash('sha256', text).slice(0, characters)
}

/** Keeps a name inside a limit: a longer one ends in a digest of the whole, so that different names stay different. */
function within(limit: number, name: string): string {
  return name.length <= limit ? name : `${name.slice(0, limit - 11)}-${digest(name, 10)}`
}

export function allowRules(intent: Intent): readonly AllowRule[] {
  return intent.rules.filter((rule) => rule.effect === 'allow')
}

/** The identity providers that the gate sends browsers to: each has a route `GET /login/<name>`. */
export function requestingProviders(intent: Intent): readonly IdentityProvider[] {
  return intent.identityProviders.filter(({ signInRequests }) => signInRequests !== undefined)
}

/** The keys that some identity provider asks for; the deployment makes no others. */
export function gateKeys({ identityProviders }: Intent): readonly GateKey[] {
  return [
    ...(identityProviders.some(({ encryptedAssertions }) => encryptedAssertions) ? (['decryption'] as const) : []),
    ...(identityProviders.some(({ signedRequests }) => signedRequests) ? (['signing'] as const) : []),
  ]
}

/** The pair that a rule's logins are minted for. */
export function mintingPairOf(rule: AllowRule): MintingPair {
  const networks = [...new Set(rule.from)].sort()
  return { key: [rule.domain, ...networks].join('-'), domain: rule.domain, networks }
}

/**
 * The distinct pairs of domain and networks among the allow rules, in the order of the file: one minting role each,
 * because only a role's own policy is documented to be enforced when Studio is used (row 1.13, UNKNOWN row 1.26).
 */
export function mintingPairs(intent: Intent): readonly MintingPair[] {
  const pairs = new Map<string, MintingPair>()
  for (const rule of allowRules(intent)) {
    const pair = mintingPairOf(rule)
    pairs.set(JSON.stringify([pair.domain, pair.networks]), pair)
  }
  return [...pairs.values()]
}

/** At most 64 characters. Domain and network names cannot hold a slash, so the digest tells apart what hyphens would join. */
export function mintingRoleName(stackName: string, pair: MintingPair): string {
  const suffix = digest(JSON.stringify([stackName, pair.domain, pair.networks]), 6)
  return `${within(roleNameLimit - 7, `${stackName}-mint-${pair.key}`)}-${suffix}`
}

export function executionRoleName(stackName: string, name: string): string {
  return within(roleNameLimit, `${stackName}-execution-${name}`)
}

/** The gate's function: its name is derived so that minting roles can trust it before it exists. */
export function functionName(stackName: string): string {
  return within(roleNameLimit, `${stackName}-gate`)
}

/** The role of that function: named, so that the service control policy can spare it before it exists. */
export function functionRoleName(stackName: string): string {
  return within(roleNameLimit, `${stackName}-gate-function`)
}

/** Whose profile: the parts that a profile name is made of, and that its owner tags record. */
export interface ProfileOwner {
  /** Name of the identity provider in the declaration. */
  readonly identityProvider: string
  readonly subject: string
  readonly suffix?: string
}

/**
 * The user profile name of a person: at most 63 characters, lower case, letters, digits and inner hyphens (row 5.13).
 *
 * Injective for a given declaration. Profile names are not case sensitive while policies are (row 3.21), so only a
 * lower-case legal subject passes unchanged; every other is written as `x--` and each byte outside `a-z0-9` as a hyphen
 * and two hex digits (`Al@x` is `x---41l-40x`); one that would be too long is `h--`, its first letters and a digest.
 * A double hyphen stands between the parts (identity provider, where there are several; subject; suffix) and never
 * within one.
 */
export function profileName(
  owner: ProfileOwner,
  identityProviders: number,
): { readonly ok: true; readonly name: string } | { readonly ok: false; readonly reason: string } {
  if (owner.subject === '') return { ok: false, reason: 'the subject is empty' }
  const frame = (body: string) =>
    [...(identityProviders > 1 ? [owner.identityProvider] : []), body, ...(owner.suffix ? [owner.suffix] : [])].join(
      '--',
    )
  const name = frame(passesUnchanged(owner.subject) ? owner.subject : `x--${escaped(owner.subject)}`)
  if (name.length <= profileNameLimit) return { ok: true, name }
  const letters = owner.subject
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 12)
  const short = frame(`h--${letters}${letters && '-'}${digest(owner.subject, 26)}`)
  if (short.length <= profileNameLimit) return { ok: true, name: short }
  return {
    ok: false,
    reason: `identity provider name and profile suffix leave no room in ${profileNameLimit} characters: shorten one`,
  }
}

function passesUnchanged(subject: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(subject) && subject !== 'x' && subject !== 'h'
}

function escaped(subject: string): string {
  return [...Buffer.from(subject, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      return /[a-z0-9]/.test(character) ? character : `-${byte.toString(16).padStart(2, '0')}`
    })
    .join('')
}

/** Says of which stack's gate a resource is, where its id is known to the deployment alone. */
export const stackTagKey = 'studio-gate:stack'

export const ownerTagKeys = {
  identityProvider: 'studio-gate:identity-provider',
  subject: 'studio-gate:subject',
} as const

/** Tags that say whose profile it is; compared before minting. Tag values admit few characters, so others are digested. */
export function ownerTags(entityId: string, subject: string): Readonly<Record<string, string>> {
  return { [ownerTagKeys.identityProvider]: tagValue(entityId), [ownerTagKeys.subject]: tagValue(subject) }
}

function tagValue(text: string): string {
  const legal = /^[a-zA-Z0-9 _.:/=+\-@]{1,256}$/.test(text) && text.trim() === text && !text.startsWith('sha256:')
  return legal ? text : `sha256:${digest(text, 64)}`
}
