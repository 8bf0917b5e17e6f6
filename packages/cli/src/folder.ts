import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Trouble } from './trouble.ts'

/**
 * Makes a folder and those above it that are missing, one by one: Node's own recursive form never returns where the system
 * refuses a folder as if its parent were missing, as `/proc` does. Throws `Trouble` or the system's error.
 */
export function makeFolder(path: string): void {
  const parent = dirname(path)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST' && statSync(path).isDirectory()) return
    if (code !== 'ENOENT') throw error
    throw new Trouble('no folder can be made here', path, 'choose another path', undefined, error)
  }
}
