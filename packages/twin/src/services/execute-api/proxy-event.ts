import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RestApi } from '../../world.ts'
import { type Exchange, requestTime } from './exchange.ts'

/** The REST proxy event, version 1.0 (rows 4.7, 4.9), as API Gateway gives it to a function. */
export function proxyEvent(
  api: RestApi,
  exchange: Exchange,
  request: IncomingMessage,
  body: Buffer,
  resource: string,
): object {
  const headers = headerLists(exchange, request)
  const binary = isBinary(api, request.headers['content-type'])
  return {
    resource,
    path: exchange.path,
    httpMethod: exchange.method,
    headers: Object.fromEntries([...headers].map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders: Object.fromEntries(headers),
    ...queryMembers(exchange.query),
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      resourceId: 'res001',
      resourcePath: resource,
      httpMethod: exchange.method,
      extendedRequestId: exchange.extendedRequestId,
      requestTime: requestTime(exchange),
      path: `/${exchange.stage}${exchange.path}`,
      accountId: exchange.accountId,
      protocol: 'HTTP/1.1',
      stage: exchange.stage,
      domainPrefix: exchange.domainPrefix,
      requestTimeEpoch: exchange.at,
      requestId: exchange.requestId,
      identity: {
        cognitoIdentityPoolId: null,
        cognitoIdentityId: null,
        vpceId: exchange.vpceId ?? null,
        vpcId: exchange.vpcId ?? null,
        principalOrgId: null,
        cognitoAuthenticationType: null,
        userArn: null,
        userAgent: exchange.userAgent ?? null,
        accountId: null,
        caller: null,
        sourceIp: exchange.sourceIp,
        accessKey: null,
        cognitoAuthenticationProvider: null,
        user: null,
      },
      domainName: exchange.domainName,
      deploymentId: 'twin00',
      apiId: exchange.apiId,
    },
    body: body.length === 0 ? null : body.toString(binary ? 'base64' : 'utf8'),
    isBase64Encoded: binary && body.length > 0,
  }
}

/** Whether bodies of this media type are passed as they are: listed by name, or everything by the wildcard (row 4.9). */
export function isBinary(api: RestApi, contentType: string | undefined): boolean {
  const type = (contentType ?? 'application/json').split(';')[0]?.trim().toLowerCase()
  return api.binaryMediaTypes.some((listed) => listed === '*/*' || listed.toLowerCase() === type)
}

/** Headers in the client's spelling, with what API Gateway adds. */
function headerLists(exchange: Exchange, request: IncomingMessage): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  const spelling = new Map<string, string>()
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? ''
    const lower = name.toLowerCase()
    if (lower === 'connection' || lower === 'content-length' || lower === 'transfer-encoding') continue
    const known = spelling.get(lower) ?? name
    spelling.set(lower, known)
    headers.set(known, [...(headers.get(known) ?? []), request.rawHeaders[index + 1] ?? ''])
  }
  const forwarded = spelling.get('x-forwarded-for') ?? 'X-Forwarded-For'
  headers.set(forwarded, [[...(headers.get(forwarded) ?? []), exchange.sourceIp].join(', ')])
  headers.set('X-Forwarded-Port', ['443'])
  headers.set('X-Forwarded-Proto', ['https'])
  const seconds = Math.floor(exchange.at / 1000).toString(16)
  headers.set('X-Amzn-Trace-Id', [`Root=1-${seconds}-${randomBytes(12).toString('hex')}`])
  return headers
}

function queryMembers(query: URLSearchParams): object {
  const names = [...new Set(query.keys())]
  if (names.length === 0) return { queryStringParameters: null, multiValueQueryStringParameters: null }
  return {
    queryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name).at(-1)])),
    multiValueQueryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name)])),
  }
}
