/** A policy in parts decides what the whole decides: on the policies and requests that prover and evaluator are held against each other with. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate, mustParsePolicy, type PolicyJson, type PolicyKind, reach, splitPolicy } from '@studio-gate/policy'
import { drawQuestion } from './agreement/policies.ts'
import { drawRequest } from './agreement/requests.ts'
import { generator } from './generator.ts'

const sizeOf = (policy: PolicyJson): number => JSON.stringify(policy).length
const read = (kind: PolicyKind, parts: readonly PolicyJson[]) =>
  parts.map((part, at) => mustParsePolicy(part, kind, `${kind}-${at}`))

test('parts of identity policies and SCPs decide together what the whole decides', (context) => {
  const counts = { questions: 0, parts: 0, halves: 0, impossible: 0, allowed: 0, denied: 0 }
  for (let seed = 1; seed <= 800; seed++) {
    const random = generator(seed)
    const question = drawQuestion(random)
    const { target, principal, policies, options, documents } = question
    const split = (kind: PolicyKind): readonly (readonly PolicyJson[])[] =>
      documents
        .filter(([each]) => each === kind)
        .map(([, json]) => {
          const document = json as unknown as PolicyJson
          const limit = random.pick([200, 300, 400, 500])
          const parts = splitPolicy(document, (part) => sizeOf(part) <= limit)
          if (parts === undefined) {
            counts.impossible++
            return [document]
          }
          assert.ok(parts.every((part) => sizeOf(part) <= limit))
          if (parts.length > 1) counts.parts++
          const statements = parts.flatMap((part) => part.Statement)
          if (statements.length > [document.Statement].flat().length) counts.halves++
          return parts
        })
    const identity = split('identity').flatMap((parts) => read('identity', parts))
    const scps = split('scp').map((parts) => read('scp', parts))
    counts.questions++
    const region = reach(principal, target.action, target.resource, policies, options)
    for (let round = 0; round < 10; round++) {
      const { request, policies: whole } = drawRequest(random, question, region)
      const { effect } = evaluate(request, whole)
      assert.equal(evaluate(request, { ...whole, identity, scps }).effect, effect, `seed ${seed}`)
      if (effect === 'allow') counts.allowed++
      else counts.denied++
    }
  }
  context.diagnostic(JSON.stringify(counts))
  assert.ok(Math.min(counts.parts, counts.halves, counts.impossible, counts.allowed / 10) > 5, JSON.stringify(counts))
})

test('statements that fit stay together and in order', () => {
  const statement = (sid: string) => ({ Sid: sid, Effect: 'Allow', Action: 's3:*', Resource: '*' }) as const
  const policy: PolicyJson = { Version: '2012-10-17', Statement: ['A1', 'B1', 'C1', 'D1', 'E1'].map(statement) }
  const three = sizeOf({ ...policy, Statement: ['A1', 'B1', 'C1'].map(statement) })
  const sids = splitPolicy(policy, (part) => sizeOf(part) <= three)?.map(({ Statement: statements }) =>
    (statements as readonly { readonly Sid: string }[]).map(({ Sid: sid }) => sid).join(' '),
  )
  assert.deepEqual(sids, ['A1 B1 C1', 'D1 E1'])
})
