/**
 * The gate as a plain Node server, behind a TLS terminator of the administrator's. One process only: what it has to
 * remember is in its memory.
 */
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { type Http2Bindings, type HttpBindings, serve } from '@hono/node-server'
import type { Intent } from '@studio-gate/policy'
import type { Audit, Keys, Minting, Profiles } from '../core/ports.ts'
import { createGate, type Environment } from '../core/settings.ts'
import { createApp } from './app.ts'
import { auditLog } from './audit-log.ts'
import { awsKeys, awsPorts, systemClock, systemRandomness } from './aws.ts'
import { memoryReplayStore } from './memory.ts'
import { memoryRequestStore } from './requests.ts'

export interface ServerOptions {
  readonly intent: Intent
  /** As in the manifest, without the replay table. */
  readonly environment: Environment
  readonly port: number
  /** Address to listen on; loopback unless named. */
  readonly hostname?: string
  /** In place of AWS and standard output. */
  readonly ports?: Partial<{
    readonly profiles: Profiles
    readonly minting: Minting
    readonly keys: Keys
    readonly audit: Audit
  }>
}

export interface RunningServer {
  readonly port: number
  close(): Promise<void>
}

/** Throws SettingsError for bad configuration; rejects with the system's error when the address cannot be listened on. */
export function startServer(options: ServerOptions): Promise<RunningServer> {
  const own = {
    replay: memoryReplayStore(systemClock),
    requests: memoryRequestStore(systemClock),
    clock: systemClock,
    randomness: systemRandomness,
  }
  const region = options.environment.AWS_REGION ?? ''
  const keys = awsKeys(region, options.environment)
  const ports = { ...awsPorts(region), keys, audit: auditLog, ...options.ports, ...own }
  const app = createApp(createGate(options.intent, options.environment, ports))
  const fetch = (request: Request, { incoming }: HttpBindings | Http2Bindings) =>
    app(request, { sourceIp: plainAddress(incoming.socket.remoteAddress), requestId: randomUUID() })

  return new Promise((resolve, reject) => {
    const listening = serve(
      { fetch, port: options.port, hostname: options.hostname ?? '127.0.0.1' },
      ({ port }: AddressInfo) =>
        resolve({ port, close: () => new Promise((closed) => listening.close(() => closed())) }),
    )
    listening.once('error', reject)
  })
}

/** A socket that serves both families shows IPv4 addresses as `::ffff:10.0.0.1`. */
function plainAddress(address = ''): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '')
}
