import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { FunctionPlan } from '../src/deploy/site.ts'
import { createAuthority } from '../src/hosts/authority.ts'
import { createDispatch, type Dispatch } from '../src/hosts/dispatch.ts'
import { type HostProxy, openProxy } from '../src/hosts/proxy.ts'
import { createRuntime, type Runtime } from '../src/lambda/runtime.ts'
import { type Small, smallWorld } from './small-world.ts'

const sts = 'https://sts.eu-central-1.amazonaws.com/'
const folder = mkdtempSync(join(tmpdir(), 'studio-gate-test-'))
const caFile = join(folder, 'ca.pem')
/** A server of the machine, outside the twin: nothing may reach it. */
const outside = createServer()
let outsideConnections = 0
let small: Small
let dispatch: Dispatch
let proxy: HostProxy
let runtime: Runtime

const plan: FunctionPlan = {
  name: 'small-gate',
  arn: 'arn:aws:lambda:eu-central-1:111122223333:function:small-gate',
  roleArn: 'arn:aws:iam::111122223333:role/gate',
  folder: fileURLToPath(new URL('fixtures/asset.small', import.meta.url)),
  handler: 'index.handler',
  environment: { TABLE: 'replay' },
  timeoutSeconds: 2,
  memoryMegabytes: 128,
  concurrency: 2,
}

function runtimeOf(changes: Partial<FunctionPlan> = {}): Runtime {
  const { fabric, places } = small
  const place = places.function
  assert.ok(place)
  return createRuntime({
    plan: { ...plan, ...changes },
    proxyPort: proxy.port,
    caFile,
    scratch: folder,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'ASIAX', secretAccessKey: 'secret', sessionToken: 'token' },
    resolve(name) {
      const answer = fabric.resolve(place, name)
      return answer.ok ? answer.addresses : []
    },
  })
}

before(async () => {
  small = smallWorld()
  const authority = await createAuthority(Date.now())
  writeFileSync(caFile, authority.certificate)
  dispatch = createDispatch(small.world)
  const place = small.places.function
  assert.ok(place)
  proxy = await openProxy({ world: small.world, fabric: small.fabric, authority, dispatch }, place)
  outside.on('connection', (socket) => {
    outsideConnections++
    socket.destroy()
  })
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
  runtime = runtimeOf()
})

after(async () => {
  await runtime.close()
  await proxy.close()
  dispatch.close()
  outside.close()
  rmSync(folder, { recursive: true })
})

function outsidePort(): number {
  const address = outside.address()
  assert.ok(address !== null && typeof address === 'object')
  return address.port
}

async function response(event: object): Promise<unknown> {
  const outcome = await runtime.invoke(event)
  assert.ok('response' in outcome, 'error' in outcome ? outcome.error : '')
  return outcome.response
}

async function failure(event: object, of = runtime): Promise<string> {
  const outcome = await of.invoke(event)
  assert.ok('error' in outcome, JSON.stringify(outcome))
  return outcome.error
}

const bounded = { timeout: 20_000 }

test('an event in, a response out, with the context that Lambda gives', bounded, async () => {
  const { event, name, left } = (await response({ act: 'echo', x: 1 })) as { event: object; name: string; left: number }
  assert.deepEqual([event, name], [{ act: 'echo', x: 1 }, 'small-gate'])
  assert.ok(left > 0 && left <= 2000)
})

test('the environment is that of the template and of Lambda, and nothing else', bounded, async () => {
  const environment = (await response({ act: 'environment' })) as Record<string, string>
  assert.equal(environment.TABLE, 'replay')
  assert.equal(environment.AWS_REGION, 'eu-central-1')
  assert.equal(environment.AWS_LAMBDA_FUNCTION_NAME, 'small-gate')
  assert.equal(environment.AWS_SESSION_TOKEN, 'token')
  const foreign = Object.keys(environment).filter((name) => /PROXY|ENDPOINT|PATH$|^npm_/i.test(name))
  assert.deepEqual(foreign, [])
})

test("https and fetch reach the services of the twin from the function's address", bounded, async () => {
  for (const act of ['https', 'fetch']) {
    const { status, body } = (await response({ act, url: sts })) as { status: number; body: string }
    assert.equal(status, 200, act)
    assert.deepEqual(JSON.parse(body).origin, { host: 'function', address: '10.0.2.5', endpoint: 'vpce-sts' })
  }
})

