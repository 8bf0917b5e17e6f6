import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  bootTwin,
  CredentialsError,
  callAws,
  createDirectory,
  NotConnectedError,
  type Progress,
  type Twin,
} from '../src/index.ts'

const templatePath = fileURLToPath(new URL('fixtures/small.template.yaml', import.meta.url))
const region = 'eu-central-1'
const directory = createDirectory({
  region,
  users: [{ name: 'alice', password: 'correct horse', subject: 'u-1', email: 'alice@example.com', groups: ['data'] }],
})
const bounded = { timeout: 30_000 }
const progress: Progress[] = []
let twin: Twin
/** Everything that a twin writes is below here. */
const temporary = mkdtempSync(join(tmpdir(), 'studio-gate-test-'))

before(async () => {
  process.env.TMPDIR = temporary
  twin = await bootTwin({ templatePath, directory, onProgress: (one) => progress.push(one) })
})
after(async () => {
  await twin.close()
  rmSync(temporary, { recursive: true })
})

const identity = (host: string, whose: Parameters<Twin['credentials']>[0]) =>
  callAws(twin.host(host).proxyUrl, twin.caFile, twin.credentials(whose), {
    service: 'sts',
    region,
    form: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
  })

test("the hosts are the template's, a laptop, a notebook and the function", bounded, () => {
  assert.deepEqual(
    twin.hosts.map(({ name, kind, subnet }) => [name, kind, subnet?.cidr]),
    [
      ['public-host', 'instance', '10.1.0.0/24'],
      ['laptop', 'laptop', undefined],
      ['notebook', 'notebook', '10.1.1.0/24'],
      ['small-gate', 'function', '10.1.2.0/24'],
    ],
  )
  assert.equal(twin.host('laptop').address, '203.0.113.50')
  assert.throws(() => twin.host('nobody'), /there are public-host, laptop/)
  assert.deepEqual(progress.at(-1), { step: 'ready', detail: '4 hosts', done: 0, all: 0 })
})

test('each host has the credentials that it would have', bounded, async () => {
  const cases = [
    ['laptop', { administrator: true }, /user\/administrator/],
    ['public-host', { host: 'public-host' }, /assumed-role\/small-InstanceRole-[a-z0-9]+\/i-0/],
    ['notebook', { host: 'notebook' }, /assumed-role\/small-ExecutionRole-[a-z0-9]+\/SageMaker/],
    ['notebook', { profile: 'alice' }, /\/SageMaker/],
  ] as const
  for (const [host, whose, arn] of cases) {
    const { status, body } = await identity(host, whose)
    assert.equal(status, 200, String(body))
    assert.match(String(body), arn)
  }
  assert.throws(() => twin.credentials({ host: 'laptop' }), CredentialsError)
  assert.throws(() => twin.credentials({ profile: 'nobody' }), /has no user profile nobody; it has alice/)
})

test('a service control policy counts from the moment that it is set', bounded, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'studio-gate-test-'))
  const scp = join(folder, 'scp.json')
  const call = () =>
    callAws(twin.host('laptop').proxyUrl, twin.caFile, twin.credentials({ administrator: true }), {
      service: 'sagemaker',
      region,
      target: 'SageMaker.ListDomains',
    })
  try {
    assert.equal((await call()).status, 200)
    const statement = { Sid: 'NoLists', Effect: 'Deny', Action: 'sagemaker:ListDomains', Resource: '*' }
    writeFileSync(scp, JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
    twin.setScps(scp)
    assert.equal((await call()).status, 400)
    assert.match(twin.world.journal.at(-1)?.reason ?? '', /NoLists/)
    twin.setScps()
    assert.equal((await call()).status, 200)
    writeFileSync(scp, '{"Statement": [{"Effect": "Perhaps"}]}')
    assert.throws(() => twin.setScps(scp), /Statement\[0\]\.Effect/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the function is invoked through the API, from the VPC only', bounded, async () => {
  const acs = new URL(twin.outputs.AcsUrl ?? '')
  const post = (host: string) =>
    callAws(twin.host(host).proxyUrl, twin.caFile, twin.credentials({ administrator: true }), {
      service: 'execute-api',
      region,
      host: acs.hostname,
      path: acs.pathname,
      form: { SAMLResponse: 'x' },
    })
  const invocations = twin.functionInvocations()
  await assert.rejects(post('laptop'), (error) => {
    assert.ok(error instanceof NotConnectedError)
    assert.match(error.message, /no route: 10\.1\.2\.\d+ is a private address/)
    return true
  })
  assert.equal(twin.functionInvocations(), invocations)
  const { status, body } = await post('public-host')
  assert.equal(status, 200, String(body))
  const [api] = twin.world.apis.values()
  assert.deepEqual(body, { vpceId: api?.endpointIds[0], body: 'SAMLResponse=x' })
  assert.equal(twin.functionInvocations(), invocations + 1)
})

test('a failed boot leaves nothing: a port that is taken twice', bounded, async () => {
  const port = Number(new URL(twin.host('laptop').proxyUrl).port)
  const files = readdirSync(temporary)
  await assert.rejects(
    bootTwin({ templatePath, directory, proxyPorts: { laptop: port } }),
    /port \d+ for the proxy of laptop is in use/,
  )
  await assert.rejects(bootTwin({ templatePath, directory, proxyPorts: { nobody: 1 } }), /there is no host nobody/)
  await assert.rejects(
    bootTwin({ templatePath: '/nowhere.json', directory }),
    /\/nowhere\.json: cannot be read as a template/,
  )
  assert.deepEqual(readdirSync(temporary), files)
})

test('a role that does not trust Lambda keeps the twin from booting', bounded, async () => {
  const fixtures = join(temporary, 'fixtures')
  cpSync(dirname(templatePath), fixtures, { recursive: true })
  const changed = join(fixtures, 'changed.template.yaml')
  writeFileSync(changed, readFileSync(templatePath, 'utf8').replace('lambda.amazonaws.com', 'ecs.amazonaws.com'))
  await assert.rejects(
    bootTwin({ templatePath: changed, directory }),
    /the role changed-Role-\w+ cannot be assumed by lambda\.amazonaws\.com/,
  )
})

test('a closed twin leaves no process, no listening port and no file', bounded, async () => {
  const mortal = await bootTwin({ templatePath, directory })
  const [runtime] = mortal.world.functions.values()
  assert.ok(await runtime?.invoke({ act: 'pid' }))
  const tunnel = await mortal.tunnel(['laptop', 'public-host'])
  assert.ok('proxyUrl' in tunnel)
  const pids = mortal.functionProcesses()
  assert.equal(pids.length, 1)
  const urls = [...mortal.hosts.map(({ proxyUrl }) => proxyUrl), tunnel.proxyUrl]
  await mortal.close()
  await mortal.close()
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), /ESRCH/)
  for (const url of urls) await refusesConnections(Number(new URL(url).port))
  assert.equal(existsSync(dirname(mortal.caFile)), false)
})

function refusesConnections(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      reject(new Error(`port ${port} still listens`))
    })
    socket.once('error', () => resolve())
  })
}
