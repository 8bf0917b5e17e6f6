/** The adapters' wire: what the SDK sends for each port call, and what becomes of each answer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { STSClient } from '@aws-sdk/client-sts'
import type { OaepHash } from '@studio-gate/saml'
import { dynamoReplayStore } from '../src/adapters/dynamodb.ts'
import { kmsKeys } from '../src/adapters/kms.ts'
import { dynamoRequestStore } from '../src/adapters/requests.ts'
import { sagemakerMinting, sagemakerProfiles } from '../src/adapters/sagemaker.ts'
import { stsSessions } from '../src/adapters/sts.ts'
import type { MintOrder } from '../src/core/ports.ts'

interface Sent {
  readonly headers: Readonly<Record<string, string>>
  readonly hostname: string
  readonly body: string
}
type Reply = { readonly status: number; readonly body: string } | { readonly throws: Error }

/** A connection that answers from a list and keeps what was sent. */
function wire(replies: readonly Reply[]) {
  const sent: Sent[] = []
  const left = [...replies]
  const handle = async (request: Sent) => {
    sent.push(request)
    const reply = left.shift()
    assert.ok(reply, 'a call too many')
    if ('throws' in reply) throw reply.throws
    return { response: { statusCode: reply.status, headers: {}, body: Buffer.from(reply.body) } }
  }
  const credentials = { accessKeyId: 'AKGATE', secretAccessKey: 'secret' }
  const config = { region: 'eu-west-1', credentials, maxAttempts: 1, requestHandler: { handle, metadata: {} } as never }
  return { sent, config }
}

const ok = (body: object): Reply => ({ status: 200, body: JSON.stringify(body) })
const error = (type: string): Reply => ({
  status: 400,
  body: JSON.stringify({ __type: type, message: `${type} happened` }),
})
const target = (sent: Sent | undefined) => sent?.headers['x-amz-target']

test('describe: a profile', async () => {
  const { sent, config } = wire([
    ok({ UserProfileArn: 'arn', Status: 'InService', UserSettings: { ExecutionRole: 'role' } }),
  ])
  const answer = await sagemakerProfiles(new SageMakerClient(config)).describe('d-x', 'alice')
  assert.deepEqual(answer, { ok: true, value: { arn: 'arn', status: 'InService', executionRole: 'role' } })
  assert.equal(target(sent[0]), 'SageMaker.DescribeUserProfile')
  assert.deepEqual(JSON.parse(sent[0]?.body ?? ''), { DomainId: 'd-x', UserProfileName: 'alice' })
})

test('describe: no profile', async () => {
  const { config } = wire([error('ResourceNotFound')])
  assert.deepEqual(await sagemakerProfiles(new SageMakerClient(config)).describe('d-x', 'alice'), {
    ok: true,
    value: 'absent',
  })
})

test('create: with execution role and owner tags', async () => {
  const { sent, config } = wire([ok({ UserProfileArn: 'arn' })])
  const order = { domainId: 'd-x', name: 'alice', executionRole: 'role', tags: { owner: 'alice' } }
  assert.deepEqual(await sagemakerProfiles(new SageMakerClient(config)).create(order), { ok: true, value: 'created' })
  assert.deepEqual(JSON.parse(sent[0]?.body ?? ''), {
    DomainId: 'd-x',
    UserProfileName: 'alice',
    UserSettings: { ExecutionRole: 'role' },
    Tags: [{ Key: 'owner', Value: 'alice' }],
  })
})

test('create: somebody was faster', async () => {
  const { config } = wire([error('ResourceInUse')])
  const order = { domainId: 'd-x', name: 'alice', executionRole: 'role', tags: {} }
  assert.deepEqual(await sagemakerProfiles(new SageMakerClient(config)).create(order), { ok: true, value: 'exists' })
})

test('tags: all pages', async () => {
  const { sent, config } = wire([
    ok({ Tags: [{ Key: 'a', Value: '1' }], NextToken: 't' }),
    ok({ Tags: [{ Key: 'b', Value: '2' }] }),
  ])
  assert.deepEqual(await sagemakerProfiles(new SageMakerClient(config)).tags('arn'), {
    ok: true,
    value: { a: '1', b: '2' },
  })
  assert.deepEqual(JSON.parse(sent[1]?.body ?? ''), { ResourceArn: 'arn', NextToken: 't' })
})

for (const [reply, kind] of [
  [error('ThrottlingException'), 'throttled'],
  [error('AccessDeniedException'), 'access-denied'],
  [error('ResourceLimitExceeded'), 'limit-exceeded'],
  [error('ValidationException'), 'unexpected'],
  [{ throws: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) }, 'unavailable'],
  [{ throws: Object.assign(new Error('slow'), { name: 'TimeoutError' }) }, 'unavailable'],
] as const) {
  test(`an answer that is none: ${'throws' in reply ? reply.throws.message : reply.body}`, async () => {
    const { config } = wire([reply])
    const answer = await sagemakerProfiles(new SageMakerClient(config)).describe('d-x', 'alice')
    assert.equal(answer.ok ? 'ok' : answer.failure.kind, kind)
    assert.equal(answer.ok ? '' : answer.failure.operation, 'DescribeUserProfile')
  })
}

