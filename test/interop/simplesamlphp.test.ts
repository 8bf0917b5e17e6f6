/** A real SimpleSAMLphp as identity provider of the gate's own server, signed in to with a real browser. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import type { Browser, Page, Response } from 'playwright-core'
import { audience, type GateOnLoopback, openBrowser, openWindow, startGate, studio } from './gate.ts'
import { file, missing, program } from './requirement.ts'
import { type IdentityProviderOnLoopback, simpleSamlPhpWeb, startSimpleSamlPhp } from './simplesamlphp.ts'

const debian = 'apt-get install simplesamlphp php-cli php-xml'
const skip = missing([program('php', debian), file(`${simpleSamlPhpWeb}/index.php`, debian)])

const people = {
  alice: { password: 'a password of alice', attributes: { groups: ['staff', 'data-scientists'] } },
  carol: { password: 'a password of carol', attributes: { groups: ['finance'] } },
  'dörte@example.com': {
    password: 'pässword of dörte',
    attributes: { groups: ['data-scientists'], displayName: ['Dörte <Ü & Söhne>'] },
  },
}

describe('SimpleSAMLphp signs people in to the gate', { skip }, () => {
  let provider: IdentityProviderOnLoopback
  let gate: GateOnLoopback
  let browser: Browser
  let page: Page

  before(async () => {
    provider = await startSimpleSamlPhp(people)
    gate = await startGate(provider.metadataXml, 'requiredSignature: both, unsolicited: accepted')
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await gate?.close()
    await provider?.close()
  })
  beforeEach(async () => {
    gate.orders.length = 0
    gate.events.length = 0
    page = await openWindow(browser)
  })

  /** Logs in at the provider's own form; answers what the ACS answered. */
  async function signIn(
    name: keyof typeof people,
    settings: Readonly<Record<string, boolean | string>> = {},
  ): Promise<Response> {
    provider.serve([
      {
        audience,
        acsUrl: gate.acsUrl,
        settings: { 'saml20.sign.response': true, 'saml20.sign.assertion': true, ...settings },
      },
    ])
    try {
      const answered = page.waitForResponse((response) => response.url() === gate.acsUrl)
      const [response] = await Promise.all([answered, logIn(name)])
      return response
    } catch (error) {
      const shown = (await page.textContent('body'))?.replace(/\s+/g, ' ').slice(0, 500)
      throw new Error(`the provider posted nothing; it shows: ${shown}`, { cause: error })
    }
  }

  async function logIn(name: keyof typeof people): Promise<void> {
    await page.goto(provider.startUrl(audience))
    await page.locator('input[name=username]').fill(name)
    await page.locator('input[name=password]').fill(people[name].password)
    // What follows ends at an address that no network here leads to.
    await page.locator('input[name=password]').press('Enter', { noWaitAfter: true })
  }

  const refusal = (response: Response) => response.headers()['studio-gate-refusal']

  it('alice: her profile is made, and her browser is sent to Studio', async () => {
    const response = await signIn('alice')
    assert.equal(response.status(), 302, refusal(response))
    assert.equal(response.headers().location, studio)
    assert.deepEqual(
      gate.orders.map(({ profileName, domainId, sourceIdentity }) => [profileName, domainId, sourceIdentity]),
      [['alice', 'd-interop1', 'alice']],
    )
    assert.equal(gate.events.length, 1)
  })

  it('a name with letters that no profile may have keeps its owner, and only her', async () => {
    const response = await signIn('dörte@example.com')
    assert.equal(response.status(), 302, refusal(response))
    const [order] = gate.orders
    assert.match(order?.profileName ?? '', /^[a-z0-9](-*[a-z0-9]){0,62}$/)
    const tags = Object.values(gate.profiles.get(order?.profileName ?? '')?.tags ?? {})
    assert.ok(tags.length > 0)
  })

  it('somebody whom no rule names is refused, with a page that says so', async () => {
    const response = await signIn('carol')
    assert.equal(response.status(), 403)
    assert.equal(refusal(response), 'no-rule')
    assert.equal(gate.orders.length, 0)
    assert.match((await page.textContent('body')) ?? '', /no-rule/)
  })

  it('refuses a response without the signature that the declaration requires', async () => {
    const response = await signIn('alice', { 'saml20.sign.assertion': false })
    assert.equal(response.status(), 403)
    assert.equal(refusal(response), 'signature-missing')
    assert.equal(gate.orders.length, 0)
  })

  it('says that it was the provider who said no', async () => {
    provider.serve([{ audience, acsUrl: gate.acsUrl, settings: { 'saml20.sign.response': true } }])
    // Nobody is signed in there, and it may not ask.
    const request = `<p:AuthnRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_passive" Version="2.0" IssueInstant="${new Date().toISOString()}" IsPassive="true"><a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">${audience}</a:Issuer></p:AuthnRequest>`
    const url = new URL(provider.startUrl(audience))
    url.search = String(new URLSearchParams({ SAMLRequest: deflateRawSync(request).toString('base64') }))
    const answered = page.waitForResponse((response) => response.url() === gate.acsUrl)
    const [response] = await Promise.all([answered, page.goto(url.href, { waitUntil: 'commit' })])
    assert.equal(response.status(), 403)
    assert.equal(refusal(response), 'status-not-success')
    assert.match(JSON.stringify(gate.events), /status:NoPassive/)
    assert.match((await page.textContent('body')) ?? '', /Your identity provider did not sign you in/)
  })

  it('refuses the same response when it is posted again', async () => {
    const request = (await signIn('alice')).request()
    const again = await fetch(gate.acsUrl, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: request.postData() ?? '',
    })
    assert.equal(again.headers.get('studio-gate-refusal'), 'replayed')
    assert.equal(gate.orders.length, 1)
  })
})
