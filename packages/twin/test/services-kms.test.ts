import assert from 'node:assert/strict'
import { constants, createHash, createPublicKey, generateKeyPairSync, publicEncrypt, verify } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import {
  DecryptCommand,
  type EncryptionAlgorithmSpec,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  type SignCommandInput,
} from '@aws-sdk/client-kms'
import { kmsService } from '../src/services/kms/index.ts'
import type { Credential, KmsKey } from '../src/world.ts'
import { account, allow, functionArn, inhabitedWorld, region, sdk, serve } from './inhabited-world.ts'

const bounded = { timeout: 20_000 }
const pairs = {
  ENCRYPT_DECRYPT: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  SIGN_VERIFY: generateKeyPairSync('rsa', { modulusLength: 2048 }),
}

/** The gate may use both keys by one algorithm each, the account may look after them. */
async function withKeys(context: TestContext) {
  const inhabited = inhabitedWorld()
  const { world, who } = inhabited
  const root = { AWS: `arn:aws:iam::${account}:root` }
  const gate = `arn:aws:iam::${account}:role/gate`
  for (const usage of ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'] as const) {
    const arn = `arn:aws:kms:${region}:${account}:key/${usage}`
    const use =
      usage === 'SIGN_VERIFY'
        ? { Action: 'kms:Sign', Condition: { StringEquals: { 'kms:MessageType': 'DIGEST' } } }
        : { Action: 'kms:Decrypt', Condition: { StringLike: { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_*' } } }
    const key: KmsKey = {
      id: usage,
      arn,
      spec: 'RSA_2048',
      usage,
      enabled: true,
      policy: {
        name: `Key${usage}`,
        document: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: root, Action: 'kms:GetPublicKey', Resource: '*' },
            {
              ...use,
              Effect: 'Allow',
              Principal: root,
              Resource: '*',
              Condition: { ...use.Condition, ArnEquals: { 'aws:PrincipalArn': gate } },
            },
          ],
        },
      },
      pair: () => pairs[usage],
    }
    world.keys.set(arn, key)
  }
  const role = inhabited.role('gate')
  const own = { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } }
  role.policies = [...role.policies, allow('gate/keys', ['kms:Decrypt', 'kms:Sign'], '*', own)]
  const client = async (as: Credential) => {
    const endpoint = await serve(context, kmsService(world), inhabited.from('internet'))
    const kms = new KMSClient({ endpoint, region, credentials: sdk(as), maxAttempts: 1 })
    context.after(() => kms.destroy())
    return kms
  }
  return { world, who, client }
}

const wrap = (oaepHash: 'sha1' | 'sha256') => {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return publicEncrypt({ key: pairs.ENCRYPT_DECRYPT.publicKey, padding, oaepHash }, Buffer.from('content key'))
}
const decrypt = (KeyId: string, oaep: 'sha1' | 'sha256', EncryptionAlgorithm?: EncryptionAlgorithmSpec) =>
  new DecryptCommand({ KeyId, CiphertextBlob: wrap(oaep), ...(EncryptionAlgorithm && { EncryptionAlgorithm }) })

test('kms: unwraps what was wrapped outside, by both digests, by id and by ARN', bounded, async (context) => {
  const { who, client } = await withKeys(context)
  const kms = await client(who.gate)
  const arn = `arn:aws:kms:${region}:${account}:key/ENCRYPT_DECRYPT`
  for (const [id, oaep, algorithm] of [
    ['ENCRYPT_DECRYPT', 'sha1', 'RSAES_OAEP_SHA_1'],
    [arn, 'sha256', 'RSAES_OAEP_SHA_256'],
  ] as const) {
    const answer = await kms.send(decrypt(id, oaep, algorithm))
    assert.equal(Buffer.from(answer.Plaintext ?? []).toString(), 'content key')
    assert.deepEqual([answer.KeyId, answer.EncryptionAlgorithm], [arn, algorithm])
  }
})

