/** What `confined` answers: the verdict, the table behind it, and what contradicts it. */
import type { Witness } from './counterexample.ts'
import type { Reach } from './reach.ts'
import type { Origins, Region, Undecided } from './region.ts'

/**
 * Who is asked about: a role or user of the template by its logical id, a role that the declaration imports, anybody else of the account, or
 * an outsider that a trust policy names: another account, a service, whom an identity provider vouches for.
 */
export interface Subject {
  readonly kind:
    | 'minting-role'
    | 'execution-role'
    | 'other-role'
    | 'user'
    | 'imported-role'
    | 'any-other-principal'
    | 'outsider'
  /** Logical id in the template, ARN of an imported role, `any other principal of this account`, or an outsider in words. */
  readonly name: string
  readonly arn: string
}

/** What of the declaration is not in a reach. `shut`: certainly denied from there; `undecided`: perhaps. */
export interface Shortfall {
  readonly shut: readonly Origins[]
  readonly undecided: readonly Origins[]
}

/** One line of the table: principal x door x resource, and from where. */
export interface DoorReach {
  readonly subject: Subject
  /** Action, such as `sagemaker:CreatePresignedDomainUrl`. */
  readonly door: string
  /** A concrete resource that stands for all that the policies treat alike. */
  readonly resource: string
  readonly reach: Reach
  /** What of the reach the declaration does not let in. */
  readonly excess: Region
  /** What the declaration lets in and the reach lacks; nothing for whom and for what no declaration lets in. */
  readonly shortfall: Shortfall
  /** `counterexample`: wider than the declaration; `shut out`: narrower. */
  readonly verdict: 'confined' | 'counterexample' | 'shut out' | 'unknown'
}

/** One contradiction: a request with a sentence about it, and what to do. */
export interface Contradiction extends Witness {
  readonly subject: Subject
  readonly door: string
  /** One sentence: who, what, from where. */
  readonly summary: string
  /** What to change or attach; names the file where there is one. */
  readonly remedy: string
}

/** The declaration does not let it in, and `evaluate` allows it. */
export type Counterexample = Contradiction

/** The declaration lets it in, and `evaluate` denies it, whatever the keys that the caller can choose. */
export type ShutOut = Contradiction

export interface Confinement {
  /** `proved`: the reach of every principal is what the declaration lets in, no more and no less. `counterexample`: `counterexamples` or `shutOut` holds why not. */
  readonly verdict: 'proved' | 'counterexample' | 'unknown'
  /** What the verdict leans on, one sentence each: printed as `proved, trusting: ...`. Empty: on nothing. */
  readonly trusting: readonly string[]
  readonly doors: readonly DoorReach[]
  readonly counterexamples: readonly Counterexample[]
  /** One of each principal that is shut out of somewhere. */
  readonly shutOut: readonly ShutOut[]
  /** Why it is unknown; also filled when a counterexample was found besides. */
  readonly unknown: readonly Undecided[]
}

/** Parts of the work of `confined`, in their order. */
export type Stage = 'survey' | 'doors' | 'changes of walls' | 'taking of roles'

/** `confined`'s third parameter. */
export interface ConfinedOptions {
  /** SCPs attached to the account, as parsed JSON; `file` names them in messages. FullAWSAccess is assumed beside them. */
  readonly scps?: readonly { readonly file: string; readonly json: unknown }[]
  /** File that holds the derived SCP, for the remedy. Default `scp.json`. */
  readonly scpFile?: string
  /** Default `StudioGate`. */
  readonly stackName?: string
  /** Values of the template's parameters. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Account and Region to put in place of the pseudo parameters. Default `111122223333`, `eu-central-1`. */
  readonly accountId?: string
  readonly region?: string
  /** Told when a part of the work is done: whoever wants to know how long each takes has the clock. */
  readonly done?: (stage: Stage) => void
  /** AWS-managed policies that are known: last part of the ARN to document. Default: the snapshot. Others count as allowing everything. */
  readonly managedPolicies?: Readonly<Record<string, unknown>>
}
