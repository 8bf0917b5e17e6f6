/** A real SimpleSAMLphp as identity provider of the gate's own server, signed in to with a real browser. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { launchBrowser } from '@studio-gate/cli'
import { readDeclaration } from '@studio-gate/declaration'
import { type RunningServer, type ServerOptions, startServer } from '@studio-gate/gateway/server'
import { readIdpMetadata } from '@studio-gate/saml'
import type { Browser, Page, Response } from 'playwright-core'
import { file, missing, program } from './requirement.ts'
import { type IdentityProviderOnLoopback, simpleSamlPhpWeb, startSimpleSamlPhp } from './simplesamlphp.ts'

const debian = 'apt-get install simplesamlphp php-cli php-xml'
const skip = missing([program('php', debian), file(`${simpleSamlPhpWeb}/index.php`, debian)])

const audience = 'urn:studio-gate:interop'
const region = 'eu-central-1'
const studio = `https://d-interop1.studio.${region}.sagemaker.aws/auth?token=minted`
const people = {
  alice: { password: 'a password of alice', attributes: { groups: ['staff', 'data-scientists'] } },
  carol: { password: 'a password of carol', attributes: { groups: ['finance'] } },
  'dörte@example.com': {
    password: 'pässword of dörte',
    attributes: { groups: ['data-scientists'], displayName: ['Dörte <Ü & Söhne>'] },
  },
}

type Order = Parameters<NonNullable<NonNullable<ServerOptions['ports']>['minting']>['mintAs']>[0]
type Recorded = Parameters<NonNullable<NonNullable<ServerOptions['ports']>['audit']>['record']>[0]

describe('SimpleSAMLphp signs people in to the gate', { skip }, () => {
  let provider: IdentityProviderOnLoopback
  let gate: RunningServer
  let browser: Browser
  let page: Page
  const orders: Order[] = []
  const events: Recorded[] = []
  const profiles = new Map<
    string,
    { readonly arn: string; readonly executionRole: string; readonly tags: Readonly<Record<string, string>> }
  >()

  before(async () => {
    provider = await startSimpleSamlPhp(people)
    gate = await startGate(await freePortOf())
    const work = mkdtempSync(join(tmpdir(), 'studio-gate-interop-ca-'))
    writeFileSync(join(work, 'ca.pem'), certificateOf(provider.metadataXml))
    const launched = await launchBrowser({ caFile: join(work, 'ca.pem') })
    rmSync(work, { recursive: true })
    if (!launched.ok) throw new Error(JSON.stringify(launched.tried))
    browser = launched.browser
  })
  after(async () => {
    await browser?.close()
    await gate?.close()
    await provider?.close()
  })
  beforeEach(async () => {
    orders.length = 0
    events.length = 0
    const context = await browser.newContext({ proxy: { server: 'http://127.0.0.1:9', bypass: '127.0.0.1' } })
    page = await context.newPage()
  })

  /** Starts it once to learn a free port, so that the ACS URL is known before the gate that serves it. */
  async function freePortOf(): Promise<number> {
    const probe = await startGate(0)
    await probe.close()
    return probe.port
  }

  function startGate(port: number): Promise<RunningServer> {
    return startServer({
      intent: intentOf(provider.metadataXml),
      port,
      environment: {
        STUDIO_GATE_ACS_URL: acsUrl(port),
        STUDIO_GATE_STACK: 'StudioGate',
        STUDIO_GATE_ACCOUNT: '111122223333',
        STUDIO_GATE_PARTITION: 'aws',
        STUDIO_GATE_DOMAIN_IDS: '{"main":"d-interop1"}',
        AWS_REGION: region,
      },
      ports: {
        audit: { record: (event) => void events.push(event) },
        minting: {
          async mintAs(order) {
            orders.push(order)
            return { ok: true, value: studio }
          },
        },
        profiles: {
          async describe(_, name) {
            const profile = profiles.get(name)
            if (profile === undefined) return { ok: true, value: 'absent' }
            return { ok: true, value: { ...profile, status: 'InService' } }
          },
          async create({ name, tags, executionRole }) {
            profiles.set(name, {
              arn: `arn:aws:sagemaker:${region}:111122223333:user-profile/d-interop1/${name}`,
              tags,
              executionRole,
            })
            return { ok: true, value: 'created' }
          },
          async tags(arn) {
            return { ok: true, value: [...profiles.values()].find((profile) => profile.arn === arn)?.tags ?? {} }
          },
        },
      },
    })
  }

  /** Logs in at the provider's own form; answers what the ACS answered. */
  async function signIn(
    name: keyof typeof people,
    settings: Readonly<Record<string, boolean | string>> = {},
  ): Promise<Response> {
    provider.serve([
      {
        audience,
        acsUrl: acsUrl(gate.port),
        settings: { 'saml20.sign.response': true, 'saml20.sign.assertion': true, ...settings },
      },
    ])
    page.setDefaultTimeout(20_000)
    try {
      const answered = page.waitForResponse((response) => response.url() === acsUrl(gate.port))
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
      orders.map(({ profileName, domainId, sourceIdentity }) => [profileName, domainId, sourceIdentity]),
      [['alice', 'd-interop1', 'alice']],
    )
    assert.equal(events.length, 1)
  })

  it('a name with letters that no profile may have keeps its owner, and only her', async () => {
    const response = await signIn('dörte@example.com')
    assert.equal(response.status(), 302, refusal(response))
    const [order] = orders
    assert.match(order?.profileName ?? '', /^[a-z0-9](-*[a-z0-9]){0,62}$/)
    const tags = Object.values(profiles.get(order?.profileName ?? '')?.tags ?? {})
    assert.ok(tags.length > 0)
  })

  it('somebody whom no rule names is refused, with a page that says so', async () => {
    const response = await signIn('carol')
    assert.equal(response.status(), 403)
    assert.equal(refusal(response), 'no-rule')
    assert.equal(orders.length, 0)
    assert.match((await page.textContent('body')) ?? '', /no-rule/)
  })

  it('refuses a response without the signature that the declaration requires', async () => {
    const response = await signIn('alice', { 'saml20.sign.assertion': false })
    assert.equal(response.status(), 403)
    assert.equal(refusal(response), 'signature-missing')
    assert.equal(orders.length, 0)
  })

  it('refuses the same response when it is posted again', async () => {
    const request = (await signIn('alice')).request()
    const again = await fetch(acsUrl(gate.port), {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: request.postData() ?? '',
    })
    assert.equal(again.headers.get('studio-gate-refusal'), 'replayed')
    assert.equal(orders.length, 1)
  })
})

function acsUrl(port: number): string {
  return `http://127.0.0.1:${port}/saml`
}

function certificateOf(metadata: string): string {
  const read = readIdpMetadata(metadata)
  if (!read.ok) throw new Error(`${read.error.code}: ${read.error.detail}`)
  return `-----BEGIN CERTIFICATE-----\n${read.metadata.certificates[0]}\n-----END CERTIFICATE-----\n`
}

function intentOf(metadata: string) {
  const text = `
version: 1
name: interop
audience: ${audience}
identityProviders:
  simplesamlphp: { metadata: metadata.xml, groupsAttribute: groups, requiredSignature: both, unsolicited: accepted }
networks:
  office: { privateCidr: 127.0.0.0/8, through: { endpoint: deployed } }
executionRoles:
  data-scientist: deployed
rules:
  - name: data-scientists
    effect: allow
    identityProvider: simplesamlphp
    groups: [data-scientists]
    domain: main
    from: [office]
    executionRole: data-scientist
`
  const read = readDeclaration(text, 'interop.yaml', { readFile: () => metadata, readMetadata: readIdpMetadata })
  if (!read.ok) throw new Error(JSON.stringify(read.errors, undefined, 2))
  return read.intent
}
