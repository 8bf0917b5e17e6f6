/** The sources of the package as texts without types, and all places in them. */
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { API } from 'typescript/unstable/sync'
import type { Numbered } from './instrument.ts'
import { type Entry, placesOf } from './mutations.ts'

export const sourceFolder = join(import.meta.dirname, '../../src')

export interface Sources {
  /** By file name: the text with its types blanked. */
  readonly texts: ReadonlyMap<string, string>
  readonly mutations: readonly Numbered[]
  readonly entries: readonly (Entry & { readonly number: number })[]
  /** Names of constants that are made of another one, itself included. */
  readonly dependents: (constant: string) => ReadonlySet<string>
}

/** Reads the sources of a folder. */
export function readMutations(folder = sourceFolder): Sources {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
  const paths = files.map((file) => join(folder, file))
  const api = new API({ cwd: folder })
  try {
    const snapshot = api.updateSnapshot({ openFiles: paths })
    const texts = new Map<string, string>()
    const found = files.map((file, index) => {
      const path = paths[index] ?? ''
      const source = snapshot.getDefaultProjectForFile(path)?.program.getSourceFile(path)
      if (source === undefined) throw new Error(`no syntax tree of ${file}`)
      const text = stripTypeScriptTypes(readFileSync(path, 'utf8'), { mode: 'strip' })
      if (text.length !== source.text.length) throw new Error(`positions moved in ${file}`)
      texts.set(file, text)
      return placesOf(file, source, text)
    })
    const constants = new Map(found.flatMap((one) => [...one.constants]))
    return {
      texts,
      mutations: found.flatMap((one) => one.mutations).map((one, number) => ({ ...one, number })),
      entries: found.flatMap((one) => one.entries).map((one, number) => ({ ...one, number })),
      dependents: (constant) => dependentsOf(constant, constants),
    }
  } finally {
    api.close()
  }
}

function dependentsOf(constant: string, constants: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set([constant])
  // Sets are walked in the order of insertion, members added on the way included.
  for (const one of found) for (const [name, names] of constants) if (names.has(one)) found.add(name)
  return found
}
