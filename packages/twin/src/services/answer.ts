import type { ServerResponse } from 'node:http'

/** An HTTP response as a value. */
export interface Answer {
  readonly status: number
  /** A list is several header lines. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Buffer
}

/** Writes a whole answer at once. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
  response.setHeader('content-length', Buffer.byteLength(answer.body))
  response.writeHead(answer.status)
  response.end(answer.body)
}

/** A redirect that no cache keeps and that tells no referrer: locations here can hold tokens. */
export function redirect(status: 302 | 303, location: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const never = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return { status, headers: { location, ...never, ...headers }, body: '' }
}
