import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import * as client from '@aws-sdk/client-sagemaker'
import { WebSocket } from 'ws'
import { consoleService } from '../src/console/service.ts'
import { sagemakerService } from '../src/services/sagemaker/index.ts'
import { elsewhere, foreignStudioUrl } from '../src/studio/elsewhere.ts'
import { studioService } from '../src/studio/service.ts'
import type { Switches } from '../src/switches.ts'
import type { Credential, Origin } from '../src/world.ts'
import {
  account,
  domainId,
  type Inhabited,
  inhabitedWorld,
  region,
  replaceEndpointPolicy,
  sdk,
  serve,
} from './inhabited-world.ts'

interface Studio extends Inhabited {
  /** A server of Studio at this origin, for this host name. */
  at(origin: Origin, url: string): Promise<string>
  mint(options?: { as?: Credential; from?: Origin; input?: object }): Promise<string>
  /** Opens the link there: status, headers, cookie. */
  open(origin: Origin, url: string): Promise<{ answer: Response; cookie: string; base: string }>
}

async function studio(context: TestContext, switches: Partial<Switches> = {}): Promise<Studio> {
  const inhabited = inhabitedWorld(switches)
  const { world, who, from } = inhabited
  const { service, close } = studioService(world)
  context.after(close)
  const sagemaker = sagemakerService(world)
  const at = (origin: Origin, url: string) => serve(context, service, origin, new URL(url).host)
  const mint: Studio['mint'] = async ({ as = who.minting, from: origin = from('gate', 'api'), input = {} } = {}) => {
    const endpoint = await serve(context, sagemaker, origin)
    const sdkClient = new client.SageMakerClient({ endpoint, region, credentials: sdk(as), maxAttempts: 1 })
    context.after(() => sdkClient.destroy())
    const answer = await sdkClient.send(
      new client.CreatePresignedDomainUrlCommand({ DomainId: domainId, UserProfileName: 'alice', ...input }),
    )
    return answer.AuthorizedUrl ?? ''
  }
  return {
    ...inhabited,
    at,
    mint,
    async open(origin, url) {
      const base = await at(origin, url)
      const { pathname, search } = new URL(url)
      const answer = await fetch(base + pathname + search, { redirect: 'manual' })
      return { answer, base, cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
    },
  }
}

const deny = {
  name: 'minting/closed',
  document: { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } },
} as const

test('studio: a link opens the domain’s page where the networks allow', { timeout: 10_000 }, async (context) => {
  const { mint, open, from, world } = await studio(context)
  const { answer, cookie, base } = await open(from('user', 'studio'), await mint())
  assert.equal(answer.status, 302)
  assert.equal(answer.headers.get('location'), '/')
  assert.match(
    answer.headers.get('set-cookie') ?? '',
    /^studio-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  )
  const page = await (await fetch(base, { headers: { cookie } })).text()
  assert.match(page, new RegExp(`data-testid="studio" data-domain-id="${domainId}" data-user-profile="alice"`))
  assert.match(page, /data-testid="session-role">arn:aws:iam::111122223333:role\/execution</)
  assert.match(page, /data-testid="open-space"/)
  assert.equal(world.journal.at(-1)?.outcome, 'allowed')
})

for (const [name, origin, message] of [
  ['the gate’s subnet', (from: Inhabited['from']) => from('gate', 'studio'), 'because no identity-based policy allows'],
  ['the internet', (from: Inhabited['from']) => from('internet'), 'because no identity-based policy allows'],
] as const) {
  test(`studio: the link and the cookie are refused from ${name}`, { timeout: 10_000 }, async (context) => {
    const { mint, open, at, from, world } = await studio(context)
    const url = await mint()
    const stolen = await open(origin(from), url)
    assert.equal(stolen.answer.status, 403)
    assert.equal(stolen.cookie, '')
    const page = await stolen.answer.text()
    assert.ok(
      page.includes(
        `sagemaker:CreatePresignedDomainUrl on resource: arn:aws:sagemaker:${region}:${account}:user-profile/${domainId}/alice ${message}`,
      ),
      page,
    )
    assert.match(page, /data-testid="layer">IAM at use</)
    assert.equal(world.journal.at(-1)?.layer, 'IAM at use')

    const { cookie } = await open(from('user', 'studio'), url)
    const carried = await fetch(await at(origin(from), url), { headers: { cookie } })
    assert.equal(carried.status, 403)
  })
}

