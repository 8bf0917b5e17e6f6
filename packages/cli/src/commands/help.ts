import { type Command, helpText } from '../command.ts'
import { suggestion } from '../suggestion.ts'
import { exitCodes, Trouble } from '../trouble.ts'

/** `studio-gate help [COMMAND]`. `all` is asked when the command runs, because the list contains this very command. */
export function help(all: () => readonly Command[]): Command {
  return {
    name: 'help',
    words: [{ name: 'COMMAND', about: 'the command to explain', optional: true }],
    summary: 'Explains the commands.',
    details: [],
    options: {},
    examples: ['studio-gate help demo'],
    async run(_, [name], { terminal }) {
      terminal.line(name === undefined ? overview(all()) : helpText(commandNamed(name, all(), 'studio-gate help')))
      return exitCodes.ok
    },
  }
}

/** Throws `Trouble` with the nearest name where there is no such command. */
export function commandNamed(name: string, commands: readonly Command[], where: string): Command {
  const command = commands.find((candidate) => candidate.name === name)
  if (command !== undefined) return command
  const names = commands.map((each) => each.name)
  const todo = suggestion(name, names) ?? `take one of ${names.join(', ')}`
  throw new Trouble(`there is no command \`${name}\``, where, todo, exitCodes.usage)
}

/** One line a command, and the exit codes. */
export function overview(commands: readonly Command[]): string {
  const indent = Math.max(...commands.map((command) => command.name.length))
  return [
    'Studio Gate: single sign-on to Amazon SageMaker Studio, only from the networks a company allows.',
    '',
    ...commands.map((command) => `  studio-gate ${command.name.padEnd(indent)}  ${command.summary}`),
    '',
    '`studio-gate help COMMAND` explains one. Exit codes: 0 as expected, 1 an outcome differs, 2 wrong usage,',
    '3 bad input, 70 a fault of Studio Gate itself, 130 Ctrl-C.',
  ].join('\n')
}
