import assert from 'node:assert/strict'
import { test } from 'node:test'
import { environment, permissions } from '@studio-gate/gateway/manifest'
import type { Intent } from '@studio-gate/policy'
import type { StudioGateStackProps } from '../src/stack.ts'
import { everyKind, existingDomain, firstDeployment, withKeys } from './intent.ts'
import { ofType, references, type Template, templateOf, theOnly, validatedTemplateOf } from './template.ts'

const time = { timeout: 30_000 }

interface Case {
  readonly name: string
  readonly intent: Intent
  readonly props?: Partial<StudioGateStackProps>
}

const cases: readonly Case[] = [
  { name: 'a first deployment', intent: firstDeployment },
  { name: 'with demo hosts', intent: firstDeployment, props: { demoHosts: true } },
  { name: 'every kind of network, two domains', intent: everyKind, props: { demoHosts: true } },
  { name: 'an existing domain', intent: existingDomain },
  { name: 'private DNS', intent: { ...firstDeployment, acsUrlForm: 'private-dns' } },
  { name: 'Studio behind NAT', intent: firstDeployment, props: { studioEgress: 'nat' } },
  { name: 'keys in KMS', intent: withKeys },
  { name: 'in GovCloud', intent: firstDeployment, props: { region: 'us-gov-west-1', demoHosts: true } },
  {
    name: 'in China',
    intent: firstDeployment,
    props: { region: 'cn-north-1', account: '123456789012', demoHosts: true },
  },
]

for (const { name, intent, props } of cases) {
  test(`${name}: valid, names only what exists, without a cycle`, time, async () => {
    const template = await validatedTemplateOf({ intent, ...props })
    const needs = new Map(
      Object.entries(template.Resources).map(([id, resource]) => [
        id,
        [...references(resource.Properties), ...(resource.DependsOn ?? [])],
      ]),
    )
    const known = new Set([...needs.keys(), ...Object.keys(template.Parameters ?? {})])
    for (const [id, named] of needs)
      assert.deepEqual(
        named.filter((target) => !known.has(target)),
        [],
        `${id} names what does not exist`,
      )
    assert.deepEqual(
      references(template.Outputs).filter((target) => !known.has(target)),
      [],
    )
    assert.equal(cycle(needs), undefined)
  })
}

/** A path of logical ids that ends where it began. */
function cycle(needs: ReadonlyMap<string, readonly string[]>): string | undefined {
  const done = new Set<string>()
  const walk = (id: string, path: readonly string[]): string | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id].join(' -> ')
    if (done.has(id)) return undefined
    for (const next of needs.get(id) ?? []) {
      const found = walk(next, [...path, id])
      if (found !== undefined) return found
    }
    done.add(id)
    return undefined
  }
  for (const id of needs.keys()) {
    const found = walk(id, [])
    if (found !== undefined) return found
  }
  return undefined
}

test('the cycle check finds a cycle', () => {
  assert.equal(
    cycle(
      new Map([
        ['A', ['B']],
        ['B', ['C']],
        ['C', ['B']],
      ]),
    ),
    'B -> C -> B',
  )
  assert.deepEqual(references({ 'Fn::Sub': ['x-$', '{One}-$', '{Two.Arn}-$', '{AWS::Region}'].join('') }), [
    'One',
    'Two',
  ])
})

const everywhere = [
  ...['VPC', 'InternetGateway', 'VPCGatewayAttachment', 'NatGateway', 'EIP'].map((type) => [`AWS::EC2::${type}`, 1]),
  ['AWS::EC2::Subnet', 8],
  ['AWS::EC2::RouteTable', 4],
  ['AWS::EC2::SubnetRouteTableAssociation', 8],
  ['AWS::EC2::VPCEndpoint', 6],
  ['AWS::ApiGateway::RestApi', 1],
  ['AWS::ApiGateway::Resource', 1],
  ['AWS::ApiGateway::Method', 1],
  ['AWS::ApiGateway::Deployment', 1],
  ['AWS::ApiGateway::Stage', 1],
  ['AWS::Lambda::Function', 1],
  ['AWS::Lambda::Permission', 1],
  ['AWS::DynamoDB::Table', 1],
  ['AWS::Logs::LogGroup', 2],
] as const

test('the resource set is complete', time, async () => {
  const count = (template: Template, type: string) => ofType(template, type).length
  const first = await templateOf({ intent: firstDeployment })
  for (const [type, expected] of everywhere) assert.equal(count(first, String(type)), expected, String(type))
  assert.equal(count(first, 'AWS::SageMaker::Domain'), 1)
  assert.equal(count(first, 'AWS::SageMaker::UserProfile'), 1)
  assert.equal(count(first, 'AWS::EC2::Instance'), 0)
  const existing = await templateOf({ intent: existingDomain })
  for (const [type, expected] of everywhere) assert.equal(count(existing, String(type)), expected, String(type))
  assert.equal(count(existing, 'AWS::SageMaker::Domain'), 0)
  assert.equal(count(existing, 'AWS::SageMaker::UserProfile'), 0)
})