test('studio: an expired or forged link leads to the console', { timeout: 10_000 }, async (context) => {
  const { mint, open, from, advance, world } = await studio(context)
  const url = await mint({ input: { ExpiresInSeconds: 5 } })
  const user = from('user', 'studio')
  const last = url.at(-1) === 'A' ? 'B' : 'A'
  for (const forged of [`${url.slice(0, -1)}${last}`, url.replace(/token=.*/, 'token=x'), url.replace(/\?.*/, '')]) {
    assert.match((await open(user, forged)).answer.headers.get('location') ?? '', /console\.aws\.amazon\.com/)
  }
  advance(6_000)
  const { answer } = await open(user, url)
  assert.equal(answer.status, 302)
  assert.equal(answer.headers.get('location'), `https://${region}.console.aws.amazon.com/console/home?region=${region}`)
  const console = await serve(context, consoleService(world), from('internet'))
  assert.match(await (await fetch(console)).text(), /data-testid="console-sign-in"/)
})

test('studio: whether a link opens twice is a switch', { timeout: 10_000 }, async (context) => {
  for (const [setting, location] of [
    ['reusable', '/'],
    ['single-use', `https://${region}.console.aws.amazon.com/console/home?region=${region}`],
  ] as const) {
    const { mint, open, from } = await studio(context, { 'studio.token': setting })
    const url = await mint()
    const user = from('user', 'studio')
    assert.equal((await open(user, url)).answer.headers.get('location'), '/')
    assert.equal((await open(user, url)).answer.headers.get('location'), location)
  }
})

test('studio: a session ends when asked, or with its credentials, by switch', { timeout: 10_000 }, async (context) => {
  for (const [setting, afterCredentials] of [
    ['requested', 200],
    ['with-credentials', 302],
  ] as const) {
    const { mint, open, from, advance } = await studio(context, { 'studio.session-end': setting })
    const { base, cookie } = await open(
      from('user', 'studio'),
      await mint({ input: { SessionExpirationDurationInSeconds: 7200 } }),
    )
    const status = async () => (await fetch(base, { headers: { cookie }, redirect: 'manual' })).status
    assert.equal(await status(), 200)
    advance(3601_000)
    assert.equal(await status(), afterCredentials)
    advance(3600_000)
    assert.equal(await status(), 302)
  }
})

/** What the setting `ignored`, or `at-mint`, lets through that the other refuses. */
const enforcement: readonly {
  readonly name: string
  readonly switches: Partial<Switches>
  readonly change: 'role' | 'session-policy' | 'boundary' | 'scp'
  readonly status: number
}[] = [
  { name: 'a role changed after minting, read live', switches: {}, change: 'role', status: 403 },
  {
    name: 'a role changed after minting, as at mint',
    switches: { 'studio.policy': 'at-mint' },
    change: 'role',
    status: 200,
  },
  { name: 'the session policy, enforced', switches: {}, change: 'session-policy', status: 403 },
  {
    name: 'the session policy, ignored',
    switches: { 'studio.session-policy': 'ignored' },
    change: 'session-policy',
    status: 200,
  },
  { name: 'an SCP, enforced', switches: {}, change: 'scp', status: 403 },
  { name: 'an SCP, ignored', switches: { 'studio.boundary-and-scp': 'ignored' }, change: 'scp', status: 200 },
  { name: 'a boundary, enforced', switches: {}, change: 'boundary', status: 403 },
  { name: 'a boundary, ignored', switches: { 'studio.boundary-and-scp': 'ignored' }, change: 'boundary', status: 200 },
]

for (const row of enforcement) {
  test(`studio: ${row.name}`, { timeout: 10_000 }, async (context) => {
    const { mint, open, from, world, who, role } = await studio(context, row.switches)
    const vpce = { StringEquals: { 'aws:SourceVpce': 'vpce-api' } }
    const apiOnly = {
      name: 'api only',
      document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition: vpce } },
    } as const
    const as =
      row.change === 'session-policy'
        ? { ...who.minting, accessKeyId: 'ASIANARROW', sessionPolicy: apiOnly }
        : who.minting
    world.credentials.set(as.accessKeyId, as)
    const minting = role('minting')
    if (row.change === 'boundary') world.roles.set(minting.arn, { ...minting, boundary: apiOnly })
    const url = await mint({ as })
    if (row.change === 'role') minting.policies = [...minting.policies, deny]
    if (row.change === 'scp') world.scps = [[apiOnly]]
    const { answer, base, cookie } = await open(from('user', 'studio'), url)
    const status = answer.status === 302 ? (await fetch(base, { headers: { cookie } })).status : answer.status
    assert.equal(status, row.status)
  })
}

