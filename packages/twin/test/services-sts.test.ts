import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { stsService } from '../src/services/sts/index.ts'
import type { Credential } from '../src/world.ts'
import {
  account,
  allow,
  type Inhabited,
  inhabitedWorld,
  region,
  replaceEndpointPolicy,
  sdk,
  serve,
} from './inhabited-world.ts'

const minting = `arn:aws:iam::${account}:role/minting`
const asAlice = { RoleArn: minting, RoleSessionName: 'alice', SourceIdentity: 'alice' }

async function client(context: TestContext, inhabited: Inhabited, as: Credential): Promise<STSClient> {
  const endpoint = await serve(context, stsService(inhabited.world), inhabited.from('gate', 'sts'))
  const sts = new STSClient({ endpoint, region, credentials: sdk(as), maxAttempts: 1 })
  context.after(() => sts.destroy())
  return sts
}

test('sts: a session with name, source identity, tags and policy', { timeout: 10_000 }, async (context) => {
  const inhabited = inhabitedWorld()
  const { world, who } = inhabited
  const sts = await client(context, inhabited, who.gate)
  const policy = JSON.stringify(allow('', 'sagemaker:*', '*').document)
  const answer = await sts.send(
    new AssumeRoleCommand({ ...asAlice, Policy: policy, DurationSeconds: 900, Tags: [{ Key: 'team', Value: 'blue' }] }),
  )
  assert.equal(answer.AssumedRoleUser?.Arn, `arn:aws:sts::${account}:assumed-role/minting/alice`)
  assert.equal(answer.SourceIdentity, 'alice')
  const credential = world.credentials.get(answer.Credentials?.AccessKeyId ?? '')
  assert.equal(credential?.sourceIdentity, 'alice')
  assert.deepEqual(credential?.sessionContext, { 'aws:PrincipalTag/team': 'blue' })
  assert.deepEqual(credential?.sessionPolicy?.document, JSON.parse(policy))
  assert.ok(Math.abs((credential?.expiresAt ?? 0) - world.now() - 900_000) < 5_000)
  assert.ok(Math.abs((answer.Credentials?.Expiration?.getTime() ?? 0) - (credential?.expiresAt ?? 0)) < 1000)

  const session = await client(context, inhabited, credential ?? who.nobody)
  const identity = await session.send(new GetCallerIdentityCommand({}))
  assert.equal(identity.Arn, `arn:aws:sts::${account}:assumed-role/minting/alice`)
  assert.equal(identity.Account, account)
  assert.match(identity.UserId ?? '', /^AROA\w+:alice$/)
})

interface Refused {
  readonly name: string
  readonly as?: keyof Inhabited['who']
  readonly input: AssumeRoleCommandInput
  readonly error: string
  readonly message: RegExp
  readonly change?: (inhabited: Inhabited) => void
}

const refused: readonly Refused[] = [
  {
    name: 'a caller whom the role does not trust',
    as: 'administrator',
    input: asAlice,
    error: 'AccessDenied',
    message:
      /^User: arn:aws:iam::111122223333:user\/administrator is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role\/minting because no role trust policy allows the sts:AssumeRole action$/,
  },
  {
    name: 'a session without source identity',
    input: { RoleArn: minting, RoleSessionName: 'alice' },
    error: 'AccessDenied',
    message: /because no role trust policy allows the sts:AssumeRole action$/,
  },
  {
    name: 'a role that does not exist',
    as: 'administrator',
    input: { ...asAlice, RoleArn: `arn:aws:iam::${account}:role/none` },
    error: 'AccessDenied',
    message: /role\/none/,
  },
  {
    name: 'a session name that is too short',
    input: { ...asAlice, RoleSessionName: 'a' },
    error: 'ValidationError',
    message:
      /Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2/,
  },
  {
    name: 'a session name with a space',
    input: { ...asAlice, RoleSessionName: 'a b' },
    error: 'ValidationError',
    message: /regular expression pattern: \[\\w\+=,\.@-\]\*/,
  },
  {
    name: 'fourteen minutes',
    input: { ...asAlice, DurationSeconds: 840 },
    error: 'ValidationError',
    message: /greater than or equal to 900/,
  },
  {
    name: 'more than an hour by role chaining',
    input: { ...asAlice, DurationSeconds: 3601 },
    error: 'ValidationError',
    message: /1 hour session limit for roles assumed by role chaining/,
  },
  {
    name: 'a session policy that is not JSON',
    input: { ...asAlice, Policy: '{' },
    error: 'MalformedPolicyDocument',
    message: /Json/,
  },
  {
    name: 'a session policy with a typo',
    input: {
      ...asAlice,
      Policy: '{"Version":"2012-10-17","Statement":[{"Efect":"Allow","Action":"*","Resource":"*"}]}',
    },
    error: 'MalformedPolicyDocument',
    message: /Efect/,
  },
  {
    name: 'a session policy that is too long',
    input: { ...asAlice, Policy: ' '.repeat(2049) },
    error: 'ValidationError',
    message: /2048/,
  },
  {
    name: 'an SCP',
    input: asAlice,
    error: 'AccessDenied',
    message: /with an explicit deny in a service control policy$/,
    change: ({ world }) => {
      const deny = {
        Version: '2012-10-17',
        Statement: { Effect: 'Deny', Action: 'sts:SetSourceIdentity', Resource: '*' },
      } as const
      world.scps = [[allow('full', '*', '*'), { name: 'deny', document: deny }]]
    },
  },
  {
    name: 'the endpoint',
    input: asAlice,
    error: 'AccessDenied',
    message: /because no VPC endpoint policy allows the sts:AssumeRole action$/,
    change: ({ world }) =>
      replaceEndpointPolicy(world, 'vpce-sts', {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:GetCallerIdentity', Resource: '*' },
      }),
  },
]

for (const row of refused) {
  test(`sts: refuses ${row.name}`, { timeout: 10_000 }, async (context) => {
    const inhabited = inhabitedWorld()
    row.change?.(inhabited)
    const before = inhabited.world.credentials.size
    const sts = await client(context, inhabited, inhabited.who[row.as ?? 'gate'])
    await assert.rejects(sts.send(new AssumeRoleCommand(row.input)), (error: Error) => {
      assert.ok([row.error, `${row.error}Exception`].includes(error.name), error.name)
      assert.match(error.message, row.message)
      return true
    })
    assert.equal(inhabited.world.credentials.size, before)
    assert.equal(inhabited.world.journal.at(-1)?.outcome, 'refused')
  })
}
