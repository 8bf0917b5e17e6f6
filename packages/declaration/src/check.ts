import type { z } from 'zod'
import type { Settings } from './declaration.ts'
import { choose, inList, nearest } from './near.ts'
import type { Places, Report } from './problem.ts'
import { allow, declaration, name, nameSays } from './settings.ts'
import { asWritten, discriminatorOf, inWords, isMap, messageOf } from './wording.ts'

/**
 * Checks a value against the table of settings, reporting everything that does not fit. Returns the settings with every default filled in;
 * with a report they are of no use.
 */
export function check(value: unknown, places: Places, report: Report): Settings | undefined {
  const { data, error } = declaration.safeParse(value, saying)
  tell((error?.issues ?? []).flatMap(plain), places, report)
  for (const section of ['identityProviders', 'networks', 'domains', 'executionRoles'])
    if (isMap(value) && isMap(value[section])) checkNames(section, Object.keys(value[section]), places, report)
  return data
}

/** Apart from the values, because zod would leave out those of wrong names, and the name `__proto__` without a word. */
function checkNames(section: string, names: readonly string[], places: Places, report: Report): void {
  if (names.length === 0) report.error(section, 'found an empty map; allowed: at least one name', 'add one')
  for (const key of names.filter((key) => !name.safeParse(key).success)) {
    const path = join(section, key)
    const message = `found the name \`${key}\`; allowed: ${nameSays}`
    report.error(path, message, 'choose another name', places.get(path)?.key)
  }
}

const saying = { error: messageOf, reportInput: true }

/** Extends a path by a key. */
export const join = (path: string, key: PropertyKey): string =>
  typeof key === 'number' ? `${path}[${key}]` : path === '' ? String(key) : `${path}.${String(key)}`

const pathOf = (keys: readonly PropertyKey[]): string => keys.reduce<string>(join, '')

/** Takes the issues of a union's member in place of the union's, where it is plain which member was meant. */
function plain(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const within = (path: readonly PropertyKey[], issues: readonly z.core.$ZodIssue[]) =>
    issues.flatMap(plain).map((inner) => ({ ...inner, path: [...path, ...inner.path] }))
  // A misspelt `effect` is told from a missing one by the keys that every rule shares.
  if (issue.discriminator !== undefined && discriminatorOf(issue) === undefined)
    return within(issue.path.slice(0, -1), allow.safeParse(issue.input, saying).error?.issues ?? [])
  const ofOtherType = ({ path, code }: z.core.$ZodIssue): boolean =>
    path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')
  const meant = issue.errors.find((issues) => !issues.some(ofOtherType))
  return meant === undefined ? [issue] : within(issue.path, meant)
}

function tell(issues: readonly z.core.$ZodIssue[], places: Places, report: Report): void {
  /** By record: the known words that its unknown keys were probably meant to be. */
  const meant = new Map<string, readonly (string | undefined)[]>()
  for (const issue of issues)
    if (issue.code === 'unrecognized_keys')
      meant.set(
        pathOf(issue.path),
        issue.keys.map((key) => nearest(key, issue.message.split('\n'))),
      )
  const told = new Set<string>()
  for (const issue of issues) {
    const path = pathOf(issue.path)
    // What else zod finds at a place follows from the first.
    if (told.has(path)) continue
    told.add(path)
    const lines = issue.message.split('\n')
    const [allowed, fix = ''] = lines
    const key = issue.path.at(-1)
    if (issue.code === 'unrecognized_keys') {
      for (const word of issue.keys) {
        const message = `found the unknown key \`${word}\`; allowed: ${inList(lines)}`
        report.error(join(path, word), message, choose(word, lines), places.get(join(path, word))?.key)
      }
    } else if (issue.input === undefined && typeof key === 'string') {
      const record = pathOf(issue.path.slice(0, -1))
      // A misspelt key is told where it stands; that it is missing as well is no second mistake.
      if (!meant.get(record)?.includes(key))
        report.error(record, `\`${key}\` is missing`, `add \`${key}:\` (${allowed})`)
    } else {
      const value = issue.code === 'invalid_union' && issue.discriminator ? discriminatorOf(issue) : issue.input
      const written = places.get(path)?.written ?? String(value)
      const found = issue.code === 'custom' ? issue.params?.found : undefined
      const message = `found ${found ?? inWords(value, written)}; allowed: ${allowed}`
      report.error(
        path,
        message,
        fix.replace(asWritten, () => written),
      )
    }
  }
}
