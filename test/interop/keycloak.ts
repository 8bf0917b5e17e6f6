/** A Keycloak on loopback as identity provider: one realm in memory, set up through its administration interface. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { rsaIdentity } from '../../packages/saml/test/certificates.ts'
import { pemOf } from './gate.ts'
import { freePort, serve } from './loopback.ts'

/** Where `fetch-keycloak.sh` has put it. */
export const keycloakFolder = process.env.STUDIO_GATE_KEYCLOAK ?? '/opt/keycloak'

export interface Person {
  readonly password: string
  readonly groups: readonly string[]
}

export interface Registration {
  /** Metadata of the service provider: entity id, ACS and keys are taken from there, by Keycloak's own reader. */
  readonly spMetadata: string
  /** Name in the address where a sign-in starts at Keycloak. */
  readonly name: string
  /** Settings of the client by their names in Keycloak, such as `saml.assertion.signature`. */
  readonly settings: Readonly<Record<string, string>>
}

/** What Keycloak says about a client. */
export interface Client {
  readonly clientId: string
  readonly redirectUris?: readonly string[]
  readonly attributes: Readonly<Record<string, string>>
}

export interface Keycloak {
  /** As the realm publishes it. */
  readonly metadataXml: string
  /** Of its server, bare base64; responses are signed with another key. */
  readonly certificate: string
  /** Where a person clicks to sign in without a request (IdP-initiated). */
  startUrl(name: string): string
  /** Replaces the client of the same entity id; answers what was made of the metadata and the settings. */
  register(registration: Registration): Promise<Client>
  close(): Promise<void>
}

const realm = 'company'

export async function startKeycloak(people: Readonly<Record<string, Person>>): Promise<Keycloak> {
  const folder = mkdtempSync(join(tmpdir(), 'studio-gate-keycloak-'))
  const forget = () => rmSync(folder, { recursive: true, force: true })
  const tls = rsaIdentity('127.0.0.1')
  writeFileSync(join(folder, 'key.pem'), tls.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  writeFileSync(join(folder, 'certificate.pem'), pemOf(tls.certificate))
  const [httpPort, httpsPort] = [await freePort(), await freePort()]
  const [inside, outside] = [`http://127.0.0.1:${httpPort}`, `https://127.0.0.1:${httpsPort}`]
  const [administrator, password] = ['administrator', randomBytes(16).toString('hex')]
  const server = await serve({
    name: 'Keycloak',
    command: [
      join(keycloakFolder, 'bin/kc.sh'),
      ...['start', '--optimized', '--cache=local', '--http-host=127.0.0.1', `--hostname=${outside}`],
      ...['--http-enabled=true', `--http-port=${httpPort}`, `--https-port=${httpsPort}`],
      `--https-certificate-file=${join(folder, 'certificate.pem')}`,
      `--https-certificate-key-file=${join(folder, 'key.pem')}`,
    ],
    env: {
      PATH: process.env.PATH,
      JAVA_HOME: process.env.JAVA_HOME,
      JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
      KC_BOOTSTRAP_ADMIN_USERNAME: administrator,
      KC_BOOTSTRAP_ADMIN_PASSWORD: password,
    },
    url: `${inside}/realms/master`,
    seconds: 120,
  }).finally(forget)
  try {
    const administration = administrate(inside, administrator, password)
    await administration('POST', '/admin/realms', realmOf(people))
    const clients = `/admin/realms/${realm}/clients`
    const register = async ({ spMetadata, name, settings }: Registration): Promise<Client> => {
      const read = JSON.parse(
        await administration('POST', `/admin/realms/${realm}/client-description-converter`, spMetadata),
      )
      const earlier = JSON.parse(
        await administration('GET', `${clients}?clientId=${encodeURIComponent(read.clientId)}`),
      )
      for (const { id } of earlier) await administration('DELETE', `${clients}/${id}`)
      const attributes = { ...read.attributes, ...settings, saml_idp_initiated_sso_url_name: name }
      const client = { ...read, attributes, protocolMappers: mappers }
      await administration('POST', clients, client)
      return client
    }
    return {
      metadataXml: await answerOf(await fetch(`${inside}/realms/${realm}/protocol/saml/descriptor`)),
      startUrl: (name) => `${outside}/realms/${realm}/protocol/saml/clients/${name}`,
      certificate: tls.certificate,
      register,
      close: server.close,
    }
  } catch (error) {
    await server.close()
    throw error
  }
}

type Administration = (method: string, path: string, body?: object | string) => Promise<string>

/** A token lives for a minute, and costs a password hash each. */
const tokenMilliseconds = 30_000

function administrate(base: string, username: string, password: string): Administration {
  let authorization = { value: '', until: 0 }
  const authorize = async (): Promise<string> => {
    if (Date.now() < authorization.until) return authorization.value
    const login = { client_id: 'admin-cli', grant_type: 'password', username, password }
    const address = `${base}/realms/master/protocol/openid-connect/token`
    const answer = JSON.parse(
      await answerOf(await fetch(address, { method: 'POST', body: new URLSearchParams(login) })),
    )
    authorization = { value: `Bearer ${answer.access_token}`, until: Date.now() + tokenMilliseconds }
    return authorization.value
  }
  return async (method, path, body) => {
    const type = typeof body === 'string' ? 'text/plain' : 'application/json'
    const headers = { authorization: await authorize(), 'content-type': type }
    const text = typeof body === 'object' ? JSON.stringify(body) : body
    return answerOf(await fetch(base + path, { method, headers, ...(text === undefined ? {} : { body: text }) }))
  }
}

async function answerOf(response: Response): Promise<string> {
  const text = await response.text()
  if (!response.ok) throw new Error(`Keycloak answers ${response.status} at ${response.url}: ${text.slice(0, 2000)}`)
  return text
}

function realmOf(people: Readonly<Record<string, Person>>): object {
  const groups = new Set(Object.values(people).flatMap((person) => person.groups))
  return {
    realm,
    enabled: true,
    sslRequired: 'none',
    groups: [...groups].map((name) => ({ name })),
    users: Object.entries(people).map(([username, person]) => ({
      username,
      enabled: true,
      email: `${username}@example.com`,
      emailVerified: true,
      firstName: username,
      lastName: username,
      groups: person.groups.map((name) => `/${name}`),
      credentials: [{ type: 'password', value: person.password, temporary: false }],
    })),
  }
}

const basic = { 'attribute.nameformat': 'Basic' }
const mappers = [
  {
    name: 'username',
    protocol: 'saml',
    protocolMapper: 'saml-user-property-mapper',
    config: { ...basic, 'user.attribute': 'username', 'attribute.name': 'username' },
  },
  {
    name: 'groups',
    protocol: 'saml',
    protocolMapper: 'saml-group-membership-mapper',
    config: { ...basic, 'attribute.name': 'groups', 'full.path': 'false', single: 'true' },
  },
]

/** Fills in Keycloak's own form on the page. */
export async function logIn(page: Page, username: string, { password }: Person): Promise<void> {
  await page.locator('#username').fill(username)
  await page.locator('#password').fill(password)
  // What follows may end at an address that no network here leads to.
  await page.locator('#password').press('Enter', { noWaitAfter: true })
}
