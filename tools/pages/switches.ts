/** `docs/switches.md`: what AWS does not document, and what changes with it in the demo. */
import { inWords, scenarios } from '@studio-gate/cli'
import { switchTable } from '@studio-gate/twin'
import { factLink } from './facts.ts'
import { code, generated, table } from './markdown.ts'

export function switchesPage(): string {
  const rows = Object.entries(switchTable).map(([name, { settings, about, fact }]) => [
    `<a id="${name.replace('.', '-')}"></a>${code(name)}`,
    about,
    settings.map(code).join(', '),
    fact.split(' and ').map(factLink).join('; '),
  ])
  const changing = Object.entries(switchTable).flatMap(([name, { settings }]) =>
    scenarios
      .filter((scenario) => scenario.restsOn === name)
      .map((scenario) => [
        code(name),
        code(Object.entries(scenario.switches ?? {}).find(([key]) => key === name)?.[1] ?? settings[0]),
        scenario.title,
        inWords(scenario.expected),
      ]),
  )
  return `${generated}

# Switches

What nobody outside AWS knows is a switch of the twin, never a guess ([decision 0008](decisions/0008-unknowns-are-switches.md)). A promise of
Studio Gate counts only if it holds under every setting. \`studio-gate twin up --switch NAME=SETTING\` boots with another one.

${table(['switch', 'question', 'settings, the default first', 'what is known'], rows)}

## What changes with them

The scenarios of the demo that rest on a switch, with the setting that each one runs with.

${table(['switch', 'setting', 'scenario', 'ends'], changing)}
`
}
