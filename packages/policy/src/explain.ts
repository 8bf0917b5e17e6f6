/** Decisions in sentences: which statement of which policy decided, under which condition, what was found and what would match. */
import { elements } from './elements.ts'
import { readOperator } from './operators.ts'
import type { ContextValue, Decision, HeldCondition, NearMiss, PolicyKind, StatementRef } from './vocabulary.ts'

const noun = (kind: PolicyKind): string => elements[kind].title.replace(/^an? /, '')

const nameOf = ({ policy, kind, index, sid }: StatementRef): string =>
  `${sid === undefined ? `statement ${index + 1}` : `statement \`${sid}\``} of the ${noun(kind)} \`${policy}\``

const inTicks = (text: string): string => `\`${text}\``

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

const listed = (items: readonly string[], conjunction: 'and' | 'or'): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)}`

/** `aws:VpcSourceIp` lies in `10.0.0.0/24` or `10.0.1.0/24`. */
const demandOf = (operator: string, key: string, expected: readonly string[]): string => {
  const read = readOperator(operator)
  if (read?.row.family === 'Null') return `\`${key}\` is ${expected.includes('true') ? 'absent' : 'present'}`
  const subject = { one: '', any: 'at least one value of ', all: 'every value of ' }[read?.quantifier ?? 'one']
  const values = listed(expected.map(inTicks), 'or')
  const absent = read?.ifExists === true ? ', or is absent' : ''
  return `${subject}\`${key}\` ${read?.row.verb ?? operator} ${values}${absent}`
}

const foundIn = (found: ContextValue | undefined): string => {
  if (found === undefined) return 'the request does not have it'
  if (typeof found === 'string') return `the request has \`${found}\``
  return `the request has ${listed(found.map(inTicks), 'and')}`
}

interface Entry {
  readonly operator: string
  readonly key: string
  readonly found: ContextValue | undefined
  readonly expected: readonly string[]
}

const conditionWords = ({ operator, key, found, expected }: Entry): string =>
  `${demandOf(operator, key, expected)} (\`${operator}\`; ${foundIn(found)})`

const heldBy = (statement: StatementRef, held: readonly HeldCondition[]): string => {
  const own = held.filter((entry) => entry.statement === statement)
  if (own.length === 0) return 'without conditions'
  return `because ${listed(own.map(conditionWords), 'and')}`
}

/** Entries of one statement together, in order of appearance. */
const byStatement = (misses: readonly NearMiss[]): ReadonlyMap<StatementRef, readonly NearMiss[]> => {
  const grouped = new Map<StatementRef, NearMiss[]>()
  for (const miss of misses) grouped.set(miss.statement, [...(grouped.get(miss.statement) ?? []), miss])
  return grouped
}

const missWords = (statement: StatementRef, misses: readonly NearMiss[]): string => {
  const subject = capital(nameOf(statement))
  const conditions = misses.flatMap(({ mismatch }) => (mismatch.because === 'condition' ? [mismatch] : []))
  if (conditions.length > 0) {
    return `${subject} would allow it if ${listed(conditions.map(conditionWords), 'and')}.`
  }
  const mismatch = misses[0]?.mismatch
  if (mismatch?.because === 'resource') {
    const covered = listed(mismatch.expected.map(inTicks), 'and')
    return `${subject} allows the action, but its resources leave out ${inTicks(mismatch.found)}: ${covered}.`
  }
  return mismatch?.because === 'principal'
    ? `${subject} allows the action on this resource, but does not name this caller.`
    : `${subject} does not speak of this action.`
}

/** What is missing when nothing in a layer allowed. */
const missing: Readonly<Record<PolicyKind, string>> = {
  identity: 'no identity policy of the caller allows it',
  session: 'the session policy does not allow it',
  boundary: 'the permissions boundary does not allow it',
  scp: 'at one level of the organization no SCP allows it',
  rcp: 'no RCP allows it',
  resource: 'the resource policy does not allow it',
  trust: "the role's trust policy does not allow it",
  endpoint: 'the policy of the VPC endpoint does not allow it',
}

/**
 * The decision in sentences, the verdict first. They quote policies and context values as they are: a context must not hold
 * secrets, and it has no key that does.
 */
export const explain = (decision: Decision): readonly string[] => {
  if (decision.effect === 'deny' && decision.type === 'implicit') {
    const nearest = [...byStatement(decision.nearest)].map(([statement, misses]) => missWords(statement, misses))
    const verdict = `Denied: ${missing[decision.layer]}.`
    return nearest.length > 0 ? [verdict, ...nearest] : [verdict, 'No statement there speaks of this action.']
  }
  const { held = [] } = decision
  if (decision.effect === 'deny') {
    const statements = decision.by.map(
      (statement) => `${capital(nameOf(statement))} denies it ${heldBy(statement, held)}.`,
    )
    return [`Denied explicitly: ${listed(decision.by.map(nameOf), 'and')}.`, ...statements]
  }
  const statements = decision.by.map(
    (statement) => `${capital(nameOf(statement))} allows it ${heldBy(statement, held)}.`,
  )
  return ['Allowed.', ...(statements.length > 0 ? statements : ['The root user needs no policy, and none denies it.'])]
}
