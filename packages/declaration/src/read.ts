import type { Intent } from '@studio-gate/policy'
import { check } from './check.ts'
import { type Declaration, defaults } from './declaration.ts'
import { intentOf } from './intent.ts'
import { judgeAccess } from './judge/access.ts'
import { judgeNames } from './judge/names.ts'
import { judgeNetworks } from './judge/networks.ts'
import { judgeProfiles } from './judge/profiles.ts'
import { type Reading, readAllMetadata } from './metadata.ts'
import { type Node, nodeOf } from './node.ts'
import { collect, type DeclarationError, type DeclarationWarning, type Place, type Report } from './problem.ts'
import { declaration as declarationShape } from './settings.ts'
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
  return read(file, reading, (report) => parseYaml(text, report))
}

/** Reads a declaration that a program made, such as the default export of a file that calls `defineDeclaration`. The same checks apply. */
export function readDeclarationObject(declaration: unknown, file: string, reading: Reading): ReadDeclaration {
  return read(file, reading, () => nodeOf(declaration))
}

function read(file: string, reading: Reading, parse: (report: Report) => Node | undefined): ReadDeclaration {
  const places = new Map<string, Place>()
  const { errors, warnings, report } = collect(file, places)
  const node = parse(report)
  if (node === undefined || errors.length > 0) return { ok: false, errors }
  // The table of settings is held in step with the type by `record<T>`; a value that fits the table is of the type.
  const declaration = check(node, declarationShape, '', { report, places }) as Declaration
  if (errors.length > 0) return { ok: false, errors: inOrder(errors) }
  judgeNames(declaration, declaration.domains ?? defaults.domains, report)
  judgeNetworks(declaration.networks, report)
  if (errors.length === 0) judgeAccess(declaration, report)
  if (errors.length === 0) judgeProfiles(declaration, report)
  const metadata = readAllMetadata(declaration.identityProviders, reading, report)
  warnOfProfilesToCome(declaration, metadata, report)
  if (errors.length > 0) return { ok: false, errors: inOrder(errors) }
  return { ok: true, intent: intentOf(declaration, metadata), warnings: inOrder(warnings) }
}

const inOrder = (problems: readonly DeclarationError[]): readonly DeclarationError[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column)

function warnOfProfilesToCome(declaration: Declaration, metadata: ReadonlyMap<string, unknown>, report: Report): void {
  for (const [index, profile] of (declaration.profiles ?? []).entries()) {
    const provider = declaration.rules.find(({ name }) => name === profile.rule)?.identityProvider
    if (provider === undefined || metadata.has(provider)) continue
    report.warning(
      `profiles[${index}]`,
      `the profile of \`${profile.subject}\` waits for the metadata of \`${provider}\`, which its owner tag is made from`,
      'nothing to do: it is made by the deployment after the metadata file is there',
    )
  }
}
