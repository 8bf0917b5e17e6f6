import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { postingPage, refusalPage, safeHeaders } from '../src/core/pages.ts'
import { type GateCode, gateRefusals } from '../src/core/refusals.ts'
import { signIn } from '../src/core/sign-in.ts'
import { environment, fromOffice, intent, makeWorld, post } from './gate.ts'

const context = { accept: 'text/html', supportId: 'id-1' }
const page = (code: GateCode, change: object = {}) =>
  refusalPage({ code, detail: 'SECRET DETAIL' }, { ...context, ...change })

test('headers of every page', async () => {
  for (const code of Object.keys(gateRefusals) as GateCode[]) {
    const response = page(code)
    const html = await response.text()
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(response.headers.get('studio-gate-refusal'), code)
    for (const [name, value] of Object.entries(safeHeaders)) assert.equal(response.headers.get(name), value)
    assert.doesNotMatch(html, /<script|javascript:|\son\w+=|style=|<form|https?:\/\/(?!$)/i, code)
    assert.ok(!html.includes('SECRET DETAIL'))
  }
})

test('the policy admits the page’s own style and nothing else', async () => {
  const html = await page('replayed').text()
  const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)]
  assert.equal(styles.length, 1)
  const hash = createHash('sha256')
    .update(styles[0]?.[1] ?? '')
    .digest('base64')
  assert.equal(
    safeHeaders['content-security-policy'],
    `default-src 'none'; style-src 'sha256-${hash}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
  )
})

test('the page that carries a request: its own style, its own script, forms to https, and no markup from outside', async () => {
  const fields = { SAMLRequest: '"><script>alert(1)</script>' }
  const response = postingPage({ binding: 'post', action: 'https://idp.example/"><script>', fields })
  const html = await response.text()
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script]) => script)
  assert.deepEqual(scripts, ['document.forms[0].submit()'])
  const hash = createHash('sha256').update('document.forms[0].submit()').digest('base64')
  const policy = response.headers.get('content-security-policy') ?? ''
  assert.ok(policy.startsWith("default-src 'none'; style-src 'sha256-"), policy)
  assert.ok(
    policy.endsWith(`; script-src 'sha256-${hash}'; form-action https:; frame-ancestors 'none'; base-uri 'none'`),
  )
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.ok(html.includes('action="https://idp.example/&quot;&gt;&lt;script&gt;"'))
})

test('a support id with markup in it stays text', async () => {
  const html = await page('replayed', { supportId: `<img src=x onerror="a('b')">&` }).text()
  assert.ok(html.includes('&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;'))
  assert.ok(!html.includes('<img'))
})

for (const [accept, json] of [
  ['application/json', true],
  ['application/problem+json, */*;q=0.1', true],
  ['text/html,application/xhtml+xml,application/json;q=0.9', false],
  ['*/*', false],
  [null, false],
] as const) {
  test(`Accept: ${accept} gives ${json ? 'JSON' : 'HTML'}`, async () => {
    const response = page('replayed', { accept })
    assert.equal(response.headers.get('content-type')?.startsWith('application/json'), json)
    if (!json) return
    const { title, what, todo } = gateRefusals.replayed
    assert.deepEqual(await response.json(), { code: 'replayed', title, what, todo, supportId: 'id-1' })
  })
}

test('a gate without identity provider tells the deployer what to enter there', async () => {
  const [provider] = intent.identityProviders
  assert.ok(provider)
  const world = makeWorld({}, { ...intent, identityProviders: [{ ...provider, certificates: [] }] })
  const response = await signIn(post('anything'), fromOffice, world.gate)
  assert.equal(response.headers.get('studio-gate-refusal'), 'no-identity-provider')
  const html = await response.text()
  assert.ok(html.includes(`<dt>ACS URL</dt><dd>${environment.STUDIO_GATE_ACS_URL}</dd>`))
  assert.ok(html.includes(`<dt>Audience</dt><dd>${intent.audience}</dd>`))
})
