/** `docs/commands.md`: the help of every command, as the command prints it. */
import { commands, helpText } from '@studio-gate/cli'
import { generated } from './markdown.ts'

export function commandsPage(): string {
  const sections = commands.map((command) => `## ${command.name}\n\n\`\`\`text\n${helpText(command)}\n\`\`\`\n`)
  return `${generated}

# Commands

\`npm run studio-gate -- COMMAND\` runs one from a checkout; \`npm run demo\` and \`npm run synth\` are short for two of them.

Exit codes: 0 as expected, 1 an outcome differs, 2 wrong usage, 3 bad input, 70 a fault of Studio Gate itself, 130 Ctrl-C.
Every trouble says what went wrong, where, and what to do; \`--debug\` adds a stack trace.

${sections.join('\n')}`
}
