/** The kernel's WebSocket: every frame is asked about, or only the connection, by switch `studio.websocket` (row 1.13, UNKNOWN 3). */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { reasonOf } from '../services/denial.ts'
import { cookieOf } from '../services/page.ts'
import type { Origin, World } from '../world.ts'
import type { UseVerdict } from './enforce.ts'
import { cookieName, type Entry, enter } from './entry.ts'

/** "Policy violation" (RFC 6455, 7.4.1). */
const policyViolation = 1008
/** A close reason may have 123 bytes (RFC 6455, 5.5). */
const reasonLimit = 123

export interface KernelSockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, origin: Origin): void
  close(): void
}

export function kernelSockets(world: World): KernelSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 })
  const open = new Set<WebSocket>()
  return {
    upgrade(request, socket, head, origin) {
      const check = () => enter(world, request, cookieOf(request.headers.cookie, cookieName), origin)
      const entry = check()
      if (entry.kind !== 'open') {
        record(world, origin, request, 'WebSocket', entry)
        const status = entry.kind === 'refused' ? '403 Forbidden' : '401 Unauthorized'
        socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
        return
      }
      server.handleUpgrade(request, socket, head, (webSocket) => {
        open.add(webSocket)
        record(world, origin, request, 'WebSocket', entry)
        webSocket.on('close', () => open.delete(webSocket))
        webSocket.on('error', () => webSocket.terminate())
        webSocket.on('message', (data, isBinary) => {
          const now = world.switches['studio.websocket'] === 'per-frame' ? check() : entry
          if (now.kind === 'open') return webSocket.send(data, { binary: isBinary })
          record(world, origin, request, 'WebSocket frame', now)
          webSocket.close(policyViolation, closeReason(now))
        })
      })
    },
    close() {
      for (const webSocket of open) webSocket.terminate()
      server.close()
    },
  }
}

function closeReason(entry: Exclude<Entry, { kind: 'open' }>): string {
  if (entry.kind === 'signed-out') return 'session ended'
  return `${entry.verdict.layer}: not authorized to perform ${entry.verdict.action}`.slice(0, reasonLimit)
}

function record(world: World, origin: Origin, request: IncomingMessage, what: string, entry: Entry): void {
  const host = (request.headers.host ?? '').split(':')[0]
  const verdict: UseVerdict | undefined = entry.kind === 'signed-out' ? undefined : entry.verdict
  world.journal.push({
    at: world.now(),
    host: origin.host,
    what: `${what} ${host}/ws`,
    outcome: entry.kind === 'open' ? 'allowed' : 'refused',
    ...(entry.kind !== 'open' && { layer: verdict?.layer ?? 'service' }),
    reason: verdict ? reasonOf(verdict) : 'no open session',
    ...(verdict && { decision: verdict.decision }),
  })
}
