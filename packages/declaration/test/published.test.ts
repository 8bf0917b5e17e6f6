import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { derive, type Intent, type Places } from '@studio-gate/policy'
import { parse } from 'yaml'
import {
  type Declaration,
  defineDeclaration,
  jsonSchema,
  type ReadDeclaration,
  readDeclaration,
  readDeclarationObject,
  settingsReference,
} from '../src/index.ts'
import { reading } from './reading.ts'
import { accepts } from './schema-validity.ts'

const root = join(import.meta.dirname, '../../..')
const text = (path: string): string => readFileSync(join(root, path), 'utf8')

function intentOf(result: ReadDeclaration): Intent {
  assert.ok(result.ok, result.ok ? '' : JSON.stringify(result.errors, null, 2))
  return result.intent
}

const again = 'run `node packages/declaration/publish.ts`'

test('the published JSON Schema is in step', () => {
  assert.equal(
    text('packages/declaration/studio-gate.schema.json'),
    `${JSON.stringify(jsonSchema(), null, 2)}\n`,
    again,
  )
})

test('the settings reference in the README is in step', () => {
  assert.ok(text('packages/declaration/README.md').endsWith(`\n${settingsReference()}`), again)
})

const examples = {
  'examples/demo': ['idp-metadata.xml'],
  'examples/all-networks': ['workforce-metadata.xml', 'partners-metadata.xml'],
}
for (const [folder, metadata] of Object.entries(examples)) {
  const file = `${folder}/studio-gate.yaml`
  const first = { ...reading, readFile: () => undefined }
  const later = {
    ...reading,
    readFile: (path: string) => (metadata.includes(path) ? `https://${path}.example.org` : undefined),
  }

  test(`${folder} is read without metadata, warning of nothing else`, () => {
    const result = readDeclaration(text(file), file, first)
    assert.ok(result.ok)
    const about = result.warnings.map(({ path }) => path.replace(/\..*\.|\[\d\]/, '.'))
    assert.deepEqual(
      [...new Set(about)].sort(),
      folder === 'examples/demo' ? ['identityProviders.metadata', 'profiles.'] : ['identityProviders.metadata'],
    )
    assert.ok(result.intent.identityProviders.every(({ certificates }) => certificates.length === 0))
    assert.deepEqual(result.intent.profiles, [])
  })

  test(`${folder} is read with metadata, without a warning, fits the schema, and walls follow from it`, () => {
    const result = readDeclaration(text(file), file, later)
    const intent = intentOf(result)
    assert.deepEqual(result.ok && result.warnings, [])
    assert.ok(accepts(jsonSchema(), parse(text(file))))
    const allows = intent.rules.filter(({ effect }) => effect === 'allow')
    assert.equal(derive(intent, places).minting.length, allows.length)
  })
}

const places: Places = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '111122223333',
  stackName: 'StudioGate',
  vpcId: 'vpc-1',
  endpoints: { sagemakerApi: 'vpce-1', studio: 'vpce-2', executeApi: 'vpce-3' },
  gateSubnetCidrs: ['10.100.20.0/24'],
  studioSubnetCidrs: ['10.100.30.0/24'],
  domainIds: { main: 'd-1', research: 'd-2', archive: 'd-1a2b3c4d5e6f' },
  functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:StudioGate-gate',
  functionRoleArn: 'arn:aws:iam::111122223333:role/f',
  replayTableArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/t',
  stage: 'gate',
}

test('the demo is the intent that it says', () => {
  const withMetadata = { ...reading, readFile: () => 'https://idp.example.org' }
  const expected: Intent = {
    identityProviders: [
      {
        name: 'workforce',
        entityId: 'https://idp.example.org',
        certificates: ['MIIB'],
        requiredSignature: 'both',
        clockSkewSeconds: 60,
        subject: { from: 'nameId' },
        groupsAttribute: 'groups',
        signInRequests: { binding: 'redirect', location: 'https://idp.example.org/redirect' },
        unsolicited: 'accepted',
        unsolicitedFrom: ['https://d-0123456789.awsapps.com'],
      },
    ],
    networks: [
      { kind: 'privateCidr', name: 'private-host', cidrs: ['10.100.10.0/24'], through: { endpoint: 'deployed' } },
    ],
    domains: [{ name: 'main', id: 'deployed' }],
    executionRoles: [{ name: 'data-scientist', role: 'deployed' }],
    rules: [
      {
        effect: 'allow',
        name: 'data-scientists',
        who: { identityProvider: 'workforce', groups: ['data-scientists'] },
        domain: 'main',
        from: ['private-host'],
        sessionSeconds: 28800,
        executionRole: 'data-scientist',
        landingUri: 'studio::',
      },
    ],
    profiles: ['alice', 'dave'].map((subject) => ({ identityProvider: 'workforce', subject, rule: 'data-scientists' })),
    urlSeconds: 60,
    audience: 'urn:studio-gate:demo',
    acsUrlForm: 'endpoint-alias',
  }
  const demo = text('examples/demo/studio-gate.yaml')
  assert.deepEqual(intentOf(readDeclaration(demo, 'demo', withMetadata)), expected)

  // Everything the demo spells out is the default, or is needed: without the defaults the intent stays the same.
  const { version, audience, acsUrlForm, urlLifetime, domains, ...needed } = parse(demo) as Declaration
  assert.deepEqual(
    [version, audience, acsUrlForm, urlLifetime, domains],
    [1, expected.audience, 'endpoint-alias', '60s', { main: 'deployed' }],
  )
  const short = JSON.parse(JSON.stringify(needed), (key, value: unknown) =>
    ['requiredSignature', 'clockSkew', 'session', 'landingUri'].includes(key) || value === 'nameId' ? undefined : value,
  )
  assert.deepEqual(intentOf(readDeclarationObject(short, 'demo', withMetadata)), expected)
})

