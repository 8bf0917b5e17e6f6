import { profileName } from '@studio-gate/policy'
import type { Settings } from '../declaration.ts'
import { choose, inList } from '../near.ts'
import type { Report } from '../problem.ts'
import { allowRules } from './access.ts'

/** A subject whose profile name is as long as one can get (row 5.13 gives the limit). */
const longestSubject = 'A'.repeat(200)

/** Judges user profiles: that every person's profile name fits, and that declared profiles belong to a rule and are different ones. */
export function judgeProfiles(settings: Settings, report: Report): void {
  const allows = allowRules(settings.rules)
  const providers = Object.keys(settings.identityProviders).length
  for (const { rule, path } of allows) {
    const suffix = rule.profileSuffix === undefined ? {} : { suffix: rule.profileSuffix }
    const named = profileName(
      { identityProvider: rule.identityProvider, subject: longestSubject, ...suffix },
      providers,
    )
    if (!named.ok)
      report.error(
        rule.profileSuffix === undefined ? `${path}.identityProvider` : `${path}.profileSuffix`,
        `profile names of \`${rule.name}\` would be too long: ${named.reason}`,
        'shorten the name of the identity provider or the `profileSuffix`',
      )
  }
  const seen = new Map<string, string>()
  for (const [index, profile] of settings.profiles.entries()) {
    const path = `profiles[${index}]`
    const rule = allows.find((allow) => allow.rule.name === profile.rule)?.rule
    if (rule === undefined) {
      const names = allows.map((allow) => allow.rule.name)
      const denies = settings.rules.some(({ name }) => name === profile.rule)
      report.error(
        `${path}.rule`,
        `found \`${profile.rule}\`, which is ${denies ? 'a deny rule' : 'no rule of this file'}; allowed: ${inList(names)}`,
        choose(profile.rule, names),
      )
      continue
    }
    const key = JSON.stringify([rule.domain, rule.identityProvider, profile.subject, rule.profileSuffix])
    const first = seen.get(key)
    if (first === undefined) seen.set(key, path)
    else
      report.error(
        path,
        `the same profile as ${first}: \`${profile.subject}\` in domain \`${rule.domain}\``,
        'remove one of the two',
      )
  }
}
