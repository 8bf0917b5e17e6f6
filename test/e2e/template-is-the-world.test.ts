/** Nothing is wired around the template: what is changed in it, or in the asset that it names, changes what happens. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { readDeclaration } from '@studio-gate/declaration'
import { synthesize } from '@studio-gate/infra'
import { readIdpMetadata } from '@studio-gate/saml'
import { bootTwin, callAws, createDirectory, NotConnectedError, type Twin } from '@studio-gate/twin'

const region = 'eu-central-1'
const declaration = new URL('../../examples/demo/studio-gate.yaml', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'studio-gate-e2e-'))
const directory = createDirectory({ region, users: [] })
let template = ''

before(async () => {
  const reading = { readMetadata: readIdpMetadata, readFile: () => directory.metadataXml }
  const read = readDeclaration(readFileSync(declaration, 'utf8'), 'studio-gate.yaml', reading)
  assert.ok(read.ok)
  const outDir = join(folder, 'as-synthesized')
  template = (await synthesize({ declaration: read.intent, outDir, demoHosts: true })).templatePath
})
after(() => rmSync(folder, { recursive: true }))

type Resources = Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>

interface Case {
  readonly what: string
  readonly change?: (resources: Resources, folder: string) => void
  /** Host to what ends a post of an empty response there: a layer, or what the changed function answers. */
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

for (const [index, { what, change, outcomes }] of cases.entries()) {
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
      for (const host of Object.keys(outcomes)) seen[host] = await post(twin, host)
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

/** Posts an empty form to the ACS from a host: the layer that the journal names, or the status of an answer without one. */
async function post(twin: Twin, host: string): Promise<string> {
  const acs = new URL(twin.outputs.AcsUrl ?? '')
  const { journal } = twin.world
  const begun = journal.length
  try {
    const { status } = await callAws(twin.host(host).proxyUrl, twin.caFile, twin.credentials({ administrator: true }), {
      service: 'execute-api',
      region,
      host: acs.hostname,
      path: acs.pathname,
      form: { SAMLResponse: '' },
    })
    return journal.slice(begun).findLast(({ outcome }) => outcome === 'refused')?.layer ?? `answer ${status}`
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
