/** From a declaration's path to the Intent: the one place where the declaration's files are read. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type DeclarationError, errorText, readDeclaration, readDeclarationObject } from '@studio-gate/declaration'
import type { Intent } from '@studio-gate/policy'
import { type IdpMetadata, readIdpMetadata } from '@studio-gate/saml'
import { judgeAge, judgeCertificates } from './certificates.ts'
import { shownPath } from './shown-path.ts'
import type { Terminal } from './terminal.ts'
import { Trouble } from './trouble.ts'

const repository = join(import.meta.dirname, '../../..')

/** The declaration that the commands take unless `--declaration` names one. */
export const exampleDeclaration = join(repository, 'examples/demo/studio-gate.yaml')

/** As given, or `studio-gate.yaml` of the current folder, or the example. */
export function declarationPath(given: string | undefined): string {
  if (given !== undefined) return resolve(given)
  const own = resolve('studio-gate.yaml')
  return existsSync(own) ? own : exampleDeclaration
}

/**
 * Reads the declaration and what it names. `metadata`, where given, stands in for the first identity provider's file.
 * Warnings are noted on the terminal. Throws `Trouble` with all errors of the file.
 */
export async function loadDeclaration(path: string, terminal: Terminal, metadata?: string): Promise<Intent> {
  const shown = shownPath(path)
  const metadataRead: IdpMetadata[] = []
  const reading = {
    readMetadata: (xml: string) => {
      const result = readIdpMetadata(xml)
      if (result.ok) metadataRead.push(result.metadata)
      return result
    },
    readFile: metadataFiles(dirname(path), metadata),
  }
  const read = /\.[cm]?[jt]s$/.test(path)
    ? readDeclarationObject(await defaultExport(path), shown, reading)
    : readDeclaration(textOf(path), shown, reading)
  if (!read.ok) throw declarationTrouble(read.errors, shown)
  for (const warning of read.warnings) terminal.note(`note: ${errorText(warning)}`)
  const now = Date.now()
  for (const warning of [
    ...judgeCertificates(read.intent.identityProviders, shown, now),
    ...judgeAge(metadataRead, now),
  ]) {
    terminal.note(`note: ${warning}`)
  }
  return read.intent
}

async function defaultExport(path: string): Promise<unknown> {
  const module: unknown = await import(pathToFileURL(path).href)
  if (typeof module === 'object' && module !== null && 'default' in module) return module.default
  throw new Trouble('the module has no default export', path, 'export the declaration as default')
}

/** The error for a folder comes without its path. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { path }) : error
  }
}

/** The files that a declaration names, which are asked for in its order. `first` stands in for the first one. */
function metadataFiles(folder: string, first: string | undefined): (file: string) => string | undefined {
  let standIn = first
  return (file) => {
    const given = standIn
    standIn = undefined
    return given ?? contentOf(resolve(folder, file))
  }
}

/** Absent is a first deployment; a file that is there and cannot be read is not. */
function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function declarationTrouble(errors: readonly DeclarationError[], file: string): Trouble {
  const [first, ...more] = errors.map(({ message, file: name, line, column, path, fix }) => ({
    message,
    where: `${line === 0 ? name : `${name}:${line}:${column}`}${path === '' ? '' : ` (${path})`}`,
    fix,
  }))
  if (first === undefined) return new Trouble('the declaration cannot be read', file, 'compare it with the example')
  const rest = more.map(
    ({ message, where, fix }) => `\nwhat went wrong: ${message}\nwhere: ${where}\nwhat to do: ${fix}`,
  )
  return new Trouble(first.message, first.where, [first.fix, ...rest].join(''))
}
