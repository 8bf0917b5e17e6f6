/** A real Keycloak as identity provider: of the gate's own server, and of the verifier for what no gate would be set to. */
import assert from 'node:assert/strict'
import { type KeyObject, randomBytes, sign } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'node:test'
import {
  createTrust,
  readIdpMetadata,
  type SpMetadata,
  unwrapWith,
  verifyResponse,
  type WrittenRequest,
  writeAuthnRequest,
  writeSpMetadata,
} from '@studio-gate/saml'
import type { Browser, Page, Response } from 'playwright-core'
import { rsaIdentity } from '../../packages/saml/test/certificates.ts'
import { audience, type GateOnLoopback, openBrowser, openWindow, startGate, studio } from './gate.ts'
import { type Client, type Keycloak, keycloakFolder, logIn, startKeycloak } from './keycloak.ts'
import { encrypted, type KeycloakCase, signed } from './keycloak-cases.ts'
import { file, missing } from './requirement.ts'

const skip = missing([file(`${keycloakFolder}/bin/kc.sh`, 'test/interop/fetch-keycloak.sh, then STUDIO_GATE_KEYCLOAK')])

const people = {
  alice: { password: 'a password of alice', groups: ['staff', 'data-scientists'] },
  carol: { password: 'a password of carol', groups: ['finance'] },
}
type Keys = Pick<SpMetadata, 'signingCertificates' | 'encryptionCertificates'>

/** Keycloak asks new clients for signed requests, whatever their metadata says: docs/deploy.md has it switched off. */
const unsignedRequests = { 'saml.client.signature': 'false' }
const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

