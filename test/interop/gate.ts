/** The gate's own server for an identity provider that is not ours, with recording ports in place of AWS. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchBrowser } from '@studio-gate/cli'
import { readDeclaration } from '@studio-gate/declaration'
import { type ServerOptions, startServer } from '@studio-gate/gateway/server'
import { readIdpMetadata } from '@studio-gate/saml'
import type { Browser, Page } from 'playwright-core'
import { rsaIdentity } from '../../packages/saml/test/certificates.ts'
import { freePort } from './loopback.ts'

export const audience = 'urn:studio-gate:interop'
const region = 'eu-central-1'
export const studio = `https://d-interop1.studio.${region}.sagemaker.aws/auth?token=minted`

type Ports = NonNullable<ServerOptions['ports']>
type Order = Parameters<NonNullable<Ports['minting']>['mintAs']>[0]
type Recorded = Parameters<NonNullable<Ports['audit']>['record']>[0]

interface Profile {
  readonly arn: string
  readonly executionRole: string
  readonly tags: Readonly<Record<string, string>>
}

export interface GateOnLoopback {
  readonly acsUrl: string
  /** Where a sign-in starts at the gate. */
  readonly loginUrl: string
  readonly orders: Order[]
  readonly events: Recorded[]
  readonly profiles: ReadonlyMap<string, Profile>
  close(): Promise<void>
}

/**
 * @param settings of the identity provider `idp` in the declaration, as `{ ... }` of YAML without `metadata` and `groupsAttribute`
 * @param keys those that the settings ask for
 */
export async function startGate(
  metadataXml: string,
  settings: string,
  keys: NonNullable<Ports['keys']> = {},
): Promise<GateOnLoopback> {
  const port = await freePort()
  const acsUrl = `http://127.0.0.1:${port}/saml`
  const orders: Order[] = []
  const events: Recorded[] = []
  const profiles = new Map<string, Profile>()
  const server = await startServer({
    intent: intentOf(metadataXml, settings),
    port,
    environment: {
      STUDIO_GATE_ACS_URL: acsUrl,
      STUDIO_GATE_STACK: 'StudioGate',
      STUDIO_GATE_ACCOUNT: '111122223333',
      STUDIO_GATE_PARTITION: 'aws',
      STUDIO_GATE_DOMAIN_IDS: '{"main":"d-interop1"}',
      AWS_REGION: region,
    },
    ports: {
      keys,
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
          const arn = `arn:aws:sagemaker:${region}:111122223333:user-profile/d-interop1/${name}`
          profiles.set(name, { arn, tags, executionRole })
          return { ok: true, value: 'created' }
        },
        async tags(arn) {
          return { ok: true, value: [...profiles.values()].find((profile) => profile.arn === arn)?.tags ?? {} }
        },
      },
    },
  })
  return { acsUrl, loginUrl: `http://127.0.0.1:${port}/login/idp`, orders, events, profiles, close: server.close }
}

function intentOf(metadata: string, settings: string) {
  const text = `
version: 1
name: interop
audience: ${audience}
identityProviders:
  idp: { metadata: metadata.xml, groupsAttribute: groups, ${settings} }
networks:
  office: { privateCidr: 127.0.0.0/8, through: { endpoint: deployed } }
executionRoles:
  data-scientist: deployed
rules:
  - name: data-scientists
    effect: allow
    identityProvider: idp
    groups: [data-scientists]
    domain: main
    from: [office]
    executionRole: data-scientist
`
  const read = readDeclaration(text, 'interop.yaml', { readFile: () => metadata, readMetadata: readIdpMetadata })
  if (!read.ok) throw new Error(JSON.stringify(read.errors, undefined, 2))
  return read.intent
}

/** A browser that, of servers on loopback with TLS, believes the one of this certificate (bare base64). */
export async function openBrowser(certificate = rsaIdentity('of no server').certificate): Promise<Browser> {
  const work = mkdtempSync(join(tmpdir(), 'studio-gate-interop-ca-'))
  try {
    writeFileSync(join(work, 'ca.pem'), pemOf(certificate))
    const launched = await launchBrowser({ caFile: join(work, 'ca.pem') })
    if (!launched.ok) throw new Error(JSON.stringify(launched.tried))
    return launched.browser
  } finally {
    rmSync(work, { recursive: true })
  }
}

export function pemOf(certificate: string): string {
  return `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`
}

/** A browser window of somebody who is signed in nowhere; nothing but loopback can be reached from it. */
export async function openWindow(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ proxy: { server: 'http://127.0.0.1:9', bypass: '127.0.0.1' } })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  return page
}
