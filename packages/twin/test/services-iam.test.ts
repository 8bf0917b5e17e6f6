import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import { iamService } from '../src/services/iam/index.ts'
import type { Credential } from '../src/world.ts'
import { type Inhabited, inhabitedWorld, serve } from './inhabited-world.ts'

async function call(context: TestContext, inhabited: Inhabited, as: Credential, form: Record<string, string>) {
  const url = new URL(await serve(context, iamService(inhabited.world), inhabited.from('internet')))
  const body = new URLSearchParams({ Version: '2010-05-08', ...form }).toString()
  const signer = new SignatureV4({
    service: 'iam',
    region: 'us-east-1',
    credentials: as,
    sha256: Hash.bind(null, 'sha256'),
  })
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: url.hostname,
    path: '/',
    headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  })
  const { host: implied, ...sent } = headers
  assert.equal(implied, url.host)
  const response = await fetch(url, { method: 'POST', headers: sent, body })
  return { status: response.status, text: await response.text() }
}

const put = {
  Action: 'PutRolePolicy',
  RoleName: 'minting',
  PolicyName: 'closed',
  PolicyDocument: '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}',
}

test('iam: an administrator puts, replaces and deletes a role policy', { timeout: 10_000 }, async (context) => {
  const inhabited = inhabitedWorld()
  const { who } = inhabited
  const names = () => inhabited.role('minting').policies.map(({ name }) => name)
  const before = names()
  assert.match((await call(context, inhabited, who.administrator, put)).text, /<PutRolePolicyResponse /)
  await call(context, inhabited, who.administrator, put)
  assert.deepEqual(names(), [...before, 'minting/closed'])
  await call(context, inhabited, who.administrator, { ...put, PolicyName: 'use' })
  assert.equal(names().filter((name) => name === 'minting/use').length, 1)
  const listed = await call(context, inhabited, who.administrator, { Action: 'ListRolePolicies', RoleName: 'minting' })
  assert.match(listed.text, /<member>closed<\/member>/)
  await call(context, inhabited, who.administrator, {
    Action: 'DeleteRolePolicy',
    RoleName: 'minting',
    PolicyName: 'closed',
  })
  assert.equal(names().includes('minting/closed'), false)
})

for (const { name, as, form, code, status, message } of [
  {
    name: 'others',
    as: 'gate',
    form: put,
    code: 'AccessDenied',
    status: 403,
    message:
      /iam:PutRolePolicy on resource: arn:aws:iam::111122223333:role\/minting because no identity-based policy allows the iam:PutRolePolicy action/,
  },
  {
    name: 'a role that does not exist',
    as: 'administrator',
    form: { ...put, RoleName: 'none' },
    code: 'NoSuchEntity',
    status: 404,
    message: /The role with name none cannot be found/,
  },
  {
    name: 'a policy that does not exist',
    as: 'administrator',
    form: { Action: 'DeleteRolePolicy', RoleName: 'minting', PolicyName: 'none' },
    code: 'NoSuchEntity',
    status: 404,
    message: /none/,
  },
  {
    name: 'a document with a typo',
    as: 'administrator',
    form: {
      ...put,
      PolicyDocument: '{"Version":"2012-10-17","Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}',
    },
    code: 'MalformedPolicyDocument',
    status: 400,
    message: /Syntax errors/,
  },
  {
    name: 'a missing name',
    as: 'administrator',
    form: { Action: 'PutRolePolicy', PolicyName: 'x', PolicyDocument: '{}' },
    code: 'ValidationError',
    status: 400,
    message: /roleName/,
  },
] as const) {
  test(`iam: refuses ${name}`, { timeout: 10_000 }, async (context) => {
    const inhabited = inhabitedWorld()
    const answer = await call(context, inhabited, inhabited.who[as], form)
    assert.match(answer.text, new RegExp(`<Code>${code}</Code>`))
    assert.match(answer.text, message)
    assert.equal(answer.status, status)
  })
}
