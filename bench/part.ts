/** What every part of the benchmark is given and gives back. */
import type { Terminal } from '../packages/cli/src/terminal.ts'

export interface Setting {
  readonly terminal: Terminal
  /** Aborted by Ctrl-C: a part ends what it started and throws. */
  readonly stop: AbortSignal
  /** Few short rounds: shows that everything runs, not how fast. */
  readonly quick: boolean
  /** The other implementations are installed. */
  readonly peers: boolean
  /** URL of another checkout's `packages/saml`, which is measured in the same rounds. */
  readonly against?: string | undefined
}

export interface Outcome {
  /** For `--json`. */
  readonly figures: unknown
  /** False where Studio Gate itself did something that it must not. */
  readonly sound: boolean
}

export interface Part {
  readonly name: string
  readonly about: string
  run(setting: Setting): Promise<Outcome>
}
