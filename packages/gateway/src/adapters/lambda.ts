/**
 * The function's entry file. Bad configuration throws here, while the function starts, with what to fix.
 * `intent.json` lies beside the bundle in the same asset.
 */
import { readFileSync } from 'node:fs'
import type { Intent } from '@studio-gate/policy'
import { createGate } from '../core/settings.ts'
import { createApp } from './app.ts'
import { auditLog } from './audit-log.ts'
import { awsKeys, awsPorts, awsStores, systemClock, systemRandomness } from './aws.ts'
import { restProxyHandler } from './rest-proxy.ts'

const intent = JSON.parse(readFileSync(new URL('./intent.json', import.meta.url), 'utf8')) as Intent
const region = process.env.AWS_REGION ?? ''
const table = process.env.STUDIO_GATE_REPLAY_TABLE ?? ''
if (table === '') throw new Error('set STUDIO_GATE_REPLAY_TABLE to the name of the replay table')

const gate = createGate(intent, process.env, {
  ...awsPorts(region),
  ...awsStores(region, table),
  keys: awsKeys(region, process.env),
  clock: systemClock,
  randomness: systemRandomness,
  audit: auditLog,
})

/** `index.handler` of the function. */
export const handler = restProxyHandler(createApp(gate))
