import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { executeApiService } from '../src/services/execute-api/index.ts'
import type { Switches } from '../src/switches.ts'
import type { Origin, World } from '../src/world.ts'
import { apiId, functionArn, inhabitedWorld, region, replaceEndpointPolicy, serve } from './inhabited-world.ts'

const alias = `${apiId}-vpce-execute-api.execute-api.${region}.amazonaws.com`
const good = { statusCode: 302, headers: { Location: '/next' }, body: '' }

interface ProxyEvent {
  readonly body: string
  readonly isBase64Encoded: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>
  readonly requestContext: Readonly<Record<string, unknown>> & {
    readonly identity: Readonly<Record<string, string | null>>
  }
}

interface Setting {
  readonly switches?: Partial<Switches>
  readonly host?: string
  readonly origin?: (from: ReturnType<typeof inhabitedWorld>['from']) => Origin
  readonly answer?: unknown
  readonly change?: (world: World) => void
}

async function gate(context: TestContext, setting: Setting = {}) {
  const { world, from, advance } = inhabitedWorld(setting.switches)
  const events: ProxyEvent[] = []
  world.functions.set(functionArn, {
    invoke: async (event) => {
      events.push(event as ProxyEvent)
      return 'answer' in setting ? { response: setting.answer } : { response: good }
    },
  })
  setting.change?.(world)
  const origin = setting.origin?.(from) ?? from('user', 'execute-api')
  const url = await serve(context, executeApiService(world), origin, setting.host ?? alias)
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { redirect: 'manual', method: 'POST', ...init })
  return { world, events, ask, advance, last: () => world.journal.at(-1) }
}

test('execute-api: the proxy event', { timeout: 10_000 }, async (context) => {
  const { events, ask, last } = await gate(context)
  const answer = await ask('/gate/saml?a=1&a=2&b=3', {
    body: 'SAMLResponse=abc',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'browser/1', 'X-Twice': 'one' },
  })
  assert.equal(answer.status, 302)
  assert.equal(answer.headers.get('location'), '/next')
  const [event] = events
  assert.ok(event)
  const { requestContext, headers, multiValueHeaders, ...rest } = event
  assert.deepEqual(rest, {
    resource: '/saml',
    path: '/saml',
    httpMethod: 'POST',
    queryStringParameters: { a: '2', b: '3' },
    multiValueQueryStringParameters: { a: ['1', '2'], b: ['3'] },
    pathParameters: null,
    stageVariables: null,
    body: 'SAMLResponse=abc',
    isBase64Encoded: false,
  })
  assert.equal(headers['user-agent'], 'browser/1')
  assert.deepEqual(multiValueHeaders['X-Twice'] ?? multiValueHeaders['x-twice'], ['one'])
  const { identity, ...about } = requestContext
  assert.equal(identity.vpceId, 'vpce-execute-api')
  assert.equal(identity.vpcId, 'vpc-1')
  assert.equal(identity.sourceIp, '10.0.1.5')
  assert.equal(identity.caller, null)
  assert.equal(about.stage, 'gate')
  assert.equal(about.path, '/gate/saml')
  assert.equal(about.domainPrefix, `${apiId}-vpce-execute-api`)
  assert.equal(about.requestId, answer.headers.get('x-amzn-requestid'))
  assert.match(String(about.requestTime), /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
  assert.equal(last()?.outcome, 'allowed')
})

test('execute-api: sourceIp is the client or a hop, by switch', { timeout: 10_000 }, async (context) => {
  const { events, ask } = await gate(context, { switches: { 'apigateway.source-ip': 'hop' } })
  await ask('/gate/saml')
  const [event] = events
  assert.equal(event?.requestContext.identity.sourceIp, '10.0.9.9')
})

test('execute-api: listed media types arrive as base64', { timeout: 10_000 }, async (context) => {
  const { events, ask } = await gate(context)
  await ask('/gate/saml', { body: new Uint8Array([0, 255]), headers: { 'content-type': 'application/octet-stream' } })
  const [event] = events
  assert.deepEqual([event?.body, event?.isBase64Encoded], ['AP8=', true])
})