describe('Keycloak signs people in', { skip }, () => {
  let keycloak: Keycloak
  let gate: GateOnLoopback
  let browser: Browser

  before(async () => {
    keycloak = await startKeycloak(people)
    gate = await startGate(
      keycloak.metadataXml,
      'requiredSignature: both, unsolicited: accepted, signInRequests: redirect',
    )
    browser = await openBrowser(keycloak.certificate)
  })
  after(async () => {
    await browser?.close()
    await gate?.close()
    await keycloak?.close()
  })
  describe('to the gate', () => {
    let page: Page

    before(async () => {
      const spMetadata = writeSpMetadata({
        entityId: audience,
        acsUrl: gate.acsUrl,
        wantAssertionsSigned: true,
        authnRequestsSigned: false,
        nameIdFormats: [persistent],
      })
      await keycloak.register({ spMetadata, name: 'studio', settings: unsignedRequests })
    })

    beforeEach(async () => {
      gate.orders.length = 0
      page = await openWindow(browser)
    })

    async function signIn(address: string, name: keyof typeof people): Promise<Response> {
      await page.goto(address)
      const answered = page.waitForResponse((response) => response.url() === gate.acsUrl)
      const [response] = await Promise.all([answered, logIn(page, name, people[name])])
      return response
    }

    for (const [where, address] of [
      ['Keycloak', () => keycloak.startUrl('studio')],
      ['the gate', () => gate.loginUrl],
    ] as const) {
      it(`alice, starting at ${where}: her profile is made, and her browser is sent to Studio`, async () => {
        const response = await signIn(address(), 'alice')
        assert.equal(response.status(), 302, response.headers()['studio-gate-refusal'])
        assert.equal(response.headers().location, studio)
        assert.equal(gate.orders.length, 1)
      })
    }

    it('somebody whom no rule names is refused', async () => {
      const response = await signIn(gate.loginUrl, 'carol')
      assert.equal(response.headers()['studio-gate-refusal'], 'no-rule')
      assert.equal(gate.orders.length, 0)
    })
  })

  describe('to a gate with keys: by a signed and posted request, with an encrypted assertion', () => {
    const [signing, decryption] = [rsaIdentity('gate, signing'), rsaIdentity('gate, decryption')]
    const unwrapKey = unwrapWith([decryption.privateKey])
    let gate: GateOnLoopback
    let page: Page

    before(async () => {
      gate = await startGate(
        keycloak.metadataXml,
        'requiredSignature: both, signInRequests: post, signedRequests: rsa-sha256, encryptedAssertions: aes-gcm',
        {
          async unwrap(wrapped, oaep) {
            const value = unwrapKey(Buffer.from(wrapped), oaep)
            assert.ok(value)
            return { ok: true, value }
          },
          sign: async (octets) => ({ ok: true, value: sign('sha256', octets, signing.privateKey) }),
        },
      )
    })
    after(() => gate?.close())
    beforeEach(async () => {
      page = await openWindow(browser)
    })

    async function register(signedWith: string): Promise<void> {
      const spMetadata = writeSpMetadata({
        entityId: audience,
        acsUrl: gate.acsUrl,
        wantAssertionsSigned: true,
        authnRequestsSigned: true,
        signingCertificates: [signedWith],
        encryptionCertificates: [decryption.certificate],
        nameIdFormats: [persistent],
      })
      await keycloak.register({ spMetadata, name: 'studio', settings: {} })
    }

    it('alice: her browser is sent to Studio', async () => {
      await register(signing.certificate)
      await page.goto(gate.loginUrl)
      await page.locator('#username').waitFor()
      const answered = page.waitForResponse((response) => response.url() === gate.acsUrl)
      const [response] = await Promise.all([answered, logIn(page, 'alice', people.alice)])
      assert.equal(response.headers().location, studio, response.headers()['studio-gate-refusal'])
      const form = new URLSearchParams(response.request().postData() ?? '')
      const xml = Buffer.from(form.get('SAMLResponse') ?? '', 'base64').toString('utf8')
      assert.match(xml, /<(\w+:)?EncryptedAssertion[ >]/)
      assert.ok(!xml.includes('data-scientists'))
    })

    it('Keycloak refuses the request where it was given another key', async () => {
      await register(decryption.certificate)
      await page.goto(gate.loginUrl)
      await page.getByText('Invalid requester').waitFor()
    })
  })

  describe('to a service provider whose responses the verifier judges', () => {
    const sp = { entityId: 'urn:studio-gate:interop:verifier', acsUrl: 'http://127.0.0.1:9/acs' }
    const signing = rsaIdentity('service provider, signing')
    const decryption = rsaIdentity('service provider, decryption')
    const unwrapKey = unwrapWith([decryption.privateKey])
    const idp = () => {
      const read = readIdpMetadata(keycloak.metadataXml)
      assert.ok(read.ok)
      return read.metadata
    }
    /** Her session at Keycloak answers every further sign-in without asking. */
    let alice: Page

    before(async () => {
      alice = await openWindow(browser)
      await register(unsignedRequests)
      await posted(alice, async () => {
        await alice.goto(keycloak.startUrl('verifier'))
        await logIn(alice, 'alice', people.alice)
      })
    })

    function register(settings: Readonly<Record<string, string>>, keys: Keys = {}): Promise<Client> {
      const authnRequestsSigned = keys.signingCertificates !== undefined
      const metadata = { ...sp, wantAssertionsSigned: true, authnRequestsSigned, ...keys }
      return keycloak.register({ spMetadata: writeSpMetadata(metadata), name: 'verifier', settings })
    }

    /** The form that the browser posts to the ACS after what it was told to do. */
    async function posted(page: Page, begin: () => Promise<unknown>): Promise<URLSearchParams> {
      const arrived = page.waitForRequest((request) => request.url() === sp.acsUrl)
      await page.route(sp.acsUrl, (route) => route.fulfill({ status: 204 }), { times: 1 })
      const [request] = await Promise.all([arrived, begin()])
      return new URLSearchParams(request.postData() ?? '')
    }

    function verify(form: URLSearchParams, { required, opens }: Pick<KeycloakCase, 'required' | 'opens'>) {
      const cbc = opens === 'cbc' ? { admitCbcBehindTheVerifiedSignature: true as const } : {}
      const trust = createTrust({
        idp: idp(),
        sp,
        requiredSignature: required,
        ...(opens === undefined ? {} : { encryptedAssertions: { unwrapKey, ...cbc } }),
      })
      return verifyResponse(form.get('SAMLResponse') ?? '', trust, Date.now())
    }

    for (const [kind, cases] of Object.entries({ signed, encrypted })) {
      for (const one of cases) {
        it(`${kind}: ${one.name}: ${one.refused ?? 'accepted'}`, async () => {
          const keys = kind === 'encrypted' ? { encryptionCertificates: [decryption.certificate] } : {}
          await register({ ...unsignedRequests, ...one.settings }, keys)
          const form = await posted(alice, () => alice.goto(keycloak.startUrl('verifier'), { waitUntil: 'commit' }))
          const xml = Buffer.from(form.get('SAMLResponse') ?? '', 'base64').toString('utf8')
          assert.equal(/<(\w+:)?EncryptedAssertion[ >]/.test(xml), kind === 'encrypted')
          const verdict = verify(form, one)
          assert.equal(verdict.ok ? undefined : verdict.refusal.code, one.refused, JSON.stringify(verdict))
          if (!verdict.ok) return
          const { attributes, issuer, inResponseTo } = verdict.assertion
          assert.deepEqual(attributes.get('username'), ['alice'])
          assert.deepEqual(attributes.get('groups')?.toSorted(), ['data-scientists', 'staff'])
          assert.deepEqual([issuer, inResponseTo], [idp().entityId, undefined])
        })
      }
    }

    const bindings = {
      redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
      post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
    } as const
    const relayState = 'ä b&c=d+e/%20'

    function request(
      binding: WrittenRequest['binding'],
      signingKey?: KeyObject,
    ): WrittenRequest & { readonly id: string } {
      const destination = idp().singleSignOn.find((service) => service.binding === bindings[binding])?.location ?? ''
      const id = `_${randomBytes(16).toString('hex')}`
      const written = writeAuthnRequest(
        { id, issueInstant: Date.now(), destination, issuer: sp.entityId, acsUrl: sp.acsUrl },
        binding,
        { relayState, ...(signingKey === undefined ? {} : { signingKey }) },
      )
      return { ...written, id }
    }

    /** Brings a request to Keycloak as the gate would have the browser do it. */
    async function bring(written: WrittenRequest): Promise<unknown> {
      if (written.binding === 'redirect') return alice.goto(written.url, { waitUntil: 'commit' })
      const inputs = Object.entries(written.fields).map(([name, value]) => {
        return `<input name="${name}" value="${value.replaceAll('&', '&amp;')}">`
      })
      await alice.setContent(`<form method="post" action="${written.action}">${inputs.join('')}</form>`)
      return alice.evaluate('document.forms[0].submit()')
    }

    for (const binding of ['redirect', 'post'] as const) {
      it(`answers a request signed and sent by ${binding}`, async () => {
        await register({}, { signingCertificates: [signing.certificate] })
        const written = request(binding, signing.privateKey)
        const form = await posted(alice, () => bring(written))
        assert.equal(form.get('RelayState'), relayState)
        const verdict = verify(form, { required: 'both' })
        assert.ok(verdict.ok, JSON.stringify(verdict))
        assert.equal(verdict.assertion.inResponseTo, written.id)
      })

      for (const [name, key] of [
        ['not signed', undefined],
        ['signed with another key', decryption.privateKey],
      ] as const) {
        it(`refuses a request ${name}, sent by ${binding}`, async () => {
          await register({}, { signingCertificates: [signing.certificate] })
          const answered = alice.waitForResponse((response) => response.url().includes('/protocol/saml'))
          await bring(request(binding, key))
          assert.equal((await answered).status(), 400)
          await alice.getByText('Invalid requester').waitFor()
        })
      }
    }

    it('makes of the metadata what it says', async () => {
      const { clientId, redirectUris, attributes } = await register(
        {},
        {
          signingCertificates: [signing.certificate],
          encryptionCertificates: [decryption.certificate],
        },
      )
      assert.equal(clientId, sp.entityId)
      assert.deepEqual(redirectUris, [sp.acsUrl])
      assert.equal(attributes.saml_assertion_consumer_url_post, sp.acsUrl)
      assert.equal(attributes['saml.assertion.signature'], 'true')
      assert.equal(attributes['saml.client.signature'], 'true')
      assert.equal(attributes['saml.signing.certificate'], signing.certificate)
      assert.equal(attributes['saml.encrypt'], 'true')
      assert.equal(attributes['saml.encryption.certificate'], decryption.certificate)
    })
  })
})
