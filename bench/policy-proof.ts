/** How long the proof of the template takes that `studio-gate synth` writes for the example, in a process of its own. */
import { readFile } from 'node:fs/promises'
import { confined, type Intent } from '@studio-gate/policy'
import { parseTemplate } from '@studio-gate/policy/template'

export interface Ask {
  /** Paths of files that hold the template, the SCPs, and the declaration as `Intent`. */
  readonly template: string
  readonly scps: readonly string[]
  readonly intent: string
  readonly rounds: number
}

/** CPU in milliseconds; the first proof of a process is the one that a person waits for. */
export interface Proof {
  readonly verdict: string
  readonly doors: number
  readonly parse: readonly number[]
  readonly prove: readonly number[]
}

process.on('message', (ask: Ask) => {
  // An error ends the process with its stack; whoever asked sees it end.
  void proof(ask).then((reply) => process.send?.(reply))
})

async function proof({ template, scps: files, intent, rounds }: Ask): Promise<Proof> {
  const text = await readFile(template, 'utf8')
  const scps = await Promise.all(
    files.map(async (file) => ({ file, json: JSON.parse(await readFile(file, 'utf8')) as unknown })),
  )
  const declared = JSON.parse(await readFile(intent, 'utf8')) as Intent
  const [parse, prove]: [number[], number[]] = [[], []]
  let last = { verdict: '', doors: 0 }
  for (let round = 0; round < rounds; round++) {
    const [reading, spentParsing] = timed(() => parseTemplate(JSON.parse(text), 'template'))
    if (!reading.ok) throw new Error(reading.errors.map(({ message }) => message).join('\n'))
    const [{ verdict, doors }, spentProving] = timed(() => confined(reading.template, declared, { scps }))
    parse.push(spentParsing)
    prove.push(spentProving)
    last = { verdict, doors: doors.length }
  }
  return { ...last, parse, prove }
}

function timed<T>(work: () => T): readonly [T, number] {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return [result, (user + system) / 1000]
}
