/** The guide's commands that need an account: the `aws` CLI reads each, checks its parameters, and calls where nobody answers. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { missing, program } from './requirement.ts'

const aws = process.env.STUDIO_GATE_AWS ?? 'aws'
const skip = missing([program('the aws CLI', 'pip install awscli', aws)])

/** Nothing of a person's own; the one attempt ends at a closed port. */
const env = {
  PATH: process.env.PATH,
  AWS: aws,
  AWS_DEFAULT_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nothing',
  AWS_MAX_ATTEMPTS: '1',
}

test('every aws command of the deployment guide is one', { skip, timeout: 120_000 }, async () => {
  const guide = await readFile(new URL('../../docs/deploy.md', import.meta.url), 'utf8')
  const commands = [...guide.matchAll(/^aws (.*)$/gm)].map(([, rest = '']) => rest)
  assert.ok(commands.length >= 4, `only ${commands.length} are there`)
  const folder = await mkdtemp(join(tmpdir(), 'studio-gate-guide-'))
  try {
    await mkdir(join(folder, 'cdk.out'))
    await writeFile(join(folder, 'cdk.out', 'scp.json'), '{}')
    for (const command of commands) {
      const line = `"$AWS" ${command} --endpoint-url http://127.0.0.1:9`
      const end = await promisify(execFile)('sh', ['-c', line], { cwd: folder, env: { ...env, HOME: folder } }).then(
        () => 'it was answered',
        (error: { readonly stderr?: string }) => error.stderr ?? '',
      )
      assert.match(end, /^\s*Could not connect to the endpoint URL/, `aws ${command}`)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
