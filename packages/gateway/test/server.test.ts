import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from '../src/adapters/server.ts'
import { SettingsError } from '../src/core/settings.ts'
import { corporate, environment, goodLogin, intent, makeWorld, mintedUrl } from './gate.ts'
import { samlResponse } from './identity-provider.ts'

test('the same gate as a plain server', { timeout: 20_000 }, async () => {
  const world = makeWorld({}, intent, 0)
  const { profiles, minting, audit } = world.ports
  const server = await startServer({ intent, environment, port: 0, ports: { profiles, minting, audit } })
  try {
    const at = (path: string) => `http://127.0.0.1:${server.port}${path}`
    const body = new URLSearchParams({ SAMLResponse: samlResponse(corporate, goodLogin({ now: Date.now() })) })
    const spoofed = { 'x-forwarded-for': '10.200.0.1' }
    const answers = []
    for (let round = 0; round < 2; round++) {
      answers.push(await fetch(at('/saml'), { method: 'POST', body, headers: spoofed, redirect: 'manual' }))
    }
    assert.deepEqual(
      answers.map(({ status }) => status),
      [302, 403],
    )
    assert.equal(answers[0]?.headers.get('location'), mintedUrl)
    assert.equal(answers[1]?.headers.get('studio-gate-refusal'), 'replayed')
    assert.equal(world.events[0]?.src_endpoint.ip, '127.0.0.1')
    assert.equal((await fetch(at('/saml'))).status, 405)
    assert.equal((await fetch(at('/health'))).status, 200)
  } finally {
    await server.close()
  }
})

test('a port in use is an error, not a hang', { timeout: 20_000 }, async () => {
  const server = await startServer({ intent, environment, port: 0 })
  try {
    await assert.rejects(startServer({ intent, environment, port: server.port }), { code: 'EADDRINUSE' })
  } finally {
    await server.close()
  }
})

test('bad configuration does not listen', () => {
  assert.throws(() => startServer({ intent, environment: { AWS_REGION: 'eu-west-1' }, port: 0 }), SettingsError)
})
