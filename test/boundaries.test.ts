/** The architecture as a failing test: who may import whom, what pure code may touch, and how long a file may be. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { describe, it } from 'node:test'
import {
  codeOnly,
  computedImportsOf,
  cyclesOf,
  fileGraph,
  importsOf,
  pathsIntoPackages,
  readSources,
  type Source,
} from '../tools/source-graph.ts'

const root = join(import.meta.dirname, '..')

interface Zone {
  /** Path prefix; the first zone that fits a file is the file's. */
  readonly files: string
  /** Zones or packages that may be imported, besides the zone itself. */
  readonly may: readonly string[]
  /** npm packages: a name, or a scope ending in a slash. Absent: none. */
  readonly npm?: readonly string[]
  /** Built-in modules of Node. `any`: all of them. */
  readonly node: readonly string[] | 'any'
  /** Files of other packages named by path instead of imported. */
  readonly paths?: readonly string[]
  /** May import a computed specifier (a template's bundle, a declaration in TypeScript). */
  readonly computed?: true
}

/** The dependency table of ARCHITECTURE.md. A zone that is not listed may import nothing and is reported. */
const zones: Readonly<Record<string, Zone>> = {
  saml: { files: 'packages/saml/src/', may: [], node: ['node:crypto', 'node:buffer', 'node:zlib'] },
  policy: { files: 'packages/policy/src/', may: [], node: ['node:crypto'] },
  declaration: { files: 'packages/declaration/src/', may: ['policy'], npm: ['zod', 'yaml'], node: [] },
  'gateway/core': {
    files: 'packages/gateway/src/core/',
    may: ['saml', 'policy'],
    npm: ['hono'],
    node: ['node:crypto'],
  },
  'gateway/manifest': { files: 'packages/gateway/src/manifest.ts', may: [], node: [] },
  'gateway/adapters/server': {
    files: 'packages/gateway/src/adapters/server',
    may: ['gateway/core', 'gateway/adapters', 'gateway/manifest', 'declaration', 'policy', 'saml'],
    npm: ['hono', '@hono/'],
    node: 'any',
  },
  'gateway/adapters': {
    files: 'packages/gateway/src/adapters/',
    may: ['gateway/core', 'gateway/manifest', 'policy', 'saml'],
    npm: ['hono', '@aws-sdk/', '@smithy/'],
    node: 'any',
  },
  infra: {
    files: 'packages/infra/src/',
    may: ['gateway/manifest', 'declaration', 'policy'],
    npm: ['aws-cdk-lib', 'constructs', 'esbuild'],
    node: 'any',
    paths: ['gateway/src/adapters/lambda.ts'],
  },
  twin: {
    files: 'packages/twin/src/',
    may: ['policy'],
    npm: [
      '@peculiar/x509',
      '@smithy/',
      '@aws-crypto/',
      '@xmldom/xmldom',
      'dynalite',
      'ws',
      'xml-crypto',
      'yaml',
      'reflect-metadata',
    ],
    node: 'any',
    computed: true,
  },
  cli: {
    files: 'packages/cli/src/',
    may: [
      'saml',
      'policy',
      'declaration',
      'gateway/core',
      'gateway/manifest',
      'gateway/adapters/server',
      'infra',
      'twin',
    ],
    npm: ['@sparticuz/chromium', 'playwright-core', 'yaml'],
    node: 'any',
    computed: true,
  },
}

/** Workspace specifier to the zone it enters. */
const entrances: Readonly<Record<string, string>> = {
  '@studio-gate/saml': 'saml',
  '@studio-gate/policy': 'policy',
  '@studio-gate/policy/template': 'policy',
  '@studio-gate/declaration': 'declaration',
  '@studio-gate/gateway': 'gateway/core',
  '@studio-gate/gateway/manifest': 'gateway/manifest',
  '@studio-gate/gateway/server': 'gateway/adapters/server',
  '@studio-gate/infra': 'infra',
  '@studio-gate/twin': 'twin',
  '@studio-gate/cli': 'cli',
}

/** A package's own tests may import what its sources may, node:test, other zones below, and oracles that never ship. */
const oracles = ['xml-crypto', 'libxml2-wasm', '@noble/curves', '@xmldom/xmldom', '@aws-sdk/', 'esbuild', 'typescript']
const testZones: Readonly<Record<string, readonly string[]>> = {
  saml: ['saml'],
  policy: ['policy'],
  declaration: ['declaration', 'saml'],
  gateway: ['gateway/core', 'gateway/adapters', 'gateway/adapters/server', 'gateway/manifest'],
  infra: ['infra', 'saml'],
  twin: ['twin'],
  cli: ['cli'],
}

