/** One request to an API, as the event and the `$context` variables describe it. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Origin, RestApi, World } from '../../world.ts'

export interface Exchange {
  readonly requestId: string
  readonly extendedRequestId: string
  readonly at: number
  readonly method: string
  readonly domainName: string
  /** First label of the host name: `<apiId>` or `<apiId>-<vpceId>` (row 4.7). */
  readonly domainPrefix: string
  readonly stage: string
  /** After the stage, with a leading slash. */
  readonly path: string
  readonly query: URLSearchParams
  readonly accountId: string
  readonly apiId: string
  readonly vpceId?: string
  readonly vpcId?: string
  /** The client's address or a hop's, by switch `apigateway.source-ip` (row 4.7). */
  readonly sourceIp: string
  readonly userAgent?: string
}

export function readExchange(world: World, api: RestApi, request: IncomingMessage, origin: Origin): Exchange {
  const url = new URL(request.url ?? '/', 'https://api.invalid')
  const [, stage = '', ...rest] = url.pathname.split('/')
  const domainName = (request.headers.host ?? '').split(':')[0] ?? ''
  const hop = origin.endpoint?.addresses[0] ?? origin.address
  const userAgent = request.headers['user-agent']
  return {
    requestId: randomUUID(),
    extendedRequestId: `${randomBytes(11).toString('base64url')}=`,
    at: world.now(),
    method: request.method ?? 'GET',
    domainName,
    domainPrefix: domainName.split('.')[0] ?? '',
    stage,
    path: `/${rest.join('/')}`,
    query: url.searchParams,
    accountId: world.accountId,
    apiId: api.id,
    ...(origin.endpoint && { vpceId: origin.endpoint.id, vpcId: origin.endpoint.vpcId }),
    sourceIp: world.switches['apigateway.source-ip'] === 'client' ? origin.address : hop,
    ...(userAgent !== undefined && { userAgent }),
  }
}

/** `23/Nov/2026:15:02:19 +0000`. */
export function requestTime(exchange: Exchange): string {
  const date = new Date(exchange.at)
  const month = date.toLocaleString('en', { month: 'short', timeZone: 'UTC' })
  const day = String(date.getUTCDate()).padStart(2, '0')
  return `${day}/${month}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`
}
