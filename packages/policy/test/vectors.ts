/** Reads the cases that the tests walk: JSON files in `test/vectors/<folder>`, each a list. */
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('./vectors/', import.meta.url)

export interface VectorFile<Case> {
  readonly file: string
  readonly cases: readonly Case[]
}

/** All files of one folder, by name. `Case` is what the runner expects; a wrong file fails the runner. */
export const vectorFiles = <Case>(name: string): readonly VectorFile<Case>[] => {
  const at = new URL(`${name}/`, folder)
  const files = readdirSync(at).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => ({ file, cases: JSON.parse(readFileSync(new URL(file, at), 'utf8')) as Case[] }))
}
