/** Puts every mutation in force in turn, and finds the test that fails for it. */
import { type Collected, collect, dependents, entries, failureOf, mutations, newGeneration, state } from './graph.ts'
import type { Numbered } from './instrument.ts'

/** Vectors first: the others are for what no document reaches. */
const files = [
  'accept',
  'reject',
  'encrypted',
  'oaep',
  'parts',
  'octets',
  'metadata',
  'canonical-cases',
  'trust',
  'authn-request',
  'sp-metadata',
  'usual-signature',
]

export interface Outcome {
  readonly mutation: Numbered
  /** File and name of the test; absent if none failed. */
  readonly caughtBy?: string
}

/** A test, what it passes when nothing is mutated, and how long it takes. */
interface Measured {
  /** Name of its file, and its place among the tests of the file. */
  readonly file: string
  readonly at: number
  readonly name: string
  readonly milliseconds: number
  readonly hits: ReadonlySet<number>
  readonly entered: ReadonlySet<number>
}

/** Tests over one generation of the sources, by file. */
type Graph = ReadonlyMap<string, readonly Collected[]>

async function load(names: Iterable<string>, only?: Numbered): Promise<Graph> {
  const generation = newGeneration(only)
  const loaded = new Map<string, readonly Collected[]>()
  for (const name of names) loaded.set(name, await collect(`${name}.test.ts`, generation))
  return loaded
}

function passed(flags: Uint8Array): ReadonlySet<number> {
  return new Set(Array.from(flags.keys()).filter((index) => flags[index] === 1))
}

/** Without any mutation all tests must succeed. The second run of each is measured: documents are made in the first. */
function measure(graph: Graph): readonly Measured[] {
  return [...graph].flatMap(([file, tests]) =>
    tests.map((test, at) => {
      const first = failureOf([test], 60_000)
      if (first !== undefined) throw new Error(`${file}: ${test.name} fails unmutated`, { cause: first.error })
      state.hits.fill(0)
      state.entered.fill(0)
      const started = performance.now()
      failureOf([test], 60_000)
      const milliseconds = performance.now() - started
      return { file, at, name: test.name, milliseconds, hits: passed(state.hits), entered: passed(state.entered) }
    }),
  )
}

/** Which tests to run first: those that caught a neighbour, then vectors, then quick ones. */
function inOrder(tests: readonly Measured[], recent: readonly string[]): readonly Measured[] {
  const rank = ({ file, name, milliseconds }: Measured) => {
    const at = recent.indexOf(`${file}: ${name}`)
    return at >= 0 ? at - recent.length : milliseconds + (files.indexOf(file) > 2 || milliseconds > 3 ? 1_000 : 0)
  }
  return tests
    .map((test) => ({ test, rank: rank(test) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ test }) => test)
}

/** The first test that fails; `late` if it did not end. */
function catcher(graph: Graph, tests: readonly Measured[]) {
  const run = tests.map(({ file, at }) => graph.get(file)?.[at]).filter((test) => test !== undefined)
  const milliseconds = tests.reduce((sum, one) => sum + one.milliseconds, 0)
  const failure = failureOf(run, 1_000 + Math.ceil(10 * milliseconds))
  return failure && { by: `${failure.test.file.replace('.test.ts', '')}: ${failure.test.name}`, late: failure.late }
}

/** Tests that pass a function which reads the constant, or one that is made of it. */
function readersOf(constant: string, measured: readonly Measured[]): readonly Measured[] {
  const names = dependents(constant)
  const readers = new Set(entries.filter((one) => !names.isDisjointFrom(one.names)).map(({ number }) => number))
  return measured.filter(({ entered }) => !entered.isDisjointFrom(readers))
}

/** Which mutations a worker runs: every `shares`th from `share` on, in these files; in all of them if none is named. */
export interface Share {
  readonly share: number
  readonly shares: number
  readonly only: readonly string[]
}

/** Runs one share of the mutations, in the order of the sources. */
export async function runMutations({ share, shares, only }: Share): Promise<readonly Outcome[]> {
  const isOfShare = ({ number, file }: Numbered) =>
    number % shares === share && (only.length === 0 || only.includes(file))
  let graph = await load(files)
  const measured = measure(graph)
  const ordered = inOrder(measured, [])
  const canaries = ['accept', 'reject'].flatMap((name) => ordered.filter(({ file }) => file === name).slice(0, 3))
  const recent: string[] = []
  const outcomes: Outcome[] = []
  for (const mutation of mutations.filter(isOfShare)) {
    const { number, constant } = mutation
    const tests =
      constant === undefined ? measured.filter(({ hits }) => hits.has(number)) : readersOf(constant, measured)
    const caught = await (constant === undefined ? underSwitch() : inOwnGraph())
    async function underSwitch() {
      state.active = number
      const found = catcher(graph, inOrder(tests, recent))
      state.active = -1
      // A mutation may have spoilt what the sources keep from one call to the next.
      if (found?.late || catcher(graph, canaries) !== undefined) graph = await load(files)
      return found
    }
    async function inOwnGraph() {
      for (const group of [files.slice(0, 3), files.slice(3)]) {
        const own = tests.filter(({ file }) => group.includes(file))
        try {
          const found = catcher(await load(new Set(own.map(({ file }) => file)), mutation), inOrder(own, recent))
          if (found !== undefined) return found
        } catch {
          return { by: 'loading', late: false }
        }
      }
      return undefined
    }
    outcomes.push(caught === undefined ? { mutation } : { mutation, caughtBy: caught.by })
    if (caught !== undefined) {
      if (recent.includes(caught.by)) recent.splice(recent.indexOf(caught.by), 1)
      recent.unshift(caught.by)
      recent.splice(40)
    }
  }
  return outcomes
}
