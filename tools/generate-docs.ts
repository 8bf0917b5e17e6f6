/**
 * Writes the pages that would drift from the code: `npm run docs`. With `--check` it writes nothing and fails, naming each
 * page that differs.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandsPage } from './pages/commands.ts'
import { factsPage } from './pages/facts.ts'
import { permissionsPage } from './pages/permissions.ts'
import { picture } from './pages/picture.ts'
import { refusalsPage } from './pages/refusals.ts'
import { switchesPage } from './pages/switches.ts'

const root = join(import.meta.dirname, '..')

/** Path of each page and picture in the repository, and its whole text. */
const pages: Readonly<Record<string, () => string>> = {
  'docs/commands.md': commandsPage,
  'docs/facts.md': factsPage,
  'docs/map.svg': picture,
  'docs/permissions.md': permissionsPage,
  'docs/refusals.md': refusalsPage,
  'docs/switches.md': switchesPage,
}

const check = process.argv.includes('--check')
const differing = Object.entries(pages).filter(([path, page]) => {
  const wanted = page()
  if (contentOf(path) === wanted) return false
  if (!check) writeFileSync(join(root, path), wanted)
  return true
})

for (const [path] of differing) process.stdout.write(`${check ? 'differs from the code' : 'written'}: ${path}\n`)
if (check && differing.length > 0) {
  process.stderr.write('what to do: run `npm run docs` and commit what it writes\n')
  process.exitCode = 1
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined
  }
}
