/** `bin/`: any Node from 20 on starts it, signals and exit codes pass through, and nothing is left running. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'

const command = join(import.meta.dirname, '../../../bin/studio-gate.mjs')
const work = mkdtempSync(join(tmpdir(), 'studio-gate-launcher-test-'))
after(() => rmSync(work, { recursive: true }))

/** What a run leaves behind on purpose: its output, and the unpacked browser for the next one. */
const kept = /^(?:cdk\.out|demo-report|studio-gate-chromium-[\w.-]+-\d+)$/

/** A Node before 24 of this machine, if it has one; `npm run` hides it behind the packaged one. */
const oldNode = ['/usr/local/bin/node', '/usr/bin/node'].find((path) => existsSync(path))

function start(node: string, ...args: readonly string[]): ChildProcess & { text(): string } {
  const child = spawn(node, [command, ...args], {
    cwd: work,
    env: { ...process.env, TMPDIR: work },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk))
  return Object.assign(child, { text: () => text })
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit')
  return child.exitCode
}

describe('the launcher', () => {
  const synthesized = mkdtempSync(join(tmpdir(), 'studio-gate-launcher-test-'))
  before(async () => {
    const child = start(process.execPath, 'synth', '--out', synthesized)
    assert.equal(await ended(child), 0, child.text())
  })
  after(() => rmSync(synthesized, { recursive: true }))

  it('passes arguments and exit codes on', async () => {
    const good = start(process.execPath, 'version')
    assert.equal(await ended(good), 0)
    assert.match(good.text(), /^node 2[4-9]\./m)
    assert.equal(await ended(start(process.execPath, 'nonsense')), 2)
  })

  it('finds the Node of the lockfile when an older one starts it', {
    skip: oldNode === undefined && 'this machine has no other Node',
  }, async () => {
    const good = start(oldNode ?? '', 'version')
    assert.equal(await ended(good), 0, good.text())
    assert.match(good.text(), /^node 2[4-9]\./m)
    assert.ok(!good.text().includes('Warning'), good.text())
    assert.equal(await ended(start(oldNode ?? '', 'nonsense')), 2)
  })

  it('says what is missing before `npm ci`', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'studio-gate-launcher-test-'))
    cpSync(join(command, '..'), join(bare, 'bin'), { recursive: true })
    try {
      for (const file of ['studio-gate.mjs', 'run-tests.mjs'])
        for (const node of [process.execPath, oldNode ?? process.execPath]) {
          const { status, stderr } = spawnSync(node, [join(bare, 'bin', file)], { encoding: 'utf8' })
          assert.equal(status, 3, stderr)
          assert.match(stderr, /what to do: run `npm ci` there/)
        }
    } finally {
      rmSync(bare, { recursive: true })
    }
  })

  it('explains requests to the synthesized template: 0 allowed, 1 denied, 3 bad input', async () => {
    const ask = async (...more: readonly string[]) => {
      const template = join(synthesized, 'StudioGate.template.json')
      const scp = join(synthesized, 'scp.json')
      const child = start(
        process.execPath,
        ...['explain', '--template', template, '--scp', scp, '--action', 'sagemaker:CreatePresignedDomainUrl'],
        ...['--resource', 'arn:aws:sagemaker:eu-central-1:111122223333:user-profile/${DomainMain}/alice', ...more],
      )
      return { code: await ended(child), text: child.text() }
    }
    const minting = /"(RoleMinting\w+)": \{/.exec(
      readFileSync(join(synthesized, 'StudioGate.template.json'), 'utf8'),
    )?.[1]
    const inside = await ask('--principal', minting ?? '', '--endpoint', 'EndpointStudio', '--address', '10.100.10.9')
    assert.equal(inside.code, 0, inside.text)
    assert.match(inside.text, /^Allowed\.$/m)
    const around = await ask('--principal', 'arn:aws:iam::111122223333:user/bob', '--address', '198.51.100.7')
    assert.equal(around.code, 1, around.text)
    assert.match(around.text, /of the SCP `scp` denies it/)
    const wrong = await ask('--principal', 'nobody', '--address', '198.51.100.7')
    assert.equal(wrong.code, 3, wrong.text)
  })

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`ends with ${code} after ${signal} while a twin is up, and leaves neither process nor file`, async () => {
      const child = start(
        oldNode ?? process.execPath,
        'twin',
        'up',
        '--template',
        join(synthesized, 'StudioGate.template.json'),
      )
      await until(() => child.text().includes('Ctrl-C stops it.'), child)
      child.kill(signal)
      assert.equal(await ended(child), code, child.text())
      assert.match(child.text(), /the twin is stopped/)
      assert.deepEqual(readdirSync(work), [])
    })
  }

  it('leaves nothing after Ctrl-C while it synthesizes', async () => {
    const child = start(oldNode ?? process.execPath, 'twin', 'up')
    await until(() => readdirSync(work).some((name) => name.startsWith('studio-gate-bundle-')), child)
    child.kill('SIGINT')
    assert.equal(await ended(child), 130, child.text())
    assert.deepEqual(readdirSync(work), [])
  })

  it('stops in order when nobody reads its output any more', async () => {
    const child = start(oldNode ?? process.execPath, 'twin', 'up')
    await until(() => readdirSync(work).some((name) => name.startsWith('studio-gate-bundle-')), child)
    for (const stream of [child.stdout, child.stderr]) stream?.destroy()
    assert.equal(await ended(child), 141)
    assert.deepEqual(readdirSync(work), [])
  })

  it('ends with 130 after Ctrl-C in the middle of the demo, and leaves no browser', async () => {
    const child = start(oldNode ?? process.execPath, 'demo', '--only', 'private-host')
    await until(() => child.text().includes('twin up, browser'), child)
    child.kill('SIGINT')
    assert.equal(await ended(child), 130, child.text())
    assert.deepEqual(
      readdirSync(work).filter((name) => !kept.test(name)),
      [],
    )
    assert.deepEqual(processesIn(work), [])
  })
})

async function until(condition: () => boolean, child: ChildProcess & { text(): string }): Promise<void> {
  const end = performance.now() + 120_000
  while (!condition()) {
    if (child.exitCode !== null || performance.now() > end) {
      child.kill('SIGKILL')
      throw new Error(`it did not get there:\n${child.text()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Command lines of processes that mention a folder. */
function processesIn(folder: string): readonly string[] {
  if (!existsSync('/proc')) return []
  return readdirSync('/proc')
    .flatMap((pid) => commandLine(pid))
    .filter((line) => line.includes(folder))
}

function commandLine(pid: string): readonly string[] {
  try {
    return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : []
  } catch {
    return []
  }
}
