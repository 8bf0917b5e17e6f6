/** Interop tests need programs that npm does not install: they skip loudly without them, and fail where they are required. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Set by `.ci/run`: a missing program is a failure there. */
const required = process.env.STUDIO_GATE_INTEROP === 'required'

/** One thing that a test needs: a path or a program on PATH, and how a person gets it. */
export interface Need {
  readonly name: string
  readonly present: () => boolean
  readonly how: string
}

export function program(name: string, how: string, path = name): Need {
  return { name, how, present: () => spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0 }
}

export function file(path: string, how: string): Need {
  return { name: path, how, present: () => existsSync(path) }
}

/** The reason to skip, `false` when nothing is missing. Throws where interop is required. */
export function missing(needs: readonly Need[]): string | false {
  const absent = needs.filter((need) => !need.present())
  if (absent.length === 0) return false
  const words = absent.map(({ name, how }) => `${name} is missing (${how})`).join('; ')
  if (required) throw new Error(words)
  return `NOT RUN: ${words}`
}
