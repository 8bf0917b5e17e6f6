/** The `aws` CLI, unchanged and configured by its documented variables only, sits at hosts of the twin. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Twin } from '@studio-gate/twin'
import { bootExample, type ExampleWorld } from './example-world.ts'
import { missing, program } from './requirement.ts'

const aws = process.env.STUDIO_GATE_AWS ?? 'aws'
const skip = missing([program('the aws CLI', 'pip install awscli', aws)])

describe('the aws CLI at hosts of the twin', { skip }, () => {
  let world: ExampleWorld
  let twin: Twin
  const home = mkdtempSync(join(tmpdir(), 'studio-gate-interop-home-'))

  before(async () => {
    world = await bootExample()
    twin = world.twin
  })
  after(async () => {
    await world?.close()
    rmSync(home, { recursive: true })
  })

  type Whose = Parameters<Twin['credentials']>[0]

  function run(host: string, whose: Whose, ...given: readonly (string | Readonly<Record<string, string>>)[]) {
    const args = given.filter((each) => typeof each === 'string')
    const keys = twin.credentials(whose)
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      HTTPS_PROXY: twin.host(host).proxyUrl,
      AWS_CA_BUNDLE: twin.caFile,
      AWS_REGION: twin.world.region,
      AWS_DEFAULT_REGION: twin.world.region,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
      AWS_PAGER: '',
      ...Object.assign({}, ...given.filter((each) => typeof each !== 'string')),
    }
    return new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) => {
      execFile(aws, [...args, '--output', 'json'], { env, timeout: 60_000 }, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err: err.trim() }),
      )
    })
  }

  const administrator = { administrator: true } as const
  const domain = () => twin.outputs.DomainId ?? ''
  const mint = () => [
    'sagemaker',
    'create-presigned-domain-url',
    '--domain-id',
    domain(),
    '--user-profile-name',
    'alice',
  ]

  it('learns who it is from STS', async () => {
    const { out, err } = await run('laptop', administrator, 'sts', 'get-caller-identity')
    assert.match(JSON.parse(out || '{}').Arn ?? err, /^arn:aws:iam::\d{12}:user\/administrator$/)
  })

  it('describes a user profile, through the endpoint of a private subnet', async () => {
    const args = ['sagemaker', 'describe-user-profile', '--domain-id', domain(), '--user-profile-name', 'alice']
    const { out, err } = await run('private-host', administrator, ...args)
    const profile = JSON.parse(out || '{}')
    assert.equal(profile.Status, 'InService', err)
    assert.equal(profile.UserProfileName, 'alice')
    assert.match(profile.UserProfileArn, /^arn:aws:sagemaker:eu-central-1:\d{12}:user-profile\/d-\w+\/alice$/)
  })

  it('mints a presigned URL where nothing forbids it', async () => {
    const { out, err } = await run('laptop', administrator, ...mint())
    const url = new URL(JSON.parse(out || '{}').AuthorizedUrl ?? `error:${err}`)
    assert.match(url.hostname, /\.studio\.eu-central-1\.sagemaker\.aws$/)
    assert.equal(url.pathname, '/auth')
    assert.ok(url.searchParams.has('token'))
  })

  it('is refused by the SCP, in the words of AWS', async () => {
    twin.setScps(...world.scpPaths)
    try {
      const { code, out, err } = await run('laptop', administrator, ...mint())
      assert.equal(out, '')
      assert.notEqual(code, 0)
      const arn = `arn:aws:sagemaker:eu-central-1:${twin.world.accountId}:user-profile/${domain()}/alice`
      const user = `arn:aws:iam::${twin.world.accountId}:user/administrator`
      assert.equal(
        err,
        `An error occurred (AccessDeniedException) when calling the CreatePresignedDomainUrl operation: User: ${user} is not authorized to perform: sagemaker:CreatePresignedDomainUrl on resource: ${arn} with an explicit deny in a service control policy`,
      )
    } finally {
      twin.setScps()
    }
  })

  it('reads the errors of SageMaker as it knows them', async () => {
    const nobody = await run(
      'laptop',
      administrator,
      'sagemaker',
      'describe-user-profile',
      '--domain-id',
      domain(),
      '--user-profile-name',
      'nobody',
    )
    assert.match(
      nobody.err,
      /^An error occurred \(ResourceNotFound(Exception)?\) when calling the DescribeUserProfile operation/,
    )
    const wrong = await run('laptop', administrator, ...mint(), '--expires-in-seconds', '301')
    assert.match(wrong.err, /\(ValidationException\).*CreatePresignedDomainUrl operation.*301/)
  })

  it('is recognised by its signature: a wrong secret is refused', async () => {
    const { err } = await run('laptop', administrator, 'sts', 'get-caller-identity', {
      AWS_SECRET_ACCESS_KEY: 'another',
    })
    assert.match(err, /\(SignatureDoesNotMatch\).*GetCallerIdentity operation/)
  })
})