/** What code without clock, randomness, environment, network and disk must not even spell. */
const pureZones = ['saml', 'policy', 'gateway/core']
const impurities: readonly RegExp[] = [
  /\bDate\.now\b/,
  /\bnew Date\(\s*\)/,
  /(?<!new )\bDate\(\)/,
  /\bTemporal\.Now\b/,
  /\bperformance\b/,
  /\bMath\.random\b/,
  /\b(?:randomBytes|randomUUID|randomInt|getRandomValues|randomFill)\b/,
  /\bprocess\b(?=[.[])/,
  /(?<![.\w])fetch\(/,
  /\bglobalThis\b/,
  /\b(?:setTimeout|setInterval|setImmediate)\b/,
]
const speaking = /\bconsole\s*\.(?:log|error|warn|info|debug|table|dir|trace)\b|\bprocess\.(?:stdout|stderr)\b/
/** The terminal of the command line, and the log of the gate, which on Lambda and on servers is standard output. */
const speakers = ['packages/cli/src/terminal.ts', 'packages/gateway/src/adapters/audit-log.ts']
const ceiling = { lines: 400, nineInTen: 320 }

const sources = readSources(root, ['packages/*/src/**/*.ts'])
const tests = readSources(root, ['packages/*/test/**/*.ts'])
const manifests = new Map(
  readSources(root, ['packages/*/package.json']).map(({ path, text }) => {
    const { name, exports } = JSON.parse(text) as { name: string; exports: Record<string, string> }
    return [name, { folder: posix.dirname(path), exports }]
  }),
)

function zoneOf(path: string): string | undefined {
  return Object.keys(zones).find((name) => path.startsWith(zones[name]?.files ?? '\0'))
}

/** The rules that one file breaks, as sentences. */
function violations(source: Source, own: string, zone: Zone): readonly string[] {
  const broken: string[] = []
  const reaches = (target: string | undefined, specifier: string) => {
    if (target !== own && !(target !== undefined && zone.may.includes(target)))
      broken.push(`imports ${specifier} (${target ?? 'no zone'}), and ${own} may not`)
  }
  for (const specifier of importsOf(source.text)) {
    if (isBuiltin(specifier)) {
      if (zone.node !== 'any' && !zone.node.includes(specifier)) broken.push(`imports ${specifier}, and ${own} may not`)
    } else if (specifier.startsWith('.')) reaches(zoneOf(posix.join(posix.dirname(source.path), specifier)), specifier)
    else if (specifier.startsWith('@studio-gate/')) reaches(entrances[specifier], specifier)
    else if (
      !zone.npm?.some((name) => specifier === name || specifier.startsWith(name.endsWith('/') ? name : `${name}/`))
    )
      broken.push(`imports the npm package ${specifier}, and ${own} may not`)
  }
  for (const path of pathsIntoPackages(source.text))
    if (!zone.paths?.includes(path) && !source.path.startsWith(`packages/${path.split('/')[0]}/`))
      broken.push(`names ${path} by path, and ${own} may not`)
  if (!zone.computed)
    for (const form of computedImportsOf(source.text)) broken.push(`imports what it computes: ${form}`)
  return broken
}

function report(all: readonly Source[], judge: (source: Source) => readonly string[]): readonly string[] {
  return all.flatMap((source) => judge(source).map((sentence) => `${source.path} ${sentence}`))
}

describe('boundaries', () => {
  it('every source imports only what the dependency table allows its zone', () => {
    const found = report(sources, (source) => {
      const name = zoneOf(source.path)
      const zone = name === undefined ? undefined : zones[name]
      return name === undefined || zone === undefined
        ? ['lies in no zone of the dependency table']
        : violations(source, name, zone)
    })
    assert.deepEqual(found, [])
  })

  it('every package test stays within its own package', () => {
    const found = report(tests, (source) => {
      const name = source.path.split('/')[1] ?? ''
      const own = (testZones[name] ?? []).map((zone) => zones[zone]).filter((zone) => zone !== undefined)
      const wide: Zone = {
        files: `packages/${name}/`,
        may: [...(testZones[name] ?? []), ...own.flatMap((zone) => zone.may)],
        npm: [...oracles, ...own.flatMap((zone) => zone.npm ?? [])],
        node: 'any',
        computed: true,
      }
      const inside = (specifier: string) =>
        specifier.startsWith('.') && posix.join(posix.dirname(source.path), specifier).startsWith(`packages/${name}/`)
      const others = importsOf(source.text).filter((specifier) => !inside(specifier))
      return violations(
        { path: source.path, text: others.map((specifier) => `import '${specifier}'\n`).join('') },
        name,
        wide,
      )
    })
    assert.deepEqual(found, [])
  })

  it('no file imports itself by way of others', () => {
    assert.deepEqual(
      cyclesOf(fileGraph(sources, manifests)).map((cycle) => cycle.join(' -> ')),
      [],
    )
  })

  it('pure zones spell no clock, randomness, environment, network or disk', () => {
    const pure = sources.filter((source) => pureZones.includes(zoneOf(source.path) ?? ''))
    const found = report(pure, (source) => impuritiesIn(source.text).map((word) => `spells ${word}`))
    assert.deepEqual(found, [])
  })

  it('only the terminal of the command line and the log of the gate write to standard output', () => {
    const found = report(
      sources.filter((source) => !speakers.includes(source.path)),
      (source) => (speaking.test(codeOnly(source.text)) ? ['writes to a terminal'] : []),
    )
    assert.deepEqual(found, [])
  })

  it('every workspace entrance has a zone', () => {
    const declared = [...manifests].flatMap(([name, { exports }]) =>
      Object.keys(exports).map((key) => posix.join(name, key)),
    )
    assert.deepEqual(declared.sort(), Object.keys(entrances).sort())
  })

  it('every dependency has its reason in decision 0009', () => {
    const reasons = readFileSync(join(root, 'docs/decisions/0009-dependencies.md'), 'utf8')
    const named = [...reasons.matchAll(/`([@\w*{},./-]+)`/g)].flatMap(([, name]) => alternatives(name ?? ''))
    const reasoned = (name: string) =>
      named.some((known) => known === name || (known.endsWith('*') && name.startsWith(known.slice(0, -1))))
    // The platform packages of Node have a decision of their own, 0006.
    const found = ['package.json', ...[...manifests.values()].map(({ folder }) => `${folder}/package.json`)].flatMap(
      (path) => {
        const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<
          string,
          object | undefined
        >
        const names = [dependencies, devDependencies].flatMap((group) => Object.keys(group ?? {}))
        return names
          .filter((name) => !name.startsWith('@studio-gate/') && !reasoned(name))
          .map((name) => `${path}: ${name}`)
      },
    )
    assert.deepEqual(found, [])
  })

  it(`no file is longer than ${ceiling.lines} lines, and nine in ten are under ${ceiling.nineInTen}`, () => {
    const code = ['packages/*/{src,test}/**/*.{ts,mjs}', '{bin,tools,bench,test,examples}/**/*.{ts,mjs}']
    const lengths = readSources(root, code).map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    assert.deepEqual(
      lengths.filter(({ lines }) => lines > ceiling.lines),
      [],
    )
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b)
    assert.ok(
      (sorted[Math.floor(sorted.length * 0.9)] ?? 0) < ceiling.nineInTen,
      `the tenth longest tenth begins at ${sorted[Math.floor(sorted.length * 0.9)]}`,
    )
  })
})

/** Two readings of one language may judge each other only while neither leans on the other's decisions. */
const prover = 'packages/policy/src/prove/'
const proverMay = [
  /^packages\/policy\/src\/prove\//,
  /^packages\/policy\/src\/template\/index\.ts$/,
  /^packages\/policy\/src\/(?:addresses|document|intent|names|parse|policies|services|vocabulary)\.ts$/,
]

describe('the prover', () => {
  it('shares no decision code with the evaluator, and the evaluator none with it', () => {
    const found = report(sources, ({ path, text }) =>
      importsOf(text)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => posix.join(posix.dirname(path), specifier))
        .filter((target) =>
          path.startsWith(prover)
            ? !proverMay.some((form) => form.test(target))
            : target.startsWith(prover) && path !== 'packages/policy/src/index.ts',
        )
        .map((target) => `imports ${target}`),
    )
    assert.deepEqual(found, [])
  })
})

