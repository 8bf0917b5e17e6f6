/**
 * The words of IAM as types: documents as written, requests as they arrive, decisions as they leave.
 * Facts: rows 2.x and 3.x of the AWS fact list; terms are those of the IAM User Guide.
 */

/** One value or several: the policy grammar allows both almost everywhere (3.28). */
export type OneOrMany<T> = T | readonly T[]

/** A policy document as it stands in a template or a file, before `parsePolicy` has judged it. */
export interface PolicyJson {
  readonly Version?: '2012-10-17' | '2008-10-17'
  readonly Id?: string
  readonly Statement: OneOrMany<StatementJson>
}

export type PrincipalJson = '*' | Readonly<Record<string, OneOrMany<string>>>
export type ConditionJson = Readonly<Record<string, Readonly<Record<string, OneOrMany<string | number | boolean>>>>>

export interface StatementJson {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: PrincipalJson
  readonly NotPrincipal?: PrincipalJson
  readonly Action?: OneOrMany<string>
  readonly NotAction?: OneOrMany<string>
  readonly Resource?: OneOrMany<string>
  readonly NotResource?: OneOrMany<string>
  readonly Condition?: ConditionJson
}

/** What kind of document a policy is: it decides which elements it must and must not have, and how it counts. */
export type PolicyKind = 'identity' | 'session' | 'boundary' | 'scp' | 'rcp' | 'resource' | 'trust' | 'endpoint'

/** Who asks. `arn` of a session is the *role's* ARN in `roleArn`; `aws:PrincipalArn` is that one too (2.16). */
export type Principal =
  | { readonly kind: 'role-session'; readonly roleArn: string; readonly sessionName: string }
  | { readonly kind: 'user'; readonly arn: string }
  | { readonly kind: 'root'; readonly accountId: string }
  | { readonly kind: 'service'; readonly service: string }
  /** Whom an identity provider vouches for, in `sts:AssumeRoleWithSAML` and `sts:AssumeRoleWithWebIdentity`: in no account yet. */
  | { readonly kind: 'federated'; readonly provider: string }
  | { readonly kind: 'anonymous' }

/** A context value: single-valued keys are strings, multi-valued keys are arrays. Numbers, dates and booleans are in their text form. */
export type ContextValue = string | readonly string[]

/** One request as IAM sees it. `action` is `service:Operation`; `resource` an ARN; context keys are matched without regard to case (3.20). */
export interface Request {
  readonly principal: Principal
  readonly action: string
  readonly resource: string
  /** Account that owns the resource: decides whether this is a cross-account request (3.5). */
  readonly resourceAccount: string
  readonly context: Readonly<Record<string, ContextValue>>
}

/** Which statement of which policy: the unit in which decisions give their reasons. */
export interface StatementRef {
  /** Name of the policy as the caller gave it, such as `MintingRole/inline`. */
  readonly policy: string
  readonly kind: PolicyKind
  /** Position in the document, from 0. */
  readonly index: number
  readonly sid?: string
}

/**
 * Why a statement did not apply; `resource` names the request's and those of the statement (of `NotResource`: the exempt ones); `condition` names operator, key, the request's value (absent: undefined)
 * and the values that would match.
 */
export type Mismatch =
  | { readonly because: 'principal' | 'action' }
  | { readonly because: 'resource'; readonly found: string; readonly expected: readonly string[] }
  | {
      readonly because: 'condition'
      readonly operator: string
      readonly key: string
      readonly found: ContextValue | undefined
      readonly expected: readonly string[]
    }

/** A statement that came close to deciding, and what kept it from it. */
export interface NearMiss {
  readonly statement: StatementRef
  readonly mismatch: Mismatch
}

/** A condition of a statement that decided, and the value of the request that it held for. */
export interface HeldCondition {
  readonly statement: StatementRef
  readonly operator: string
  readonly key: string
  readonly found: ContextValue | undefined
  readonly expected: readonly string[]
}

/**
 * The verdict with its reasons. `by` names the statements that decided, of every layer that had a say; an explicit denial names
 * the first layer that denied, an implicit one the layer in which nothing allowed, and the statements that came nearest.
 */
export type Decision =
  | {
      readonly effect: 'allow'
      readonly by: readonly StatementRef[]
      readonly held?: readonly HeldCondition[]
    }
  | {
      readonly effect: 'deny'
      readonly type: 'explicit'
      readonly layer: PolicyKind
      readonly by: readonly StatementRef[]
      readonly held?: readonly HeldCondition[]
    }
  | {
      readonly effect: 'deny'
      readonly type: 'implicit'
      readonly layer: PolicyKind
      readonly nearest: readonly NearMiss[]
    }
