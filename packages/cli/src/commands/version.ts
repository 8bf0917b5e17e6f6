import type { Command } from '../command.ts'
import { exitCodes } from '../trouble.ts'
import { productVersion } from '../version.ts'

/** `studio-gate version`: the version of Studio Gate and of what runs it. */
export const version: Command = {
  name: 'version',
  summary: 'Prints the versions of Studio Gate and of the Node that runs it.',
  details: [],
  options: {},
  examples: [],
  async run(_, __, { terminal }) {
    terminal.line(`studio-gate ${productVersion()}`)
    terminal.line(`node ${process.versions.node} on ${process.platform}-${process.arch}`)
    return exitCodes.ok
  },
}
