/** A formula for many places: statements that name the endpoint or the VPC they are for are found by that name, not by asking each of them. */
import { all, type Formula, type Leaf, never, none, some } from './formula.ts'
import { listed, questionOf } from './reading.ts'

/** What of a formula matters to requests through an endpoint of a VPC. */
export type ByPlace = (endpoint: string, vpc: string) => Formula

interface Named {
  readonly key: 'endpoint' | 'vpc'
  readonly names: ReadonlySet<string>
}

const keyOf: Readonly<Record<string, Named['key']>> = { 'aws:sourcevpce': 'endpoint', 'aws:sourcevpc': 'vpc' }

/** The names without which the statement cannot apply; undefined when it names none. */
const namesOf = ({ statement }: Leaf): Named | undefined => {
  for (const condition of statement.conditions) {
    const key = keyOf[condition.key]
    const { negated, set, ifExists } = questionOf(condition.operator.written)
    if (key === undefined || negated || set !== 'one' || ifExists) continue
    const names = listed(condition, statement.variables).texts
    if (names !== undefined) return { key, names }
  }
  return undefined
}

const byName = (parts: readonly Formula[], join: (parts: readonly Formula[]) => Formula): ByPlace | undefined => {
  const named = { endpoint: new Map<string, Formula[]>(), vpc: new Map<string, Formula[]>() }
  const others: ByPlace[] = []
  const same: Formula[] = []
  for (const part of parts) {
    const found = 'leaf' in part ? namesOf(part.leaf) : undefined
    const inner = 'leaf' in part ? undefined : byPlace(part)
    if (inner !== undefined) others.push(inner)
    else if (found === undefined) same.push(part)
    else
      for (const name of found.names) {
        const list = named[found.key].get(name)
        if (list === undefined) named[found.key].set(name, [part])
        else list.push(part)
      }
  }
  if (same.length === parts.length) return undefined
  return (endpoint, vpc) =>
    join([
      ...same,
      ...others.map((other) => other(endpoint, vpc)),
      ...(named.endpoint.get(endpoint) ?? []),
      ...(named.vpc.get(vpc) ?? []),
    ])
}

/** Undefined where no statement names a place, so that every place asks the whole formula. */
export const byPlace = (formula: Formula): ByPlace | undefined => {
  if ('unseen' in formula) return undefined
  if ('leaf' in formula) {
    const found = namesOf(formula.leaf)
    if (found === undefined) return undefined
    return (endpoint, vpc) => (found.names.has(found.key === 'endpoint' ? endpoint : vpc) ? formula : never)
  }
  if ('some' in formula) return byName(formula.some, some)
  if ('none' in formula) return byName(formula.none, none)
  const parts = formula.all.map((part) => ({ part, inner: byPlace(part) }))
  if (parts.every(({ inner }) => inner === undefined)) return undefined
  return (endpoint, vpc) => all(parts.map(({ part, inner }) => inner?.(endpoint, vpc) ?? part))
}