describe('the reader of sources', () => {
  it('sees every form of import', () => {
    const text = readFileSync(join(import.meta.dirname, 'boundaries.sample.txt'), 'utf8')
    const expected = [...text.matchAll(/seen-\d+/g)].map(([name]) => name)
    assert.ok(expected.length > 10)
    assert.deepEqual([...importsOf(text)].sort(), expected.sort())
  })

  it('finds a cycle of type-only imports', () => {
    const files = [
      { path: 'a.ts', text: "import type { B } from './b.ts'" },
      { path: 'b.ts', text: "export type { C } from './c.ts'" },
      { path: 'c.ts', text: "let a: import('./a.ts').A" },
    ]
    assert.deepEqual(cyclesOf(fileGraph(files, new Map())), [['a.ts', 'b.ts', 'c.ts', 'a.ts']])
  })

  it('reports a forbidden import, a path, a computed import and an impurity', () => {
    const zone = zones.saml
    assert.ok(zone)
    const judge = (text: string) => violations({ path: 'packages/saml/src/x.ts', text }, 'saml', zone)
    assert.equal(judge("import type { Policy } from '@studio-gate/policy'").length, 1)
    assert.equal(judge("import '../../policy/src/index.ts'").length, 2)
    assert.equal(judge("import { readFile } from 'node:fs'").length, 1)
    assert.equal(judge('await import(name)').length, 1)
    assert.equal(judge("export * from './y.ts'\nimport { verify } from 'node:crypto'").length, 0)
    assert.deepEqual(impuritiesIn('const t = new Date()\n// Date.now()\n'), ['new Date()'])
    assert.deepEqual(impuritiesIn("new Date(now); parse('process.env')"), [])
  })
})

function impuritiesIn(text: string): readonly string[] {
  const code = codeOnly(text)
  return impurities.flatMap((word) => word.exec(code)?.[0] ?? [])
}

/** `a-{b,c}` as `a-b` and `a-c`. */
function alternatives(name: string): readonly string[] {
  const [, before = '', inside, after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(name) ?? []
  return inside === undefined ? [name] : inside.split(',').map((each) => before + each + after)
}
