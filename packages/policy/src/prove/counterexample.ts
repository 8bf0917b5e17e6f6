/** A concrete request that contradicts what was to be proved, complete enough to be replayed through `evaluate`. */
import type { Policies } from '../policies.ts'
import type { Request } from '../vocabulary.ts'
import type { Origin } from './region.ts'

/** `evaluate(request, policies)` allows it: callers replay that before they print it. */
export interface Witness {
  readonly origin: Origin
  /** Absent where the origin has none. */
  readonly address?: string
  readonly request: Request
  /** The policies that apply at that origin, with the endpoint's own. */
  readonly policies: Policies
}
