/** A policy after `parsePolicy`: judged, and prepared so that evaluating it reads no text of the document again. */
import type { Actions } from './actions.ts'
import type { Condition } from './conditions.ts'
import type { Principals } from './principals.ts'
import type { Resources } from './resources.ts'
import type { PolicyKind, StatementJson, StatementRef } from './vocabulary.ts'

export interface Statement {
  readonly ref: StatementRef
  readonly effect: StatementJson['Effect']
  /** Version 2012-10-17: `${...}` is a variable (3.26). */
  readonly variables: boolean
  /** Only in kinds that have a Principal element. */
  readonly principals?: Principals
  readonly actions: Actions
  readonly resources: Resources
  readonly conditions: readonly Condition[]
}

/** Made by `parsePolicy` alone. */
export interface Policy {
  /** As the caller names it in decisions, such as `MintingRole/inline`. */
  readonly name: string
  readonly kind: PolicyKind
  readonly allows: readonly Statement[]
  readonly denies: readonly Statement[]
}
