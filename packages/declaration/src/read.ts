import type { Intent } from '@studio-gate/policy'
import { check } from './check.ts'
import type { Settings } from './declaration.ts'
import { intentOf } from './intent.ts'
import { judgeAccess } from './judge/access.ts'
import { judgeAdministrators } from './judge/administrators.ts'
import { judgeBeginnings } from './judge/beginnings.ts'
import { judgeNames } from './judge/names.ts'
import { judgeNetworks } from './judge/networks.ts'
import { judgeProfiles } from './judge/profiles.ts'
import { type Reading, readAllMetadata } from './metadata.ts'
import { collect, type DeclarationError, type DeclarationWarning, type Places, type Report } from './problem.ts'
import { parseYaml } from './yaml.ts'

/** Either the intent, or everything to change before there can be one. */
export type ReadDeclaration =
  | { readonly ok: true; readonly intent: Intent; readonly warnings: readonly DeclarationWarning[] }
  | { readonly ok: false; readonly errors: readonly DeclarationError[] }

/**
 * Reads a declaration in YAML (or JSON, which is YAML).
 * @param file name for messages; `readFile` is asked for paths relative to it
 */
export function readDeclaration(text: string, file: string, reading: Reading): ReadDeclaration {
  return read(file, reading, (places, report) => parseYaml(text, places, report))
}

/** Reads a declaration that a program made, such as the default export of a file that calls `defineDeclaration`. The same checks apply. */
export function readDeclarationObject(declaration: unknown, file: string, reading: Reading): ReadDeclaration {
  return read(file, reading, () => declaration)
}

function read(file: string, reading: Reading, parse: (places: Places, report: Report) => unknown): ReadDeclaration {
  const places: Places = new Map()
  const { errors, warnings, report } = collect(file, places)
  const value = parse(places, report)
  const settings = errors.length > 0 ? undefined : check(value, places, report)
  if (settings === undefined || errors.length > 0) return { ok: false, errors: inOrder(errors) }
  judgeNames(settings, report)
  judgeNetworks(settings.networks, report)
  judgeBeginnings(settings.identityProviders, report)
  judgeAdministrators(settings, report)
  if (errors.length === 0) judgeAccess(settings, report)
  if (errors.length === 0) judgeProfiles(settings, report)
  const metadata = readAllMetadata(settings.identityProviders, reading, report)
  warnOfProfilesToCome(settings, metadata, report)
  if (errors.length > 0) return { ok: false, errors: inOrder(errors) }
  return { ok: true, intent: intentOf(settings, metadata), warnings: inOrder(warnings) }
}

const inOrder = (problems: readonly DeclarationError[]): readonly DeclarationError[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column)

function warnOfProfilesToCome(settings: Settings, metadata: ReadonlyMap<string, unknown>, report: Report): void {
  for (const [index, profile] of settings.profiles.entries()) {
    const provider = settings.rules.find(({ name }) => name === profile.rule)?.identityProvider
    if (provider === undefined || metadata.has(provider)) continue
    report.warning(
      `profiles[${index}]`,
      `the profile of \`${profile.subject}\` waits for the metadata of \`${provider}\`, which its owner tag is made from`,
      'nothing to do: it is made by the deployment after the metadata file is there',
    )
  }
}
