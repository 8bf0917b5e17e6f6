import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Intent } from '@studio-gate/policy'
import { firstDeployment } from './intent.ts'
import { ofType, templateOf, theOnly } from './template.ts'

const time = { timeout: 30_000 }

test('the API is private, behind its endpoint, with one route to the function', time, async () => {
  const template = await templateOf({ intent: firstDeployment })
  const api = theOnly(template, 'AWS::ApiGateway::RestApi').Properties
  assert.deepEqual(api.EndpointConfiguration, { Types: ['PRIVATE'], VpcEndpointIds: [{ Ref: 'EndpointExecuteApi' }] })
  const [statement] = api.Policy.Statement
  assert.equal(statement.Resource, 'execute-api:/gate/POST/saml')
  assert.deepEqual(statement.Condition.StringEquals, { 'aws:SourceVpce': { Ref: 'EndpointExecuteApi' } })
  assert.deepEqual(statement.Condition.IpAddress, { 'aws:VpcSourceIp': ['10.100.10.0/24'] })

  assert.equal(theOnly(template, 'AWS::ApiGateway::Resource').Properties.PathPart, 'saml')
  const method = theOnly(template, 'AWS::ApiGateway::Method').Properties
  assert.equal(method.HttpMethod, 'POST')
  assert.equal(method.Integration.Type, 'AWS_PROXY')
  assert.match(JSON.stringify(method.Integration.Uri), /:function:StudioGate-gate\/invocations/)
  const permission = theOnly(template, 'AWS::Lambda::Permission').Properties
  assert.deepEqual(permission.FunctionName, { 'Fn::GetAtt': ['Gate', 'Arn'] })
  assert.match(JSON.stringify(permission.SourceArn), /"ApiRestApi"\},"\/gate\/POST\/saml"/)
})

