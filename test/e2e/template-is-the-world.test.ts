/** Nothing is wired around the template: what is changed in it, or in the asset that it names, changes what happens. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { readDeclaration } from '@studio-gate/declaration'
import { synthesize } from '@studio-gate/infra'
import type { Intent } from '@studio-gate/policy'
import { readIdpMetadata } from '@studio-gate/saml'
import { bootTwin, callAws, createDirectory, NotConnectedError, type Twin } from '@studio-gate/twin'

const region = 'eu-central-1'
const declaration = new URL('../../examples/demo/studio-gate.yaml', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'studio-gate-e2e-'))
const alice = {
  name: 'alice',
  password: 'password',
  subject: 'alice',
  email: 'alice@example.com',
  groups: ['data-scientists'],
}
const directory = createDirectory({ region, users: [alice] })
let template = ''

before(async () => {
  const reading = { readMetadata: readIdpMetadata, readFile: () => directory.metadataXml }
  const read = readDeclaration(readFileSync(declaration, 'utf8'), 'studio-gate.yaml', reading)
  assert.ok(read.ok)
  const outDir = join(folder, 'as-synthesized')
  template = (await synthesize({ declaration: withoutOrigins(read.intent), outDir, demoHosts: true })).templatePath
})
after(() => rmSync(folder, { recursive: true }))

/** The requests here come from no page, so they name no origin. */
function withoutOrigins(intent: Intent): Intent {
  const identityProviders = intent.identityProviders.map(({ unsolicitedFrom: _, ...provider }) => provider)
  return { ...intent, identityProviders }
}

type Resources = Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>

interface Case {
  readonly what: string
  readonly change?: (resources: Resources, folder: string) => void
  /** What is posted from there; an empty response to the ACS when absent. */
  readonly post?: 'a genuine response' | 'to the portal'
  /** Host to what ends the post there: a layer, or the status of an answer. */
  readonly outcomes: Readonly<Record<string, string>>
}

const cases: readonly Case[] = [
  {
    what: 'the template as synthesized',
    outcomes: {
      'private-host': 'gate code',
      'public-host': 'resource policy',
      bastion: 'resource policy',
      notebook: 'resource policy',
      laptop: 'no route',
    },
  },
  {
    what: 'another CIDR in the resource policy',
    change: (resources) => {
      for (const api of of(resources, 'AWS::ApiGateway::RestApi'))
        replaceIn(api.Properties, 'Policy', '10.100.10.0/24', '10.100.0.0/24')
    },
    outcomes: { 'private-host': 'resource policy', 'public-host': 'gate code' },
  },
  {
    what: 'endpoints whose policies allow nothing',
    change: (resources) => {
      for (const endpoint of of(resources, 'AWS::EC2::VPCEndpoint'))
        replaceIn(endpoint.Properties, 'PolicyDocument', '"Allow"', '"Deny"')
    },
    outcomes: { 'private-host': 'endpoint policy' },
  },
  {
    what: 'security groups that admit another network',
    change: (resources) => {
      for (const group of of(resources, 'AWS::EC2::SecurityGroup'))
        replaceIn(group.Properties, 'SecurityGroupIngress', '10.100.0.0/16', '10.99.0.0/16')
    },
    outcomes: { 'private-host': 'security group', 'public-host': 'security group' },
  },
  {
    what: 'an endpoint that is not associated with the API',
    change: (resources) => {
      for (const api of of(resources, 'AWS::ApiGateway::RestApi'))
        api.Properties.EndpointConfiguration = { Types: ['PRIVATE'] }
    },
    outcomes: { 'private-host': 'name resolution' },
  },
  {
    what: 'a sign-in, as synthesized',
    post: 'a genuine response',
    outcomes: { 'private-host': 'answer 302' },
  },
  {
    what: 'a sign-in whose minting role may not mint',
    change: (resources) => {
      for (const role of of(resources, 'AWS::IAM::Role'))
        replaceIn(
          role.Properties,
          'Policies',
          '"MintFromTheGate","Effect":"Allow"',
          '"MintFromTheGate","Effect":"Deny"',
        )
    },
    post: 'a genuine response',
    outcomes: { 'private-host': 'IAM at mint' },
  },
  { what: 'the portal, as synthesized', post: 'to the portal', outcomes: { 'private-host': 'answer 200' } },
  {
    what: 'a route out of the private subnets that leads elsewhere',
    change: (resources) => {
      for (const route of of(resources, 'AWS::EC2::Route'))
        if (route.Properties.NatGatewayId !== undefined) route.Properties.DestinationCidrBlock = '192.0.2.0/24'
    },
    post: 'to the portal',
    outcomes: { 'private-host': 'no route', 'public-host': 'answer 200' },
  },
  {
    what: 'other code in the asset',
    change: (_, copy) => {
      for (const asset of readdirSync(copy).filter((name) => name.startsWith('asset.')))
        writeFileSync(
          join(copy, asset, 'index.mjs'),
          "export const handler = async () => ({ statusCode: 200, body: 'tea' })\n",
        )
    },
    outcomes: { 'private-host': 'answer 200', 'public-host': 'resource policy' },
  },
]