test('studio: the endpoint’s policy must allow the profile and CreateApp', { timeout: 10_000 }, async (context) => {
  for (const [action, word] of [
    ['sagemaker:CreatePresignedDomainUrl', 'CreateApp'],
    ['sagemaker:CreateApp', 'CreatePresignedDomainUrl'],
  ] as const) {
    const { mint, open, from, world } = await studio(context)
    replaceEndpointPolicy(world, 'vpce-studio', {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: '*', Action: action, Resource: '*' },
    })
    const { answer } = await open(from('user', 'studio'), await mint())
    assert.equal(answer.status, 403)
    assert.match(await answer.text(), new RegExp(`because no VPC endpoint policy allows the sagemaker:${word} action`))
    assert.equal(world.journal.at(-1)?.layer, 'endpoint policy')
  }
})

test('studio: another account’s Studio opens, unless the endpoint’s policy refuses', {
  timeout: 10_000,
}, async (context) => {
  const { open, from, world } = await studio(context)
  world.scps = [[deny]]
  const before = await open(from('user', 'studio'), foreignStudioUrl(world))
  assert.equal(before.answer.status, 302)
  const page = await (await fetch(before.base, { headers: { cookie: before.cookie } })).text()
  assert.ok(page.includes(elsewhere.profileName))
  replaceEndpointPolicy(world, 'vpce-studio', {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: `arn:aws:sagemaker:*:*:*/${domainId}/*` },
  })
  const after = await open(from('user', 'studio'), foreignStudioUrl(world))
  assert.equal(after.answer.status, 403)
  assert.equal(world.journal.at(-1)?.layer, 'endpoint policy')
})

async function openSpace(inhabited: Studio, context: TestContext) {
  const { mint, open, from, world } = inhabited
  const user = from('user', 'studio')
  const opened = await open(user, await mint())
  const credentials = (await (
    await fetch(`${opened.base}/credentials`, { method: 'POST', headers: { cookie: opened.cookie } })
  ).json()) as { accessKeyId: string; error?: string }
  assert.equal(credentials.error, undefined)
  const as = world.credentials.get(credentials.accessKeyId)
  assert.ok(as)
  const endpoint = await serve(context, sagemakerService(world), from('user', 'api'))
  const sagemaker = new client.SageMakerClient({ endpoint, region, credentials: sdk(as), maxAttempts: 1 })
  context.after(() => sagemaker.destroy())
  const space = { DomainId: domainId, SpaceName: 'lab' }
  await sagemaker.send(
    new client.CreateSpaceCommand({
      ...space,
      OwnershipSettings: { OwnerUserProfileName: 'alice' },
      SpaceSharingSettings: { SharingType: 'Private' },
    }),
  )
  const url = await mint({ as, from: from('user', 'api'), input: { SpaceName: 'lab' } })
  const ready = () =>
    sagemaker.send(new client.CreateAppCommand({ ...space, AppType: 'JupyterLab', AppName: 'default' }))
  return { url, user, ready, as, sagemaker }
}

test('studio: a space opens at its own host once its app is there', { timeout: 10_000 }, async (context) => {
  const inhabited = await studio(context)
  const { url, user, ready, sagemaker } = await openSpace(inhabited, context)
  assert.match(url, /^https:\/\/[0-9a-f]{16}\.studio\./)
  const { answer, base, cookie } = await inhabited.open(user, url)
  assert.equal(answer.headers.get('location'), '/jupyterlab/default/lab')
  assert.equal((await fetch(base, { headers: { cookie } })).status, 404)
  await ready()
  const page = await (await fetch(base, { headers: { cookie } })).text()
  assert.match(page, /data-testid="space" data-space="lab"/)
  const listed = await sagemaker.send(new client.ListSpacesCommand({ DomainIdEquals: domainId }))
  assert.deepEqual(
    listed.Spaces?.map(({ SpaceName }) => SpaceName),
    ['lab'],
  )
  const described = await sagemaker.send(new client.DescribeSpaceCommand({ DomainId: domainId, SpaceName: 'lab' }))
  assert.equal(described.Status, 'InService')
  await assert.rejects(ready(), { name: 'ResourceInUse' })
})

