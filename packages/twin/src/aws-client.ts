/** A small AWS client that sits at a host: signs with Smithy's own signer and sends through the host's proxy. */
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AccessKeys } from './hosts/credentials.ts'

export interface AwsCall {
  /** Signing name, such as `sagemaker`, `sts` or `dynamodb`. */
  readonly service: string
  readonly region: string
  /** Host name; the service's regional one when absent. */
  readonly host?: string
  /** `/` when absent. */
  readonly path?: string
  /** JSON protocol: `X-Amz-Target` and the body. */
  readonly target?: string
  readonly body?: unknown
  /** Query protocol: the form's fields. */
  readonly form?: Readonly<Record<string, string>>
}

export interface AwsAnswer {
  readonly status: number
  /** Parsed where it is JSON, text otherwise. */
  readonly body: unknown
}

/** The proxy did not connect; `message` is its reason, with the layer. */
export class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError'
}

const hosts: Readonly<Record<string, (region: string) => string>> = {
  sagemaker: (region) => `api.sagemaker.${region}.amazonaws.com`,
  iam: () => 'iam.amazonaws.com',
}

/** Makes one call; throws NotConnectedError when the network refuses. `caFile` is the twin's CA. */
export async function callAws(
  proxyUrl: string,
  caFile: string,
  credentials: AccessKeys,
  call: AwsCall,
): Promise<AwsAnswer> {
  const { service, region, target, form, path = '/' } = call
  const hostname = call.host ?? hosts[service]?.(region) ?? `${service}.${region}.amazonaws.com`
  const body = form ? new URLSearchParams(form).toString() : JSON.stringify(call.body ?? {})
  // IAM is global and signed for us-east-1.
  const signer = new SignatureV4({
    service,
    region: service === 'iam' ? 'us-east-1' : region,
    credentials,
    sha256: Sha256,
  })
  const signed = await signer.sign({
    method: 'POST',
    protocol: 'https:',
    hostname,
    path,
    headers: {
      host: hostname,
      'content-type': form ? 'application/x-www-form-urlencoded; charset=utf-8' : 'application/x-amz-json-1.1',
      ...(target === undefined ? {} : { 'x-amz-target': target }),
    },
    body,
  })
  const socket = await connectThrough(proxyUrl, hostname)
  const ca = await readFile(caFile, 'utf8')
  const request = httpsRequest({
    method: 'POST',
    path,
    headers: { ...signed.headers, connection: 'close' },
    createConnection: () => connect({ socket, servername: hostname, ca }),
  })
  request.end(body)
  const [response] = await once(request, 'response')
  const text = await textOf(response)
  return { status: response.statusCode, body: jsonOr(text) }
}

/** APIs label as JSON whatever a function answers, so the label alone proves nothing. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** CONNECT; the stream, or the proxy's reason as an error. */
async function connectThrough(proxyUrl: string, name: string): Promise<Duplex> {
  const { hostname, port } = new URL(proxyUrl)
  const request = httpRequest({
    hostname,
    port,
    method: 'CONNECT',
    path: `${name}:443`,
    headers: { host: `${name}:443` },
  })
  request.end()
  const [response, socket, head] = await once(request, 'connect')
  if (response.statusCode === 200) return socket
  throw new NotConnectedError(`${head.toString()}${await textOf(socket)}`.trim())
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** The signer asks for a constructor, so this is one: SHA-256, or HMAC when given a secret. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data))
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    throw new Error('a hash is used once')
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}
