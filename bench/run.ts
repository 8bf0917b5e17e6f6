/** `npm run bench [-- PART...] [--json FILE]`: measures, prints tables, and ends with 0, or 1 where Studio Gate did wrong. */
import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { exitCodes, Interrupted, Trouble } from '../packages/cli/src/trouble.ts'
import { type Around, readOptions, runCommand } from '../tools/command.ts'
import { bundle } from './bundle.ts'
import { cold } from './cold.ts'
import { hostile } from './hostile.ts'
import { load, machine, machineLine } from './machine.ts'
import type { Part } from './part.ts'
import { installPeers } from './peers.ts'
import { policy } from './policy.ts'
import { saml } from './saml.ts'

const name = 'npm run bench'

const parts: readonly Part[] = [saml, hostile, policy, bundle, cold]

const options = {
  json: { type: 'string' },
  quick: { type: 'boolean', default: false },
  'no-peers': { type: 'boolean', default: false },
  against: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const help = [
  'npm run bench [-- PART...] [options]',
  '',
  ...parts.map(({ name, about }) => `  ${name.padEnd(12)}${about}`),
  '',
  '  --json FILE    write the figures as data',
  '  --quick        few short rounds: shows that everything runs, not how fast',
  '  --no-peers     leave out the other implementations, which npm installs on first use',
  '  --against DIR  measure the verifier of another checkout in the same rounds as this one; part `saml` only',
  '',
  'Without PART all run. Ratios hold from machine to machine, times do not.',
].join('\n')

function readArguments() {
  const { values, positionals } = readOptions(name, { options, allowPositionals: true })
  const unknown = positionals.find((word) => !parts.some((part) => part.name === word))
  if (unknown !== undefined) {
    const known = parts.map((part) => `\`${part.name}\``).join(', ')
    throw new Trouble(`there is no part \`${unknown}\``, name, `choose from ${known}`, exitCodes.usage)
  }
  return { ...values, chosen: parts.filter((part) => positionals.length === 0 || positionals.includes(part.name)) }
}

async function checkWritable(file: string): Promise<void> {
  await access(dirname(file), constants.W_OK)
  const there = await stat(file).catch(() => undefined)
  if (there?.isDirectory()) throw new Trouble('this is a folder, and a file is needed', file, 'name a file in it')
}

/** URL of a checkout's verifier, which depends on nothing that would have to be installed there. */
async function verifierIn(folder: string, chosen: readonly Part[]): Promise<string> {
  if (!chosen.includes(saml)) {
    throw new Trouble(
      'only the part `saml` measures another checkout',
      '--against',
      'add `saml`, or leave it out',
      exitCodes.usage,
    )
  }
  const file = resolve(folder, 'packages/saml/src/index.ts')
  if (await stat(file).catch(() => undefined)) return pathToFileURL(file).href
  const todo = 'name a folder with `packages/saml/src/index.ts`, as `git worktree add FOLDER COMMIT` makes it'
  throw new Trouble('this is no checkout of Studio Gate', folder, todo)
}

async function run({ terminal, stop }: Around): Promise<number> {
  const { chosen, json, quick, 'no-peers': withoutPeers, against, help: wantsHelp } = readArguments()
  if (wantsHelp) {
    terminal.line(help)
    return exitCodes.ok
  }
  const file = json === undefined ? undefined : resolve(json)
  // Found out now rather than after a minute of measuring.
  if (file !== undefined) await checkWritable(file)
  const other = against === undefined ? undefined : await verifierIn(against, chosen)
  if (!withoutPeers) await installPeers(terminal, stop)
  const where = machine()
  const before = load()
  const figures: Record<string, unknown> = {}
  let sound = true
  for (const part of chosen) {
    if (stop.aborted) throw new Interrupted('interrupted')
    const outcome = await part.run({ terminal, stop, quick, peers: !withoutPeers, against: other })
    figures[part.name] = outcome.figures
    sound &&= outcome.sound
    terminal.line()
  }
  const after = load()
  terminal.line(machineLine(where, before, after))
  if (quick) terminal.line('--quick: these figures show that everything runs, not how fast')
  if (file !== undefined) {
    const data = { at: new Date().toISOString(), machine: where, load: { before, after }, quick, ...figures }
    await writeFile(file, `${JSON.stringify(data, null, 2)}\n`)
  }
  return sound ? exitCodes.ok : exitCodes.differs
}

await runCommand(name, run)
