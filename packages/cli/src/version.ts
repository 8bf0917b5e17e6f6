import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version of Studio Gate, from the manifest of this package. */
export function productVersion(): string {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string }
  return manifest.version
}