test('every form of setting arrives in the intent', () => {
  const intent = intentOf(readDeclaration(text('packages/declaration/test/cases/every-setting.yaml'), 'f', reading))
  assert.deepEqual(intent.identityProviders[0], {
    name: 'okta',
    entityId: 'https://idp.example.org',
    certificates: ['MIIB'],
    requiredSignature: 'either',
    clockSkewSeconds: 0,
    subject: { from: 'nameId', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
    groupsAttribute: 'http://schemas.xmlsoap.org/claims/Group',
    signInRequests: { binding: 'post', location: 'https://idp.example.org/post' },
    signedRequests: 'rsa-sha256',
    unsolicited: 'accepted',
    unsolicitedFrom: ['https://example.okta.com', 'https://sso.example.org:8443'],
    encryptedAssertions: 'aes-gcm',
  })
  assert.deepEqual(intent.trustedAdministrators, ['arn:aws-us-gov:iam::*:role/platform/Admin-?'])
  assert.deepEqual(intent.networks, [
    { kind: 'vpc', name: 'any', vpc: 'vpc-0a1b2c3d' },
    { kind: 'privateCidr', name: 'six', cidrs: ['fd00:1::/32'], through: { endpoint: 'vpce-0a1b2c3d4e5f60718' } },
  ])
  assert.deepEqual(intent.rules[0], {
    effect: 'allow',
    name: 'all',
    who: { identityProvider: 'okta' },
    domain: 'lab',
    from: ['six', 'any'],
    sessionSeconds: 43200,
    profileSuffix: 'lab',
    executionRole: 'r',
    landingUri: 'app:JupyterServer:lab/tree/a%20b?x=1#y',
  })
  assert.deepEqual(
    [intent.urlSeconds, intent.acsUrlForm, intent.audience],
    [5, 'private-dns', 'https://gate.example.org/sp'],
  )
})

test('a declaration in TypeScript passes through the same checks', () => {
  const declaration = defineDeclaration({
    name: 'demo',
    identityProviders: { workforce: { metadata: 'idp.xml', unsolicited: 'accepted' } },
    networks: { office: { endpoint: 'deployed' } },
    executionRoles: { scientist: 'deployed' },
    rules: [
      {
        name: 'all',
        effect: 'allow',
        identityProvider: 'workforce',
        domain: 'main',
        from: ['office'],
        executionRole: 'scientist',
      },
    ],
  })
  assert.equal(intentOf(readDeclarationObject(declaration, 'f', reading)).audience, 'urn:studio-gate:demo')
  const withAbsent = { ...declaration, audience: undefined, profiles: undefined }
  assert.equal(readDeclarationObject(withAbsent, 'f', reading).ok, true)
  // @ts-expect-error a network has no such key
  const wrong = defineDeclaration({ ...declaration, networks: { office: { endpont: 'deployed' } } })
  const result = readDeclarationObject(wrong, 'studio-gate.ts', reading)
  assert.ok(!result.ok)
  assert.deepEqual(result.errors, [
    {
      file: 'studio-gate.ts',
      line: 0,
      column: 0,
      path: 'networks.office.endpont',
      message: 'found the unknown key `endpont`; allowed: `endpoint`, `vpc`, `privateCidr`, `through`, `publicCidr`',
      fix: 'did you mean `endpoint`?',
    },
  ])
})

test('objects that are no data are refused', () => {
  const circular: Record<string, unknown> = {}
  circular.networks = circular
  for (const value of [undefined, null, 7, () => 1, circular, { name: () => 'x' }, { name: 7n }])
    assert.equal(readDeclarationObject(value, 'f', reading).ok, false)
})

test('a byte order mark and CRLF do not shift places', () => {
  const result = readDeclaration('\uFEFFnmae: demo\r\nnetworks:\r\n  office: { endpont: deployed }\r\n', 'f', reading)
  assert.ok(!result.ok)
  const places = result.errors
    .filter(({ fix }) => fix.startsWith('did you mean'))
    .map(({ line, column }) => [line, column])
  assert.deepEqual(places, [
    [1, 1],
    [3, 13],
  ])
})

test('hostile YAML ends in one error', () => {
  for (const bomb of [`a: ${'['.repeat(5000)}`, `a: ${'{b: '.repeat(5000)}`, `a: ${'- '.repeat(5000)}`]) {
    const result = readDeclaration(bomb, 'f', reading)
    assert.ok(!result.ok)
    assert.ok(result.errors.length <= 5 && JSON.stringify(result.errors).length < 3000)
  }
  const laughs = Array.from(
    { length: 20 },
    (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]`,
  ).join('\n')
  const result = readDeclaration(laughs, 'f', reading)
  assert.ok(!result.ok)
  assert.match(result.errors[0]?.message ?? '', /the anchor `&a0`/)
})
