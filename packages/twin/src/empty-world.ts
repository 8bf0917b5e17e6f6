/** The world before anything is deployed into it. */
import { basename } from 'node:path'
import { pseudoParameters } from '@studio-gate/policy/template'
import { defaultSwitches, type Switches } from './switches.ts'
import type { World } from './world.ts'

/** Account of AWS's own examples. */
const exampleAccount = '111122223333'

/** What a world begins with. `now` gives milliseconds since the epoch. */
export interface Beginning {
  readonly region: string
  readonly accountId?: string | undefined
  readonly switches?: Partial<Switches> | undefined
  readonly scps?: World['scps']
  now(): number
}

export function emptyWorld({ region, accountId = exampleAccount, switches, scps = [], now }: Beginning): World {
  return {
    partition: pseudoParameter('AWS::Partition', region),
    region,
    accountId,
    switches: { ...defaultSwitches(), ...switches },
    now,
    roles: new Map(),
    users: new Map(),
    credentials: new Map(),
    subnets: new Map(),
    endpoints: new Map(),
    domains: new Map(),
    apis: new Map(),
    functions: new Map(),
    tables: new Map(),
    keys: new Map(),
    scps,
    journal: [],
  }
}

/** A pseudo parameter that follows from the Region alone. */
export function pseudoParameter(name: 'AWS::Partition' | 'AWS::URLSuffix', region: string): string {
  return String(pseudoParameters.get(name)?.({ region }))
}

/** The stack is named as its template: `StudioGate` of `StudioGate.template.json`. */
export function stackNameOf(templatePath: string): string {
  return basename(templatePath).replace(/(\.template)?\.(json|ya?ml)$/i, '')
}