test('what the network refuses is a failed connection, and in the journal with its layer', bounded, async () => {
  const url = 'https://d-1.studio.eu-central-1.sagemaker.aws/'
  assert.match(await failure({ act: 'https', url }), /failed: .*security group: sg-gate of function has no egress rule/)
  assert.equal(small.world.journal.at(-1)?.layer, 'security group')
  assert.match(await failure({ act: 'https', url: 'https://example.net/' }), /name resolution/)
  assert.match(await failure({ act: 'fetch', url: 'https://example.net/' }), /fetch failed/)
})

test('names are answered by the twin alone', bounded, async () => {
  assert.deepEqual(await response({ act: 'lookup', name: 'sts.eu-central-1.amazonaws.com' }), [
    { address: '10.0.2.12', family: 4 },
  ])
  assert.match(await failure({ act: 'lookup', name: 'localhost' }), /ENOTFOUND localhost/)
  assert.match(await failure({ act: 'resolve', name: 'example.com' }), /ENOTFOUND example\.com/)
})

test('there is no way around', bounded, async () => {
  const port = outsidePort()
  for (const event of [
    { act: 'net', host: '127.0.0.1', port },
    { act: 'net', host: 'localhost', port },
    { act: 'tls', host: '127.0.0.1', port },
    { act: 'net', host: '/var/run/docker.sock' },
  ])
    assert.match(await failure(event), /is not reachable: the twin carries/, JSON.stringify(event))
  assert.match(await failure({ act: 'https', url: `https://127.0.0.1:${port}/` }), /no route/)
  assert.match(await failure({ act: 'fetch', url: `http://127.0.0.1:${port}/` }), /./)
  assert.match(await failure({ act: 'udp' }), /UDP is not reachable/)
  for (const act of ['child', 'worker'])
    assert.match(await failure({ act }), /Access to this API has been restricted/, act)
  assert.match(await failure({ act: 'binding' }), /binding|restricted|denied/i)
  assert.match(await failure({ act: 'read', path: '/etc/hostname' }), /Access to this API has been restricted/)
  assert.equal(await response({ act: 'send' }), 'undefined')
  assert.equal(outsideConnections, 0)
})

test("output is kept as the function's log", bounded, async () => {
  await response({ act: 'say', text: 'one line' })
  assert.match(await failure({ act: 'throw' }), /^TypeError: on purpose$/)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(runtime.logs.includes('one line'))
  assert.ok(runtime.logs.some((line) => line.startsWith('TypeError: on purpose')))
})

test('a process serves one event after the other, and several run at once', bounded, async () => {
  const first = await response({ act: 'pid' })
  assert.equal(await response({ act: 'pid' }), first)
  const pids = await Promise.all([1, 2, 3].map(() => response({ act: 'sleep', ms: 200 })))
  assert.equal(new Set(pids).size, 2, 'two processes, the third event waits')
  assert.equal(runtime.pids().length, 2)
})

test('a crash is an error, and the next event finds a new process', bounded, async () => {
  const before = await response({ act: 'pid' })
  assert.match(await failure({ act: 'exit' }), /Runtime exited with error: exit status 3/)
  assert.notEqual(await response({ act: 'pid' }), before)
})

test('a function that takes too long is stopped', bounded, async () => {
  const quick = runtimeOf({ timeoutSeconds: 0.5, concurrency: 1 })
  try {
    assert.match(await failure({ act: 'hang' }, quick), /Task timed out after 0\.50 seconds/)
    assert.deepEqual(quick.pids(), [])
  } finally {
    await quick.close()
  }
})

test('memory is bounded', bounded, async () => {
  const greedy = runtimeOf({ timeoutSeconds: 15, memoryMegabytes: 64 })
  try {
    assert.match(await failure({ act: 'eat' }, greedy), /Runtime exited with error/)
    assert.ok(greedy.logs.some((line) => line.includes('heap out of memory')))
  } finally {
    await greedy.close()
  }
})

test('a handler that cannot be loaded says so', bounded, async () => {
  const wrong = runtimeOf({ handler: 'index.missing' })
  try {
    assert.match(await failure({ act: 'pid' }, wrong), /index\.missing is undefined or not exported/)
  } finally {
    await wrong.close()
  }
})

test('a closed runtime leaves no process', bounded, async () => {
  const mortal = runtimeOf()
  const outcome = await mortal.invoke({ act: 'pid' })
  assert.ok('response' in outcome)
  const hanging = mortal.invoke({ act: 'hang' })
  await mortal.close()
  assert.ok('error' in (await hanging))
  assert.throws(() => process.kill(Number(outcome.response), 0), /ESRCH/)
})
