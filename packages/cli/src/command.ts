/** What a command is made of: one table of options from which arguments are parsed and help is written. */
import { parseArgs } from 'node:util'
import { wrap } from './table.ts'
import type { Terminal } from './terminal.ts'
import { type ExitCode, exitCodes, Trouble } from './trouble.ts'

export interface Option {
  readonly type: 'string' | 'boolean'
  /** Placeholder in help, such as `FILE`; for strings only. */
  readonly value?: string
  /** May be given several times. */
  readonly multiple?: true
  readonly about: string
}

/** What the parsed command line holds, by option name. */
export interface Values {
  readonly [option: string]: string | boolean | readonly (string | boolean)[] | undefined
}

export interface Session {
  readonly terminal: Terminal
  /** Aborted by Ctrl-C: the command stops what it started and throws `Interrupted`. */
  readonly stop: AbortSignal
}

export interface Command {
  readonly name: string
  /** Words after the name that must or may follow, such as `up`. */
  readonly words?: readonly { readonly name: string; readonly about: string; readonly optional?: true }[]
  readonly summary: string
  /** Paragraphs for `studio-gate help NAME`. */
  readonly details: readonly string[]
  readonly options: Readonly<Record<string, Option>>
  readonly examples: readonly string[]
  run(values: Values, words: readonly string[], session: Session): Promise<ExitCode>
}

/** Options that every command takes. */
export const globalOptions: Readonly<Record<string, Option>> = {
  help: { type: 'boolean', about: 'print this help' },
  debug: { type: 'boolean', about: 'print a stack trace when something goes wrong' },
}

/** Parses what follows the command's name. Throws `Trouble` (usage) that names the offending argument. */
export function parseCommandLine(
  command: Command,
  args: readonly string[],
): { values: Values; words: readonly string[] } {
  const todo = `run \`studio-gate help ${command.name}\` to see what it takes`
  const options = Object.fromEntries(
    Object.entries({ ...globalOptions, ...command.options }).map(([name, { type, multiple }]) => [
      name,
      { type, ...(multiple ? { multiple } : {}), ...(name === 'help' ? { short: 'h' } : {}) },
    ]),
  )
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    const wanted = command.words ?? []
    const missing = wanted.find((word, at) => !word.optional && positionals[at] === undefined)
    if (missing && values.help !== true)
      throw new Trouble(`\`${missing.name}\` is missing`, `studio-gate ${command.name}`, todo, exitCodes.usage)
    const surplus = positionals[wanted.length]
    if (surplus !== undefined)
      throw new Trouble(`\`${surplus}\` is one word too many`, `studio-gate ${command.name}`, todo, exitCodes.usage)
    return { values, words: positionals }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const message = error.message.split('. ')[0]?.replaceAll("'", '`') ?? ''
    const what = message.charAt(0).toLowerCase() + message.slice(1)
    throw new Trouble(what, `studio-gate ${command.name}`, todo, exitCodes.usage, error)
  }
}

/** The value of a string option. */
export function text(values: Values, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

/** The values of a string option that may be given several times. */
export function texts(values: Values, name: string): readonly string[] {
  const value = values[name]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** `studio-gate demo [options]` with everything that the command takes, for a terminal of `width` characters. */
export function helpText(command: Command): string {
  const words = (command.words ?? []).map((word) => (word.optional ? `[${word.name}]` : word.name))
  const rows = Object.entries({ ...command.options, ...globalOptions }).map(([name, option]) => [
    `--${name}${option.value === undefined ? '' : ` ${option.value}`}`,
    option.about,
  ])
  for (const word of command.words ?? []) rows.unshift([word.name, word.about])
  const indent = Math.max(...rows.map(([name]) => name?.length ?? 0))
  return [
    `studio-gate ${[command.name, ...words, '[options]'].join(' ')}`,
    '',
    command.summary,
    ...command.details.flatMap((paragraph) => ['', ...wrap(paragraph, 100)]),
    '',
    ...rows.map(([name, about]) => `  ${name?.padEnd(indent)}  ${about}`),
    ...(command.examples.length ? ['', 'Examples:', ...command.examples.map((example) => `  ${example}`)] : []),
  ].join('\n')
}