test('execute-api: the response format', { timeout: 10_000 }, async (context) => {
  const { ask } = await gate(context, {
    answer: {
      statusCode: 200,
      headers: { 'Content-Type': 'text/html', 'Set-Cookie': 'lost=1' },
      multiValueHeaders: { 'Set-Cookie': ['a=1; Secure', 'b=2'] },
      body: '<p>hello</p>',
    },
  })
  const answer = await ask('/gate/saml')
  assert.deepEqual(answer.headers.getSetCookie(), ['a=1; Secure', 'b=2'])
  assert.equal(answer.headers.get('content-type'), 'text/html')
  assert.equal(await answer.text(), '<p>hello</p>')
})

test('execute-api: base64 bodies are decoded where the client accepts a listed type', {
  timeout: 10_000,
}, async (context) => {
  const { ask } = await gate(context, { answer: { statusCode: 200, body: 'aGk=', isBase64Encoded: true } })
  assert.equal(await (await ask('/gate/saml', { headers: { accept: 'application/octet-stream' } })).text(), 'hi')
  assert.equal(await (await ask('/gate/saml', { headers: { accept: 'text/html' } })).text(), 'aGk=')
})

test('execute-api: the gate’s refusal is journaled by its code', { timeout: 10_000 }, async (context) => {
  const { ask, last } = await gate(context, {
    answer: { statusCode: 403, headers: { 'studio-gate-refusal': 'signature-missing' }, body: 'no' },
  })
  assert.equal((await ask('/gate/saml')).status, 403)
  assert.equal(last()?.layer, 'gate code')
  assert.equal(last()?.reason, 'signature-missing')
})

interface Row extends Setting {
  readonly name: string
  readonly path?: string
  readonly init?: RequestInit
  readonly status: number
  readonly body: RegExp
  readonly layer: string
}