test('studio: a domain’s cookie is nothing at a space’s host', { timeout: 10_000 }, async (context) => {
  const inhabited = await studio(context)
  const { url, user } = await openSpace(inhabited, context)
  const { cookie } = await inhabited.open(user, await inhabited.mint())
  const atSpace = await fetch(await inhabited.at(user, url), { headers: { cookie }, redirect: 'manual' })
  assert.match(atSpace.headers.get('location') ?? '', /console/)
})

test('studio: whose policies a space checks is a switch', { timeout: 10_000 }, async (context) => {
  for (const [setting, closed, status] of [
    ['minting-role', 'minting', 403],
    ['minting-role', 'execution', 302],
    ['execution-role', 'minting', 302],
    ['execution-role', 'execution', 403],
  ] as const) {
    const inhabited = await studio(context, { 'studio.space-principal': setting })
    const { url, user } = await openSpace(inhabited, context)
    const role = inhabited.role(closed)
    role.policies = [...role.policies, deny]
    assert.equal((await inhabited.open(user, url)).answer.status, status, `${setting}, ${closed} closed`)
  }
})

test('studio: no credentials from an execution role that does not trust SageMaker', {
  timeout: 10_000,
}, async (context) => {
  const { mint, open, from, world, role } = await studio(context)
  world.roles.set(role('execution').arn, { ...role('execution'), trust: role('minting').trust })
  const { base, cookie } = await open(from('user', 'studio'), await mint())
  const answer = await fetch(`${base}/credentials`, { method: 'POST', headers: { cookie } })
  assert.match(JSON.stringify(await answer.json()), /trust policy does not admit sagemaker\.amazonaws\.com/)
})

interface Kernel {
  readonly socket: WebSocket
  echo(): Promise<string>
  readonly closed: Promise<{ code: number; reason: string }>
}

function kernel(context: TestContext, base: string, cookie: string): Promise<Kernel> {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/ws`, { headers: { cookie } })
  context.after(() => socket.terminate())
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('open', () =>
      resolve({
        socket,
        closed,
        echo: () =>
          new Promise((answered) => {
            socket.once('message', (data) => answered(data.toString()))
            socket.send('hello')
          }),
      }),
    )
  })
}

test('studio: an open WebSocket is cut when the policy changes, or not, by switch', {
  timeout: 10_000,
}, async (context) => {
  for (const setting of ['per-frame', 'at-connect'] as const) {
    const { mint, open, from, role, world } = await studio(context, { 'studio.websocket': setting })
    const { base, cookie } = await open(from('user', 'studio'), await mint())
    const { echo, closed, socket } = await kernel(context, base, cookie)
    assert.equal(await echo(), 'hello')
    const minting = role('minting')
    minting.policies = [...minting.policies, deny]
    if (setting === 'at-connect') assert.equal(await echo(), 'hello')
    else {
      socket.send('hello')
      assert.deepEqual(await closed, {
        code: 1008,
        reason: 'IAM at use: not authorized to perform sagemaker:CreatePresignedDomainUrl',
      })
      assert.equal(world.journal.at(-1)?.what, `WebSocket frame ${domainId}.studio.${region}.sagemaker.aws/ws`)
      assert.equal(world.journal.at(-1)?.layer, 'IAM at use')
    }
  }
})

test('studio: a WebSocket needs a session and the right network', { timeout: 10_000 }, async (context) => {
  const { mint, open, at, from } = await studio(context)
  const url = await mint()
  const { base, cookie } = await open(from('user', 'studio'), url)
  await assert.rejects(kernel(context, base, ''), /401/)
  await assert.rejects(kernel(context, await at(from('gate', 'studio'), url), cookie), /403/)
})

test('studio: no token or cookie is journaled', { timeout: 10_000 }, async (context) => {
  const { mint, open, from, world } = await studio(context)
  const url = await mint()
  const { base, cookie } = await open(from('user', 'studio'), url)
  await fetch(`${base}/?again=1`, { headers: { cookie } })
  const journal = JSON.stringify(world.journal)
  assert.ok(world.journal.length >= 3)
  assert.equal(journal.includes(new URL(url).searchParams.get('token') ?? '?'), false)
  assert.equal(journal.includes(cookie.split('=')[1] ?? '?'), false)
  assert.equal(journal.includes('again=1'), false)
})
