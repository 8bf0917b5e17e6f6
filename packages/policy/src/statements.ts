/** Whether a statement applies to a request, and if not, what kept it from applying. */
import { type Condition, holds } from './conditions.ts'
import type { Caller, Context } from './context.ts'
import type { Statement } from './document.ts'
import { type Naming, namingOf } from './principals.ts'
import type { ContextValue, HeldCondition, NearMiss } from './vocabulary.ts'

/** One request, ready to be held against statements. */
export interface Scene {
  readonly caller: Caller
  readonly context: Context
  /** Lower case. */
  readonly action: string
  readonly resource: string
  /** Whether the caller has a permissions boundary. */
  readonly bounded: boolean
}

const actionMatches = ({ actions }: Statement, { action }: Scene): boolean => actions.match(action) !== actions.not

const resourceMatches = ({ resources }: Statement, { resource, context }: Scene): boolean =>
  resources.match(resource, context.resolve) !== resources.not

/** How the statement names the caller; `direct` in kinds of policy that have no Principal. */
const naming = ({ principals, effect }: Statement, { caller, bounded }: Scene): Naming | undefined =>
  principals === undefined ? 'direct' : namingOf(principals, caller, effect, bounded)

const conditionHolds = (condition: Condition, { effect }: Statement, { context }: Scene): boolean =>
  holds(condition, context, effect)

/** How the statement names the caller if it applies to the request, else undefined. */
export const application = (statement: Statement, scene: Scene): Naming | undefined => {
  if (!actionMatches(statement, scene) || !resourceMatches(statement, scene)) return undefined
  const named = naming(statement, scene)
  if (named === undefined) return undefined
  for (const condition of statement.conditions) if (!conditionHolds(condition, statement, scene)) return undefined
  return named
}

const applies = (statement: Statement, scene: Scene): boolean => application(statement, scene) !== undefined

/** Adds the statements that apply to `found`. */
export const collect = (statements: readonly Statement[], scene: Scene, found: Statement[]): void => {
  for (const statement of statements) if (applies(statement, scene)) found.push(statement)
}

interface Compared {
  readonly operator: string
  readonly key: string
  readonly found: ContextValue | undefined
  readonly expected: readonly string[]
}

const compared = ({ operator, key, written, expected }: Condition, { context }: Scene): Compared => ({
  operator: operator.written,
  key: written,
  found: context.value(key),
  expected,
})

/** The conditions under which statements that apply did so. */
export const heldConditions = (statements: readonly Statement[], scene: Scene): readonly HeldCondition[] =>
  statements.flatMap(({ ref, conditions }) =>
    conditions.map((condition) => ({ statement: ref, ...compared(condition, scene) })),
  )

/** How near a statement came: 3 its conditions failed, 2 its principal, 1 its resource, 0 its action. */
const missesOf = (
  statement: Statement,
  scene: Scene,
): { readonly near: number; readonly misses: readonly NearMiss[] } => {
  const { ref } = statement
  if (!actionMatches(statement, scene))
    return { near: 0, misses: [{ statement: ref, mismatch: { because: 'action' } }] }
  if (!resourceMatches(statement, scene)) {
    const mismatch = { because: 'resource', found: scene.resource, expected: statement.resources.written } as const
    return { near: 1, misses: [{ statement: ref, mismatch }] }
  }
  if (naming(statement, scene) === undefined) {
    return { near: 2, misses: [{ statement: ref, mismatch: { because: 'principal' } }] }
  }
  const failed = statement.conditions.filter((condition) => !conditionHolds(condition, statement, scene))
  const misses = failed.map((condition): NearMiss => {
    return { statement: ref, mismatch: { because: 'condition', ...compared(condition, scene) } }
  })
  return { near: misses.length === 0 ? 0 : 3, misses }
}

/** Of statements none of which decided, those that came nearest: each failed condition its own entry. */
export const nearestMisses = (statements: readonly Statement[], scene: Scene): readonly NearMiss[] => {
  const all = statements.map((statement) => missesOf(statement, scene))
  const nearest = all.reduce((most, { near }) => Math.max(most, near), 0)
  return nearest === 0 ? [] : all.flatMap(({ near, misses }) => (near === nearest ? misses : []))
}
