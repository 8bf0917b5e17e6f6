import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, request as httpRequest } from 'node:http'
import { createServer, connect as netConnect } from 'node:net'
import { after, before, test } from 'node:test'
import { type TLSSocket, connect as tlsConnect } from 'node:tls'
import { WebSocket, WebSocketServer } from 'ws'
import { createAuthority } from '../src/hosts/authority.ts'
import { createDispatch } from '../src/hosts/dispatch.ts'
import { type HostProxy, openProxy, ProxyPortError, type Site } from '../src/hosts/proxy.ts'
import { openTunnel } from '../src/hosts/tunnel.ts'
import type { Place } from '../src/network/topology.ts'
import { type Small, service, smallWorld } from './small-world.ts'

const studio = 'd-1.studio.eu-central-1.sagemaker.aws'
let small: Small
let site: Site
const proxies = new Map<string, HostProxy>()

function place(name: string): Place {
  const found = small.places[name]
  assert.ok(found, `no host ${name}`)
  return found
}

before(async () => {
  small = smallWorld()
  const sockets = new WebSocketServer({ noServer: true })
  small.fabric.serve([
    {
      ...service('studio', ['*.studio.eu-central-1.sagemaker.aws'], 'aws.sagemaker.eu-central-1.studio'),
      upgrade(request, stream, head, origin) {
        sockets.handleUpgrade(request, stream, head, (socket) => socket.send(`${origin.host} ${origin.address}`))
      },
    },
    {
      name: 'faulty',
      hostnames: ['faulty.example.com'],
      handle: () => Promise.reject(new Error('broken on purpose')),
    },
  ])
  const authority = await createAuthority(Date.now())
  site = { world: small.world, fabric: small.fabric, authority, dispatch: createDispatch(small.world) }
  for (const name of ['private', 'laptop', 'public', 'silent']) proxies.set(name, await openProxy(site, place(name)))
})

after(async () => {
  site.dispatch.close()
  await Promise.all([...proxies.values()].map((proxy) => proxy.close()))
})

function proxyOf(name: string): string {
  const proxy = proxies.get(name)
  assert.ok(proxy)
  return proxy.url
}

interface Tunnelled {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  readonly socket?: TLSSocket
}

/** CONNECT through a proxy; TLS on success, the proxy's own answer otherwise. */
async function connectBy(proxyUrl: string, name: string): Promise<Tunnelled> {
  const { hostname, port } = new URL(proxyUrl)
  const request: ClientRequest = httpRequest({ hostname, port, method: 'CONNECT', path: `${name}:443` })
  request.end()
  const [response, stream, head] = await once(request, 'connect')
  if (response.statusCode !== 200) {
    const chunks: Buffer[] = [head]
    for await (const chunk of stream) chunks.push(chunk)
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }
  }
  const socket = tlsConnect({ socket: stream, servername: name, ca: site.authority.certificate })
  await once(socket, 'secureConnect')
  return { status: 200, headers: {}, body: '', socket }
}

async function get(proxyUrl: string, name: string, host = name): Promise<{ status: number; body: string }> {
  const { status, body, socket } = await connectBy(proxyUrl, name)
  if (!socket) return { status, body }
  socket.write(`GET /path?q=1 HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: 10.9.9.9\r\nConnection: close\r\n\r\n`)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return { status: Number(text.split(' ')[1]), body: text.slice(text.indexOf('\r\n\r\n') + 4) }
}

test('a request carries its origin beside the connection', { timeout: 10_000 }, async () => {
  const { status, body } = await get(proxyOf('private'), studio)
  assert.equal(status, 200)
  const seen = JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1))
  assert.deepEqual(seen.origin, { host: 'private', address: '10.0.1.5', endpoint: 'vpce-studio' })
  const outside = await get(proxyOf('laptop'), studio)
  assert.match(outside.body, /"address":"203\.0\.113\.50"/)
})

test('a Host header that names another host is misdirected', { timeout: 10_000 }, async () => {
  assert.equal((await get(proxyOf('private'), studio, 'sts.eu-central-1.amazonaws.com')).status, 421)
  assert.equal((await get(proxyOf('private'), studio, `${studio}:443`)).status, 200)
})

