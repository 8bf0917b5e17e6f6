import type { AllowSettings, RuleSettings, Settings } from '../declaration.ts'
import { inList } from '../near.ts'
import type { Report } from '../problem.ts'

/** An allow rule with its place in the file. */
export interface Placed {
  readonly rule: AllowSettings
  readonly path: string
}

/** The allow rules of a file in order. */
export function allowRules(rules: readonly RuleSettings[]): readonly Placed[] {
  return rules.flatMap((rule, index) => (rule.effect === 'allow' ? [{ rule, path: `rules[${index}]` }] : []))
}

/** Judges what the rules give, one by one and together (design, section 2). Every name in them is known by now. */
export function judgeAccess(settings: Settings, report: Report): void {
  const allows = allowRules(settings.rules)
  if (allows.length === 0)
    report.warning('rules', 'no rule allows anything: the gate refuses everyone', 'add a rule with `effect: allow`')
  for (const [index, placed] of allows.entries()) {
    judgeReach(placed, settings, report)
    for (const earlier of allows.slice(0, index)) {
      if (sharesRole(earlier, placed, report)) break
      if (sharesProfile(earlier, placed, report)) break
      if (hides(earlier, placed, settings, report)) break
    }
  }
  judgeUnused(settings, report)
}

const networksOf = (rule: RuleSettings): readonly string[] => [...new Set(rule.from)].toSorted()

/** The gate is a private API: who has only the internet could use a Studio URL, but never get one. */
function judgeReach({ rule, path }: Placed, settings: Settings, report: Report): void {
  if (!rule.from.every((name) => settings.networks[name]?.publicCidr !== undefined)) return
  report.error(
    `${path}.from`,
    `\`${rule.name}\` names public networks only (${inList(networksOf(rule))}): its people could use Studio but never reach the ACS, which is private`,
    'add a network of kind `endpoint`, `vpc` or `privateCidr` from which they sign in',
  )
}

/** An execution role is confined to one domain and one set of networks, so it cannot serve a second pair. */
function sharesRole(earlier: Placed, later: Placed, report: Report): boolean {
  const [one, other] = [earlier.rule, later.rule]
  if (one.executionRole !== other.executionRole || samePair(one, other)) return false
  const pair = (rule: AllowSettings): string => `domain \`${rule.domain}\` from ${inList(networksOf(rule))}`
  report.error(
    `${later.path}.executionRole`,
    `\`${one.name}\` (${pair(one)}) and \`${other.name}\` (${pair(other)}) share the execution role \`${one.executionRole}\`, which can be confined to one domain and one set of networks only`,
    `declare a second execution role for \`${other.name}\`${mayBeOnePerson(one, other) ? ' and give the rule a `profileSuffix`' : ''}, or give both rules the same domain and networks`,
  )
  return true
}

const samePair = (one: AllowSettings, other: AllowSettings): boolean =>
  one.domain === other.domain && networksOf(one).join() === networksOf(other).join()

const mayBeOnePerson = (one: AllowSettings, other: AllowSettings): boolean =>
  one.identityProvider === other.identityProvider &&
  one.domain === other.domain &&
  one.profileSuffix === other.profileSuffix

/**
 * One profile has one execution role. Where the later rule's networks all lie in the earlier's, the order decides for whoever matches
 * both; otherwise the place where such a person sits would decide, and the profile would need both roles.
 */
function sharesProfile(earlier: Placed, later: Placed, report: Report): boolean {
  const [one, other] = [earlier.rule, later.rule]
  if (one.executionRole === other.executionRole || !mayBeOnePerson(one, other) || within(other, one)) return false
  const profile = one.profileSuffix === undefined ? 'no `profileSuffix`' : `the profileSuffix \`${one.profileSuffix}\``
  report.error(
    `${later.path}.executionRole`,
    `\`${one.name}\` and \`${other.name}\` have ${profile} and different execution roles (\`${one.executionRole}\`, \`${other.executionRole}\`): who matches both would hold one profile in domain \`${one.domain}\` with two execution roles`,
    `give \`${other.name}\` a \`profileSuffix\` of its own, or give both rules the same execution role, domain and networks`,
  )
  return true
}

const within = (inner: RuleSettings, outer: RuleSettings): boolean =>
  inner.from.every((name) => outer.from.includes(name))

/** The first rule that fits decides, so one that fits only where an earlier one does never applies. */
function hides(earlier: Placed, later: Placed, settings: Settings, report: Report): boolean {
  const [one, other] = [earlier.rule, later.rule]
  const everyone = one.groups === undefined || (other.groups?.every((group) => one.groups?.includes(group)) ?? false)
  const struck = settings.rules.some(
    (rule) => rule.effect === 'deny' && rule.identityProvider === one.identityProvider && rule.domain === one.domain,
  )
  if (one.identityProvider !== other.identityProvider || !everyone || !within(other, one) || struck) return false
  report.warning(
    later.path,
    `\`${other.name}\` never applies: \`${one.name}\` stands before it and fits whenever it does`,
    'put it first, or remove it',
  )
  return true
}

function judgeUnused(settings: Settings, report: Report): void {
  const { rules } = settings
  const used = {
    identityProviders: rules.map((rule) => rule.identityProvider),
    networks: rules.flatMap((rule) => rule.from),
    domains: rules.map((rule) => rule.domain),
    executionRoles: allowRules(rules).map(({ rule }) => rule.executionRole),
  }
  for (const section of ['identityProviders', 'networks', 'domains', 'executionRoles'] as const) {
    for (const name of Object.keys(settings[section])) {
      if (used[section].includes(name)) continue
      report.warning(`${section}.${name}`, `\`${name}\` is in no rule`, 'use it in a rule, or remove it')
    }
  }
}
