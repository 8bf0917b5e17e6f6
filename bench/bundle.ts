/** The gateway's bundle: its bytes as deployed, what they are made of, and those of a small handler on node-saml. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { bundle as recipe } from '@studio-gate/gateway/manifest'
import { type BuildOptions, build, type Metafile } from 'esbuild'
import { bundleGate } from '../packages/infra/src/bundle.ts'
import { makeIntent } from './gate.ts'
import type { Part } from './part.ts'
import { peersFolder } from './peers.ts'
import { digits } from './rounds.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** As infra resolves it: relative to the manifest. */
const entry = fileURLToPath(new URL(recipe.entry, import.meta.resolve('@studio-gate/gateway/manifest')))

/** Octets of minified output that came from one package. */
interface Share {
  readonly package: string
  readonly bytes: number
}

interface Made {
  readonly bytes: number
  readonly gzipped: number
  readonly shares: readonly Share[]
}

export const bundle: Part = {
  name: 'bundle',
  about: "bytes of the function's bundle and of its parts, beside node-saml with the AWS SDK",
  async run({ terminal, peers }) {
    const step = terminal.step('bundle: making it')
    await using folder = await temporaryFolder()
    await bundleGate(folder.path, makeIntent([]))
    const deployed = await stat(join(folder.path, recipe.file))
    const gate = await make(entry, folder.path)
    const peer = peers ? await make(join(peersFolder, 'handler.mjs'), folder.path) : undefined
    step.end('done', 'bundle: made')

    terminal.line(terminal.style('bold', 'bundle: minified bytes of one file, by package'))
    const columns = [
      { title: 'part', least: 16 },
      { title: 'of the whole', least: 6, align: 'right' },
      { title: 'bytes', least: 6, align: 'right' },
    ] as const
    terminal.table(columns, [...rows('studio-gate', gate), ...(peer ? rows('node-saml + AWS SDK', peer) : [])])
    // Both come from the manifest's one recipe, so anything else is a fault of this part.
    if (deployed.size !== gate.bytes)
      terminal.note(`infra's bundle has ${deployed.size} bytes, the analysed one ${gate.bytes}`)
    if (peer !== undefined) terminal.line(`studio-gate is ${digits(gate.bytes / peer.bytes)} of node-saml + AWS SDK`)
    return { figures: { gate, ...(peer ? { peer } : {}), deployedBytes: deployed.size }, sound: true }
  },
}

/** Bundles as infra does, and asks esbuild where the bytes come from. */
async function make(entryPoint: string, folder: string): Promise<Made> {
  const outfile = join(folder, 'analysed.mjs')
  const { metafile } = await build({ ...bundleOptions(entryPoint, outfile), metafile: true })
  const text = await readFile(outfile)
  return { bytes: text.length, gzipped: gzipSync(text).length, shares: shares(metafile, text.length) }
}

/** What esbuild is told for any handler, the gate's and the peer's. */
export function bundleOptions(entryPoint: string, outfile: string): BuildOptions {
  const { esbuild } = recipe
  return {
    ...esbuild,
    mainFields: [...esbuild.mainFields],
    entryPoints: [entryPoint],
    outfile,
    logLevel: 'silent',
  }
}

function shares(metafile: Metafile, whole: number): readonly Share[] {
  const sums = new Map<string, number>()
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageOf(path)
      sums.set(name, (sums.get(name) ?? 0) + bytesInOutput)
    }
  }
  const counted = [...sums.values()].reduce((sum, bytes) => sum + bytes, 0)
  sums.set('(glue of the bundler)', whole - counted)
  return [...sums].map(([name, bytes]) => ({ package: name, bytes })).sort((left, right) => right.bytes - left.bytes)
}

/** `@aws-sdk/client-sts` from a path below node_modules, `packages/saml` from one in this repository. */
function packageOf(path: string): string {
  const [, inside] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? []
  return inside ?? /(?:^|\/)((?:packages|bench)\/[^/]+)/.exec(path)?.[1] ?? path
}

/** The largest parts; what is below a hundredth stands together. */
function rows(title: string, { bytes, gzipped, shares }: Made) {
  const large = shares.filter((share) => share.bytes >= bytes / 100)
  const small = shares.filter((share) => share.bytes < bytes / 100)
  const rest = small.reduce((sum, share) => sum + share.bytes, 0)
  const lines: readonly Share[] = [...large, { package: `${small.length} smaller ones`, bytes: rest }]
  const cells = (part: string, size: number) => [
    { text: part },
    { text: (size / bytes).toFixed(3) },
    { text: String(size) },
  ]
  return [
    cells(title, bytes),
    ...lines.map((share) => cells(`· ${share.package}`, share.bytes)),
    cells('· all of it, gzipped', gzipped),
  ]
}
