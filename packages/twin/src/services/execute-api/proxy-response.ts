import type { RestApi } from '../../world.ts'
import type { Answer } from '../answer.ts'
import { isBinary } from './proxy-event.ts'

/**
 * What a function returned, as HTTP. Nothing for a value that is not in the REST proxy format: API Gateway answers 502.
 * A base64 body is decoded only where the API's binary media types cover the client's `Accept` (row 4.9).
 */
export function readProxyResponse(api: RestApi, value: unknown, accept: string | undefined): Answer | undefined {
  if (!isRecord(value)) return undefined
  const status = Number(value.statusCode)
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined
  const { headers, multiValueHeaders, body, isBase64Encoded } = value
  if (!isAbsent(headers) && !isRecord(headers)) return undefined
  if (!isAbsent(multiValueHeaders) && !isRecord(multiValueHeaders)) return undefined
  if (!isAbsent(body) && typeof body !== 'string') return undefined
  const mapped: Record<string, string[]> = {}
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) {
    if (!Array.isArray(values)) return undefined
    mapped[name.toLowerCase()] = values.map(String)
  }
  for (const [name, one] of Object.entries(headers ?? {})) {
    if (typeof one === 'object' && one !== null) return undefined
    mapped[name.toLowerCase()] ??= [String(one)]
  }
  delete mapped['content-length']
  const decode = isBase64Encoded === true && isBinary(api, accept?.split(',')[0] ?? '*/*')
  return { status, headers: mapped, body: Buffer.from(body ?? '', decode ? 'base64' : 'utf8') }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}
