/** Reads what TypeScript sources import, from their text alone: nothing is executed, and type-only imports count. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/** One source file. Paths are relative to the repository, with forward slashes. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** Sources below the folders, sorted by path. */
export function readSources(root: string, patterns: readonly string[]): readonly Source[] {
  return globSync(patterns, { cwd: root, exclude: (name) => /(^|\/)(node_modules|cdk\.out)$/.test(String(name)) })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

const importForms: readonly RegExp[] = [
  // import x from 'y', import type { x } from 'y', export { x } from 'y', export * from 'y', export type * from 'y'
  /(?:^|[;}\n])\s*(?:import|export)\s+(?:type\s+)?[\w*{][^'"`;()]*?\bfrom\s*(['"])([^'"\n]+)\1/g,
  // import 'y'
  /(?:^|[;}\n])\s*import\s*(['"])([^'"\n]+)\1/g,
  // import('y') as value and as type, require('y'), require.resolve('y'), import.meta.resolve('y')
  /\b(?:import|require|require\.resolve|import\.meta\.resolve)\s*\(\s*(['"`])([^'"`\n$]+)\1/g,
]

/** The specifiers that a text imports: static, type-only, re-exported and dynamic. Comments are no part of it. */
export function importsOf(text: string): readonly string[] {
  const code = withoutComments(text)
  return [...new Set(importForms.flatMap((form) => [...code.matchAll(form)].map((match) => match[2] ?? '')))]
}

/** Dynamic imports whose target is computed, which no table can judge. */
export function computedImportsOf(text: string): readonly string[] {
  return [...withoutComments(text).matchAll(/\b(?:import|require)\s*\(\s*(?!['"`)]|`[^`$]*`)[^)\n]*/g)].map(
    ([form]) => form,
  )
}

/** String literals that name another package's file by path, such as `../../gateway/src/adapters/lambda.ts`. */
export function pathsIntoPackages(text: string): readonly string[] {
  const literals = withoutComments(text).matchAll(
    /(['"`])((?:\.\.\/)+|(?:[^'"`\n]*\/)?packages\/)([a-z]+\/src(?:\/[^'"`\n]*)?)\1/g,
  )
  return [...literals].map((match) => match[3] ?? '')
}

/** The text with comments blanked; string and template literals are kept. */
export function withoutComments(text: string): string {
  return text.replace(
    /(\/\*[\s\S]*?\*\/|(?<![:\\/])\/\/[^\n]*)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`)/g,
    (_, comment: string | undefined, literal: string | undefined) => literal ?? comment?.replace(/[^\n]/g, ' ') ?? '',
  )
}

/** The text with comments and the insides of quoted strings blanked; code inside template literals is kept. */
export function codeOnly(text: string): string {
  return withoutComments(text).replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, "''")
}

/**
 * Edges between files: relative imports, and imports of workspace packages through the `exports` of their manifests.
 * `manifests`: package name to its folder and exports. Unresolvable specifiers (npm, node:) are left out.
 */
export function fileGraph(
  sources: readonly Source[],
  manifests: ReadonlyMap<string, { readonly folder: string; readonly exports: Readonly<Record<string, string>> }>,
): ReadonlyMap<string, readonly string[]> {
  const known = new Set(sources.map((source) => source.path))
  return new Map(
    sources.map((source) => [
      source.path,
      importsOf(source.text)
        .map((specifier) => resolveSpecifier(source.path, specifier, manifests))
        .filter((path) => path !== undefined && known.has(path)) as readonly string[],
    ]),
  )
}

function resolveSpecifier(
  from: string,
  specifier: string,
  manifests: Parameters<typeof fileGraph>[1],
): string | undefined {
  if (specifier.startsWith('.')) return posix.join(dirname(from), specifier)
  const [scope, name, ...rest] = specifier.split('/')
  const manifest = manifests.get(`${scope}/${name}`)
  const target = manifest?.exports[rest.length ? `./${rest.join('/')}` : '.']
  return manifest && target && posix.join(manifest.folder, target)
}

/** Every cycle's files in the order in which they import each other, the first one repeated at the end. */
export function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: string[][] = []
  const state = new Map<string, 'open' | 'done'>()
  const trail: string[] = []
  const visit = (path: string) => {
    state.set(path, 'open')
    trail.push(path)
    for (const next of graph.get(path) ?? []) {
      if (state.get(next) === 'open') cycles.push([...trail.slice(trail.indexOf(next)), next])
      else if (!state.has(next)) visit(next)
    }
    trail.pop()
    state.set(path, 'done')
  }
  for (const path of graph.keys()) if (!state.has(path)) visit(path)
  return cycles
}
