/** Private REST APIs of API Gateway: admission, routing, the Lambda proxy integration (rows 4.1 to 4.18). */
import type { IncomingMessage } from 'node:http'
import type { Credential, JournalEntry, Origin, RestApi, Service, World } from '../../world.ts'
import { type Answer, sendAnswer } from '../answer.ts'
import { httpFacts } from '../aws-service.ts'
import { readBody } from '../body.ts'
import { reasonOf } from '../denial.ts'
import { checkSignature } from '../sigv4.ts'
import { admit, type Denied, methodArn } from './admission.ts'
import { type Exchange, readExchange } from './exchange.ts'
import { type GatewayResponseType, plainResponse, renderResponse } from './gateway-response.ts'
import { proxyEvent } from './proxy-event.ts'
import { readProxyResponse } from './proxy-response.ts'

/** Bytes: payload, and header values of a private API; milliseconds: the integration (row 4.10). */
const payloadLimit = 10 * 1024 * 1024
const headerLimit = 8000
const integrationTimeout = 29_000
/** A function takes 6 MB as event (row 4.10). */
const eventLimit = 6 * 1024 * 1024

type Note = Omit<JournalEntry, 'at' | 'host' | 'what' | 'requestId'>

export function executeApiService(world: World): Service {
  return {
    name: 'execute-api',
    hostnames: [`*.execute-api.${world.region}.amazonaws.com`, `*.execute-api.${world.region}.vpce.amazonaws.com`],
    endpointService: `com.amazonaws.${world.region}.execute-api`,
    async handle(request, response, origin) {
      const body = await readBody(request, payloadLimit)
      const api = findApi(world, request, origin)
      if (!api || api === 'public') {
        sendAnswer(response, forbidden(world, request, origin, api))
        return
      }
      const exchange = readExchange(world, api, request, origin)
      const note = (entry: Note) =>
        world.journal.push({
          at: exchange.at,
          host: origin.host,
          what: `${exchange.method} ${exchange.domainName}/${exchange.stage}${exchange.path}`,
          requestId: exchange.requestId,
          ...entry,
        })
      sendAnswer(response, await answer({ world, api, exchange, request, origin, body, note }))
    },
  }
}

/**
 * The API of a host name: `<apiId>`, or `<apiId>-<vpceId>` where that endpoint is associated and the request comes through
 * it, or any endpoint name with the header `x-apigw-api-id` (4.11).
 */
function findApi(world: World, request: IncomingMessage, origin: Origin): RestApi | 'public' | undefined {
  const header = request.headers['x-apigw-api-id']
  const label = typeof header === 'string' ? header : ((request.headers.host ?? '').split('.')[0] ?? '')
  const [apiId = '', ...vpce] = label.split('-')
  const api = world.apis.get(apiId)
  if (api && !origin.endpoint) return 'public'
  if (!api || vpce.length === 0) return api
  const vpceId = vpce.join('-')
  return vpceId === origin.endpoint?.id && api.endpointIds.includes(vpceId) ? api : undefined
}

/** A private API lets nothing in that comes without an endpoint, whatever its policy says (4.1, 4.18). */
function forbidden(world: World, request: IncomingMessage, origin: Origin, api: 'public' | undefined): Answer {
  world.journal.push({
    at: world.now(),
    host: origin.host,
    what: `${request.method} ${(request.headers.host ?? '').split(':')[0]}`,
    outcome: 'refused',
    layer: api === 'public' ? 'resource policy' : 'service',
    reason:
      api === 'public'
        ? 'a private API is reachable through VPC endpoints only'
        : 'no API of this name is reachable through this endpoint',
  })
  return {
    status: 403,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ForbiddenException' },
    body: '{"message":"Forbidden"}',
  }
}

interface Visit {
  readonly world: World
  readonly api: RestApi
  readonly exchange: Exchange
  readonly request: IncomingMessage
  readonly origin: Origin
  readonly body: Buffer | 'too-large'
  note(entry: Note): void
}

