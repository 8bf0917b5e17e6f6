import { join } from '../check.ts'
import type { Settings } from '../declaration.ts'
import { choose, inList } from '../near.ts'
import type { Report } from '../problem.ts'

/** Judges what names lead to: every reference, names given twice, and one thing under two names. */
export function judgeNames(settings: Settings, report: Report): void {
  const mustBe = (name: string, known: readonly string[], what: string, path: string): void => {
    if (known.includes(name)) return
    const allowed = known.length === 0 ? 'none is declared' : inList(known)
    const fix = known.length === 0 ? `declare the ${what}` : choose(name, known)
    report.error(path, `found \`${name}\`, which is no ${what} of this file; allowed: ${allowed}`, fix)
  }
  const providers = Object.keys(settings.identityProviders)
  for (const [index, rule] of settings.rules.entries()) {
    const path = `rules[${index}]`
    mustBe(rule.identityProvider, providers, 'identity provider', join(path, 'identityProvider'))
    mustBe(rule.domain, Object.keys(settings.domains), 'domain', join(path, 'domain'))
    for (const [position, network] of rule.from.entries()) {
      mustBe(network, Object.keys(settings.networks), 'network', `${path}.from[${position}]`)
      if (rule.from.indexOf(network) !== position)
        report.warning(`${path}.from[${position}]`, `\`${network}\` stands there twice`, 'remove one')
    }
    if (rule.effect === 'allow')
      mustBe(rule.executionRole, Object.keys(settings.executionRoles), 'execution role', join(path, 'executionRole'))
    const provider = Object.hasOwn(settings.identityProviders, rule.identityProvider)
      ? settings.identityProviders[rule.identityProvider]
      : undefined
    if (rule.groups !== undefined && provider !== undefined && provider.groupsAttribute === undefined)
      report.error(
        join(path, 'groups'),
        `\`${rule.name}\` names groups, and \`${rule.identityProvider}\` does not say which attribute holds them`,
        `add \`groupsAttribute:\` to \`${rule.identityProvider}\``,
      )
  }
  judgeTwice(settings, report)
  judgeAlike(settings, report)
}

/** Statement ids and logical ids hold letters and digits only: what differs in hyphens alone would be one there. */
function judgeAlike({ networks, domains, executionRoles }: Settings, report: Report): void {
  for (const [section, values] of Object.entries({ networks, domains, executionRoles })) {
    const names = Object.keys(values)
    const words = (name: string) => name.replaceAll(/(^|-+)(\w)/g, (_, __, first: string) => first.toUpperCase())
    for (const [index, name] of names.entries()) {
      const first = names.findIndex((other) => words(other) === words(name))
      if (first === index) continue
      report.error(
        `${section}.${name}`,
        `\`${name}\` and \`${names[first]}\` differ in hyphens only`,
        'choose names that differ in letters or digits',
      )
    }
  }
}

function judgeTwice(settings: Settings, report: Report): void {
  const names = settings.rules.map(({ name }) => name)
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index)
      report.error(`rules[${index}].name`, `two rules have the name \`${name}\``, 'give each rule a name of its own')
  }
  // Execution roles that the deployment makes are different ones; a domain it makes is one.
  const arns = Object.fromEntries(Object.entries(settings.executionRoles).filter(([, role]) => role !== 'deployed'))
  for (const [section, values] of [
    ['domains', settings.domains],
    ['executionRoles', arns],
  ] as const) {
    for (const [name, value] of Object.entries(values)) {
      const first = Object.keys(values).find((other) => values[other] === value)
      if (first === undefined || first === name) continue
      report.error(
        `${section}.${name}`,
        `\`${name}\` and \`${first}\` are both \`${value}\``,
        'declare it once, and use that name in the rules',
      )
    }
  }
}
