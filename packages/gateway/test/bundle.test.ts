/** The bundle that is deployed, made as the manifest says, in a fresh process with nothing beside it but `intent.json`. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { bundle } from '../src/manifest.ts'
import { corporate, environment, goodLogin, intent } from './gate.ts'
import { samlResponse } from './identity-provider.ts'
import { proxyEvent } from './rest-proxy-event.ts'

const run = promisify(execFile)
let folder = ''

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'studio-gate-bundle-'))
  const entry = fileURLToPath(new URL(bundle.entry, new URL('../src/manifest.ts', import.meta.url)))
  const { banner, mainFields, ...options } = bundle.esbuild
  const outfile = join(folder, bundle.file)
  await build({
    ...options,
    mainFields: [...mainFields],
    banner: { ...banner },
    entryPoints: [entry],
    outfile,
    logLevel: 'error',
  })
  await writeFile(join(folder, 'intent.json'), JSON.stringify(intent))
})

after(() => rm(folder, { recursive: true, force: true }))

/** Imports the bundle in a process of its own and gives it one event. */
async function invoke(event: object, variables: object = environment) {
  const script = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(join(folder, bundle.file)).href)})
    const result = await handler(${JSON.stringify(event)})
    process.stdout.write('RESULT ' + JSON.stringify(result))`
  const options = { env: { ...variables } as NodeJS.ProcessEnv, cwd: folder, timeout: 20_000 }
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], options)
  const [log = '', result = ''] = stdout.split('RESULT ')
  return { log, result: JSON.parse(result) as { statusCode: number; headers: Record<string, string>; body: string } }
}

test('the bundle starts, verifies and refuses', { timeout: 30_000 }, async () => {
  const forged = samlResponse(
    corporate,
    goodLogin({ now: Date.now(), tamper: (xml) => xml.replace('>alice<', '>root<') }),
  )
  const { log, result } = await invoke(proxyEvent({ body: `SAMLResponse=${encodeURIComponent(forged)}` }))
  assert.equal(result.statusCode, 403)
  assert.equal(result.headers['studio-gate-refusal'], 'digest-mismatch')
  assert.match(result.body, /api-request-1/)
  const event = JSON.parse(log) as { class_uid: number; status_code: string }
  assert.deepEqual([event.class_uid, event.status_code], [3002, 'digest-mismatch'])
})

test('a genuine response goes as far as the replay store, and fails closed without it', {
  timeout: 60_000,
}, async () => {
  const genuine = samlResponse(corporate, goodLogin({ now: Date.now() }))
  // Port 9 of loopback discards; nothing listens there.
  const nowhere = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }
  const { result } = await invoke(proxyEvent({ body: `SAMLResponse=${encodeURIComponent(genuine)}` }), {
    ...environment,
    ...nowhere,
  })
  assert.equal(result.headers['studio-gate-refusal'], 'replay-store-unavailable')
  assert.equal(result.statusCode, 503)
})

test('bad configuration stops it at start-up and says what to fix', { timeout: 30_000 }, async () => {
  const { STUDIO_GATE_ACCOUNT: _, ...incomplete } = environment
  await assert.rejects(invoke(proxyEvent({}), incomplete), /set STUDIO_GATE_ACCOUNT, such as `123456789012`/)
})

test('the bundle stays small', async () => {
  const { size } = await stat(join(folder, bundle.file))
  assert.ok(size < 600_000, `${size} bytes`)
})
