/** Walks `vectors/explain`: policies and a context for one usual request, and the sentences that a reviewer reads. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type ContextValue,
  evaluate,
  explain,
  mustParsePolicy,
  type Policy,
  type PolicyKind,
  type Request,
} from '@studio-gate/policy'
import { operatorNames, readOperator } from '../src/operators.ts'
import { vectorFiles } from './vectors.ts'

interface ExplainCase {
  readonly case: string
  readonly policies: Readonly<Partial<Record<PolicyKind, readonly unknown[]>>>
  readonly context: Readonly<Record<string, ContextValue>>
  readonly sentences: readonly string[]
}

const usual: Omit<Request, 'context'> = {
  principal: { kind: 'role-session', roleArn: 'arn:aws:iam::111122223333:role/minting', sessionName: 'alice' },
  action: 'sagemaker:CreatePresignedDomainUrl',
  resource: 'arn:aws:sagemaker:eu-central-1:111122223333:user-profile/d-1/alice',
  resourceAccount: '111122223333',
}

for (const { file, cases } of vectorFiles<ExplainCase>('explain')) {
  describe(file, () => {
    for (const { case: name, policies, context, sentences } of cases) {
      test(name, () => {
        const parsed = (kind: PolicyKind): Policy | undefined => {
          const { [kind]: statements } = policies
          return statements && mustParsePolicy({ Version: '2012-10-17', Statement: statements }, kind, kind)
        }
        const [identity, boundary, scp, endpoint] = [
          parsed('identity'),
          parsed('boundary'),
          parsed('scp'),
          parsed('endpoint'),
        ]
        const decision = evaluate(
          { ...usual, context },
          {
            identity: identity ? [identity] : [],
            ...(boundary ? { boundary } : {}),
            scps: scp ? [[scp]] : [],
            rcps: [],
            ...(endpoint ? { endpoint } : {}),
          },
        )
        assert.deepEqual(explain(decision), sentences)
      })
    }
  })
}

test('the root user, who needs no policy', () => {
  const decision = evaluate(
    { ...usual, principal: { kind: 'root', accountId: '111122223333' }, context: {} },
    { identity: [], scps: [], rcps: [] },
  )
  assert.deepEqual(explain(decision), ['Allowed.', 'The root user needs no policy, and none denies it.'])
})

test('every operator has a verb', () => {
  for (const name of operatorNames) assert.match(readOperator(name)?.row.verb ?? '', /^(is|has|matches|does not|lies)/)
})
