import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signIn } from '../src/core/sign-in.ts'
import {
  corporate,
  fromOffice,
  goodLogin,
  intent,
  makeWorld,
  mintedUrl,
  partner,
  post,
  signedPost,
  startedAt,
} from './gate.ts'
import { samlResponse } from './identity-provider.ts'

test('a first sign-in makes the profile, waits for it, mints as the person and redirects', async () => {
  const world = makeWorld()
  const response = await signIn(signedPost(), fromOffice, world.gate)

  assert.equal(response.status, 302)
  assert.equal(response.headers.get('location'), mintedUrl)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
  assert.equal(await response.text(), '')
  assert.deepEqual(world.journal, ['claim', 'create', 'mint'])
  const executionRole = 'arn:aws:iam::123456789012:role/StudioGate-execution-scientist'
  assert.deepEqual(world.created, [
    {
      domainId: 'd-research',
      name: 'corporate--alice',
      executionRole,
      tags: { 'studio-gate:identity-provider': corporate.entityId, 'studio-gate:subject': 'alice' },
    },
  ])
  const [order] = world.orders
  assert.ok(order)
  assert.match(order.roleArn, /^arn:aws:iam::123456789012:role\/StudioGate-mint-research-office-[0-9a-f]{6}$/)
  const {
    sessionName,
    sourceIdentity,
    credentialSeconds,
    domainId,
    profileName,
    urlSeconds,
    sessionSeconds,
    landingUri,
  } = order
  assert.deepEqual(
    { sessionName, sourceIdentity, credentialSeconds, domainId, profileName, urlSeconds, sessionSeconds, landingUri },
    {
      sessionName: 'corporate--alice',
      sourceIdentity: 'corporate--alice',
      credentialSeconds: 3600,
      domainId: 'd-research',
      profileName: 'corporate--alice',
      urlSeconds: 60,
      sessionSeconds: 43_200,
      landingUri: 'studio::',
    },
  )
  assert.match(JSON.stringify(order.sessionPolicy), /user-profile\/d-research\/corporate--alice"/)
})

test('the second sign-in finds the profile and makes none', async () => {
  const world = makeWorld()
  assert.equal((await signIn(signedPost(), fromOffice, world.gate)).status, 302)
  assert.equal((await signIn(signedPost(), fromOffice, world.gate)).status, 302)
  assert.deepEqual(world.journal, ['claim', 'create', 'mint', 'claim', 'mint'])
})

test('two first sign-ins at once make one profile and both get in', async () => {
  const world = makeWorld()
  const responses = await Promise.all(
    [signedPost(), signedPost()].map((request) => signIn(request, fromOffice, world.gate)),
  )
  assert.deepEqual(
    responses.map(({ status }) => status),
    [302, 302],
  )
  assert.equal(world.created.length, 1)
  assert.equal(world.journal.filter((step) => step === 'create').length, 2, 'both must have tried to create it')
})

test('of two simultaneous presentations of one response exactly one gets in', async () => {
  const world = makeWorld()
  const form = { SAMLResponse: samlResponse(corporate, goodLogin()) }
  const responses = await Promise.all(
    [post(form), post(form)].map((request) => signIn(request, fromOffice, world.gate)),
  )
  assert.deepEqual(responses.map(({ status }) => status).sort(), [302, 403])
  assert.equal(responses.find(({ status }) => status === 403)?.headers.get('studio-gate-refusal'), 'replayed')
  assert.equal(world.orders.length, 1)
})

test('a response is refused as replayed for as long as it could be accepted', async () => {
  const world = makeWorld()
  const form = { SAMLResponse: samlResponse(corporate, goodLogin()) }
  await signIn(post(form), fromOffice, world.gate)
  for (const minutes of [0, 1, 5]) {
    world.now = startedAt + minutes * 60_000
    const again = await signIn(post(form), fromOffice, world.gate)
    assert.equal(again.headers.get('studio-gate-refusal'), 'replayed', `after ${minutes} minutes`)
  }
  assert.equal(world.orders.length, 1)
})

test('the claim is kept until the end of validity plus the largest skew, whichever is declared', async () => {
  const claims: [string, number][] = []
  const world = makeWorld({
    replay: {
      claim: async (key, expiresAt) => {
        claims.push([key, expiresAt])
        return 'claimed'
      },
    },
  })
  await signIn(signedPost({ id: '_one' }), fromOffice, world.gate)
  await signIn(signedPost({ id: '_two' }), fromOffice, world.gate)
  const expected = startedAt / 1000 + 3600 + 180
  assert.deepEqual(
    claims.map(([, expiresAt]) => expiresAt),
    [expected, expected],
  )
  assert.match(claims[0]?.[0] ?? '', /^[0-9a-f]{64}$/)
  assert.notEqual(claims[0]?.[0], claims[1]?.[0])
})

/** ms that pass before a profile that was just made is looked at. */
const firstPause = 250

for (const [name, seconds, expected] of [
  ['the identity provider’s session ends first', 7_200, 7_200],
  ['never below what SageMaker admits', 600, 1_800],
  ['the rule ends first', 86_400, 43_200],
] as const) {
  test(`session length: ${name}`, async () => {
    const world = makeWorld({}, intent, 0)
    await signIn(signedPost({ sessionNotOnOrAfter: startedAt + firstPause + seconds * 1000 }), fromOffice, world.gate)
    assert.equal(world.orders[0]?.sessionSeconds, expected)
  })
}

test('a one-letter profile still has a legal session name', async () => {
  const single = { ...intent, identityProviders: intent.identityProviders.slice(0, 1) }
  const world = makeWorld({}, single)
  await signIn(signedPost({ subject: 'a' }), fromOffice, world.gate)
  assert.equal(world.orders[0]?.profileName, 'a')
  assert.equal(world.orders[0]?.sessionName, 'a=')
})

test('a NameID may say that it is this provider’s, for this gate', async () => {
  const world = makeWorld()
  const nameIdQualifiers = ` NameQualifier="${corporate.entityId}" SPNameQualifier="${intent.audience}"`
  const response = await signIn(signedPost({ nameIdQualifiers }), fromOffice, world.gate)
  assert.equal(response.status, 302, world.events[0]?.status_detail)
})

test('where unsolicited responses are accepted, so is one with an empty InResponseTo', async () => {
  const world = makeWorld()
  const response = await signIn(signedPost({ inResponseTo: '' }), fromOffice, world.gate)
  assert.equal(response.status, 302, world.events[0]?.status_detail)
})

test('a NameID without a format has the unspecified one, by either of its names', async () => {
  const format = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'
  const identityProviders = intent.identityProviders.map((provider) => ({
    ...provider,
    subject: { from: 'nameId', format } as const,
  }))
  for (const nameIdFormat of ['none', format, format.replace('1.1', '1.0')]) {
    const world = makeWorld({}, { ...intent, identityProviders })
    const response = await signIn(signedPost({ nameIdFormat }), fromOffice, world.gate)
    assert.equal(response.status, 302, world.events[0]?.status_detail)
  }
})

test('of two trusted providers neither can sign for the other, whichever element names whom', async () => {
  const declared = {
    ...intent,
    identityProviders: intent.identityProviders.map((provider) => ({
      ...provider,
      certificates: [provider.name === 'corporate' ? corporate.certificate : partner.certificate],
      requiredSignature: 'either' as const,
      subject: { from: 'nameId' as const },
      unsolicited: 'accepted' as const,
    })),
  }
  /** Without the Response's signature, and with the nth Issuer renamed. */
  const rename = (nth: number) => (xml: string) => {
    let count = 0
    const unsigned = xml.replace(/<ds:Signature[\s\S]*?<\/ds:Signature>/, '')
    return unsigned.replaceAll(partner.entityId, (found) => (count++ === nth ? corporate.entityId : found))
  }
  const forgeries = {
    'in the name of corporate': samlResponse({ ...partner, entityId: corporate.entityId }, goodLogin()),
    'the Response renamed': samlResponse(partner, goodLogin({ tamper: rename(0) })),
    'the Assertion renamed': samlResponse(partner, goodLogin({ tamper: rename(1) })),
    'the partner’s own': samlResponse(partner, goodLogin()),
  }
  const outcomes: Record<string, string | null> = {}
  for (const [name, SAMLResponse] of Object.entries(forgeries)) {
    const world = makeWorld({}, declared)
    const response = await signIn(post({ SAMLResponse }), fromOffice, world.gate)
    outcomes[name] = response.headers.get('studio-gate-refusal')
    assert.deepEqual(world.orders, [], name)
  }
  assert.deepEqual(outcomes, {
    'in the name of corporate': 'signature-invalid',
    'the Response renamed': 'issuer-mismatch',
    'the Assertion renamed': 'signature-invalid',
    // No rule is for the partner's people, whatever their groups are called.
    'the partner’s own': 'no-rule',
  })
})
