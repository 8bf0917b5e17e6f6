/** What an operation of an AWS service is to the twin: a shape, and a function from a call to an outcome. */

import type { Credential, Origin, World } from '../world.ts'
import { type Ask, judge, type Verdict } from './authorize.ts'
import type { HttpFacts } from './context.ts'
import { denialMessage } from './denial.ts'
import { callerArn } from './principal.ts'
import type { InputOf, Shape } from './shape.ts'

/** One authenticated call. */
export interface Call {
  readonly world: World
  readonly credential: Credential
  readonly origin: Origin
  readonly http: HttpFacts
  readonly requestId: string
  /** Asks IAM. Returns AWS's AccessDenied as an error, or nothing when allowed; the verdicts stay with the call for the journal. */
  authorize(
    ask: Pick<Ask, 'action' | 'resource' | 'resourceAccount' | 'context' | 'resourcePolicy' | 'beyondEndpoint'>,
  ): AwsError | undefined
}

export interface AwsError {
  /** Without the protocol's dressing: `AccessDenied` is an `AccessDeniedException` in JSON. */
  readonly code: string
  readonly message: string
  readonly verdict?: Verdict
}

export type Outcome = { readonly output: Readonly<Record<string, unknown>> } | { readonly error: AwsError }

export interface Operation {
  readonly name: string
  readonly shape: Shape
  run(input: never, call: Call): Outcome | Promise<Outcome>
}

/** Ties the type of `run`'s input to the shape. */
export function defineOperation<const S extends Shape>(operation: {
  readonly name: string
  readonly shape: S
  run(input: InputOf<S>, call: Call): Outcome | Promise<Outcome>
}): Operation {
  return operation as unknown as Operation
}

export function failure(code: string, message: string): { readonly error: AwsError } {
  return { error: { code, message } }
}

/** What was asked of IAM during a call, in order: the journal names the first resource and the deciding verdict. */
export interface Asked {
  readonly action: string
  readonly resource: string
  readonly verdict: Verdict
}

/** A call whose questions to IAM are collected in `asked`. */
export function makeCall(base: Omit<Call, 'authorize'>, asked: Asked[]): Call {
  return {
    ...base,
    authorize(question) {
      const verdict = judge(base.world, {
        ...question,
        credential: base.credential,
        origin: base.origin,
        http: base.http,
      })
      asked.push({ action: question.action, resource: question.resource, verdict })
      if (verdict.allowed) return undefined
      const caller = callerArn(base.world, base.credential)
      return {
        code: 'AccessDenied',
        message: denialMessage(caller, question.action, question.resource, verdict.decision),
        verdict,
      }
    },
  }
}