test('logins start at a route for each identity provider that is asked, and there only', time, async () => {
  const [company] = firstDeployment.identityProviders
  assert.ok(company)
  const signInRequests = { binding: 'redirect', location: 'https://idp.example/sso' } as const
  const intent = { ...firstDeployment, identityProviders: [{ ...company, signInRequests }] }
  const template = await templateOf({ intent })
  assert.deepEqual(theOnly(template, 'AWS::ApiGateway::RestApi').Properties.Policy.Statement[0].Resource, [
    'execute-api:/gate/POST/saml',
    'execute-api:/gate/GET/login/company',
  ])
  const resources = ofType(template, 'AWS::ApiGateway::Resource')
  const login = resources.find(({ Properties }) => Properties.PathPart === 'login')
  const company1 = resources.find(({ Properties }) => Properties.PathPart === 'company')
  assert.deepEqual(company1?.Properties.ParentId, { Ref: login?.id })
  const methods = ofType(template, 'AWS::ApiGateway::Method').map(({ Properties }) => Properties)
  const get = methods.find(({ HttpMethod }) => HttpMethod === 'GET')
  assert.deepEqual(get?.ResourceId, { Ref: company1?.id })
  const sources = ofType(template, 'AWS::Lambda::Permission').map(({ Properties }) =>
    JSON.stringify(Properties.SourceArn),
  )
  assert.deepEqual(sources.map((source) => /\/gate\/[A-Z]+\/[^"]+/.exec(source)?.[0]).sort(), [
    '/gate/GET/login/*',
    '/gate/POST/saml',
  ])
  const { DependsOn } = theOnly(template, 'AWS::ApiGateway::Deployment')
  assert.ok(DependsOn?.includes('ApiLoginCompanyGet'), String(DependsOn))
  const before = theOnly(await templateOf({ intent: firstDeployment }), 'AWS::ApiGateway::Deployment')
  assert.notEqual(theOnly(template, 'AWS::ApiGateway::Deployment').id, before.id)
})

test('the ACS URL is the form that the declaration names', time, async () => {
  const url = async (acsUrlForm: Intent['acsUrlForm']) =>
    (await templateOf({ intent: { ...firstDeployment, acsUrlForm } })).Outputs.AcsUrl?.Value
  const tail = ['.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, '/gate/saml']
  const api = { Ref: 'ApiRestApi' }
  assert.deepEqual(await url('endpoint-alias'), {
    'Fn::Join': ['', ['https://', api, '-', { Ref: 'EndpointExecuteApi' }, ...tail]],
  })
  assert.deepEqual(await url('private-dns'), { 'Fn::Join': ['', ['https://', api, ...tail]] })
})

test('a changed policy makes a new deployment, anything else does not', time, async () => {
  const deployment = async (intent: Intent, demoHosts = false) => {
    const template = await templateOf({ intent, demoHosts })
    const { id } = theOnly(template, 'AWS::ApiGateway::Deployment')
    assert.deepEqual(theOnly(template, 'AWS::ApiGateway::Stage').Properties.DeploymentId, { Ref: id })
    return id
  }
  const first = await deployment(firstDeployment)
  const [network] = firstDeployment.networks
  assert.ok(network?.kind === 'privateCidr')
  const moved = { ...firstDeployment, networks: [{ ...network, cidrs: ['10.100.11.0/24'] }] }
  assert.notEqual(await deployment(moved), first)
  assert.equal(await deployment({ ...firstDeployment, urlSeconds: 5 }, true), first)
})

test('the deployment waits for everything that it is a snapshot of', time, async () => {
  const template = await templateOf({ intent: firstDeployment })
  const { DependsOn } = theOnly(template, 'AWS::ApiGateway::Deployment')
  const parts = ['AWS::ApiGateway::Method', 'AWS::ApiGateway::GatewayResponse'].flatMap((type) =>
    ofType(template, type),
  )
  assert.deepEqual([...(DependsOn ?? [])].sort(), parts.map(({ id }) => id).sort())
})

test('refusals of API Gateway are our page: a support id, never its own words', time, async () => {
  const template = await templateOf({ intent: firstDeployment })
  const responses = ofType(template, 'AWS::ApiGateway::GatewayResponse').map(({ Properties }) => Properties)
  const types = responses.map((response) => response.ResponseType)
  for (const type of ['ACCESS_DENIED', 'DEFAULT_4XX', 'DEFAULT_5XX', 'THROTTLED', 'INTEGRATION_TIMEOUT'])
    assert.ok(types.includes(type), type)
  for (const { ResponseType, ResponseTemplates: pages, ResponseParameters: headers } of responses) {
    assert.deepEqual(Object.keys(pages).sort(), ['application/json', 'text/html'], ResponseType)
    assert.equal(JSON.parse(pages['application/json']).supportId, '$context.requestId')
    for (const page of Object.values(pages)) {
      assert.deepEqual(String(page).match(/\$[a-z.A-Z]+/g), ['$context.requestId'], ResponseType)
      assert.doesNotMatch(String(page), /<script|#|\bon[a-z]+=/, ResponseType)
    }
    assert.equal(headers['gatewayresponse.header.Cache-Control'], "'no-store'")
    for (const value of Object.values(headers)) assert.match(String(value), /^'[^']+'$/)
  }
})

test('the stage throttles and logs neither query, body nor headers', time, async () => {
  const stage = theOnly(await templateOf({ intent: firstDeployment }), 'AWS::ApiGateway::Stage').Properties
  assert.equal(stage.StageName, 'gate')
  const [settings] = stage.MethodSettings
  assert.ok(settings.ThrottlingRateLimit > 0 && settings.ThrottlingBurstLimit > 0)
  assert.equal(settings.LoggingLevel, 'OFF')
  assert.equal(settings.DataTraceEnabled, false)
  const { Format: format } = stage.AccessLogSetting
  assert.equal(JSON.parse(format).requestId, '$context.requestId')
  assert.doesNotMatch(format, /query|body|\$input|\.path\b|header|cookie|Referer|error\.message/i)
})
