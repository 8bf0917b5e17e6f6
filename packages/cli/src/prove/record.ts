/** The verdict as data: what an auditor files. */
import {
  type Confinement,
  type Contradiction,
  evaluate,
  explain,
  type Origins,
  originWords,
  type Region,
  snapshotOrigin,
} from '@studio-gate/policy'
import { productVersion } from '../version.ts'
import type { Case } from './case.ts'

/**
 * What AWS does not document and the verdict takes a side on (docs/switches.md). `any`: it holds under every setting. Where
 * boundary and SCPs were ignored at use, an execution role's session would be held by its own policies alone (1.26).
 */
const assumed = {
  'studio.policy': 'any',
  'studio.session-policy': 'ignored',
  'studio.boundary-and-scp': 'enforced',
  'studio.space-principal': 'any',
} as const

/** JSON text. It holds no account data but what the template, the declaration and the SCPs hold. */
export function recordOf({ digests, options }: Case, confinement: Confinement): string {
  const { verdict, trusting, doors, counterexamples, shutOut, unknown } = confinement
  const record = {
    tool: { name: 'studio-gate', version: productVersion() },
    command: 'prove',
    verdict,
    trusting,
    ...digests,
    stack: options.stackName,
    account: options.accountId,
    region: options.region,
    parameters: options.parameters,
    snapshot: snapshotOrigin(),
    switches: assumed,
    counterexamples: counterexamples.map(finding),
    shutOut: shutOut.map(finding),
    unknown,
    doors: doors.map(({ subject, door, resource, reach, excess, shortfall, verdict: each }) => ({
      principal: subject,
      door,
      resource,
      verdict: each,
      reach: plain(reach),
      excess: plain(excess),
      shortfall: { shut: shortfall.shut.map(part), undecided: shortfall.undecided.map(part) },
    })),
  }
  return `${JSON.stringify(record, null, 2)}\n`
}

/** A contradiction with the evaluator's own words about it. */
const finding = (each: Contradiction) => ({
  summary: each.summary,
  remedy: each.remedy,
  principal: each.subject,
  door: each.door,
  origin: each.origin,
  ...(each.address === undefined ? {} : { address: each.address }),
  request: each.request,
  replayed: explain(evaluate(each.request, each.policies)),
})

const part = ({ origin, cidrs }: Origins) => ({ origin, words: originWords(origin), cidrs })

const plain = ({ reached, undecided }: Region) => ({ reached: reached.map(part), undecided: undecided.map(part) })
