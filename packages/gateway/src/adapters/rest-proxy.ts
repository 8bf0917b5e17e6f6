/**
 * REST API proxy events, payload format 1.0 <-> Request and Response (rows 4.7, 4.9).
 *
 * Not `hono/aws-lambda`: it is deprecated, serves four event formats where the gate has one, hands every header on, cookies
 * included, and logs the error's text when a header or body cannot be read.
 */
import { cookiePrefix } from '../core/sign-in-request.ts'
import type { App } from './app.ts'

/** The part of the event that is read. Who called and from where stands in `requestContext` alone, which API Gateway writes. */
export interface RestProxyEvent {
  readonly httpMethod: string
  /** Without the stage. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string | undefined>> | null
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null
  readonly body?: string | null
  readonly isBase64Encoded?: boolean
  readonly requestContext: {
    readonly requestId: string
    readonly identity: { readonly sourceIp: string; readonly vpceId?: string | null }
  }
}

export interface RestProxyResult {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly isBase64Encoded: false
}

/** The gate reads no others, but for its own cookies; in particular it never sees forwarding headers. */
const headersRead = new Set(['accept', 'content-type', 'content-encoding', 'origin', 'sec-fetch-dest'])

/** `Request` throws on TRACE and its like, and on what is no method at all; those are answered as OPTIONS is: not allowed. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

export function restProxyHandler(app: App): (event: RestProxyEvent) => Promise<RestProxyResult> {
  return async (event) => {
    const { requestId, identity } = event.requestContext
    const vpce = identity.vpceId
    const network = { sourceIp: identity.sourceIp, requestId, ...(vpce ? { vpcEndpointId: vpce } : {}) }
    const response = await app(toRequest(event), network)
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
      isBase64Encoded: false,
    }
  }
}

function toRequest(event: RestProxyEvent): Request {
  const headers = new Headers()
  for (const [name, values] of Object.entries(headerValues(event))) {
    if (headersRead.has(name.toLowerCase())) for (const value of values ?? []) headers.append(name, printable(value))
  }
  const cookies = ownCookies(event)
  if (cookies !== '') headers.set('cookie', cookies)
  const method = methods.has(event.httpMethod) ? event.httpMethod : 'OPTIONS'
  const hasBody = method !== 'GET' && method !== 'HEAD' && typeof event.body === 'string'
  const body = hasBody
    ? { body: Buffer.from(event.body ?? '', event.isBase64Encoded === true ? 'base64' : 'utf8') }
    : {}
  // The host is never read: the gate knows its own address from its settings.
  const url = new URL('https://gate.invalid')
  url.pathname = event.path
  return new Request(url, { method, headers, ...body })
}

/** Cookies that the gate set; others on its host are nobody's business here. */
function ownCookies(event: RestProxyEvent): string {
  const lines = Object.entries(headerValues(event)).filter(([name]) => name.toLowerCase() === 'cookie')
  const all = lines.flatMap(([, values]) => values ?? []).flatMap((value) => value.split(';'))
  return all
    .map((one) => printable(one.trim()))
    .filter((one) => one.startsWith(cookiePrefix))
    .join('; ')
}

function headerValues(event: RestProxyEvent): Readonly<Record<string, readonly string[] | undefined>> {
  if (event.multiValueHeaders) return event.multiValueHeaders
  return Object.fromEntries(
    Object.entries(event.headers ?? {}).map(([name, value]) => [name, value === undefined ? [] : [value]]),
  )
}

/** `Headers` throws on other characters; a header that has them matches nothing the gate looks for. */
function printable(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '?')
}
