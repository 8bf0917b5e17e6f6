import type { Policy } from './document.ts'

/** Everything that has a say on a request. What is absent does not limit; only `resource` can be what is missing. */
export interface Policies {
  /** Inline and attached policies of the principal; empty for services and anonymous callers. */
  readonly identity: readonly Policy[]
  readonly session?: Policy
  readonly boundary?: Policy
  /** Of the principal's account, one list a level from the root; empty outside an organization and in its management account. */
  readonly scps: readonly (readonly Policy[])[]
  /** Of the resource's account. RCPFullAWSAccess need not be listed: it cannot be detached. */
  readonly rcps: readonly (readonly Policy[])[]
  /** The resource's own policy: kind `resource`, or `trust` for the actions that assume a role. */
  readonly resource?: Policy
  /** Of the VPC endpoint that the request passes; absent when it passes none. */
  readonly endpoint?: Policy
}