const order: MintOrder = {
  roleArn: 'arn:aws:iam::123456789012:role/mint',
  sessionName: 'alice',
  sourceIdentity: 'alice',
  sessionPolicy: { Version: '2012-10-17', Statement: [] },
  credentialSeconds: 3600,
  domainId: 'd-x',
  profileName: 'alice',
  urlSeconds: 60,
  sessionSeconds: 1800,
  landingUri: 'studio::',
}
const assumed = (key: string): Reply => ({
  status: 200,
  body: `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>token-${key}</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
})

test('mint: as the person, with that session’s credentials and no others', async () => {
  const { sent, config } = wire([
    assumed('AKALICE'),
    ok({ AuthorizedUrl: 'https://a' }),
    assumed('AKBOB'),
    ok({ AuthorizedUrl: 'https://b' }),
  ])
  const minting = sagemakerMinting(new SageMakerClient(config), stsSessions(new STSClient(config)))
  assert.deepEqual(await minting.mintAs(order), { ok: true, value: 'https://a' })
  assert.deepEqual(await minting.mintAs({ ...order, sessionName: 'bob' }), { ok: true, value: 'https://b' })

  const [assume, mint, , second] = sent
  assert.equal(assume?.hostname, 'sts.eu-west-1.amazonaws.com')
  const asked = Object.fromEntries(new URLSearchParams(assume?.body))
  assert.deepEqual(
    { ...asked, Version: '' },
    {
      Action: 'AssumeRole',
      Version: '',
      RoleArn: order.roleArn,
      RoleSessionName: 'alice',
      SourceIdentity: 'alice',
      Policy: JSON.stringify(order.sessionPolicy),
      DurationSeconds: '3600',
    },
  )
  assert.equal(mint?.hostname, 'api.sagemaker.eu-west-1.amazonaws.com')
  assert.deepEqual(JSON.parse(mint?.body ?? ''), {
    DomainId: 'd-x',
    UserProfileName: 'alice',
    ExpiresInSeconds: 60,
    SessionExpirationDurationInSeconds: 1800,
    LandingUri: 'studio::',
  })
  assert.match(mint?.headers.authorization ?? '', /Credential=AKALICE\//)
  assert.equal(mint?.headers['x-amz-security-token'], 'token-AKALICE')
  assert.match(second?.headers.authorization ?? '', /Credential=AKBOB\//)
})

test('mint: refused by STS, nothing is presigned', async () => {
  const body = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>'
  const { sent, config } = wire([{ status: 403, body }])
  const answer = await sagemakerMinting(new SageMakerClient(config), stsSessions(new STSClient(config))).mintAs(order)
  assert.equal(answer.ok ? 'ok' : `${answer.failure.operation} ${answer.failure.kind}`, 'AssumeRole access-denied')
  assert.equal(sent.length, 1)
})

for (const [name, replies] of [
  ['a presigned URL that is no JSON', [assumed('AKALICE'), { status: 200, body: 'SENTINEL' }]],
  ['credentials that are no XML', [{ status: 200, body: '<a><SENTINEL></a>' }]],
] as const) {
  test(`mint: ${name} is not quoted in the failure`, async () => {
    const { config } = wire(replies)
    const answer = await sagemakerMinting(new SageMakerClient(config), stsSessions(new STSClient(config))).mintAs(order)
    assert.ok(!answer.ok)
    assert.equal(answer.failure.kind, 'unexpected')
    assert.doesNotMatch(answer.failure.detail, /SENTINEL/)
  })
}

const clock = { now: () => 1_700_000_000_999 }

test('replay store: one conditional write that compares expiresAt itself', async () => {
  const { sent, config } = wire([ok({})])
  assert.equal(
    await dynamoReplayStore(new DynamoDBClient(config), 'table', clock).claim('key', 1_700_003_600),
    'claimed',
  )
  assert.equal(target(sent[0]), 'DynamoDB_20120810.PutItem')
  assert.deepEqual(JSON.parse(sent[0]?.body ?? ''), {
    TableName: 'table',
    Item: { pk: { S: 'key' }, expiresAt: { N: '1700003600' } },
    ConditionExpression: 'attribute_not_exists(pk) OR expiresAt < :now',
    ExpressionAttributeValues: { ':now': { N: '1700000000' } },
  })
})

test('replay store: seen before', async () => {
  const { config } = wire([error('com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException')])
  assert.equal(await dynamoReplayStore(new DynamoDBClient(config), 'table', clock).claim('key', 1), 'seen')
})

test('replay store: anything else rejects', async () => {
  const { config } = wire([error('com.amazonaws.dynamodb.v20120810#ResourceNotFoundException')])
  await assert.rejects(dynamoReplayStore(new DynamoDBClient(config), 'table', clock).claim('key', 1))
})

test('request store: a record that nothing overwrites', async () => {
  const { sent, config } = wire([ok({})])
  await dynamoRequestStore(new DynamoDBClient(config), 'table', clock).open('request#k', 'browser', 1_700_000_600)
  assert.equal(target(sent[0]), 'DynamoDB_20120810.PutItem')
  assert.deepEqual(JSON.parse(sent[0]?.body ?? ''), {
    TableName: 'table',
    Item: { pk: { S: 'request#k' }, browser: { S: 'browser' }, expiresAt: { N: '1700000600' } },
    ConditionExpression: 'attribute_not_exists(pk)',
  })
})

test('request store: taken by one conditional delete', async () => {
  const { sent, config } = wire([ok({}), error('com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException')])
  const store = dynamoRequestStore(new DynamoDBClient(config), 'table', clock)
  assert.equal(await store.take('request#k', 'browser'), 'taken')
  assert.equal(target(sent[0]), 'DynamoDB_20120810.DeleteItem')
  assert.deepEqual(JSON.parse(sent[0]?.body ?? ''), {
    TableName: 'table',
    Key: { pk: { S: 'request#k' } },
    ConditionExpression: 'browser = :browser AND expiresAt >= :now',
    ExpressionAttributeValues: { ':browser': { S: 'browser' }, ':now': { N: '1700000000' } },
  })
  assert.equal(await store.take('request#k', 'browser'), 'unknown')
})

test('request store: anything else rejects', async () => {
  const gone = error('com.amazonaws.dynamodb.v20120810#ResourceNotFoundException')
  const { config } = wire([gone, gone])
  const store = dynamoRequestStore(new DynamoDBClient(config), 'table', clock)
  await assert.rejects(store.take('k', 'b'))
  await assert.rejects(store.open('k', 'b', 1))
})

const keyIds = { decryption: 'arn:decryption', signing: 'arn:signing' }

test('unwrap: by the algorithm of the digest', async () => {
  const { sent, config } = wire([ok({ Plaintext: 'a2V5' }), ok({ Plaintext: 'a2V5' })])
  const { unwrap } = kmsKeys(new KMSClient(config), keyIds)
  assert.ok(unwrap)
  for (const hash of ['sha1', 'sha256'] as const) {
    const answer = await unwrap(Buffer.from('wrapped'), { digest: hash, mask: hash })
    assert.equal(answer.ok && Buffer.from(answer.value).toString(), 'key')
  }
  assert.equal(target(sent[0]), 'TrentService.Decrypt')
  const asked = { KeyId: 'arn:decryption', CiphertextBlob: 'd3JhcHBlZA==' }
  assert.deepEqual(
    sent.map(({ body }) => JSON.parse(body)),
    [
      { ...asked, EncryptionAlgorithm: 'RSAES_OAEP_SHA_1' },
      { ...asked, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' },
    ],
  )
})

test('unwrap: no digest that KMS does not have, and what KMS refuses is a failure', async () => {
  const { sent, config } = wire([error('InvalidCiphertextException'), error('KMSInternalException')])
  const { unwrap } = kmsKeys(new KMSClient(config), keyIds)
  const failureOf = async (digest: OaepHash, mask: OaepHash) => {
    const answer = await unwrap?.(Buffer.from('wrapped'), { digest, mask })
    return answer?.ok === false ? answer.failure : undefined
  }
  for (const [digest, mask] of [
    ['sha512', 'sha512'],
    ['sha256', 'sha1'],
    ['sha1', 'sha256'],
  ] as const) {
    const found = `KMS has no RSA-OAEP with ${digest} and MGF1 with ${mask}`
    const detail = `${found}: choose SHA-1 for both or SHA-256 for both at the identity provider`
    assert.deepEqual(await failureOf(digest, mask), { kind: 'unexpected', operation: 'Decrypt', detail })
  }
  assert.equal(sent.length, 0)
  assert.equal((await failureOf('sha1', 'sha1'))?.kind, 'unexpected')
  assert.equal((await failureOf('sha1', 'sha1'))?.kind, 'unavailable')
})

test('sign: a digest, never the message', async () => {
  const { sent, config } = wire([ok({ Signature: 'c2ln' })])
  const answer = await kmsKeys(new KMSClient(config), keyIds).sign?.(Buffer.from('abc'))
  assert.equal(answer?.ok && Buffer.from(answer.value).toString(), 'sig')
  assert.equal(target(sent[0]), 'TrentService.Sign')
  assert.deepEqual(JSON.parse(sent[0]?.body ?? ''), {
    KeyId: 'arn:signing',
    // SHA-256 of `abc` (FIPS 180-4, example B.1).
    Message: Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex').toString('base64'),
    MessageType: 'DIGEST',
    SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
  })
})

test('no key, no port', () => assert.deepEqual(kmsKeys(new KMSClient(wire([]).config), {}), {}))
