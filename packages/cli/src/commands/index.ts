/** The commands, in the order in which help shows them. */
import type { Command } from '../command.ts'
import { certificate } from './certificate.ts'
import { compare } from './compare.ts'
import { demo } from './demo.ts'
import { explain } from './explain.ts'
import { help } from './help.ts'
import { idp } from './idp.ts'
import { prove } from './prove.ts'
import { synth } from './synth.ts'
import { twin } from './twin.ts'
import { version } from './version.ts'

export const commands: readonly Command[] = [
  demo,
  synth,
  prove,
  compare,
  explain,
  twin,
  idp,
  certificate,
  version,
  help(() => commands),
]
