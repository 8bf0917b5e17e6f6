import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApp } from '../src/adapters/app.ts'
import { restProxyHandler } from '../src/adapters/rest-proxy.ts'
import { corporate, environment, goodLogin, intent, makeWorld, mintedUrl } from './gate.ts'
import { samlResponse } from './identity-provider.ts'
import { proxyEvent } from './rest-proxy-event.ts'

const form = () => `RelayState=x&SAMLResponse=${encodeURIComponent(samlResponse(corporate, goodLogin()))}`

for (const [name, change] of [
  ['plain', () => ({ body: form() })],
  ['base64', () => ({ body: Buffer.from(form()).toString('base64'), isBase64Encoded: true })],
  ['single-value headers', () => ({ body: form(), multiValueHeaders: null })],
] as const) {
  test(`a sign-in as a ${name} event`, async () => {
    const world = makeWorld()
    const result = await restProxyHandler(createApp(world.gate))(proxyEvent(change()))
    assert.equal(result.statusCode, 302, world.events[0]?.status_detail)
    assert.equal(result.headers.location, mintedUrl)
    assert.equal(result.body, '')
    assert.deepEqual(world.events[0]?.src_endpoint, { ip: '10.100.10.7', interface_uid: 'vpce-0api' })
    assert.equal(world.events[0]?.metadata.uid, 'api-request-1')
  })
}

for (const [name, change, status] of [
  ['no body', {}, 400],
  ['plain body marked as base64', { body: 'SAMLResponse=abc', isBase64Encoded: true }, 400],
  ['GET', { httpMethod: 'GET', body: 'x' }, 405],
  ['TRACE', { httpMethod: 'TRACE', body: 'x' }, 405],
  ['no method that there is', { httpMethod: 'A B', body: 'x' }, 405],
  ['no headers', { headers: null, multiValueHeaders: null, body: 'SAMLResponse=a' }, 415],
  [
    'two content types',
    {
      multiValueHeaders: { 'Content-Type': ['application/x-www-form-urlencoded', 'text/plain'] },
      body: 'SAMLResponse=a',
    },
    415,
  ],
  [
    'header that no Request could hold',
    { multiValueHeaders: { 'Content-Type': ['a\nb\u2028'] }, body: 'SAMLResponse=a' },
    415,
  ],
  ['other path', { path: '//elsewhere/saml' }, 404],
  ['1 MB of base64', { body: `SAMLResponse=${'A'.repeat(1024 * 1024)}` }, 413],
] as const) {
  test(`bad event: ${name}`, async () => {
    const result = await restProxyHandler(createApp(makeWorld().gate))(proxyEvent(change))
    assert.equal(result.statusCode, status)
    assert.ok(result.headers['studio-gate-refusal'])
    assert.match(result.body, /api-request-1/)
    if (status === 405) assert.equal(result.headers.allow, 'POST')
  })
}

for (const [name, origins, code] of [
  ['of the portal', ['https://idp.example'], undefined],
  ['twice', ['https://idp.example', 'https://idp.example'], 'origin-not-accepted'],
  ['of elsewhere', ['https://evil.example'], 'origin-not-accepted'],
] as const) {
  test(`the Origin header reaches the gate: ${name}`, async () => {
    const [provider] = intent.identityProviders
    assert.ok(provider)
    const declared = {
      ...intent,
      identityProviders: [{ ...provider, unsolicitedFrom: ['https://idp.example'] }],
    }
    const event = proxyEvent({ body: form() })
    const multiValueHeaders = { ...event.multiValueHeaders, Origin: origins }
    const result = await restProxyHandler(createApp(makeWorld({}, declared).gate))({ ...event, multiValueHeaders })
    assert.equal(result.headers['studio-gate-refusal'], code)
    assert.equal(result.statusCode, code === undefined ? 302 : 403)
  })
}

test('health needs nothing and says nothing', async () => {
  const handler = restProxyHandler(createApp(makeWorld().gate))
  const result = await handler(proxyEvent({ httpMethod: 'GET', path: '/health' }))
  assert.deepEqual([result.statusCode, result.body], [200, '{"status":"ok"}'])
  assert.equal((await handler(proxyEvent({ httpMethod: 'HEAD', path: '/health' }))).statusCode, 200)
})

test('the ACS URL comes from the settings, whatever host the event claims', async () => {
  const world = makeWorld()
  const body = `SAMLResponse=${encodeURIComponent(samlResponse(corporate, goodLogin({ acsUrl: 'https://attacker.example/saml' })))}`
  const host = { 'content-type': 'application/x-www-form-urlencoded', Host: 'attacker.example' }
  const result = await restProxyHandler(createApp(world.gate))(
    proxyEvent({ headers: host, multiValueHeaders: null, body }),
  )
  assert.equal(result.statusCode, 403)
  assert.notEqual(environment.STUDIO_GATE_ACS_URL, 'https://attacker.example/saml')
})