test('kms: signs a digest as if it had the message', bounded, async (context) => {
  const { who, client } = await withKeys(context)
  const message = Buffer.from('a request')
  const input: SignCommandInput = {
    KeyId: 'SIGN_VERIFY',
    Message: createHash('sha256').update(message).digest(),
    MessageType: 'DIGEST',
    SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
  }
  const { Signature = new Uint8Array() } = await (await client(who.gate)).send(new SignCommand(input))
  assert.ok(verify('sha256', message, pairs.SIGN_VERIFY.publicKey, Signature))
})

test('kms: gives the public half to whom the key policy lets see it', bounded, async (context) => {
  const { who, client } = await withKeys(context)
  const answer = await (await client(who.administrator)).send(new GetPublicKeyCommand({ KeyId: 'SIGN_VERIFY' }))
  const key = createPublicKey({ key: Buffer.from(answer.PublicKey ?? []), format: 'der', type: 'spki' })
  assert.ok(key.equals(pairs.SIGN_VERIFY.publicKey))
  assert.deepEqual([answer.KeySpec, answer.KeyUsage], ['RSA_2048', 'SIGN_VERIFY'])
})

const signature = { KeyId: 'SIGN_VERIFY', Message: Buffer.alloc(32), MessageType: 'DIGEST' } as const
const refused: readonly (readonly [
  what: string,
  as: 'gate' | 'administrator',
  command: DecryptCommand | SignCommand | GetPublicKeyCommand,
  error: string,
])[] = [
  [
    'an administrator who may do everything',
    'administrator',
    decrypt('ENCRYPT_DECRYPT', 'sha1', 'RSAES_OAEP_SHA_1'),
    'AccessDeniedException',
  ],
  [
    'what the role’s policy does not name',
    'gate',
    new GetPublicKeyCommand({ KeyId: 'SIGN_VERIFY' }),
    'AccessDeniedException',
  ],
  [
    'an algorithm that the key policy does not name',
    'gate',
    decrypt('ENCRYPT_DECRYPT', 'sha1'),
    'AccessDeniedException',
  ],
  [
    'another digest than it was wrapped with',
    'gate',
    decrypt('ENCRYPT_DECRYPT', 'sha1', 'RSAES_OAEP_SHA_256'),
    'InvalidCiphertextException',
  ],
  ['a key that there is not', 'gate', decrypt('NONE', 'sha1', 'RSAES_OAEP_SHA_1'), 'NotFoundException'],
  [
    'a whole message',
    'gate',
    new SignCommand({ ...signature, MessageType: 'RAW', SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' }),
    'AccessDeniedException',
  ],
  [
    'a digest of another length',
    'gate',
    new SignCommand({ ...signature, Message: Buffer.alloc(31), SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' }),
    'ValidationException',
  ],
  [
    'an algorithm that the twin does not have',
    'gate',
    new SignCommand({ ...signature, SigningAlgorithm: 'RSASSA_PSS_SHA_256' }),
    'UnsupportedOperationException',
  ],
]
for (const [what, as, command, error] of refused)
  test(`kms: refused: ${what}`, bounded, async (context) => {
    const { who, client } = await withKeys(context)
    const kms = await client(who[as])
    await assert.rejects(kms.send(command as DecryptCommand), { name: error })
  })

test('kms: refused: a key for something else, and a disabled one', bounded, async (context) => {
  const { world, who, client } = await withKeys(context)
  const arn = `arn:aws:kms:${region}:${account}:key/ENCRYPT_DECRYPT`
  const key = world.keys.get(arn)
  assert.ok(key)
  const kms = await client(who.gate)
  const ask = () => kms.send(decrypt(arn, 'sha1', 'RSAES_OAEP_SHA_1'))
  world.keys.set(arn, { ...key, usage: 'SIGN_VERIFY' })
  await assert.rejects(ask(), { name: 'InvalidKeyUsageException' })
  world.keys.set(arn, { ...key, enabled: false })
  await assert.rejects(ask(), { name: 'DisabledException' })
})
