/** API Gateway's own answers, and the API's customizations of them (row 4.17). */

import type { RestApi } from '../../world.ts'
import type { Answer } from '../answer.ts'
import { type Exchange, requestTime } from './exchange.ts'

/** Type to status and message; the types are those of `AWS::ApiGateway::GatewayResponse`. */
const responses = {
  ACCESS_DENIED: { status: 403, message: '', errorType: 'AccessDeniedException' },
  INVALID_SIGNATURE: { status: 403, message: '', errorType: 'InvalidSignatureException' },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    message: 'Missing Authentication Token',
    errorType: 'MissingAuthenticationTokenException',
  },
  FORBIDDEN: { status: 403, message: 'Forbidden', errorType: 'ForbiddenException' },
  REQUEST_TOO_LARGE: {
    status: 413,
    message: 'HTTP content length exceeded 10485760 bytes.',
    errorType: 'RequestTooLargeException',
  },
  HEADERS_TOO_LARGE: { status: 431, message: 'Request header fields too large', errorType: 'BadRequestException' },
  INTEGRATION_TIMEOUT: {
    status: 504,
    message: 'Endpoint request timed out',
    errorType: 'InternalServerErrorException',
  },
  INTEGRATION_MALFORMED: { status: 502, message: 'Internal server error', errorType: 'InternalServerErrorException' },
  NOT_PERMITTED: { status: 500, message: 'Internal server error', errorType: 'InternalServerErrorException' },
} as const

export type GatewayResponseType = keyof typeof responses

/** AWS's own JSON, which no API can change: endpoint policies' refusals, and resource policies' by switch. */
export function plainResponse(exchange: Exchange, type: GatewayResponseType, message?: string): Answer {
  const row = responses[type]
  const member = type === 'ACCESS_DENIED' ? 'Message' : 'message'
  return {
    status: row.status,
    headers: { ...commonHeaders(exchange, type), 'content-type': 'application/json' },
    body: JSON.stringify({ [member]: message ?? row.message }),
  }
}

/** The API's own rendering of this type, else of `DEFAULT_4XX` or `DEFAULT_5XX`, else AWS's JSON. */
export function renderResponse(
  api: RestApi,
  exchange: Exchange,
  type: GatewayResponseType,
  accept: string | undefined,
  message?: string,
): Answer {
  const plain = plainResponse(exchange, type, message)
  const custom =
    api.gatewayResponses.get(type) ?? api.gatewayResponses.get(plain.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX')
  if (!custom) return plain
  const variables = contextVariables(exchange, type, message ?? responses[type].message)
  const template = chooseTemplate(custom.templates, accept)
  const headers = Object.entries(custom.headers).map(
    ([name, value]) =>
      [name.replace(/^gatewayresponse\.header\./, '').toLowerCase(), literal(value, variables)] as const,
  )
  return {
    status: Number(custom.statusCode ?? plain.status),
    headers: {
      ...plain.headers,
      ...(template && { 'content-type': template.type }),
      ...Object.fromEntries(headers),
    },
    body: template ? substitute(template.text, variables) : plain.body,
  }
}

function commonHeaders(exchange: Exchange, type: GatewayResponseType): Record<string, string> {
  return {
    'x-amzn-requestid': exchange.requestId,
    'x-amz-apigw-id': exchange.extendedRequestId,
    'x-amzn-errortype': responses[type].errorType,
  }
}

/** The template for a type that the client accepts, else for JSON, else the first. */
function chooseTemplate(
  templates: Readonly<Record<string, string>>,
  accept: string | undefined,
): { readonly type: string; readonly text: string } | undefined {
  const accepted = (accept ?? '').split(',').map((part) => part.split(';')[0]?.trim() ?? '')
  const type =
    accepted.find((candidate) => candidate in templates) ??
    ('application/json' in templates ? 'application/json' : Object.keys(templates)[0])
  const text = type === undefined ? undefined : templates[type]
  return type === undefined || text === undefined ? undefined : { type, text }
}

/** A header's value: a literal in single quotes, or a context variable. */
function literal(value: string, variables: ReadonlyMap<string, string>): string {
  const quoted = /^'(.*)'$/s.exec(value)
  return quoted ? (quoted[1] ?? '') : (variables.get(value.replace(/^context\./, '')) ?? value)
}

/** Templates of gateway responses know `$context` variables and no Velocity logic. */
function substitute(template: string, variables: ReadonlyMap<string, string>): string {
  return template.replace(/\$(?:context\.(\w+(?:\.\w+)*)|\{context\.(\w+(?:\.\w+)*)\})/g, (_, bare, braced) => {
    return variables.get(bare ?? braced) ?? ''
  })
}

function contextVariables(exchange: Exchange, type: GatewayResponseType, message: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries({
      'error.message': message,
      'error.messageString': JSON.stringify(message),
      'error.responseType': type,
      requestId: exchange.requestId,
      extendedRequestId: exchange.extendedRequestId,
      requestTime: requestTime(exchange),
      requestTimeEpoch: String(exchange.at),
      apiId: exchange.apiId,
      accountId: exchange.accountId,
      stage: exchange.stage,
      path: `/${exchange.stage}${exchange.path}`,
      resourcePath: exchange.path,
      httpMethod: exchange.method,
      protocol: 'HTTP/1.1',
      domainName: exchange.domainName,
      domainPrefix: exchange.domainPrefix,
      'identity.sourceIp': exchange.sourceIp,
      'identity.userAgent': exchange.userAgent ?? '',
      'identity.vpceId': exchange.vpceId ?? '',
      'identity.vpcId': exchange.vpcId ?? '',
    }),
  )
}
