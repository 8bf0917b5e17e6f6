/** Sign-in that starts at the gate: one answer, once, from the browser that asked, in time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import type { Intent } from '@studio-gate/policy'
import { createApp } from '../src/adapters/app.ts'
import { restProxyHandler } from '../src/adapters/rest-proxy.ts'
import {
  corporate,
  environment,
  fromOffice,
  goodLogin,
  intent,
  makeWorld,
  mintedUrl,
  partner,
  signedPost,
} from './gate.ts'
import { samlResponse } from './identity-provider.ts'
import { proxyEvent } from './rest-proxy-event.ts'

const signInRequests = { binding: 'redirect', location: 'https://idp.example/sso?t=1' } as const
const [provider, other] = intent.identityProviders
assert.ok(provider && other)
const { unsolicited, ...asked } = {
  ...provider,
  signInRequests,
  subject: { from: 'nameId', format: persistent() },
} as const
const declared: Intent = { ...intent, identityProviders: [asked] }

function persistent(): string {
  return 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
}

interface Started {
  readonly id: string
  /** `name=value`. */
  readonly cookie: string
  readonly setCookie: string
  readonly location: URL
  readonly xml: string
}

function makeGate(from: Intent = declared) {
  const world = makeWorld({}, from)
  const app = createApp(world.gate)
  const start = async (name = 'corporate'): Promise<Started> => {
    const headers = { 'sec-fetch-dest': 'document' }
    const response = await app(new Request(`https://gate.invalid/login/${name}`, { headers }), fromOffice)
    assert.equal(response.status, 302)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    const setCookie = response.headers.get('set-cookie') ?? ''
    const location = new URL(response.headers.get('location') ?? '')
    const xml = inflateRawSync(Buffer.from(location.searchParams.get('SAMLRequest') ?? '', 'base64')).toString('utf8')
    const id = / ID="([^"]*)"/.exec(xml)?.[1] ?? ''
    return { id, cookie: setCookie.split(';')[0] ?? '', setCookie, location, xml }
  }
  const outcome = async (request: Request) => {
    const response = await app(request, fromOffice)
    return response.headers.get('studio-gate-refusal') ?? response.headers.get('location') ?? 'neither'
  }
  const answer = (inResponseTo: string, cookie?: string) =>
    outcome(signedPost({ inResponseTo, now: world.now }, cookie === undefined ? {} : { cookie }))
  return { world, app, start, answer, outcome }
}

test('the request says who asks for what, and carries no secret', async () => {
  const { start } = makeGate()
  const { id, cookie, setCookie, location, xml } = await start()
  assert.equal(`${location.origin}${location.pathname}`, 'https://idp.example/sso')
  assert.deepEqual([...location.searchParams.keys()], ['t', 'SAMLRequest'])
  assert.match(id, /^_[0-9a-f]{32}$/)
  for (const part of [
    `AssertionConsumerServiceURL="${environment.STUDIO_GATE_ACS_URL}"`,
    'Destination="https://idp.example/sso?t=1"',
    'IssueInstant="2026-11-23T12:00:00.000Z"',
    `>${intent.audience}</saml2:Issuer>`,
    `Format="${persistent()}"`,
  ])
    assert.ok(xml.includes(part), part)
  assert.match(
    setCookie,
    /^__Host-studio-gate-[0-9a-f]{32}=[0-9a-f]{64}; Max-Age=600; Path=\/; Secure; HttpOnly; SameSite=None$/,
  )
  assert.ok(cookie.startsWith(`__Host-studio-gate-${id.slice(1)}=`))
  assert.ok(!xml.includes(cookie.split('=')[1] ?? ''))
})

test('the answer signs in once, and the browser forgets the cookie', async () => {
  const { world, app, start, answer } = makeGate()
  const { id, cookie } = await start()
  const response = await app(signedPost({ inResponseTo: id }, { cookie: `a=b; ${cookie}; c` }), fromOffice)
  assert.equal(response.headers.get('location'), mintedUrl, world.events[0]?.status_detail)
  assert.equal(
    response.headers.get('set-cookie'),
    `__Host-studio-gate-${id.slice(1)}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=None`,
  )
  assert.equal(world.events[0]?.unmapped.in_response_to, id)
  assert.equal(await answer(id, cookie), 'request-unknown', 'another assertion for the same request')
})

