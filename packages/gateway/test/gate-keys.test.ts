/** Keys that are elsewhere: encrypted assertions and signed requests, with RSA keys of this process behind the port. */
import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, privateDecrypt, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import type { IdentityProvider, Intent } from '@studio-gate/policy'
import { createApp } from '../src/adapters/app.ts'
import type { Keys } from '../src/core/ports.ts'
import { SettingsError } from '../src/core/settings.ts'
import { type EncryptSpec, encryptAssertion, gateKey } from './encrypting.ts'
import { fromOffice, intent, makeWorld, mintedUrl, signedPost } from './gate.ts'

const signing = generateKeyPairSync('rsa', { modulusLength: 2048 })
const failed = (detail: string) =>
  ({ ok: false, failure: { kind: 'unexpected', operation: 'Decrypt', detail } }) as const

/** Both keys, and how often each was asked. */
function keysAtHand() {
  const asked = { unwrap: 0, sign: 0 }
  const keys = {
    async unwrap(wrapped, { digest }) {
      asked.unwrap++
      try {
        const padding = constants.RSA_PKCS1_OAEP_PADDING
        return { ok: true, value: privateDecrypt({ key: gateKey.privateKey, padding, oaepHash: digest }, wrapped) }
      } catch {
        return failed('InvalidCiphertextException: null')
      }
    },
    async sign(octets) {
      asked.sign++
      return { ok: true, value: sign('sha256', octets, signing.privateKey) }
    },
  } satisfies Keys
  return { keys, asked }
}

const [provider] = intent.identityProviders
assert.ok(provider)
const withProvider = (change: Partial<IdentityProvider>): Intent => ({
  ...intent,
  identityProviders: [{ ...provider, ...change }],
})
const encrypting = (encryptedAssertions: IdentityProvider['encryptedAssertions'] = 'aes-gcm') =>
  withProvider({ ...(encryptedAssertions && { encryptedAssertions }) })

async function signInWith(spec: EncryptSpec, declared = encrypting(), keys: Keys = keysAtHand().keys) {
  const world = makeWorld({ keys }, declared)
  const encrypt = (xml: string) => encryptAssertion(xml, spec)
  const response = await createApp(world.gate)(signedPost({ encrypt }), fromOffice)
  const code = response.headers.get('studio-gate-refusal')
  return { code, response, page: await response.text(), detail: world.events[0]?.status_detail ?? '' }
}

for (const [name, spec, declared] of [
  ['AES-GCM, key wrapped by OAEP with SHA-1', {}, encrypting()],
  ['AES-GCM, key wrapped by OAEP with SHA-256', { oaep: 'sha256' }, encrypting()],
  ['AES-CBC by its loud name', { content: 'cbc' }, encrypting('aes-gcm-or-unauthenticated-aes-cbc')],
] as const)
  test(`signs in: ${name}`, async () => {
    const { response, code } = await signInWith(spec, declared)
    assert.equal(response.headers.get('location'), mintedUrl, code ?? '')
  })

test('refused: AES-CBC where only AES-GCM is declared, and encryption where none is', async () => {
  const { keys, asked } = keysAtHand()
  assert.equal((await signInWith({ content: 'cbc' }, encrypting(), keys)).code, 'encryption-algorithm')
  assert.equal((await signInWith({}, intent, keys)).code, 'encrypted-assertion')
  assert.equal(asked.unwrap, 0)
})

test('whatever goes wrong with keys and ciphertext, the browser is told one and the same', async () => {
  const answers = [
    await signInWith({ lost: true }),
    await signInWith({ spoilt: true }),
    await signInWith({ plaintext: 'nonsense' }),
    await signInWith({}, encrypting(), { ...keysAtHand().keys, unwrap: async () => failed('AccessDenied: SECRET') }),
    await signInWith({}, encrypting(), {
      ...keysAtHand().keys,
      unwrap: async () => ({ ok: true, value: new Uint8Array(7) }),
    }),
  ]
  const [first] = answers
  assert.ok(first)
  assert.ok(first.page.includes('support-id-1'))
  for (const { code, page, response } of answers) {
    assert.equal(code, 'decryption-failed')
    assert.equal(page, first.page)
    assert.deepEqual([...response.headers], [...first.response.headers])
  }
  assert.ok(!first.page.includes('Exception'))
  assert.match(answers[3]?.detail ?? '', /AccessDenied: SECRET/)
})

