import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditLine } from '../src/adapters/audit-log.ts'
import { signIn } from '../src/core/sign-in.ts'
import { corporate, fromOffice, goodLogin, makeWorld, post, signedPost, startedAt } from './gate.ts'
import { samlResponse } from './identity-provider.ts'

const sentinels = ['SENTINEL-ASSERTION-TEXT', 'SENTINEL-PRESIGNED-TOKEN', 'SENTINEL-COOKIE', 'SENTINEL-RELAY']

/** The same login in which every private thing carries a sentinel. */
function loadedPost(change: Parameters<typeof goodLogin>[0] = {}) {
  const login = goodLogin({ attributes: { groups: ['science'], secret: ['SENTINEL-ASSERTION-TEXT'] }, ...change })
  const encoded = samlResponse(corporate, login)
  return {
    encoded,
    request: post({ SAMLResponse: encoded, RelayState: 'SENTINEL-RELAY' }, { cookie: 'SENTINEL-COOKIE' }),
  }
}

function assertNothingLeaked(text: string, encoded: string) {
  for (const sentinel of sentinels) assert.ok(!text.includes(sentinel), `${sentinel} in ${text}`)
  for (const piece of [encoded.slice(0, 40), encoded.slice(-40), 'saml2p:', '<'])
    assert.ok(!text.includes(piece), `${piece} in ${text}`)
}

test('a successful sign-in is one OCSF Authentication event that names everything but secrets', async () => {
  const world = makeWorld()
  const { encoded, request } = loadedPost({ id: '_assertion-1' })
  assert.equal((await signIn(request, fromOffice, world.gate)).status, 302)
  assert.equal(world.events.length, 1)
  const [event] = world.events
  assert.ok(event)
  assertNothingLeaked(JSON.stringify(event), encoded)
  assert.deepEqual(
    { ...event, message: '', metadata: event.metadata.uid },
    {
      class_uid: 3002,
      category_uid: 3,
      activity_id: 1,
      type_uid: 300201,
      time: startedAt + 1_750,
      severity_id: 1,
      status_id: 1,
      status_code: 'success',
      message: '',
      auth_protocol_id: 5,
      is_remote: true,
      metadata: 'support-id-1',
      user: { name: 'corporate--alice', uid: 'alice', groups: [{ name: 'science' }] },
      actor: { idp: { name: 'corporate', uid: corporate.entityId } },
      src_endpoint: { ip: '10.100.10.7', interface_uid: 'vpce-0api' },
      service: { name: 'Amazon SageMaker Studio' },
      session: { uid: '_assertion-1', expiration_time: startedAt + 1_750 + 43_200_000 },
      unmapped: {
        identity_verified: true,
        assertion_id: '_assertion-1',
        groups: 1,
        rule: 'scientists',
        domain: 'research',
        domain_id: 'd-research',
        user_profile: 'corporate--alice',
      },
    },
  )
})

const failing = {
  replayed: loadedPost(),
  tampered: loadedPost({ tamper: (xml) => xml.replace('>alice<', '>mallory<') }),
  'no rule': loadedPost({ attributes: { groups: [], secret: ['SENTINEL-ASSERTION-TEXT'] } }),
}

for (const [name, { encoded, request }] of Object.entries(failing)) {
  test(`a refused sign-in (${name}) is one event, and neither event nor page leaks`, async () => {
    const world = makeWorld({
      replay: { claim: async () => 'seen' },
    })
    const response = await signIn(request, fromOffice, world.gate)
    assert.equal(response.status, 403)
    assert.equal(world.events.length, 1)
    assert.equal(world.events[0]?.status_id, 2)
    assert.equal(world.events[0]?.status_code, response.headers.get('studio-gate-refusal'))
    assertNothingLeaked(JSON.stringify(world.events), encoded)
    const page = await response.text()
    for (const sentinel of sentinels) assert.ok(!page.includes(sentinel), `${sentinel} on the page`)
    assert.ok(!page.includes(encoded.slice(0, 40)))
  })
}

test('an unverified response never puts a person into the event', async () => {
  const world = makeWorld()
  await signIn(loadedPost({ tamper: (xml) => xml.replace('>alice<', '>mallory<') }).request, fromOffice, world.gate)
  assert.deepEqual(world.events[0]?.user, {})
  assert.equal(world.events[0]?.unmapped.identity_verified, false)
})

test('a defect is recorded by its place, not by its message', async () => {
  const world = makeWorld({
    minting: {
      mintAs: async () => {
        throw new RangeError('SENTINEL-PRESIGNED-TOKEN in a message')
      },
    },
  })
  const response = await signIn(signedPost(), fromOffice, world.gate)
  assert.equal(response.status, 500)
  assert.match(world.events[0]?.status_detail ?? '', /^RangeError at /)
  assert.ok(!JSON.stringify(world.events).includes('SENTINEL'))
})

test('no record, no entry', async () => {
  const world = makeWorld({
    audit: {
      record: () => {
        throw new Error('disk full')
      },
    },
  })
  const response = await signIn(signedPost(), fromOffice, world.gate)
  assert.equal(response.status, 500)
  assert.equal(response.headers.get('location'), null)
})

test('what AWS says goes to the operator, never to the person', async () => {
  const failure = {
    kind: 'access-denied',
    operation: 'AssumeRole',
    detail: 'User: arn:aws:sts::1:x is not\nauthorized',
  } as const
  const world = makeWorld({ minting: { mintAs: async () => ({ ok: false, failure }) } })
  const page = await (await signIn(signedPost(), fromOffice, world.gate)).text()
  assert.ok(!page.includes('arn:aws'))
  assert.equal(world.events[0]?.status_detail, 'AssumeRole: User: arn:aws:sts::1:x is not authorized')
})

test('whatever a stranger writes, an event is one line of printable ASCII', async () => {
  const issuer = 'https://x\u009b2J\u202e\u2028{"status_code":"success"}\u0085\ud83d\ude00'
  const names = 'xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"'
  const response = Buffer.from(`<p:Response ${names}><a:Issuer>${issuer}</a:Issuer></p:Response>`).toString('base64')
  const world = makeWorld()
  await signIn(post({ SAMLResponse: response }), fromOffice, world.gate)
  const [event] = world.events
  assert.ok(event)
  assert.equal(event.status_code, 'identity-provider-unknown')
  const line = auditLine(event)
  assert.match(line, /^[ -~]+$/)
  assert.deepEqual(JSON.parse(line), event)
})

test('an event stays short however many groups a person is in', async () => {
  const groups = ['science', ...Array.from({ length: 1_500 }, (_, at) => `group number ${at} of the company`)]
  const world = makeWorld()
  assert.equal((await signIn(signedPost({ attributes: { groups } }), fromOffice, world.gate)).status, 302)
  const [event] = world.events
  assert.ok(event)
  assert.ok(auditLine(event).length < 50_000)
  assert.equal(event.unmapped.groups, 1_501)
  assert.equal(event.user.groups?.[0]?.name, 'science')
})
