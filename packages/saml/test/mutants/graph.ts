/** Loads the package's own tests over instrumented sources, and runs one of them at a time, bounded. */
import { registerHooks } from 'node:module'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { instrument, type Numbered, type Switch, switchName } from './instrument.ts'
import { readMutations, sourceFolder } from './sources.ts'

/** A test of the package, as it registered itself. */
export interface Collected {
  readonly file: string
  readonly name: string
  readonly run: () => unknown
}

const sources = readMutations()
export const { mutations, entries, dependents } = sources

/** What the instrumented sources look at. */
export const state: Switch = {
  active: -1,
  hits: new Uint8Array(mutations.length),
  entered: new Uint8Array(entries.length),
}
Object.assign(globalThis, { [switchName]: state })

const [sourceUrl, testUrl] = [sourceFolder, join(import.meta.dirname, '..')].map((path) => `${pathToFileURL(path)}/`)
const collectorUrl = 'studio-gate:collector'
/** The constant that is mutated in a generation of the graph. */
const generations: (Numbered | undefined)[] = []
let collecting: ((name: string, options: unknown, run: unknown) => void) | undefined
Object.assign(globalThis, {
  studioGateCollect: (...[name, options, run]: Parameters<NonNullable<typeof collecting>>) => {
    collecting?.(name, run === undefined ? {} : options, run ?? options)
  },
})

/** Sources, and the tests that import them, are loaded once for a generation; what makes documents and keys, once. */
const ofGeneration = (url: string) =>
  url.startsWith(sourceUrl ?? '') ||
  (url.startsWith(testUrl ?? '') && /\/(?:both-ways|cases|parsing|pieces)\.ts$|\.test\.ts$/.test(url))

registerHooks({
  resolve(specifier, context, next) {
    const generation = /\?generation=\d+$/.exec(context.parentURL ?? '')?.[0]
    if (generation !== undefined && specifier === 'node:test') return { url: collectorUrl, shortCircuit: true }
    const found = next(specifier, context)
    if (!ofGeneration(found.url)) return found
    if (generation === undefined) throw new Error(`${context.parentURL} imports ${found.url}, which is mutated`)
    return { ...found, url: found.url + generation }
  },
  load(url, context, next) {
    if (url === collectorUrl) {
      const source = 'export const test = globalThis.studioGateCollect'
      return { format: 'module', source, shortCircuit: true }
    }
    if (!url.startsWith(sourceUrl ?? '')) return next(url, context)
    const [path = '', generation = ''] = url.split('?generation=')
    const file = basename(path)
    const inFile = (one: { readonly file: string }) => one.file === file
    const only = generations[Number(generation)]
    const source = instrument(
      sources.texts.get(file) ?? '',
      mutations.filter(inFile),
      entries.filter(inFile),
      only?.file === file ? only : undefined,
    )
    return { format: 'module', source, shortCircuit: true }
  },
})

/** A graph of its own, in which one mutation of a constant is in force, or none. */
export function newGeneration(only?: Numbered): number {
  return generations.push(only) - 1
}

/** The tests of a file, over the sources of a generation. */
export async function collect(file: string, generation: number): Promise<readonly Collected[]> {
  const found: Collected[] = []
  collecting = (name, options, run) => {
    const { skip } = options as { readonly skip?: unknown }
    if (typeof run === 'function' && !skip) found.push({ file, name, run: () => run({}) })
  }
  const url = `${pathToFileURL(join(import.meta.dirname, '..', file))}?generation=${generation}`
  await import(url)
  collecting = undefined
  return found
}

const bounded = new Script('globalThis.studioGateRun()')

export interface Failure {
  readonly test: Collected
  readonly error: unknown
  /** It did not end in time. */
  readonly late: boolean
}

/** Runs tests for at most so many milliseconds together: the first that fails, or undefined. */
export function failureOf(tests: readonly Collected[], timeout: number): Failure | undefined {
  let running: Collected | undefined
  const studioGateRun = () => {
    for (const test of tests) {
      running = test
      // What a test promises would be judged after it was over.
      if (test.run() instanceof Promise) throw new Error(`${test.file}: ${test.name}: cannot be bounded`)
    }
  }
  Object.assign(globalThis, { studioGateRun })
  try {
    bounded.runInThisContext({ timeout })
    return undefined
  } catch (error) {
    if (running === undefined) throw error
    const late = error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
    return { test: running, error, late }
  }
}