for (const [index, { what, change, post: kind, outcomes }] of cases.entries()) {
  test(what, { timeout: 60_000 }, async () => {
    const copy = join(folder, `case-${index}`)
    cpSync(join(template, '..'), copy, { recursive: true })
    const templatePath = join(copy, basename(template))
    const json = JSON.parse(readFileSync(templatePath, 'utf8')) as { Resources: Resources }
    const original = JSON.stringify(json)
    change?.(json.Resources, copy)
    writeFileSync(templatePath, JSON.stringify(json))
    assert.ok(!change || what.startsWith('other code') || JSON.stringify(json) !== original, 'nothing was changed')
    const twin = await bootTwin({ templatePath, directory })
    try {
      const seen: Record<string, string> = {}
      for (const host of Object.keys(outcomes)) seen[host] = await post(twin, host, kind)
      assert.deepEqual(seen, outcomes)
    } finally {
      await twin.close()
    }
  })
}

test('what the twin does not model of this template', { timeout: 60_000 }, async () => {
  const twin = await bootTwin({ templatePath: template, directory })
  await twin.close()
  assert.deepEqual(
    twin.gaps.filter((gap) => /^\w+ \(|^AWS::|^Endpoint/.test(gap) && !gap.includes('is run by Node')).toSorted(),
    [
      'AWS::Logs::LogGroup: log groups (the twin keeps the lines of each function)',
      'ApiStage (AWS::ApiGateway::Stage): throttling and logging by MethodSettings',
      'DemoHostsPrivateHost (AWS::EC2::Instance): UserData is not run; every host of the twin has a proxy on port 3128',
      "EndpointExecuteApi: an API called by the endpoint's own name, with a Host header of its own (4.11 c)",
    ],
  )
})

/** Posts from a host: the first layer that the journal names as refusing, or the status of an answer without one. */
async function post(twin: Twin, host: string, kind?: Case['post']): Promise<string> {
  const { AcsUrl = '', Audience = '' } = twin.outputs
  const url = new URL(kind === 'to the portal' ? twin.portalUrl : AcsUrl)
  const application = { name: 'Studio', acsUrl: AcsUrl, audience: Audience, attributes: { groups: '${user:groups}' } }
  const response = kind === undefined ? '' : directory.issue(application, alice, { now: twin.world.now() })
  const { journal } = twin.world
  const begun = journal.length
  try {
    const { status } = await callAws(twin.host(host).proxyUrl, twin.caFile, twin.credentials({ administrator: true }), {
      service: 'execute-api',
      region,
      host: url.hostname,
      path: url.pathname,
      form: { SAMLResponse: response },
    })
    return journal.slice(begun).find(({ outcome }) => outcome === 'refused')?.layer ?? `answer ${status}`
  } catch (error) {
    assert.ok(error instanceof NotConnectedError, String(error))
    return journal.at(-1)?.layer ?? 'no layer'
  }
}

function of(resources: Resources, type: string) {
  return Object.values(resources).filter((resource) => resource.Type === type)
}

function replaceIn(properties: Record<string, unknown>, key: string, from: string, to: string): void {
  if (properties[key] !== undefined) properties[key] = JSON.parse(JSON.stringify(properties[key]).replaceAll(from, to))
}
