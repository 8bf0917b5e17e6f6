/**
 * A host's proxy: HTTP on 127.0.0.1, CONNECT for TLS and absolute-URI requests for plain HTTP. What a browser sends
 * through it starts at that host's place in the network. TLS ends here, with a certificate of the twin's authority.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type SecureContext, TLSSocket } from 'node:tls'
import type { Connection, Fabric } from '../network/fabric.ts'
import type { Place } from '../network/topology.ts'
import type { World } from '../world.ts'
import type { Authority } from './authority.ts'
import type { Dispatch } from './dispatch.ts'

/** What all proxies of a world share. */
export interface Site {
  readonly world: World
  readonly fabric: Fabric
  readonly authority: Authority
  readonly dispatch: Dispatch
}

export interface HostProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** A proxy's port cannot be had. */
export class ProxyPortError extends Error {
  override readonly name = 'ProxyPortError'
}

/** Opens the proxy of a place, on a free port or on the one given; throws ProxyPortError when that port is taken. */
export async function openProxy(site: Site, place: Place, port = 0): Promise<HostProxy> {
  const open = new Set<Duplex>()
  const server = createServer((request, response) => refusePlain(site, place, request, response))
  server.on('connection', (socket) => keep(open, socket))
  server.on('connect', (request, socket, head) => {
    tunnel(site, place, request.url ?? '', socket as Socket, head).catch(() => socket.destroy())
  })
  await listen(server, place.host, port)
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new ProxyPortError(`the proxy of ${place.host} has no port`)
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

function keep(open: Set<Duplex>, socket: Duplex): void {
  open.add(socket)
  socket.once('close', () => open.delete(socket))
  socket.on('error', () => socket.destroy())
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new ProxyPortError(
          error.code === 'EADDRINUSE'
            ? `port ${port} for the proxy of ${host} is in use; stop what listens there or choose another port`
            : `the proxy of ${host} cannot listen on port ${port}: ${error.message}`,
          { cause: error },
        ),
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}

async function tunnel(site: Site, place: Place, target: string, socket: Socket, head: Buffer): Promise<void> {
  const match = /^([a-z0-9.-]+):(\d{1,5})$/i.exec(target)
  if (!match) return void socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
  const [, asked = '', port] = match
  const name = asked.toLowerCase()
  const connection = site.fabric.connect(place, name, Number(port))
  if (!connection.ok || connection.to.kind === 'host') {
    const refusal = refusalOf(connection, name)
    journal(site.world, place.host, `connect ${name}:${port}`, refusal)
    const { status, headers, body } = rendered(refusal)
    const lines = Object.entries(headers).map(([field, value]) => `${field}: ${value}\r\n`)
    return void socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`)
  }
  const { to, origin } = connection
  const secureContext: SecureContext = await site.authority.secureContext(name)
  if (socket.destroyed) return
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
  if (head.length > 0) socket.unshift(head)
  const secure = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] })
  site.dispatch.accept(secure, { service: to.service, origin, name })
}

/** Everything in the world speaks TLS; a plain request learns how far it would have come. */
function refusePlain(site: Site, place: Place, request: IncomingMessage, response: ServerResponse): void {
  const target = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined
  if (target?.protocol !== 'http:') {
    response
      .writeHead(400, { 'content-type': 'text/plain' })
      .end('This is a proxy: send CONNECT or an absolute http URL.\n')
    return
  }
  const port = Number(target.port || 80)
  const refusal = refusalOf(site.fabric.connect(place, target.hostname, port), target.hostname)
  journal(site.world, place.host, `connect ${target.hostname}:${port}`, refusal)
  const { statusCode, headers, body } = rendered(refusal)
  response.writeHead(statusCode, headers).end(body)
}

type Refusal = Pick<Extract<Connection, { ok: false }>, 'layer' | 'reason'>

function refusalOf(connection: Connection, name: string): Refusal {
  if (!connection.ok) return connection
  return { layer: 'service', reason: `${name} answers no plain HTTP and no TLS at this port` }
}

/** A name that does not resolve or a closed port answers at once (502); a dropped packet is a timeout (504), only without the wait. */
function rendered({ layer, reason }: Refusal) {
  const dropped = layer === 'no route' || layer === 'security group'
  const error = {
    'name resolution': 'dns_error',
    'no route': 'destination_ip_unroutable',
    'security group': 'connection_timeout',
  }
  const code = layer in error ? error[layer as keyof typeof error] : 'connection_refused'
  const body = `Connection failed. ${layer}: ${reason}.\n`
  return {
    statusCode: dropped ? 504 : 502,
    status: dropped ? '504 Gateway Timeout' : '502 Bad Gateway',
    // RFC 9209; the reason is a quoted string of ASCII without quotes.
    headers: {
      'Proxy-Status': `studio-gate-twin; error=${code}; details="${layer}: ${reason.replace(/[^ -~]|["\\]/g, '?')}"`,
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(body)),
      Connection: 'close',
    },
    body,
  }
}

function journal(world: World, host: string, what: string, { layer, reason }: Refusal): void {
  world.journal.push({ at: world.now(), host, what, outcome: 'refused', layer, reason })
}
