/**
 * Loaded into a function's process before anything else (`--import`): leaves it one way to the network, CONNECT through the
 * proxy of the function's own place in the twin. Runs in the child; everything it needs stands in two environment variables,
 * which it removes.
 *
 * Connections of `node:http`, `node:https` and `fetch` are carried; everything else that opens a socket fails. Names are
 * answered by the twin alone. (`fetch` goes by Node's own NODE_USE_ENV_PROXY, which has read the environment by now.)
 */
import dgram from 'node:dgram'
import dns from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'

const proxyPort = Number(process.env.STUDIO_GATE_TWIN_PROXY_PORT)
for (const name of ['STUDIO_GATE_TWIN_PROXY_PORT', 'NODE_USE_ENV_PROXY', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'])
  delete process.env[name]

type Refuse = (what: string) => NodeJS.ErrnoException
const unreachable: Refuse = (what) =>
  Object.assign(new Error(`${what} is not reachable: the twin carries http, https and fetch only`), {
    code: 'ENETUNREACH',
    syscall: 'connect',
  })

/** The parent's answers to lookups, by number. */
const waiting = new Map<number, (answer: { readonly addresses?: readonly string[] }) => void>()
let asked = 0
process.on('message', (message: { readonly lookup?: number; readonly addresses?: readonly string[] }) => {
  if (message.lookup === undefined) return
  waiting.get(message.lookup)?.(message)
  waiting.delete(message.lookup)
})
const send = process.send?.bind(process)

function lookupAddresses(name: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const number = asked++
    waiting.set(number, ({ addresses }) => {
      if (addresses && addresses.length > 0) resolve(addresses)
      else reject(notFound(name))
    })
    send?.({ lookup: number, name })
  })
}

function notFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall: 'getaddrinfo',
    hostname,
  })
}

type LookupCallback = (error: Error | null, address?: unknown, family?: number) => void

function lookup(hostname: string, options: { readonly all?: boolean } | LookupCallback, given?: LookupCallback): void {
  const callback = typeof options === 'function' ? options : given
  const all = typeof options === 'object' && options !== null && options.all === true
  lookupAddresses(hostname).then(
    (addresses) =>
      all
        ? callback?.(
            null,
            addresses.map((address) => ({ address, family: 4 })),
          )
        : callback?.(null, addresses[0], 4),
    (error: Error) => callback?.(error),
  )
}

async function lookupPromise(hostname: string, options?: { readonly all?: boolean }): Promise<unknown> {
  const addresses = await lookupAddresses(hostname)
  const found = addresses.map((address) => ({ address, family: 4 }))
  return options?.all ? found : found[0]
}

/** Replaces the functions of an object whose names fit; types of Node's modules say they cannot be written, though they can. */
function replace(target: object, fits: RegExp, replacement: unknown): void {
  for (const name of Object.getOwnPropertyNames(target))
    if (fits.test(name)) Object.defineProperty(target, name, { value: replacement, configurable: true, writable: true })
}

const noDns = (...parameters: readonly unknown[]): void => {
  const callback = parameters.at(-1)
  if (typeof callback === 'function') callback(notFound(String(parameters[0])))
  else throw notFound(String(parameters[0]))
}
const noDnsPromise = async (name: unknown): Promise<never> => {
  throw notFound(String(name))
}
for (const [target, refuse] of [
  [dns, noDns],
  [dns.Resolver.prototype, noDns],
  [Object.getPrototypeOf(dns.Resolver.prototype) as object, noDns],
  [dns.promises, noDnsPromise],
  [dns.promises.Resolver.prototype, noDnsPromise],
] as const)
  replace(target, /^(resolve|reverse|lookupService)/, refuse)
replace(dns, /^lookup$/, lookup)
replace(dns.promises, /^lookup$/, lookupPromise)

replace(dgram, /^createSocket$/, () => {
  throw unreachable('UDP')
})
replace(dgram.Socket.prototype, /^(bind|connect|send)$/, () => {
  throw unreachable('UDP')
})

const connectSocket = net.Socket.prototype.connect
replace(net.Socket.prototype, /^connect$/, function connect(this: net.Socket, ...parameters: unknown[]) {
  const { host, port, path } = target(parameters)
  if (path === undefined && host === '127.0.0.1' && port === proxyPort)
    return Reflect.apply(connectSocket, this, parameters)
  process.nextTick(() => this.destroy(unreachable(path ?? `${host ?? 'localhost'}:${port}`)))
  return this
})
replace(net.Server.prototype, /^listen$/, () => {
  throw unreachable('a listening port')
})

/** `connect` takes options, (port, host), (path), or the list that `net.connect` has made of these. */
function target(parameters: readonly unknown[]): { host?: string; port?: number; path?: string } {
  const [first, second] = Array.isArray(parameters[0]) ? parameters[0] : parameters
  if (typeof first === 'object' && first !== null) {
    const { host, port, path } = first as { host?: string; port?: number | string; path?: string | null }
    return {
      ...(host === undefined ? {} : { host }),
      ...(path === undefined || path === null ? {} : { path }),
      port: Number(port),
    }
  }
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { path: first }
  return { port: Number(first), ...(typeof second === 'string' ? { host: second } : {}) }
}

/** CONNECT by the function's proxy; what the proxy refuses becomes the error that a dropped or refused connection gives. */
function tunnel(host: string, port: number | string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port: proxyPort })
    socket.once('error', reject)
    let answer = Buffer.alloc(0)
    const read = (chunk: Buffer): void => {
      answer = Buffer.concat([answer, chunk])
      const end = answer.indexOf('\r\n\r\n')
      if (end === -1) return
      socket.off('data', read).off('error', reject)
      socket.pause()
      if (/^HTTP\/1\.1 200 /.test(answer.toString('latin1'))) {
        socket.unshift(answer.subarray(end + 4))
        resolve(socket)
        return
      }
      socket.destroy()
      const reason =
        answer
          .subarray(end + 4)
          .toString()
          .trim() || 'connection failed'
      const code = reason.includes('name resolution') ? 'ENOTFOUND' : 'ETIMEDOUT'
      reject(Object.assign(new Error(`connect to ${host}:${port} failed: ${reason}`), { code, syscall: 'connect' }))
    }
    socket.on('data', read)
    socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`)
  })
}

interface ConnectOptions extends tls.ConnectionOptions {
  readonly host?: string
  readonly port?: number
}
type Connected = (error: Error | null, socket?: Duplex) => void

replace(http.Agent.prototype, /^createConnection$/, (options: ConnectOptions, connected: Connected) => {
  tunnel(options.host ?? 'localhost', options.port ?? 80).then((socket) => connected(null, socket), connected)
})
replace(https.Agent.prototype, /^createConnection$/, (options: ConnectOptions, connected: Connected) => {
  const host = options.host ?? 'localhost'
  tunnel(host, options.port ?? 443).then((socket) => {
    // The request's `path` travels in these options, and `tls.connect` would take it for a socket's.
    const { path: _, ...rest } = options
    connected(null, tls.connect({ ...rest, socket, servername: options.servername ?? host }))
  }, connected)
})

syncBuiltinESMExports()
