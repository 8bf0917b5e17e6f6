/** Documents that can drift: links, files named on pages, declarations shown, and the commands of the deployment guide. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readDeclaration } from '@studio-gate/declaration'
import { readIdpMetadata } from '@studio-gate/saml'
import { createDirectory } from '@studio-gate/twin'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const patience = { timeout: 120_000 }

/** Every Markdown file of the repository that git tracks. */
async function pages(): Promise<readonly string[]> {
  const { stdout } = await run('git', ['ls-files', '*.md'], { cwd: root })
  return stdout.split('\n').filter((path) => path !== '')
}

interface Block {
  /** Words behind the fence: language, then what kind. */
  readonly info: string
  readonly text: string
}

async function blocks(page: string): Promise<readonly Block[]> {
  const text = await readFile(join(root, page), 'utf8')
  return [...text.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(([, info = '', body = '']) => ({ info, text: body }))
}

test('every relative link leads to a file', async () => {
  const all = await pages()
  assert.ok(all.includes('README.md'))
  for (const page of all) {
    const text = await readFile(join(root, page), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      assert.ok(existsSync(resolve(root, dirname(page), target)), `${page} links to ${target}, which is not there`)
    }
  }
})

test('every file that ARCHITECTURE.md names is there', async () => {
  const text = await readFile(join(root, 'ARCHITECTURE.md'), 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('|'))
  let named = 0
  for (const row of rows) {
    const room = /`(packages\/[a-z]+|test)`/.exec(row)?.[1] ?? ''
    for (const [, path = ''] of row.matchAll(/`([\w./-]+\.(?:ts|md))`/g)) {
      named += 1
      assert.ok(existsSync(join(root, path)) || existsSync(join(root, room, path)), `ARCHITECTURE.md names ${path}`)
    }
  }
  assert.ok(named > 10, `only ${named} files are named`)
})

test('every declaration shown is one', async () => {
  let shown = 0
  for (const page of await pages()) {
    for (const { info, text } of await blocks(page)) {
      if (!info.startsWith('yaml') || !text.includes('identityProviders:')) continue
      shown += 1
      const reading = readDeclaration(text, page, { readFile: () => undefined, readMetadata: readIdpMetadata })
      assert.ok(reading.ok, `${page}: ${JSON.stringify(reading)}`)
    }
  }
  assert.ok(shown >= 2, `only ${shown} declarations are shown`)
})

const guide = 'docs/deploy.md'
let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'studio-gate-guide-'))
})
after(() => rm(folder, { recursive: true, force: true }))

/** Where the guide's commands run: a folder with the repository's scripts, and what AWS and an identity provider would hand out. */
async function prepare(): Promise<void> {
  const command = `node ${JSON.stringify(join(root, 'bin', 'studio-gate.mjs'))}`
  await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts: { 'studio-gate': command } }))
  const directory = createDirectory({ region: 'eu-central-1', users: [] })
  await writeFile(join(folder, 'metadata-from-the-identity-provider.xml'), directory.metadataXml)
  const outputs = {
    AcsUrl: 'https://api-vpce.execute-api.eu-central-1.amazonaws.com/gate/saml',
    Audience: 'urn:studio-gate:example',
  }
  await writeFile(join(folder, 'outputs.json'), JSON.stringify({ StudioGate: outputs }))
}

/** `npm ci` and the demo run elsewhere in the tests; the rest of the guide runs here, line by line, in its order. */
const elsewhere = /^npm (ci|run demo)$/

test('the commands of the deployment guide work as written', patience, async () => {
  await prepare()
  let lines = 0
  const printed: string[] = []
  for (const { info, text } of await blocks(guide)) {
    const [language, kind] = info.split(' ')
    if (language === 'yaml' && kind !== undefined) await writeFile(join(folder, kind), text)
    if (language !== 'sh' || kind !== undefined) continue
    for (const line of text.split('\n').filter((each) => each !== '' && !elsewhere.test(each))) {
      const { stdout } = await run('sh', ['-c', line], { cwd: folder })
      printed.push(stdout)
      lines += 1
    }
  }
  assert.ok(lines >= 4, `only ${lines} commands were run`)
  assert.match(printed.join(''), /api-vpce\.execute-api/)
  const intent = await readFile(join(folder, 'cdk.out', 'scp.json'), 'utf8')
  assert.match(intent, /NobodyMintsAroundTheGate/)
})