test('the function gets the settings of the manifest, ids only', time, async () => {
  const template = await templateOf({ intent: everyKind })
  const { Variables: variables } = theOnly(template, 'AWS::Lambda::Function').Properties.Environment
  assert.deepEqual(Object.keys(variables).sort(), Object.keys(environment).sort())
  assert.equal(variables.STUDIO_GATE_STACK, 'StudioGate')
  assert.deepEqual(variables.STUDIO_GATE_ACCOUNT, { Ref: 'AWS::AccountId' })
  const [head, id, tail] = variables.STUDIO_GATE_DOMAIN_IDS['Fn::Join'][1]
  assert.deepEqual(id, { 'Fn::GetAtt': ['DomainResearch', 'DomainId'] })
  assert.deepEqual(JSON.parse(`${head}d-new${tail}`), { research: 'd-new', production: 'd-existing12345' })
  const text = JSON.stringify(variables)
  for (const provider of everyKind.identityProviders) assert.ok(!text.includes(provider.entityId))
})

test('the function may do what the manifest asks, and what Lambda needs, and no more', time, async () => {
  const signInRequests = { binding: 'redirect', location: 'https://idp.example/sso' } as const
  const asking = firstDeployment.identityProviders.map((provider) => ({ ...provider, signInRequests }))
  const sometimes: readonly string[] = ['pendingRequests', 'decryptionKey', 'signingKey']
  const ofFunction = permissions.filter(({ principal }) => principal === 'function')
  const always = ofFunction.filter(({ resource }) => !sometimes.includes(resource))
  for (const [intent, asked] of [
    [firstDeployment, always],
    [
      { ...firstDeployment, identityProviders: asking },
      [...always, ...ofFunction.filter(({ resource }) => resource === 'pendingRequests')],
    ],
    [withKeys, ofFunction],
  ] as const) {
    const actions = ofType(await templateOf({ intent }), 'AWS::IAM::Policy')
      .filter((policy) => policy.id !== 'GateRuntimePolicy')
      .flatMap((policy) =>
        policy.Properties.PolicyDocument.Statement.flatMap((statement: { Action: string }) => statement.Action),
      )
    assert.deepEqual([...new Set(actions)].sort(), asked.flatMap((one) => one.actions as readonly string[]).toSorted())
  }
})

test('nothing of one account, Region or machine is written down', time, async () => {
  const text = JSON.stringify(await templateOf({ intent: firstDeployment, demoHosts: true }))
  const forbidden: Readonly<Record<string, RegExp>> = {
    'account id': /\b\d{12}\b/,
    Region: /\b(us|eu|ap|sa|ca|me|af|il|cn)-[a-z]+-\d\b/,
    'machine image': /\bami-[0-9a-f]{8}/,
    'key pair or password': /KeyName|[Pp]assword/,
    'literal partition': /arn:aws[:-]/,
    'machine path': /\/(home|work|tmp|Users)\//,
  }
  for (const [what, pattern] of Object.entries(forbidden)) assert.doesNotMatch(text, pattern, what)
})

test('a Region that is given stands in the template, with the names its services have there', time, async () => {
  const names = async (region: string) =>
    ofType(await templateOf({ intent: firstDeployment, region }), 'AWS::EC2::VPCEndpoint').map(
      (endpoint) => endpoint.Properties.ServiceName,
    )
  assert.deepEqual((await names('us-gov-west-1')).sort(), [
    'aws.sagemaker.us-gov-west-1.studio',
    'com.amazonaws.us-gov-west-1.dynamodb',
    'com.amazonaws.us-gov-west-1.execute-api',
    'com.amazonaws.us-gov-west-1.sagemaker.api',
    'com.amazonaws.us-gov-west-1.sagemaker.runtime',
    'com.amazonaws.us-gov-west-1.sts',
  ])
  assert.deepEqual((await names('cn-north-1')).sort(), [
    'aws.sagemaker.cn-north-1.studio',
    'cn.com.amazonaws.cn-north-1.execute-api',
    'cn.com.amazonaws.cn-north-1.sagemaker.api',
    'cn.com.amazonaws.cn-north-1.sagemaker.runtime',
    'cn.com.amazonaws.cn-north-1.sts',
    'com.amazonaws.cn-north-1.dynamodb',
  ])
})

test('the outputs', time, async () => {
  const names = async (intent: Intent, demoHosts: boolean) =>
    Object.keys((await templateOf({ intent, demoHosts })).Outputs).sort()
  const always = [
    'AcsUrl',
    'ApiId',
    'Audience',
    'DomainId',
    'ExecuteApiEndpointId',
    'SageMakerApiEndpointId',
    'StudioEndpointId',
  ]
  assert.deepEqual(await names(firstDeployment, false), always)
  assert.deepEqual(await names(existingDomain, true), [...always, 'TunnelCommand'])
  assert.deepEqual(await names(everyKind, false), [...always, 'BoundaryOperator', 'DomainIdProduction'].sort())
})