async function answer(visit: Visit): Promise<Answer> {
  const { world, api, exchange, request, origin, body } = visit
  const { accept } = request.headers
  const refuse = (type: GatewayResponseType, reason: string): Answer => {
    visit.note({ outcome: 'refused', layer: 'service', reason })
    return renderResponse(api, exchange, type, accept)
  }
  if (headerBytes(request) > headerLimit) return refuse('HEADERS_TOO_LARGE', `headers exceed ${headerLimit} bytes`)
  if (body === 'too-large') return refuse('REQUEST_TOO_LARGE', `the body exceeds ${payloadLimit} bytes`)

  const caller = await callerOf(world, request, body)
  if ('message' in caller) {
    visit.note({ outcome: 'refused', layer: 'service', reason: 'the signature is not valid' })
    return plainResponse(exchange, 'INVALID_SIGNATURE', caller.message)
  }
  const arn = methodArn(world, api, exchange.stage, exchange.method, exchange.path)
  const admission = admit(world, api, arn, caller.credential, origin, httpFacts(request))
  if ('denied' in admission) return denied(visit, admission.denied)
  if (exchange.stage !== api.stage) return refuse('FORBIDDEN', `the API has no stage ${exchange.stage}`)
  const route = findRoute(api, exchange)
  if (!route) return refuse('MISSING_AUTHENTICATION_TOKEN', `the API has no route ${exchange.method} ${exchange.path}`)
  if (route.unpermitted) return refuse('NOT_PERMITTED', 'the function does not permit this API to invoke it')

  const event = proxyEvent(api, exchange, request, body, exchange.path)
  if (Buffer.byteLength(JSON.stringify(event)) > eventLimit) {
    return refuse('REQUEST_TOO_LARGE', `the event exceeds ${eventLimit} bytes`)
  }
  const invoked = await invoke(world, route.functionArn, event)
  if (invoked === 'timeout') return refuse('INTEGRATION_TIMEOUT', `no answer in ${integrationTimeout} ms`)
  if ('error' in invoked) return refuse('INTEGRATION_MALFORMED', 'the function ended in an error')
  const mapped = readProxyResponse(api, invoked.response, accept)
  if (!mapped) return refuse('INTEGRATION_MALFORMED', 'the function did not answer in the proxy format')
  noteGate(visit, mapped, reasonOf(admission.allowed))
  return {
    ...mapped,
    headers: {
      'content-type': 'application/json',
      ...mapped.headers,
      'x-amzn-requestid': exchange.requestId,
      'x-amz-apigw-id': exchange.extendedRequestId,
    },
  }
}

/** The endpoint's refusal stays AWS's own; the resource policy's is rendered by the API, or not, by switch (4.17). */
function denied(visit: Visit, { verdict, message }: Denied): Answer {
  const { world, api, exchange, request } = visit
  const layer = verdict.layer ?? 'resource policy'
  visit.note({ outcome: 'refused', layer, reason: reasonOf(verdict), decision: verdict.decision })
  return layer === 'resource policy' && world.switches['apigateway.gateway-responses'] === 'cover-resource-policy'
    ? renderResponse(api, exchange, 'ACCESS_DENIED', request.headers.accept, message)
    : plainResponse(exchange, 'ACCESS_DENIED', message)
}

/** The gate's refusals carry their stable code in a header. */
function noteGate(visit: Visit, mapped: Answer, admittedBy: string): void {
  if (mapped.status < 400) {
    visit.note({ outcome: 'allowed', reason: admittedBy })
    return
  }
  const code = mapped.headers['studio-gate-refusal']
  visit.note({ outcome: 'refused', layer: 'gate code', reason: code ? String(code) : `status ${mapped.status}` })
}

/** Anonymous without a SigV4 header; an invalid signature is refused whatever the method wants (4.3). */
async function callerOf(
  world: World,
  request: IncomingMessage,
  body: Buffer,
): Promise<{ readonly credential: Credential | 'anonymous' } | { readonly message: string }> {
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256')) return { credential: 'anonymous' }
  const checked = await checkSignature(world, request, body, { service: 'execute-api', regions: [world.region] })
  return checked.ok ? { credential: checked.credential } : { message: checked.message }
}

function findRoute(api: RestApi, { method, path }: Exchange) {
  return api.routes.get(`${method} ${path}`) ?? api.routes.get(`ANY ${path}`)
}

async function invoke(world: World, functionArn: string, event: object) {
  const runtime = world.functions.get(functionArn)
  if (!runtime) return { error: 'no such function' }
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), integrationTimeout)
  })
  try {
    return await Promise.race([runtime.invoke(event), timeout])
  } finally {
    clearTimeout(timer)
  }
}

function headerBytes(request: IncomingMessage): number {
  return request.rawHeaders.reduce(
    (total, text, index) => (index % 2 === 1 ? total + Buffer.byteLength(text) : total),
    0,
  )
}
