/** What is asked: who wants to do what to which resource, under which policies, and what is already known about the request. */
import type { Policy } from '../document.ts'
import type { ContextValue } from '../vocabulary.ts'

/** A VPC endpoint of the deployment. */
export interface Endpoint {
  /** Absent: the default policy, which allows everything (3.8). */
  readonly policy?: Policy
  /** Name of a policy that could not be read, in place of `policy`: it may let through anything, or nothing. */
  readonly unseen?: string
  /** VPC that it is attached to (2.2); absent: any. */
  readonly vpc?: string
}

/** As `Policies` of `evaluate`, with the policy of every endpoint that a request may pass. */
export interface ReachPolicies {
  readonly identity: readonly Policy[]
  readonly session?: Policy
  readonly boundary?: Policy
  readonly scps: readonly (readonly Policy[])[]
  readonly rcps: readonly (readonly Policy[])[]
  readonly resource?: Policy
  /** Endpoint id (`vpce-...`) to what is known of it. Endpoints that are not listed have no policy of ours. */
  readonly endpoints?: Readonly<Record<string, Endpoint>>
  /** Names of policies that apply and could not be seen, such as an AWS-managed one: they may allow or deny anything. */
  readonly unseen?: readonly string[]
}

/** What is known besides. */
export interface ReachOptions {
  /** Owner of the resource; default: the account in the resource's ARN, else the principal's. */
  readonly resourceAccount?: string
  /** Context keys that the principal or the resource fixes; `undefined`: certainly absent. All others may be anything. */
  readonly fixed?: Readonly<Record<string, ContextValue | undefined>>
  /** Ids to have a part of their own in any case, so that two reaches can be compared. */
  readonly tellApart?: { readonly endpoints: readonly string[]; readonly vpcs: readonly string[] }
}
