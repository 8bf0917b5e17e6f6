import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from '../command.ts'
import { exitCodes } from '../trouble.ts'

/** `studio-gate version`: the version of Studio Gate and of what runs it. */
export const version: Command = {
  name: 'version',
  summary: 'Prints the versions of Studio Gate and of the Node that runs it.',
  details: [],
  options: {},
  examples: [],
  async run(_, __, { terminal }) {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      version: string
    }
    terminal.line(`studio-gate ${manifest.version}`)
    terminal.line(`node ${process.versions.node} on ${process.platform}-${process.arch}`)
    return exitCodes.ok
  },
}
