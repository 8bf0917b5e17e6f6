/**
 * Signature Version 4, checked by recomputing it with AWS's own signer from what arrived. Only the `Authorization`
 * header form is known; signatures in the query string are a gap of the twin.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Credential, World } from '../world.ts'

/** Why a signature was not accepted; each protocol has its own names for these (`signatureErrors`). */
export type SignatureFailure =
  | 'missing'
  | 'incomplete'
  | 'wrong-scope'
  | 'unknown-key'
  | 'mismatch'
  | 'clock'
  | 'expired-token'

export type SignatureCheck =
  | { readonly ok: true; readonly credential: Credential }
  | { readonly ok: false; readonly failure: SignatureFailure; readonly message: string }

/** What the credential scope must name: `sts` and `eu-central-1`; global services are signed for `us-east-1`. */
export interface Scope {
  readonly service: string
  readonly regions: readonly string[]
}

/** AWS allows a client's clock to be off by this much (milliseconds). */
const clockTolerance = 5 * 60 * 1000

const invalidToken = 'The security token included in the request is invalid.'
const doesNotMatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** Verifies the signature over method, path, query, signed headers and body. Never throws on what a client sent. */
export async function checkSignature(
  world: World,
  request: IncomingMessage,
  body: Buffer,
  scope: Scope,
): Promise<SignatureCheck> {
  const url = new URL(request.url ?? '/', 'https://host.invalid')
  const header = request.headers.authorization
  if (header === undefined) {
    return url.searchParams.has('X-Amz-Algorithm')
      ? refused('incomplete', 'The twin does not model signatures in the query string.')
      : refused('missing', 'Request is missing Authentication Token')
  }
  const parts = parseAuthorization(header)
  const date = headerText(request, 'x-amz-date')
  if (!parts || !date || !/^\d{8}T\d{6}Z$/.test(date)) {
    return refused(
      'incomplete',
      "Authorization header requires 'Credential', 'SignedHeaders', 'Signature' and 'X-Amz-Date'.",
    )
  }
  if (!parts.signedHeaders.includes('host') || !parts.signedHeaders.includes('x-amz-date')) {
    return refused('mismatch', "'Host' and 'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.")
  }
  if (parts.service !== scope.service || !scope.regions.includes(parts.region) || parts.day !== date.slice(0, 8)) {
    return refused(
      'wrong-scope',
      `Credential should be scoped to a valid region and to correct service: '${scope.service}'.`,
    )
  }
  const signedAt = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  const off = world.now() - signedAt
  if (!(Math.abs(off) <= clockTolerance)) {
    return refused(
      'clock',
      off > 0 ? `Signature expired: ${date} is too old (5 min.)` : `Signature not yet current: ${date}`,
    )
  }
  const credential = world.credentials.get(parts.accessKeyId)
  if (!credential) return refused('unknown-key', invalidToken)
  if ((headerText(request, 'x-amz-security-token') ?? undefined) !== credential.sessionToken) {
    return refused('unknown-key', invalidToken)
  }
  const expected = await recompute(request, url, body, parts, credential, new Date(signedAt))
  if (!sameText(expected, parts.signature)) return refused('mismatch', doesNotMatch)
  if (credential.expiresAt !== undefined && credential.expiresAt <= world.now()) {
    return refused('expired-token', 'The security token included in the request is expired')
  }
  return { ok: true, credential }
}

interface Authorization {
  readonly accessKeyId: string
  readonly day: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

function parseAuthorization(header: string): Authorization | undefined {
  const match =
    /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
      header.trim(),
    )
  if (!match) return undefined
  const [, accessKeyId = '', day = '', region = '', service = '', signedHeaders = '', signature = ''] = match
  return { accessKeyId, day, region, service, signedHeaders: signedHeaders.split(';'), signature }
}

/** The signature that the request should carry, or an empty text where a signed header is absent or the body's hash is another. */
async function recompute(
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  parts: Authorization,
  credential: Credential,
  signingDate: Date,
): Promise<string> {
  const headers: Record<string, string> = {}
  for (const name of parts.signedHeaders) {
    const value = headerText(request, name)
    if (value === undefined) return ''
    headers[name] = value
  }
  const declaredHash = headerText(request, 'x-amz-content-sha256')
  if (declaredHash !== undefined && declaredHash !== createHash('sha256').update(body).digest('hex')) return ''
  const signer = new SignatureV4({
    service: parts.service,
    region: parts.region,
    // The session token is a header like any other here: it counts as the client signed it.
    credentials: { accessKeyId: credential.accessKeyId, secretAccessKey: credential.secretAccessKey },
    sha256: sha256 as unknown as ConstructorParameters<typeof SignatureV4>[0]['sha256'],
    applyChecksum: false,
  })
  const signed = await signer.sign(
    {
      method: request.method ?? 'GET',
      protocol: 'https:',
      hostname: url.hostname,
      path: url.pathname,
      query: queryOf(url),
      headers,
      body: body.length === 0 ? undefined : new Uint8Array(body),
    },
    { signingDate, signableHeaders: new Set(parts.signedHeaders) },
  )
  return /Signature=([0-9a-f]{64})$/.exec(signed.headers.authorization ?? '')?.[1] ?? ''
}

/** The signer wants a constructor; a function that returns an object is one. */
function sha256(secret?: Uint8Array) {
  const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret)
  return {
    update: (data: Uint8Array) => void hash.update(data),
    digest: async () => new Uint8Array(hash.digest()),
    reset: () => undefined,
  }
}

function queryOf(url: URL): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {}
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name)
    query[name] = values.length === 1 ? (values[0] ?? '') : values
  }
  return query
}

function headerText(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

function sameText(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))
}

function refused(failure: SignatureFailure, message: string): SignatureCheck {
  return { ok: false, failure, message }
}
