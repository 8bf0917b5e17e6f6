/** The first verification in a fresh process: loading, preparing, verifying; and the second one, which says what being first costs. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Column } from '../packages/cli/src/table.ts'
import { bundleOptions } from './bundle.ts'
import type { Fixture, Signed } from './fixtures.ts'
import { startProcess } from './fresh-process.ts'
import type { Outcome, Setting } from './part.ts'
import { peersFolder } from './peers.ts'
import { digits, interleave, type Spread, shown, spread } from './rounds.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Milliseconds that the first verification may take. */
const longest = 5

type Name = 'studio-gate' | 'node-saml'

/** What first-verification.mjs reports, in milliseconds. */
interface Start {
  readonly who?: string
  readonly load: number
  readonly prepare: number
  readonly first: number
  /** By all threads: compiling, which goes on beside it, is in it. */
  readonly firstCpu: number
  readonly second: number
}

const steps = ['load', 'prepare', 'first', 'firstCpu', 'second'] as const

type Figure = { readonly contender: Name } & { readonly [step in (typeof steps)[number]]: Spread }

export async function first(setting: Setting, fixtures: readonly Fixture[]): Promise<Outcome> {
  const { terminal, stop, quick } = setting
  const step = terminal.step('saml: bundling the verifiers')
  try {
    const [fixture] = fixtures
    const [good, bad] = [fixture?.good[0], fixture?.bad[0]?.signed]
    if (fixture === undefined || good === undefined || bad === undefined) throw new Error('no documents')
    await using folder = await temporaryFolder()
    const verifiers = await bundleAll(folder.path, setting.peers)
    const names = [...verifiers.keys()]
    const ask = async (name: Name, { samlResponse }: Signed) => {
      const file = join(folder.path, 'asked.json')
      const { parties, requiredSignature, now } = fixture
      await writeFile(file, JSON.stringify({ fixture: { parties, requiredSignature, now }, samlResponse }))
      return startProcess<Start>('first-verification.mjs', [verifiers.get(name) ?? '', file], {}, stop)
    }
    for (const name of names) {
      const { who } = await ask(name, bad)
      if (who !== undefined) throw new Error(`${name} accepted a tampered document`)
    }
    const rounds = quick ? 3 : 21
    const starts = await interleave(names, rounds, async (name, round) => {
      step.update(`saml: first verification, round ${round + 1} of ${rounds}`)
      const start = await ask(name, good)
      if (start.who !== good.who) throw new Error(`${name} refused a good document`)
      return start
    })
    step.end('done', `saml: ${rounds * names.length} fresh processes`)
    return show(
      setting,
      names.map((name) => figure(name, starts.get(name) ?? [])),
      fixture,
    )
  } catch (error) {
    step.end('failed')
    throw error
  }
}

/** One file each, as the gate is deployed; returns their URLs. */
async function bundleAll(folder: string, peers: boolean): Promise<ReadonlyMap<Name, string>> {
  const entries: readonly (readonly [Name, string])[] = [
    ['studio-gate', fileURLToPath(new URL('./verifier.ts', import.meta.url))],
    ...(peers ? ([['node-saml', join(peersFolder, 'node-saml.mjs')]] as const) : []),
  ]
  const made = new Map<Name, string>()
  for (const [name, entry] of entries) {
    const file = join(folder, `${name}.mjs`)
    await build(bundleOptions(entry, file))
    made.set(name, pathToFileURL(file).href)
  }
  return made
}

function figure(contender: Name, starts: readonly Start[]): Figure {
  const of = (step: (typeof steps)[number]) => spread(starts.map((start) => start[step]))
  return {
    contender,
    load: of('load'),
    prepare: of('prepare'),
    first: of('first'),
    firstCpu: of('firstCpu'),
    second: of('second'),
  }
}

function show({ terminal }: Setting, figures: readonly Figure[], { name }: Fixture): Outcome {
  const titles = ['loading ms', 'preparing ms', 'first ms', 'CPU of first ms', 'second ms']
  const columns: readonly Column[] = [
    { title: 'contender', least: 11 },
    ...titles.map((title): Column => ({ title, least: 8, align: 'right' })),
  ]
  terminal.line(
    terminal.style('bold', `saml: first verification in a fresh process, \`${name}\`, median and quartiles`),
  )
  terminal.table(
    columns,
    figures.map((figure) => [figure.contender, ...steps.map((step) => shown(figure[step]))].map((text) => ({ text }))),
  )
  const median = figures.find(({ contender }) => contender === 'studio-gate')?.first.median ?? Number.NaN
  const verdict = median <= longest ? 'reached' : 'MISSED'
  terminal.line(`goal: the first verification within ${longest} ms: ${digits(median)}, ${verdict}`)
  return { figures, sound: true }
}
