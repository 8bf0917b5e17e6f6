/** Which line of the declaration applies to this person here. Deny wins; among allows the order of the file decides. */
import type { AllowRule, DenyRule, Network, Rule } from '@studio-gate/policy'
import { mayOverlap, presence } from './networks.ts'
import type { Person } from './person.ts'
import { type Refusal, refuse } from './refusals.ts'

/** A rule with everything it names looked up at start-up, so that nothing can be missing at a sign-in. */
export interface ResolvedAllow {
  readonly rule: AllowRule
  readonly networks: readonly Network[]
  readonly domainId: string
  readonly mintingRoleArn: string
  readonly executionRoleArn: string
}

export interface ResolvedDeny {
  readonly rule: DenyRule
  readonly networks: readonly Network[]
}

export interface ResolvedRules {
  readonly allow: readonly ResolvedAllow[]
  readonly deny: readonly ResolvedDeny[]
  /** All declared networks: what tells a person's address from a hop's. */
  readonly networks: readonly Network[]
}

type Choice = { readonly ok: true; readonly chosen: ResolvedAllow } | { readonly ok: false; readonly refusal: Refusal }

/**
 * Candidates are the allow rules for this person, in order, without those that a deny rule strikes out. The first that may
 * hold for the address is chosen: which minting role signs in, the walls then confine.
 */
export function chooseRule(person: Person, address: string, rules: ResolvedRules): Choice {
  const groupDeny = rules.deny.find(({ rule }) => isOf(person, rule) && rule.who.groups !== undefined)
  if (groupDeny !== undefined && person.groups === undefined) {
    return refuse(
      'groups-missing',
      `the deny rule \`${groupDeny.rule.name}\` names groups; the assertion has no groups attribute`,
    )
  }
  const mine = rules.allow.filter(({ rule }) => matches(person, rule))
  if (mine.length === 0) {
    const groups = person.groups === undefined ? 'no groups attribute' : `${person.groups.length} groups`
    return refuse('no-rule', `no allow rule for \`${person.identityProvider}\` matches; the assertion has ${groups}`)
  }
  const denies = rules.deny.filter(({ rule }) => matches(person, rule))
  const left = mine.filter((candidate) => !denies.some((deny) => strikes(deny, candidate)))
  if (left.length === 0) {
    const names = denies
      .filter((deny) => mine.some((candidate) => strikes(deny, candidate)))
      .map(({ rule }) => `\`${rule.name}\``)
    return refuse('denied-by-rule', `deny rule ${names.join(', ')}`)
  }
  const here = left.find(({ networks }) =>
    networks.some((network) => presence(address, network, rules.networks) !== 'no'),
  )
  if (here === undefined) {
    return refuse(
      'network-not-allowed',
      `\`${address}\` is in no network of ${left.map(({ rule }) => `\`${rule.name}\``).join(', ')}`,
    )
  }
  return { ok: true, chosen: here }
}

function isOf(person: Person, rule: Rule): boolean {
  return rule.who.identityProvider === person.identityProvider
}

/** An allow rule admits the very name of a group; a deny rule also stops what only looks like it: doubt is never a way in. */
function matches(person: Person, rule: Rule): boolean {
  if (!isOf(person, rule)) return false
  const { groups } = rule.who
  if (groups === undefined) return true
  if (rule.effect === 'allow') return groups.some((group) => person.groups?.includes(group) === true)
  const denied = new Set(groups.map(likeness))
  return person.groups?.some((group) => denied.has(likeness(group))) === true
}

/**
 * What names that look alike have in common: directories ignore case, and providers differ in Unicode form, in white space
 * around a value and in invisible characters. Not homoglyphs.
 */
function likeness(group: string): string {
  return group.normalize('NFKC').replace(/\p{C}/gu, '').trim().toLowerCase()
}

/**
 * A deny rule strikes out an allow rule for the same domain that reaches one of its networks, wherever the person is now:
 * a URL minted elsewhere would be usable there, since the minting role admits all of the allow rule's networks.
 */
function strikes(deny: ResolvedDeny, allow: ResolvedAllow): boolean {
  if (deny.rule.domain !== allow.rule.domain) return false
  return deny.networks.some((denied) => allow.networks.some((network) => mayOverlap(denied, network)))
}
