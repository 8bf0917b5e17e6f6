/** The demo as a person runs it: declaration to report, in a real browser, each scenario at the layer it names. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const launcher = join(root, 'bin', 'studio-gate.mjs')
const patience = { timeout: 240_000 }

interface Result {
  readonly id: string
  readonly matches: boolean
  readonly error?: string
  readonly expected: { readonly layer?: string; readonly code?: string }
  readonly observed?: { readonly reason: string; readonly decision?: readonly string[] }
}

interface Ran {
  readonly code: number | null
  readonly output: string
  readonly results: readonly Result[]
  readonly report: string
}

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'studio-gate-demo-'))
})
after(() => rm(folder, { recursive: true, force: true }))

async function demo(name: string, ...options: readonly string[]): Promise<Ran> {
  const json = join(folder, `${name}.json`)
  const report = join(folder, name)
  const own = ['--out', join(folder, `${name}-template`), '--json', json, '--report', report]
  const child = spawn(process.execPath, [launcher, 'demo', ...own, ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const text = output.join('')
  const data = await readFile(json, 'utf8').catch(() => {
    throw new Error(`the demo wrote no results; it printed:\n${text}`)
  })
  const { results } = JSON.parse(data) as { readonly results: readonly Result[] }
  return { code, output: text, results, report: await readFile(join(report, 'index.html'), 'utf8') }
}

/** A presigned URL's token, a SAML response (base64 of `<saml2p:` or an XML declaration), a JWT. */
const credentials = /[?&]token=\w|PHNhbWwycD|PD94bWwg|eyJhbGci/

const noBrowser = (result: Result) => result.error?.startsWith('no browser starts') === true

test('each scenario ends where it must, and the report says why', patience, async (t) => {
  const { code, output, results, report } = await demo('all')
  const differing = results.filter((result) => !result.matches)
  if (differing.length > 0 && differing.every(noBrowser)) {
    assert.ok(
      results.some((result) => result.matches),
      output,
    )
    t.skip(
      'NO BROWSER STARTS HERE: only the scenarios without one were run. Install Chrome, or give one with --browser.',
    )
    return
  }
  assert.deepEqual(differing, [], output)
  assert.equal(code, 0, output)
  assert.match(output, new RegExp(`${results.length} of ${results.length} scenarios ended as expected`))

  const layers = new Set(results.map((result) => result.expected.layer))
  for (const layer of ['no route', 'endpoint policy', 'resource policy', 'gate code', 'IAM at mint', 'IAM at use']) {
    assert.ok(layers.has(layer), `no scenario ends at \`${layer}\``)
  }
  const codes = results.flatMap(({ expected }) => expected.code ?? [])
  assert.equal(new Set(codes).size, codes.length, `each forgery has a code of its own: ${codes}`)

  const named = (id: string) => results.find((result) => result.id === id)?.observed?.decision?.join(' ') ?? ''
  assert.match(named('administrator'), /NobodyMintsAroundTheGate/)
  assert.match(named('instance-own'), /NobodyMintsAroundTheGate/)
  assert.match(named('notebook-colleague'), /boundary/i)
  assert.match(named('carried-url'), /UseFromPrivateHost/)

  for (const { id } of results) assert.ok(report.includes(id), `the report lacks ${id}`)
  const pictures = /data:image\/png;base64,[\w+/=]+/g
  for (const text of [report.replace(pictures, ''), output, JSON.stringify(results)]) {
    const found = credentials.exec(text)
    assert.equal(found, null, `a credential was written down: ${text.slice((found?.index ?? 0) - 80, found?.index)}`)
  }
})

test('without the SCP the administrator succeeds, and the run says so', patience, async () => {
  const { code, output, results } = await demo('no-scp', '--no-scp', '--only', 'administrator')
  assert.equal(code, 0, output)
  assert.ok(results.length >= 2)
  for (const { observed } of results) assert.match(observed?.reason ?? '', /without the SCP this door is open/)
})

test('a change of the template changes the outcome', patience, async (t) => {
  const script = join(folder, 'edit.mjs')
  await writeFile(
    script,
    `import { readFileSync, writeFileSync } from 'node:fs'
    const template = process.argv[2]
    const text = readFileSync(template, 'utf8')
    writeFileSync(template, text.replace(/("aws:VpcSourceIp": \\[\\s*")10\\.100\\.10\\.0/g, '$110.100.99.0'))`,
  )
  const edit = `${JSON.stringify(process.execPath)} ${JSON.stringify(script)}`
  const { code, results } = await demo('edited', '--only', 'first-sign-in', '--edit', edit)
  const [result] = results
  if (result !== undefined && noBrowser(result)) return t.skip('NO BROWSER STARTS HERE')
  assert.equal(code, 1)
  assert.equal(result?.matches, false)
  assert.match(result?.observed?.reason ?? '', /10\.100\.99\.0/)
})

/** The example's declaration with keys in KMS: requests signed and posted, assertions encrypted. */
async function withKeys(): Promise<string> {
  const file = join(folder, 'studio-gate.yaml')
  const example = await readFile(join(root, 'examples', 'demo', 'studio-gate.yaml'), 'utf8')
  const keys = 'signInRequests: post\n    signedRequests: rsa-sha256\n    encryptedAssertions: aes-gcm'
  await writeFile(file, example.replace('signInRequests: redirect', keys))
  return file
}

test('a browser carries a signed request there and an encrypted assertion back', patience, async (t) => {
  const { code, output, results } = await demo('keys', '--only', 'started', '--declaration', await withKeys())
  if (results.every(noBrowser)) return t.skip('NO BROWSER STARTS HERE')
  assert.deepEqual(
    [code, results.map(({ id, matches }) => [id, matches])],
    [0, [['started-at-the-gate', true]]],
    output,
  )
})

test('where the endpoint does not let the gate decrypt, nobody gets in', patience, async (t) => {
  const script = join(folder, 'no-decryption.mjs')
  await writeFile(
    script,
    `import { readFileSync, writeFileSync } from 'node:fs'
    const file = process.argv[2]
    const template = JSON.parse(readFileSync(file, 'utf8'))
    const { PolicyDocument } = template.Resources.EndpointKms.Properties
    PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Action }) => Action !== 'kms:Decrypt')
    writeFileSync(file, JSON.stringify(template))`,
  )
  const edit = `${JSON.stringify(process.execPath)} ${JSON.stringify(script)}`
  const own = ['--only', 'started', '--edit', edit, '--declaration', await withKeys()]
  const { code, results } = await demo('no-decryption', ...own)
  const [result] = results
  if (result !== undefined && noBrowser(result)) return t.skip('NO BROWSER STARTS HERE')
  assert.equal(code, 1)
  assert.match(result?.observed?.reason ?? '', /decryption-failed/)
})

test('where no browser starts, the scenarios without one still run and the rest say what to do', patience, async () => {
  const { code, results } = await demo('no-browser', '--browser', join(folder, 'no-such-browser'), '--only', 'o')
  assert.equal(code, 1)
  assert.ok(results.some((result) => result.matches && result.id === 'notebook-own'))
  const failed = results.filter((result) => !result.matches)
  assert.ok(failed.length > 0 && failed.every(noBrowser), JSON.stringify(failed))
})
