/** `studio-gate explain` on `explain/template.yaml`: walks `explain/cases.json`, each one request with exit code and words. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createTerminal, main } from '@studio-gate/cli'

interface Case {
  readonly case: string
  readonly principal: string
  readonly action?: string
  readonly resource?: string
  readonly endpoint?: string
  readonly address?: string
  readonly scp?: true
  readonly session?: true
  readonly context?: readonly string[]
  readonly exit: number
  readonly says: readonly string[]
}

const folder = join(import.meta.dirname, 'explain')
const template = join(folder, 'template.yaml')
const scp = join(folder, 'scp.json')
const sessionPolicy = join(folder, 'session-policy.json')
const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as readonly Case[]
const work = mkdtempSync(join(tmpdir(), 'studio-gate-explain-test-'))
after(() => rmSync(work, { recursive: true }))

async function run(...args: readonly string[]) {
  let said = ''
  const stream = {
    columns: 1000,
    write: (text: string) => {
      said += text
    },
  }
  const exit = await main(['explain', ...args], createTerminal(stream, stream, {}))
  return { exit, said }
}

const option = (name: string, value: string | undefined) => (value === undefined ? [] : [`--${name}`, value])

function argsOf(one: Case): readonly string[] {
  return [
    ...['--template', template, '--parameter', 'Office=10.0.0.0/24'],
    ...option('principal', one.principal),
    ...option('action', one.action ?? 'sagemaker:CreatePresignedDomainUrl'),
    ...option('resource', one.resource ?? 'arn:aws:sagemaker:eu-central-1:111122223333:user-profile/d-1/alice'),
    ...option('endpoint', one.endpoint),
    ...option('address', one.address),
    ...(one.scp ? ['--scp', scp] : []),
    ...(one.session ? ['--session-policy', sessionPolicy] : []),
    ...(one.context ?? []).flatMap((each) => ['--context', each]),
  ]
}

describe('studio-gate explain', () => {
  for (const one of cases) {
    it(one.case, async () => {
      const { exit, said } = await run(...argsOf(one))
      assert.equal(exit, one.exit, said)
      // Lines are broken for reading.
      const text = said.replace(/\s+/g, ' ')
      for (const words of one.says) assert.ok(text.includes(words), `${words}\n\n${said}`)
    })
  }

  it('names what it did not look at', async () => {
    const { said } = await run(...argsOf({ ...(cases[0] as Case) }))
    assert.match(said, /not looked at: Bucket: the twin cannot make a AWS::Nowhere::Thing/)
  })

  it('writes what can be filed', async () => {
    const json = join(work, 'explain.json')
    const one = cases.find((each) => each.scp) as Case
    const { exit } = await run(...argsOf(one), '--json', json)
    const record = JSON.parse(readFileSync(json, 'utf8'))
    const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
    assert.equal(record.template.sha256, sha256(template))
    assert.deepEqual(
      record.scps.map((each: { readonly sha256: string }) => each.sha256),
      [sha256(scp)],
    )
    assert.equal(record.allowed, exit === 0)
    assert.equal(record.decision.layer, 'scp')
    assert.equal(record.request.context['aws:SourceIp'], one.address)
    assert.match(record.tool.version, /^\d+\.\d+\.\d+/)
    assert.ok(record.sentences.length > 1)
  })

  it('refuses a session policy that is none', async () => {
    const one = cases.find((each) => each.session) as Case
    for (const [text, says] of [
      ['no policy', /this is not JSON/],
      ['{"Statement":[{"Effect":"Alow","Action":"*","Resource":"*"}]}', /Alow/],
    ] as const) {
      const path = join(work, 'session.json')
      writeFileSync(path, text)
      const { exit, said } = await run(...argsOf(one).map((each) => (each === sessionPolicy ? path : each)))
      assert.equal(exit, 3, said)
      assert.match(said, says)
    }
  })

  it('refuses a template without the values that it needs, and a missing option', async () => {
    const [one] = cases as readonly [Case]
    const bare = argsOf(one).filter((each, at, all) => each !== '--parameter' && all[at - 1] !== '--parameter')
    const refused = await run(...bare)
    assert.equal(refused.exit, 3, refused.said)
    assert.match(refused.said, /Office/)
    assert.equal((await run('--template', template)).exit, 2)
  })
})