const rows: readonly Row[] = [
  {
    name: 'the resource policy, rendered by the API',
    origin: (from) => from('gate', 'execute-api'),
    init: { headers: { accept: 'text/html' } },
    status: 403,
    body: new RegExp(
      `^<p>User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:${region}:\\*{8}3333:${apiId}/gate/POST/saml because no resource-based policy allows the execute-api:Invoke action</p><b id="support">[0-9a-f-]{36}</b>$`,
    ),
    layer: 'resource policy',
  },
  {
    name: 'the resource policy, in AWS’s own words by switch',
    switches: { 'apigateway.gateway-responses': 'authorizers-only' },
    origin: (from) => from('gate', 'execute-api'),
    status: 403,
    body: /^\{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke/,
    layer: 'resource policy',
  },
  {
    name: 'the endpoint policy, always in AWS’s own words',
    change: (world) =>
      replaceEndpointPolicy(world, 'vpce-execute-api', {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: 'arn:aws:execute-api:*:*:*/other/*' },
      }),
    status: 403,
    body: /^\{"Message":"User: anonymous .* because no VPC endpoint policy allows the execute-api:Invoke action"\}$/,
    layer: 'endpoint policy',
  },
  {
    name: 'a resource policy that rests on the rewritten source address',
    change: (world) => {
      const api = world.apis.get(apiId)
      const document = {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: '*',
          Action: 'execute-api:Invoke',
          Resource: 'execute-api:/*',
          Condition: { IpAddress: { 'aws:SourceIp': '10.0.1.0/24' } },
        },
      } as const
      if (api) world.apis.set(apiId, { ...api, policy: { name: 'Api/policy', document } })
    },
    status: 403,
    body: /not authorized/,
    layer: 'resource policy',
  },
  {
    name: 'an unknown path',
    path: '/gate/other',
    status: 403,
    body: /^\{"message":"Missing Authentication Token"\}$/,
    layer: 'service',
  },
  {
    name: 'another method',
    path: '/gate/saml',
    init: { method: 'GET' },
    status: 403,
    body: /Missing Authentication Token/,
    layer: 'service',
  },
  { name: 'another stage', path: '/live/saml', status: 403, body: /not authorized/, layer: 'resource policy' },
  {
    name: 'the internet',
    origin: (from) => from('internet'),
    status: 403,
    body: /^\{"message":"Forbidden"\}$/,
    layer: 'resource policy',
  },
  {
    name: 'another endpoint’s alias',
    host: `${apiId}-vpce-other.execute-api.${region}.amazonaws.com`,
    status: 403,
    body: /Forbidden/,
    layer: 'service',
  },
  {
    name: 'an endpoint that is not associated with the API',
    change: (world) => {
      const api = world.apis.get(apiId)
      if (api) world.apis.set(apiId, { ...api, endpointIds: [] })
    },
    status: 403,
    body: /Forbidden/,
    layer: 'service',
  },
  {
    name: 'another API',
    host: `zzzzzzzzzz.execute-api.${region}.amazonaws.com`,
    status: 403,
    body: /Forbidden/,
    layer: 'service',
  },
  {
    name: 'headers over 8000 bytes',
    init: { headers: { 'x-long': 'x'.repeat(8000) } },
    status: 431,
    body: /too large/,
    layer: 'service',
  },
  {
    name: 'a payload over 10 MB',
    init: { body: 'x'.repeat(10 * 1024 * 1024 + 1) },
    status: 413,
    body: /HTTP content length exceeded 10485760 bytes/,
    layer: 'service',
  },
  {
    name: 'an event over 6 MB',
    init: { body: 'x'.repeat(6 * 1024 * 1024) },
    status: 413,
    body: /message/,
    layer: 'service',
  },
  {
    name: 'a signature that is not valid',
    init: { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } },
    status: 403,
    body: /message/,
    layer: 'service',
  },
  {
    name: 'a function that answers text',
    answer: 'hello',
    status: 502,
    body: /^\{"message":"Internal server error"\}$/,
    layer: 'service',
  },
  {
    name: 'a function that answers without status',
    answer: { body: 'x' },
    status: 502,
    body: /Internal server error/,
    layer: 'service',
  },
  {
    name: 'a function that answers an object as body',
    answer: { statusCode: 200, body: {} },
    status: 502,
    body: /Internal server error/,
    layer: 'service',
  },
  {
    name: 'a function that is not there',
    change: (world) => void world.functions.clear(),
    status: 502,
    body: /Internal server error/,
    layer: 'service',
  },
  {
    name: 'a function that ends in an error',
    change: (world) => void world.functions.set(functionArn, { invoke: async () => ({ error: 'boom' }) }),
    status: 502,
    body: /^\{"message":"Internal server error"\}$/,
    layer: 'service',
  },
]

for (const row of rows) {
  test(`execute-api: refuses ${row.name}`, { timeout: 10_000 }, async (context) => {
    const { ask, last, events } = await gate(context, row)
    const answer = await ask(row.path ?? '/gate/saml', row.init)
    assert.match(await answer.text(), row.body)
    assert.equal(answer.status, row.status)
    assert.equal(last()?.outcome, 'refused')
    assert.equal(last()?.layer, row.layer)
    if (!('answer' in row)) assert.equal(events.length, 0)
  })
}

test('execute-api: a function that takes too long', { timeout: 10_000 }, async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { world, ask } = await gate(context)
  const started = new Promise<void>((resolve) => {
    world.functions.set(functionArn, {
      invoke: () => {
        resolve()
        return new Promise(() => undefined)
      },
    })
  })
  const asked = ask('/gate/saml')
  await started
  context.mock.timers.tick(29_000)
  const answer = await asked
  assert.equal(answer.status, 504)
  assert.equal(await answer.text(), '{"message":"Endpoint request timed out"}')
})
