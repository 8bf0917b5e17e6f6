/**
 * The far end of every connection: one HTTP server, no listening port. A proxy hands over a decrypted stream together
 * with what the network knows about it; both travel in a WeakMap keyed by the stream, never in a header that a client could write.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Origin, Service, World } from '../world.ts'

/** Whom a connection reaches and from where, as the network decided when it was opened. */
export interface Arrival {
  readonly service: Service
  readonly origin: Origin
  /** Host name of the connection, lower case. */
  readonly name: string
}

export interface Dispatch {
  /** Takes over a stream on which HTTP/1.1 is about to be spoken. */
  accept(stream: Duplex, arrival: Arrival): void
  close(): void
}

/** Makes the server of a world. */
export function createDispatch(world: World): Dispatch {
  const arrivals = new WeakMap<Duplex, Arrival>()
  const open = new Set<Duplex>()
  const server = createServer({ keepAliveTimeout: 60_000 })

  server.on('request', (request, response) => {
    const arrival = arrivals.get(request.socket)
    if (!arrival) return void request.socket.destroy()
    if (!nameMatches(request, arrival.name)) {
      journalMismatch(world, request, arrival)
      return answer(response, 421, `This connection was opened to ${arrival.name}; the Host header names another.\n`)
    }
    arrival.service.handle(request, response, arrival.origin).catch((error: unknown) => {
      journalFault(world, arrival, error)
      if (response.headersSent) response.destroy()
      else answer(response, 500, `The twin's ${arrival.service.name} failed on this request.\n`)
    })
  })

  server.on('upgrade', (request, stream, head) => {
    const arrival = arrivals.get(request.socket)
    if (!arrival || !nameMatches(request, arrival.name) || !arrival.service.upgrade) {
      stream.end(`HTTP/1.1 ${arrival ? '421 Misdirected Request' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`)
      return
    }
    try {
      arrival.service.upgrade(request, stream, head, arrival.origin)
    } catch (error) {
      journalFault(world, arrival, error)
      stream.destroy()
    }
  })

  return {
    accept(stream, arrival) {
      arrivals.set(stream, arrival)
      open.add(stream)
      stream.once('close', () => open.delete(stream))
      stream.on('error', () => stream.destroy())
      server.emit('connection', stream)
    },
    close() {
      for (const stream of open) stream.destroy()
      server.close()
    },
  }
}

function nameMatches(request: IncomingMessage, name: string): boolean {
  const host = request.headers.host?.toLowerCase()
  return host === name || host === `${name}:443`
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(text)
}

function journalMismatch(world: World, request: IncomingMessage, { origin, name, service }: Arrival): void {
  world.journal.push({
    at: world.now(),
    host: origin.host,
    what: `${request.method ?? '?'} to ${service.name}`,
    outcome: 'refused',
    layer: 'service',
    reason: `the Host header does not name ${name}, to which the connection was opened`,
  })
}

function journalFault(world: World, { origin, service }: Arrival, error: unknown): void {
  world.journal.push({
    at: world.now(),
    host: origin.host,
    what: `request to ${service.name}`,
    outcome: 'refused',
    layer: 'service',
    reason: `fault of the twin: ${error instanceof Error ? error.message : String(error)}`,
  })
}
