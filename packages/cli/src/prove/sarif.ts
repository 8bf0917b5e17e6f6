/** The findings in SARIF 2.1.0 (OASIS), as code hosts show them at a pull request. */
import type { Confinement, Contradiction } from '@studio-gate/policy'
import { productVersion } from '../version.ts'
import type { Case } from './case.ts'
import { placesIn } from './places.ts'

const rules = [
  { id: 'not-confined', text: 'Studio can be reached from beyond the declared networks.' },
  { id: 'shut-out', text: 'Studio cannot be reached from networks that the declaration lets in.' },
  { id: 'not-decided', text: 'Something could not be seen or decided, so nothing is proved.' },
] as const

/** JSON text; a proved template has no results. */
export function sarifOf({ files }: Case, { counterexamples, shutOut, unknown }: Confinement): string {
  const placeOf = placesIn(files)
  const location = (name: string) => {
    const { file, line, logicalId } = placeOf(name)
    return {
      physicalLocation: {
        artifactLocation: { uri: file.replaceAll('\\', '/') },
        region: { startLine: line },
      },
      logicalLocations: [{ name: logicalId }],
    }
  }
  const error = (ruleId: string, { summary, remedy, subject }: Contradiction) => ({
    ruleId,
    level: 'error',
    message: { text: `${summary}. What to do: ${remedy}.` },
    locations: [location(subject.name)],
  })
  const results = [
    ...counterexamples.map((each) => error(rules[0].id, each)),
    ...shutOut.map((each) => error(rules[1].id, each)),
    ...unknown.map(({ policy, construct }) => ({
      ruleId: rules[2].id,
      level: 'warning',
      message: { text: `${policy}: ${construct}` },
      locations: [location(policy)],
    })),
  ]
  const driver = {
    name: 'studio-gate',
    version: productVersion(),
    rules: rules.map(({ id, text: words }) => ({ id, shortDescription: { text: words } })),
  }
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results }],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}
