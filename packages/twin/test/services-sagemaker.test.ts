import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as client from '@aws-sdk/client-sagemaker'
import { sagemakerService } from '../src/services/sagemaker/index.ts'
import type { Credential, Origin } from '../src/world.ts'
import {
  allow,
  domainId,
  type Inhabited,
  inhabitedWorld,
  region,
  replaceEndpointPolicy,
  sdk,
  serve,
} from './inhabited-world.ts'

interface Case {
  readonly name: string
  readonly as: keyof Inhabited['who']
  readonly from: Parameters<Inhabited['from']>[0]
  readonly through?: Parameters<Inhabited['from']>[1]
  readonly operation: string
  readonly input: Record<string, unknown>
  /** Member of the output to a pattern of its value. */
  readonly output?: Readonly<Record<string, string>>
  readonly error?: string
  /** Part of it. */
  readonly message?: string
  readonly layer?: string
}

const cases: readonly Case[] = JSON.parse(readFileSync(new URL('services-sagemaker.json', import.meta.url), 'utf8'))

type Command = new (input: unknown) => Parameters<client.SageMakerClient['send']>[0]

async function send(url: string, as: Credential, operation: string, input: unknown): Promise<Record<string, unknown>> {
  const sagemaker = new client.SageMakerClient({ endpoint: url, region, credentials: sdk(as), maxAttempts: 1 })
  const command = (client as unknown as Record<string, Command>)[`${operation}Command`]
  assert.ok(command, `the SDK has no ${operation}`)
  try {
    return { ...(await sagemaker.send(new command(input))) }
  } finally {
    sagemaker.destroy()
  }
}

for (const row of cases) {
  test(`sagemaker: ${row.name}`, { timeout: 10_000 }, async (context) => {
    const { world, who, from } = inhabitedWorld()
    const url = await serve(context, sagemakerService(world), from(row.from, row.through))
    const sent = send(url, who[row.as], row.operation, row.input)
    if (row.error === undefined) {
      const output = await sent
      assert.ok(Object.keys(row.output ?? {}).length > 0, 'the case expects nothing')
      for (const [member, pattern] of Object.entries(row.output ?? {})) {
        const value = output[member]
        assert.match(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), new RegExp(pattern))
      }
      assert.equal(world.journal.at(-1)?.outcome, 'allowed')
    } else {
      await assert.rejects(sent, (error: Error) => {
        assert.equal(error.name, row.error)
        assert.ok(row.message && error.message.includes(row.message), error.message)
        return true
      })
      const entry = world.journal.at(-1)
      assert.equal(entry?.outcome, 'refused')
      if (row.layer !== undefined) assert.equal(entry?.layer, row.layer)
    }
  })
}

test('sagemaker: a new profile is Pending for a while and cannot be minted for', {
  timeout: 10_000,
}, async (context) => {
  const { world, who, from, advance } = inhabitedWorld()
  const url = await serve(context, sagemakerService(world, { pendingMilliseconds: 60_000 }), from('gate', 'api'))
  const profile = { DomainId: domainId, UserProfileName: 'dave' }
  await send(url, who.gate, 'CreateUserProfile', {
    ...profile,
    Tags: [{ Key: 'studio-gate:subject', Value: 'dave' }],
    UserSettings: { ExecutionRole: 'arn:aws:iam::111122223333:role/execution' },
  })
  const status = async () => (await send(url, who.gate, 'DescribeUserProfile', profile)).Status
  assert.equal(await status(), 'Pending')
  await assert.rejects(send(url, who.minting, 'CreatePresignedDomainUrl', profile), { name: 'ValidationException' })
  advance(60_000)
  assert.equal(await status(), 'InService')
  assert.match(String((await send(url, who.minting, 'CreatePresignedDomainUrl', profile)).AuthorizedUrl), /token=/)
})

test('sagemaker: the layers of a refusal, in AWS words', { timeout: 20_000 }, async (context) => {
  const profile = { DomainId: domainId, UserProfileName: 'alice' }
  const refused = async (change: (inhabited: Inhabited) => Credential, origin: (inhabited: Inhabited) => Origin) => {
    const inhabited = inhabitedWorld()
    const as = change(inhabited)
    const url = await serve(context, sagemakerService(inhabited.world), origin(inhabited))
    const error = await send(url, as, 'CreatePresignedDomainUrl', profile).then(
      () => assert.fail('let in'),
      (caught: Error) => caught,
    )
    return { message: error.message, layer: inhabited.world.journal.at(-1)?.layer }
  }
  const gate = ({ from }: Inhabited) => from('gate', 'api')

  const scp = await refused(({ world, who }) => {
    const everything = allow('FullAWSAccess', '*', '*')
    const deny = {
      name: 'Guard',
      document: {
        Version: '2012-10-17' as const,
        Statement: { Effect: 'Deny' as const, Action: 'sagemaker:CreatePresignedDomainUrl', Resource: '*' },
      },
    }
    world.scps = [[everything, deny]]
    return who.administrator
  }, gate)
  assert.match(
    scp.message,
    /user\/administrator is not authorized .* with an explicit deny in a service control policy$/,
  )
  assert.equal(scp.layer, 'IAM at mint')

  const endpoint = await refused(({ world, who }) => {
    replaceEndpointPolicy(world, 'vpce-api', {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: '*',
        NotAction: 'sagemaker:CreatePresignedDomainUrl',
        Resource: '*',
      },
    })
    return who.minting
  }, gate)
  assert.match(endpoint.message, /because no VPC endpoint policy allows the sagemaker:CreatePresignedDomainUrl action$/)
  assert.equal(endpoint.layer, 'endpoint policy')

  const session = await refused(({ world, who }) => {
    const narrowed = {
      ...who.minting,
      accessKeyId: 'ASIANARROWED00000000',
      sessionPolicy: allow('session', 'sagemaker:CreatePresignedDomainUrl', 'arn:aws:sagemaker:*:*:user-profile/*/bob'),
    }
    world.credentials.set(narrowed.accessKeyId, narrowed)
    return narrowed
  }, gate)
  assert.match(session.message, /because no session policy allows the sagemaker:CreatePresignedDomainUrl action$/)
})

test('sagemaker: whose spelling of a profile stands in the ARN is a switch', { timeout: 10_000 }, async (context) => {
  for (const [setting, spelled] of [
    ['as-called', 'ALICE'],
    ['as-created', 'alice'],
  ] as const) {
    const { world, who, from } = inhabitedWorld({ 'sagemaker.profile-case': setting })
    const url = await serve(context, sagemakerService(world), from('internet'))
    await assert.rejects(
      send(url, who.nobody, 'DescribeUserProfile', { DomainId: domainId, UserProfileName: 'ALICE' }),
      new RegExp(`user-profile/${domainId}/${spelled} because`),
    )
  }
})

test('sagemaker: answers CORS to pages of Studio and to no others', { timeout: 10_000 }, async (context) => {
  const { world, from } = inhabitedWorld()
  const url = await serve(context, sagemakerService(world), from('user', 'api'))
  const preflight = (origin: string) => fetch(url, { method: 'OPTIONS', headers: { origin } })
  const page = `https://${domainId}.studio.${region}.sagemaker.aws`
  const answer = await preflight(page)
  assert.equal(answer.headers.get('access-control-allow-origin'), page)
  assert.match(answer.headers.get('access-control-allow-headers') ?? '', /authorization.*x-amz-security-token/)
  assert.equal((await preflight('https://studio.example.com')).headers.get('access-control-allow-origin'), null)
})
