/**
 * Walks `vectors/operators`: a condition, the contexts that match and those that do not. `aws:PrincipalArn` in a context makes
 * that user or role the principal of the request, for the key always follows from the principal.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ContextValue, evaluate, mustParsePolicy, type Principal } from '@studio-gate/policy'
import { operators } from '../src/operators.ts'
import { vectorFiles } from './vectors.ts'

interface OperatorCase {
  readonly case: string
  readonly source: string
  readonly version?: string | null
  readonly effect?: 'Deny'
  readonly condition: Readonly<Record<string, unknown>>
  readonly match: readonly Readonly<Record<string, ContextValue>>[]
  readonly noMatch: readonly Readonly<Record<string, ContextValue>>[]
}

const principalOf = (arn: ContextValue | undefined): Principal => {
  if (typeof arn !== 'string')
    return { kind: 'role-session', roleArn: 'arn:aws:iam::111122223333:role/r', sessionName: 's' }
  return arn.includes(':user/') ? { kind: 'user', arn } : { kind: 'role-session', roleArn: arn, sessionName: 's' }
}

/** Whether the statement of the case applies to a request with this context. */
const applies = (vector: OperatorCase, context: Readonly<Record<string, ContextValue>>): boolean => {
  const { version = '2012-10-17', effect = 'Allow', condition } = vector
  const tested = { Effect: effect, Action: '*', Resource: '*', Condition: condition }
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const document = {
    ...(version === null ? {} : { Version: version }),
    Statement: effect === 'Allow' ? [tested] : [everything, tested],
  }
  const principal = principalOf(context['aws:PrincipalArn'])
  const arn = principal.kind === 'user' ? principal.arn : principal.kind === 'role-session' ? principal.roleArn : ''
  const decision = evaluate(
    {
      principal,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::bucket/key',
      resourceAccount: arn.split(':')[4] ?? '',
      context,
    },
    { identity: [mustParsePolicy(document, 'identity', 'tested')], scps: [], rcps: [] },
  )
  return (decision.effect === 'allow') === (effect === 'Allow')
}

const files = vectorFiles<OperatorCase>('operators')

for (const { file, cases } of files) {
  describe(file, () => {
    for (const vector of cases) {
      test(`${vector.case} (${vector.source})`, () => {
        for (const context of vector.match) assert.equal(applies(vector, context), true, JSON.stringify(context))
        for (const context of vector.noMatch) assert.equal(applies(vector, context), false, JSON.stringify(context))
      })
    }
  })
}

test('every operator of the table has a case that matches and one that does not', () => {
  const covered = new Set<string>()
  for (const { match, noMatch, condition } of files.flatMap(({ cases }) => cases)) {
    if (match.length === 0 || noMatch.length === 0) continue
    for (const name of Object.keys(condition)) covered.add(name.replace(/^For\w+:/, '').replace(/IfExists$/, ''))
  }
  assert.deepEqual(
    Object.keys(operators).filter((name) => !covered.has(name)),
    [],
  )
})
