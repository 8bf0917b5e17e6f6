import type { IncomingMessage } from 'node:http'

/** Reads a request's body up to `limit` bytes; `too-large` as soon as it is exceeded. A broken connection rejects. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too-large'> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > limit) return 'too-large'
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