test('a refusal of the network is a failed connection with its layer', { timeout: 10_000 }, async () => {
  const silent = await connectBy(proxyOf('silent'), studio)
  assert.equal(silent.status, 504)
  assert.match(silent.body, /^Connection failed\. security group: sg-silent of silent has no egress rule/)
  assert.match(
    String(silent.headers['proxy-status']),
    /^studio-gate-twin; error=connection_timeout; details="security group/,
  )
  assert.equal((await connectBy(proxyOf('private'), 'nobody.example.net')).status, 502)
  const last = small.world.journal.at(-1)
  assert.deepEqual([last?.host, last?.layer, last?.outcome], ['private', 'name resolution', 'refused'])
})

test('a WebSocket arrives with its origin', { timeout: 10_000 }, async () => {
  const { socket } = await connectBy(proxyOf('private'), studio)
  assert.ok(socket)
  const client = new WebSocket(`wss://${studio}/ws`, { createConnection: () => socket })
  const [message] = await once(client, 'message')
  assert.equal(String(message), 'private 10.0.1.5')
  client.close()
})

test('a fault of a service is a 500 and in the journal', { timeout: 10_000 }, async () => {
  assert.equal((await get(proxyOf('public'), 'faulty.example.com')).status, 500)
  assert.match(small.world.journal.at(-1)?.reason ?? '', /broken on purpose/)
})

test('plain HTTP and nonsense are answered in words', { timeout: 10_000 }, async () => {
  const plain = await plainGet(proxyOf('public'), `http://${studio}/`)
  assert.equal(plain.status, 504, 'the endpoint admits port 443 only')
  const portal = await plainGet(proxyOf('laptop'), `http://${studio}/`)
  assert.equal(portal.status, 502)
  assert.match(portal.body, /listens on port 443 only/)
  assert.equal((await plainGet(proxyOf('laptop'), '/')).status, 400)
})

async function plainGet(proxyUrl: string, path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(proxyUrl)
  const request = httpRequest({ hostname, port, path, headers: { host: 'x', connection: 'close' } })
  request.end()
  const [response] = await once(request, 'response')
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode, body }
}

test('tunnels are checked hop by hop and emerge from their last host', { timeout: 10_000 }, async () => {
  const through = await openTunnel(site, [place('laptop'), place('bastion'), place('private')])
  assert.ok('proxyUrl' in through)
  assert.match((await get(through.proxyUrl, studio)).body, /"host":"private","address":"10\.0\.1\.5"/)
  await through.close()
  const ending = await openTunnel(site, [place('laptop'), place('bastion')])
  assert.ok('proxyUrl' in ending)
  assert.match((await get(ending.proxyUrl, studio)).body, /"address":"10\.0\.0\.7"/)
  await ending.close()
  const direct = await openTunnel(site, [place('laptop'), place('silent')])
  assert.ok('refused' in direct)
  assert.equal(direct.refused, 'security group')
  const sideways = await openTunnel(site, [place('laptop'), place('public'), place('private')])
  assert.ok('refused' in sideways)
  assert.equal(sideways.refused, 'security group')
  const cutOff = await openTunnel(site, [place('laptop'), place('alone')])
  assert.ok('refused' in cutOff)
  assert.equal(cutOff.refused, 'no route')
})

test('a port in use is an error that says so', { timeout: 10_000 }, async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  assert.ok(address !== null && typeof address === 'object')
  await assert.rejects(openProxy(site, place('laptop'), address.port), (error) => {
    assert.ok(error instanceof ProxyPortError)
    assert.match(error.message, new RegExp(`port ${address.port} for the proxy of laptop is in use`))
    return true
  })
  taken.close()
})

test('a closed proxy listens no more and drops its connections', { timeout: 10_000 }, async () => {
  const proxy = await openProxy(site, place('private'))
  const { socket } = await connectBy(proxy.url, studio)
  assert.ok(socket)
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  await proxy.close()
  await closed
  const again = netConnect(proxy.port, '127.0.0.1')
  const [error] = await once(again, 'error')
  assert.equal((error as NodeJS.ErrnoException).code, 'ECONNREFUSED')
})
