/**
 * `reach` and `evaluate` share no decision code, so they can judge each other: on random policies, requests drawn at the edges of the
 * regions must be allowed by one exactly if they lie in the region of the other. REACH_SAMPLES sets how many, REACH_SEED where to begin;
 * `npm run agree` asks more of them, in several processes.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mustParsePolicy, originWords, reach } from '@studio-gate/policy'
import { missing } from './agreement/constructs.ts'
import { judgeSeed, newTally } from './agreement/judge.ts'

const wanted = Number(process.env.REACH_SAMPLES ?? 100_000)
const firstSeed = Number(process.env.REACH_SEED ?? 1)

test(`${wanted} requests at the edges of random regions are allowed exactly if they lie in them`, (context) => {
  const tally = newTally()
  for (let seed = firstSeed; tally.samples < wanted; seed++) {
    const disagreement = judgeSeed(seed, tally)
    assert.equal(disagreement, undefined, JSON.stringify(disagreement))
  }
  const { constructs, ...counts } = tally
  context.diagnostic(JSON.stringify(counts))
  context.diagnostic(JSON.stringify(constructs))
  // A property that never sees an allowed request, or that hides behind "undecided", would prove nothing.
  assert.ok(counts.allowed > counts.samples / 20, JSON.stringify(counts))
  assert.ok(counts.undecided < counts.regions / 5, JSON.stringify(counts))
  assert.ok(counts.exact > counts.allowed * 0.95, JSON.stringify(counts))
  assert.deepEqual(missing(constructs), [])
})

test('an endpoint that matters for one session name only is told apart for all of them', () => {
  const account = '111122223333'
  const read = (statement: object, kind: 'identity' | 'resource') =>
    mustParsePolicy({ Version: '2012-10-17', Statement: statement }, kind, kind)
  const identity = read(
    {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-2' } },
    },
    'identity',
  )
  const resource = read(
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:sts::${account}:assumed-role/a/s` },
      Action: 's3:GetObject',
      Resource: '*',
    },
    'resource',
  )
  const anySession = { kind: 'role-session', roleArn: `arn:aws:iam::${account}:role/a`, sessionName: '*' } as const
  const policies = { identity: [identity], resource, scps: [], rcps: [] }
  const { reached, named } = reach(anySession, 's3:GetObject', 'arn:aws:s3:::b/x', policies, {
    resourceAccount: account,
  })
  assert.deepEqual(named.endpoints, ['vpce-2'])
  assert.ok(reached.some(({ origin, everywhere }) => originWords(origin).startsWith('vpce-2') && everywhere))
})

test('a key takes the values that matter for the key it is compared with', () => {
  const account = '111122223333'
  const profile = (name: string) => `arn:aws:sagemaker:eu-central-1:${account}:user-profile/d-1/${name}`
  const read = (...statements: readonly object[]) =>
    mustParsePolicy({ Version: '2012-10-17', Statement: statements }, 'identity', 'identity')
  const policy = read(
    { Effect: 'Allow', Action: 'sagemaker:*', Resource: profile('$' + '{sagemaker:UserProfileName}') },
    {
      Effect: 'Deny',
      Action: 'sagemaker:*',
      Resource: '*',
      Condition: { StringNotLike: { 'sagemaker:UserProfileName': ['$' + '{aws:PrincipalTag/team}', 'blue'] } },
    },
  )
  const user = { kind: 'user', arn: `arn:aws:iam::${account}:user/u` } as const
  const policies = { identity: [policy], scps: [], rcps: [] }
  const { reached } = reach(user, 'sagemaker:CreatePresignedDomainUrl', profile('alice'), policies)
  assert.ok(reached.some(({ origin, everywhere }) => origin.kind === 'internet' && everywhere))
})