test('the key is asked for nothing that the identity provider did not sign', async () => {
  const { keys, asked } = keysAtHand()
  const app = createApp(makeWorld({ keys }, encrypting()).gate)
  const outcome = async (change: Parameters<typeof signedPost>[0]) =>
    (await app(signedPost(change), fromOffice)).headers.get('studio-gate-refusal')
  const encrypt = (xml: string) => encryptAssertion(xml, {})
  const tamper = (xml: string) => xml.replace('CipherValue>', 'CipherValue>AAAA')
  assert.equal(await outcome({ encrypt, tamper }), 'digest-mismatch')
  const unsigned = (xml: string) => xml.replace(/<ds:Signature.*?<\/ds:Signature>/s, '')
  assert.equal(await outcome({ encrypt, tamper: unsigned }), 'signature-missing')
  assert.equal(asked.unwrap, 0)
})

const requests = (binding: 'redirect' | 'post', signed = true) =>
  withProvider({
    signInRequests: { binding, location: 'https://idp.example/sso?t="1"' },
    ...(signed ? { signedRequests: 'rsa-sha256' } : {}),
  })

async function start(declared: Intent, keys: Keys = keysAtHand().keys) {
  const world = makeWorld({ keys }, declared)
  const app = createApp(world.gate)
  const response = await app(new Request('https://gate.invalid/login/corporate'), fromOffice)
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  return { app, world, response, page: await response.text(), cookie, id: `_${/-([0-9a-f]{32})=/.exec(cookie)?.[1]}` }
}

test('redirect, signed: the query carries a signature of the key', async () => {
  const { response } = await start(requests('redirect'))
  const [, signed = '', signature = ''] =
    /&(SAMLRequest=.*)&Signature=(.*)$/.exec(response.headers.get('location') ?? '') ?? []
  assert.match(signed, /&SigAlg=/)
  const octets = Buffer.from(decodeURIComponent(signature), 'base64')
  assert.ok(verify('sha256', Buffer.from(signed), signing.publicKey, octets))
})

for (const signed of [true, false])
  test(`post, ${signed ? '' : 'not '}signed: a page carries the request, and its answer signs in`, async () => {
    const { app, world, response, page, cookie, id } = await start(requests('post', signed))
    assert.equal(response.status, 200)
    assert.match(page, /<form method="post" action="https:\/\/idp\.example\/sso\?t=&quot;1&quot;">/)
    const field = / name="SAMLRequest" value="([^"]*)"/.exec(page)?.[1] ?? ''
    const xml = Buffer.from(field, 'base64').toString('utf8')
    assert.ok(xml.includes(` ID="${id}"`), xml)
    assert.equal(xml.includes('<ds:SignatureValue>'), signed)
    const answered = await app(signedPost({ inResponseTo: id }, { cookie }), fromOffice)
    assert.equal(answered.headers.get('location'), mintedUrl, world.events[0]?.status_detail)
  })

test('a request is sent signed or not at all, and nothing waits for its answer', async () => {
  let opened = 0
  const requestStore = { open: async () => void opened++, take: async () => 'unknown' as const }
  const failing: Keys = {
    sign: async () => ({ ok: false, failure: { ...failed('SECRET').failure, operation: 'Sign' } }),
  }
  for (const binding of ['redirect', 'post'] as const) {
    const world = makeWorld({ keys: failing, requests: requestStore }, requests(binding))
    const response = await createApp(world.gate)(new Request('https://gate.invalid/login/corporate'), fromOffice)
    assert.equal(response.headers.get('studio-gate-refusal'), 'signing-key-unavailable')
    assert.deepEqual([response.status, response.headers.get('set-cookie'), opened], [503, null, 0])
    assert.ok(!(await response.text()).includes('SECRET'))
  }
})

test('a gate without the keys that its declaration asks for does not start', () => {
  for (const [declared, keys, expected] of [
    [encrypting(), {}, /decryption key: set STUDIO_GATE_DECRYPTION_KEY/],
    [requests('post'), { unwrap: keysAtHand().keys.unwrap }, /signing key: set STUDIO_GATE_SIGNING_KEY/],
  ] as const) {
    assert.throws(
      () => makeWorld({ keys }, declared),
      (error) => error instanceof SettingsError && expected.test(error.message),
    )
  }
  assert.ok(makeWorld({ keys: {} }, intent))
})
