/**
 * Walks `vectors/evaluate`. What a case leaves out is the default below; a policy is a list of statements (Version 2012-10-17) or a
 * whole document; statements are called `<policy>/<Sid or index>`, near misses also by what did not match.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Decision,
  evaluate,
  mustParsePolicy,
  type NearMiss,
  type Policies,
  type Policy,
  type PolicyKind,
  type Request,
  type StatementRef,
} from '@studio-gate/policy'
import { vectorFiles } from './vectors.ts'

interface EvaluateCase {
  readonly case: string
  readonly source: string
  readonly request?: Partial<Request>
  readonly policies: {
    readonly identity?: readonly unknown[]
    readonly session?: unknown
    readonly boundary?: unknown
    readonly scps?: readonly (readonly unknown[])[]
    readonly rcps?: readonly (readonly unknown[])[]
    readonly resource?: unknown
    readonly trust?: unknown
    readonly endpoint?: unknown
  }
  readonly expect: 'allow' | { readonly layer: PolicyKind; readonly type: 'explicit' | 'implicit' }
  readonly by?: readonly string[]
  readonly nearest?: readonly string[]
}

const usual: Request = {
  principal: { kind: 'role-session', roleArn: 'arn:aws:iam::111122223333:role/minting', sessionName: 'alice' },
  action: 'sagemaker:CreatePresignedDomainUrl',
  resource: 'arn:aws:sagemaker:eu-central-1:111122223333:user-profile/d-1/alice',
  resourceAccount: '111122223333',
  context: {},
}

const parsed = (json: unknown, kind: PolicyKind, name: string): Policy =>
  mustParsePolicy(Array.isArray(json) ? { Version: '2012-10-17', Statement: json } : json, kind, name)

const levels = (json: readonly (readonly unknown[])[] = [], kind: 'scp' | 'rcp'): readonly (readonly Policy[])[] =>
  json.map((level, depth) => level.map((policy, index) => parsed(policy, kind, `${kind}${depth}.${index}`)))

const policiesOf = ({ policies }: EvaluateCase): Policies => {
  const { identity = [], session, boundary, scps, rcps, resource, trust, endpoint } = policies
  return {
    identity: identity.map((policy, index) => parsed(policy, 'identity', `identity${index}`)),
    ...(session === undefined ? {} : { session: parsed(session, 'session', 'session') }),
    ...(boundary === undefined ? {} : { boundary: parsed(boundary, 'boundary', 'boundary') }),
    scps: levels(scps, 'scp'),
    rcps: levels(rcps, 'rcp'),
    ...(resource === undefined ? {} : { resource: parsed(resource, 'resource', 'resource') }),
    ...(trust === undefined ? {} : { resource: parsed(trust, 'trust', 'trust') }),
    ...(endpoint === undefined ? {} : { endpoint: parsed(endpoint, 'endpoint', 'endpoint') }),
  }
}

const nameOf = ({ policy, sid, index }: StatementRef): string => `${policy}/${sid ?? index}`

const missOf = ({ statement, mismatch }: NearMiss): string =>
  `${nameOf(statement)} ${mismatch.because === 'condition' ? `${mismatch.operator} ${mismatch.key}` : mismatch.because}`

const verdictOf = (decision: Decision): EvaluateCase['expect'] =>
  decision.effect === 'allow' ? 'allow' : { layer: decision.layer, type: decision.type }

for (const { file, cases } of vectorFiles<EvaluateCase>('evaluate')) {
  describe(file, () => {
    for (const vector of cases) {
      test(`${vector.case} (${vector.source})`, () => {
        const decision = evaluate({ ...usual, ...vector.request }, policiesOf(vector))
        assert.deepEqual(verdictOf(decision), vector.expect)
        if (vector.by !== undefined) assert.deepEqual('by' in decision ? decision.by.map(nameOf) : undefined, vector.by)
        if (vector.nearest !== undefined) {
          assert.deepEqual('nearest' in decision ? decision.nearest.map(missOf) : undefined, vector.nearest)
        }
      })
    }
  })
}

describe('bugs of the caller', () => {
  const allow = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
  const identity = [mustParsePolicy(allow, 'identity', 'p')]
  const none = { scps: [], rcps: [] }

  test('a policy in the place of another kind', () => {
    const boundary = mustParsePolicy(allow, 'boundary', 'p')
    assert.throws(
      () => evaluate(usual, { ...none, identity: [boundary] }),
      /kind boundary and stands in place of identity/,
    )
    assert.throws(() => evaluate(usual, { ...none, identity: [], scps: [identity] }), TypeError)
  })

  test('identity policies for a caller that has none', () => {
    assert.throws(() => evaluate({ ...usual, principal: { kind: 'anonymous' } }, { ...none, identity }), TypeError)
  })

  test('a principal without account, and a key given twice', () => {
    assert.throws(
      () => evaluate({ ...usual, principal: { kind: 'user', arn: 'alice' } }, { ...none, identity }),
      TypeError,
    )
    const context = { 'aws:RequestTag/a': 'x', 'aws:requesttag/A': 'y' }
    assert.throws(() => evaluate({ ...usual, context }, { ...none, identity }), /twice/)
  })
})
