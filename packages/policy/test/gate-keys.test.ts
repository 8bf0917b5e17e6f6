/** What follows from keys in KMS: the gate may use them in the one declared way, and nobody else at all. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  derive,
  evaluate,
  type Intent,
  mustParsePolicy,
  type Places,
  type PolicyJson,
  type Request,
} from '../src/index.ts'
import { intent as plain, places as withoutKeys } from './example-intent.ts'

/** The example's provider, with other settings. */
const withSettings = (settings: Partial<Intent['identityProviders'][number]>): Intent => ({
  ...plain,
  identityProviders: plain.identityProviders.map((provider) => ({ ...provider, ...settings })),
})
const keyed = withSettings({ encryptedAssertions: 'aes-gcm', signedRequests: 'rsa-sha256' })
const account = '111122223333'
const [gate, other] = [`arn:aws:iam::${account}:role/gate`, `arn:aws:iam::${account}:role/other`]
const functionArn = `arn:aws:lambda:eu-west-1:${account}:function:StudioGate-gate`
const keys = {
  decryption: `arn:aws:kms:eu-west-1:${account}:key/decryption`,
  signing: `arn:aws:kms:eu-west-1:${account}:key/signing`,
}
const places: Places = { ...withoutKeys, endpoints: { ...withoutKeys.endpoints, kms: 'vpce-4' }, keys }
const walls = derive(keyed, places)
const everything: PolicyJson = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
}

interface Use {
  readonly key: 'decryption' | 'signing'
  readonly action: string
  readonly context?: Readonly<Record<string, string>>
  readonly role?: string
  /** In place of the role's own policy. */
  readonly holds?: PolicyJson
  readonly endpoint?: 'none'
}

const unwrap = { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_1' }
const sign = { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256', 'kms:MessageType': 'DIGEST' }

function allowed({ key, action, context = {}, role = gate, holds, endpoint }: Use): boolean {
  const request: Request = {
    principal: { kind: 'role-session', roleArn: role, sessionName: 's' },
    action,
    resource: keys[key],
    resourceAccount: account,
    context: {
      ...(role === gate ? { 'lambda:SourceFunctionArn': functionArn } : {}),
      ...(endpoint === 'none' ? {} : { 'aws:SourceVpce': 'vpce-4', 'aws:SourceVpc': 'vpc-1' }),
      ...context,
    },
  }
  const [policy, through] = [walls.keys[key], walls.kmsEndpoint]
  assert.ok(policy && through)
  const decision = evaluate(request, {
    identity: [mustParsePolicy(holds ?? (role === gate ? walls.functionPolicy : everything), 'identity', 'role')],
    scps: [],
    rcps: [],
    resource: mustParsePolicy(policy, 'resource', 'key'),
    ...(endpoint === 'none' ? {} : { endpoint: mustParsePolicy(through, 'endpoint', 'endpoint') }),
  })
  return decision.effect === 'allow'
}

const decrypt = { key: 'decryption', action: 'kms:Decrypt', context: unwrap } as const
const signing = { key: 'signing', action: 'kms:Sign', context: sign } as const
const cases: readonly (readonly [name: string, use: Use, allowed: boolean])[] = [
  ['the gate unwraps by OAEP with SHA-1', decrypt, true],
  ['and with SHA-256', { ...decrypt, context: { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_256' } }, true],
  ['by no other algorithm', { ...decrypt, context: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } }, false],
  ['nor where none is named', { ...decrypt, context: {} }, false],
  ['the gate signs a digest', signing, true],
  ['no other algorithm', { ...signing, context: { ...sign, 'kms:SigningAlgorithm': 'RSASSA_PSS_SHA_256' } }, false],
  ['no whole message', { ...signing, context: { ...sign, 'kms:MessageType': 'RAW' } }, false],
  ['not with the decryption key', { ...signing, key: 'decryption' }, false],
  ['not outside our endpoint', { ...decrypt, endpoint: 'none' }, false],
  ['not by other code with its role', { ...decrypt, context: { ...unwrap, 'lambda:SourceFunctionArn': 'x' } }, false],
  ['the key’s policy holds whatever the role’s says', { ...decrypt, holds: everything }, true],
  ['also for its algorithms', { ...decrypt, holds: everything, context: {} }, false],
  ['nobody else decrypts, whatever he holds', { ...decrypt, role: other, endpoint: 'none' }, false],
  ['nor signs', { ...signing, role: other, endpoint: 'none' }, false],
  ['nor grants it', { key: 'decryption', action: 'kms:CreateGrant', role: other, endpoint: 'none' }, false],
  [
    'an administrator reads the public half',
    { ...decrypt, action: 'kms:GetPublicKey', role: other, endpoint: 'none' },
    true,
  ],
  ['but not through our endpoint', { ...decrypt, action: 'kms:GetPublicKey', role: other }, false],
]
for (const [name, use, expected] of cases) test(name, () => assert.equal(allowed(use), expected))

test('execution roles cannot touch the keys', () => {
  const request: Request = {
    principal: { kind: 'role-session', roleArn: other, sessionName: 's' },
    action: 'kms:ScheduleKeyDeletion',
    resource: keys.signing,
    resourceAccount: account,
    context: {},
  }
  const [execution] = walls.execution
  const policy = walls.keys.signing
  assert.ok(execution && policy)
  const resource = mustParsePolicy(policy, 'resource', 'key')
  const identity = [mustParsePolicy(everything, 'identity', 'role')]
  const boundary = mustParsePolicy(execution.boundary, 'boundary', 'boundary')
  assert.equal(evaluate(request, { identity, scps: [], rcps: [], resource }).effect, 'allow')
  assert.equal(evaluate(request, { identity, scps: [], rcps: [], resource, boundary }).effect, 'deny')
})

test('who asks for no key has none, and nothing else changes', () => {
  const without = derive(plain, withoutKeys)
  assert.deepEqual([without.keys, without.kmsEndpoint], [{}, undefined])
  assert.equal(JSON.stringify(without).includes('kms:'), false)
  assert.deepEqual(derive(plain, places).functionPolicy, without.functionPolicy)
  const one = withSettings({ signedRequests: 'rsa-sha256' })
  assert.deepEqual(Object.keys(derive(one, places).keys), ['signing'])
  assert.throws(() => derive(keyed, withoutKeys), /decryption key/)
})