test('nobody else’s browser can bring the answer, nor spoil it', async () => {
  const { start, answer } = makeGate()
  const [victim, attacker] = [await start(), await start()]
  const secret = attacker.cookie.split('=')[1]
  assert.equal(await answer(attacker.id), 'request-unknown', 'no cookie')
  assert.equal(await answer(attacker.id, victim.cookie), 'request-unknown', 'the victim’s own request')
  const guess = attacker.cookie.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
  assert.equal(await answer(attacker.id, guess), 'request-unknown', 'a wrong secret')
  const twice = `${attacker.cookie}; ${attacker.cookie}`
  assert.equal(await answer(attacker.id, twice), 'request-unknown', 'two cookies of one name')
  const renamed = `__Host-studio-gate-${victim.id.slice(1)}=${secret}`
  assert.equal(await answer(victim.id, renamed), 'request-unknown', 'the secret of another request')
  assert.equal(await answer(attacker.id, attacker.cookie), mintedUrl)
  assert.equal(await answer(victim.id, `${attacker.cookie}; ${victim.cookie}`), mintedUrl, 'two tabs')
})

test('after ten minutes nobody waits for the answer any more', async () => {
  const { world, start, answer } = makeGate()
  const [first, second] = [await start(), await start()]
  world.now += 600_000
  assert.equal(await answer(first.id, first.cookie), mintedUrl)
  world.now += 1_000
  assert.equal(await answer(second.id, second.cookie), 'request-unknown')
})

test('a request to one identity provider is not answered by another', async () => {
  const second = { ...other, certificates: [partner.certificate], signInRequests }
  const { world, start, outcome } = makeGate({ ...declared, identityProviders: [asked, second] })
  const { id, cookie } = await start()
  const login = goodLogin({ inResponseTo: id, now: world.now, attributes: { uid: ['alice'] } })
  const body = new URLSearchParams({ SAMLResponse: samlResponse(partner, login) })
  const request = new Request('https://gate.invalid/saml', { method: 'POST', body, headers: { cookie } })
  assert.equal(await outcome(request), 'request-unknown')
})

test('an InResponseTo of the Response alone is not believed', async () => {
  const { start, outcome } = makeGate()
  const { id, cookie } = await start()
  const tamper = (xml: string) => xml.replace(' IssueInstant', ` InResponseTo="${id}" IssueInstant`)
  assert.equal(await outcome(signedPost({ tamper }, { cookie })), 'digest-mismatch')
})

test('with both ways declared, both work, and the origin matters to the unsolicited one only', async () => {
  const both = { ...asked, unsolicited: 'accepted', unsolicitedFrom: ['https://portal.example'] } as const
  const { world, start, answer, outcome } = makeGate({ ...declared, identityProviders: [both] })
  const { id, cookie } = await start()
  assert.equal(await answer(id, cookie), mintedUrl)
  const portal = { origin: 'https://portal.example' }
  assert.equal(await outcome(signedPost({ now: world.now }, portal)), mintedUrl)
  assert.equal(
    await outcome(signedPost({ now: world.now }, { ...portal, cookie, origin: 'null' })),
    'origin-not-accepted',
  )
})

test('through API Gateway: the cookie goes out and comes back, other cookies do not come in', async () => {
  const world = makeWorld({}, declared)
  const seen: (string | null)[] = []
  const app = createApp(world.gate)
  const handler = restProxyHandler((request, network) => {
    seen.push(request.headers.get('cookie'))
    return app(request, network)
  })
  const framed = { httpMethod: 'GET', path: '/login/corporate', multiValueHeaders: { 'Sec-Fetch-Dest': ['iframe'] } }
  assert.equal((await handler(proxyEvent(framed))).statusCode, 403)
  const started = await handler(proxyEvent({ httpMethod: 'GET', path: '/login/corporate' }))
  assert.equal(started.statusCode, 302)
  const cookie = started.headers['set-cookie']?.split(';')[0] ?? ''
  const id = `_${/^__Host-studio-gate-([0-9a-f]{32})=/.exec(cookie)?.[1]}`
  const body = new URLSearchParams({
    SAMLResponse: samlResponse(corporate, goodLogin({ inResponseTo: id })),
  }).toString()
  const event = proxyEvent({ body })
  const multiValueHeaders = { ...event.multiValueHeaders, Cookie: [`c=1; ${cookie}`, 'x__Host-studio-gate-1=2'] }
  const answered = await handler({ ...event, multiValueHeaders })
  assert.equal(answered.headers.location, mintedUrl)
  assert.deepEqual(seen, [null, null, cookie])
})
