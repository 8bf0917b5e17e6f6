/** The verdict as a table, principal x door x reach: one line for what is open alike, and a count of what is not open at all. */
import { type Confinement, type DoorReach, type Origins, originWords } from '@studio-gate/policy'
import type { Template } from '@studio-gate/policy/template'
import type { Column } from '../table.ts'
import type { Case } from './case.ts'

export const columns: readonly Column[] = [
  { title: 'principal', least: 14 },
  { title: 'door', least: 16 },
  { title: 'open from', least: 24 },
  { title: 'verdict', least: 8 },
]

export interface Row {
  readonly who: string
  readonly door: string
  readonly from: string
  readonly verdict: DoorReach['verdict']
}

/** Rows in the order of the prover. `closed`: pairs of principal and door that nothing opens. */
export function rowsOf(read: Case, { doors }: Confinement): { readonly rows: readonly Row[]; readonly closed: number } {
  const name = namesOf(read)
  const pair = ({ subject, door }: DoorReach) => `${subject.name} ${door}`
  const open = doors.filter(
    ({ reach, verdict }) => reach.reached.length > 0 || reach.undecided.length > 0 || verdict === 'shut out',
  )
  const rows = new Map<string, Row>()
  for (const each of open) {
    const { subject, door, reach, verdict } = each
    const undecided = reach.undecided.map((part) => `perhaps ${fromWhere(part, name)}`)
    const shut = each.shortfall.shut.map((part) => `not ${fromWhere(part, name)}`)
    const from = [...reach.reached.map((part) => fromWhere(part, name)), ...undecided, ...shut].join('\n')
    rows.set(`${pair(each)} ${from} ${verdict}`, { who: subject.name, door, from, verdict })
  }
  return { rows: [...rows.values()], closed: new Set(doors.map(pair)).size - new Set(open.map(pair)).size }
}

/** Resources of a template and its nested stacks, with the way to each: `Endpoint`, `Network/Endpoint`. */
export function* resourcesIn(
  template: Template,
  prefix = '',
): Generator<{ readonly path: string; readonly type: string }> {
  for (const { logicalId, type } of template.resources.values()) yield { path: `${prefix}${logicalId}`, type }
  for (const [logicalId, nested] of template.nested ?? [])
    if (!('unreadable' in nested)) yield* resourcesIn(nested, `${prefix}${logicalId}/`)
}

/** Endpoints go by their logical ids: the ids that the prover derives exist nowhere. */
export function namesOf({ template }: Case): (id: string) => string {
  const names = new Map(
    [...resourcesIn(template)].map(({ path }) => [path.replaceAll('/', '-').toLowerCase(), path] as const),
  )
  return (text) => text.replace(/\b(?:vpce|vpc)-([a-z0-9-]+)\b/g, (id, lower: string) => names.get(lower) ?? id)
}

/** `EndpointStudio (NetworkVpc): 10.100.10.0/24` */
export function fromWhere(part: Origins, name: (id: string) => string): string {
  const { origin, cidrs, everywhere } = part
  const words = name(originWords(origin))
  if (cidrs.length === 0) return words
  return `${words}: ${everywhere ? 'every address' : shortened(cidrs)}`
}

/** Lists of blocks are long where an address is left out. */
export function shortened(cidrs: readonly string[], most = 6): string {
  if (cidrs.length <= most) return cidrs.join(', ')
  return `${cidrs.slice(0, most).join(', ')} and ${cidrs.length - most} more`
}
