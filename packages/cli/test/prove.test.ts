/** `studio-gate prove` and `compare` on the template of the example declaration, and on copies of it that let in too much. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { XmlDocument } from 'libxml2-wasm'
import { run } from './run.ts'

const work = mkdtempSync(join(tmpdir(), 'studio-gate-prove-test-'))
after(() => rmSync(work, { recursive: true }))
const template = join(work, 'StudioGate.template.json')
const scp = join(work, 'scp.json')

/** A copy of the template with one text in place of another, under the name of the stack. */
function changed(name: string, from: string, to: string): string {
  const text = readFileSync(template, 'utf8')
  assert.ok(text.includes(from), from)
  mkdirSync(join(work, name), { recursive: true })
  const path = join(work, name, 'StudioGate.template.json')
  writeFileSync(path, text.replaceAll(from, to))
  return path
}

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

before(async () => {
  const { exit, err } = await run('synth', '--out', work)
  assert.equal(exit, 0, err)
})

describe('studio-gate prove', () => {
  const files = (name: string) => {
    const path = (extension: string) => join(work, `${name}.${extension}`)
    const args = ['--json', path('json'), '--sarif', path('sarif'), '--svg', path('svg')]
    return { args, record: () => json(path('json')), sarif: () => json(path('sarif')), svg: path('svg') }
  }

  it('proves the template with its SCP, and draws who comes from where', async () => {
    const { args, record, sarif, svg } = files('proved')
    const { exit, out, text, err } = await run('prove', template, '--scp', scp, ...args)
    assert.equal(exit, 0, out + err)
    assert.match(out, /^Proved, trusting:$/m)
    assert.match(text, /RoleMinting\w+ sagemaker:CreatePresignedDomainUrl Endpoint\w+/)
    assert.match(out, /^the internet +──┤ nobody$/m)
    assert.match(out, /^EndpointStudio +─┬─ 10\.100\.10\.0\/24 ──▶ RoleMinting/m)
    const filed = record()
    assert.equal(filed.verdict, 'proved')
    assert.equal(filed.template.sha256, sha256(template))
    assert.deepEqual(
      filed.scps.map((each: { readonly sha256: string }) => each.sha256),
      [sha256(scp)],
    )
    assert.match(filed.declaration.sha256, /^[0-9a-f]{64}$/)
    assert.equal(filed.switches['studio.boundary-and-scp'], 'enforced')
    assert.match(filed.snapshot.date, /^\d{4}-\d\d-\d\d$/)
    assert.match(filed.tool.version, /^\d+\.\d+\.\d+/)
    assert.ok(filed.doors.length > 20)
    assert.deepEqual(sarif().runs[0].results, [])
    assert.match(drawing(svg), /EndpointStudio.*10\.100\.10\.0\/24/s)
  })

  it('does not without, and says which file to attach', async () => {
    const { args, record, sarif, svg } = files('open')
    const { exit, out, text } = await run('prove', template, ...args)
    assert.equal(exit, 1, out)
    const found = record().counterexamples
    assert.equal(out.match(/^✖ /gm)?.length, found.length)
    assert.match(text, /what to do: attach the service control policy scp\.json/)
    assert.match(
      out,
      /^the internet +─.─ every address ━━✖ any other principal of this account: .*CreatePresignedDomainUrl/m,
    )
    assert.ok(found.length >= 7)
    for (const { replayed, request } of found) {
      assert.equal(replayed[0], 'Allowed.')
      assert.equal(request.resourceAccount, '111122223333')
    }
    const [first, ...others] = sarif().runs[0].results
    assert.equal(first.level, 'error')
    assert.equal(others.length + 1, found.length)
    assert.match(drawing(svg), /every address/)
  })

  it('finds a network that is wider than declared, and points at the role', async () => {
    const wider = changed('wider', '"10.100.10.0/24"', '"10.100.8.0/22"')
    const { args, record, sarif } = files('wider')
    const { exit, out } = await run('prove', wider, '--scp', scp, ...args)
    assert.equal(exit, 1, out)
    const [first] = record().counterexamples
    assert.match(first.principal.name, /^RoleMinting/)
    assert.match(out, /lies in `10\.100\.8\.0\/22`/)
    const { startLine } = sarif().runs[0].results[0].locations[0].physicalLocation.region
    assert.ok(readFileSync(wider, 'utf8').split('\n')[startLine - 1]?.includes(`"${first.principal.name}":`))
  })

  it('finds a network that is narrower than declared, and says who is shut out by which condition', async () => {
    const narrower = changed('narrower', '"10.100.10.0/24"', '"10.100.10.0/25"')
    const { args, record, sarif, svg } = files('narrower')
    const { exit, out, text } = await run('prove', narrower, '--scp', scp, ...args)
    assert.equal(exit, 1, out)
    assert.match(out, /^Shut out, against the declaration: 3 principals\.$/m)
    const { counterexamples, shutOut } = record()
    assert.deepEqual(counterexamples, [])
    assert.equal(out.match(/^⊘ shut out: /gm)?.length, shutOut.length)
    for (const { replayed, summary } of shutOut) {
      assert.match(replayed.join(' '), /^Denied: .*lies in `10\.100\.10\.0\/25`/)
      assert.match(
        summary,
        / at 10\.100\.10\.128\/25, (which the declaration lets in|by the policy of \w+: nobody there can sign in)$/,
      )
    }
    assert.match(out, /^RoleMinting\w+ .* shut out$/m)
    assert.match(text, / not EndpointStudio \(NetworkVpc\): 10\.100\.10\.128\/25 /)
    assert.match(out, /10\.100\.10\.128\/25 ──⊘ RoleMinting/)
    assert.deepEqual(
      sarif().runs[0].results.map(({ ruleId }: { readonly ruleId: string }) => ruleId),
      shutOut.map(() => 'shut-out'),
    )
    assert.match(drawing(svg), /shut out against it/)
  })

  it('does not know what a policy allows that it cannot see', async () => {
    const unseen = changed('unseen', 'policy/AmazonSSMManagedInstanceCore', 'policy/NotInTheSnapshot')
    const { exit, out } = await run('prove', unseen, '--scp', scp)
    assert.equal(exit, 2, out)
    assert.match(out, /^Unknown: /m)
    assert.match(out, /not decided: .*NotInTheSnapshot/)
  })

  it('synthesizes where no template is given, and attaches the derived SCP unless told otherwise', async () => {
    const proved = await run('prove')
    assert.equal(proved.exit, 0, proved.out + proved.err)
    const open = await run('prove', '--no-scp')
    assert.equal(open.exit, 1, open.out)
  })

  it('proves it trusting the administrators that the declaration names, and nobody else of the account', async () => {
    const declaration = join(work, 'studio-gate.yaml')
    const example = readFileSync(join(import.meta.dirname, '../../../examples/demo/studio-gate.yaml'), 'utf8')
    writeFileSync(declaration, `${example}\ntrustedAdministrators: [arn:aws:iam::111122223333:role/cdk-hnb659fds-*]\n`)
    const { exit, out, text, err } = await run('prove', '--declaration', declaration)
    assert.equal(exit, 0, out + err)
    assert.match(text, /^Proved, trusting: the administrators arn:aws:iam::111122223333:role\/cdk-hnb659fds-\*, and/)
    const lax = await run('prove', template, '--scp', scp, '--declaration', declaration)
    assert.equal(lax.exit, 1, lax.out)
    assert.match(lax.text, /any other principal of this account can do iam:AttachRolePolicy/)
  })

  it('refuses what it cannot read with 3', async () => {
    for (const args of [
      ['prove', join(work, 'nowhere.json')],
      ['prove', scp],
      ['prove', template, '--scp', join(work, 'nowhere.json')],
      ['prove', template, '--account', '12'],
      ['compare', template, scp],
    ]) {
      const { exit, err } = await run(...args)
      assert.equal(exit, 3, `${args.join(' ')}\n${err}`)
      assert.match(err, /^what to do: ./m)
    }
  })
})

describe('studio-gate compare', () => {
  it('says what opened, with a request that is allowed afterwards', async () => {
    const wider = changed('opened', '"10.100.10.0/24"', '"10.100.8.0/22"')
    const path = join(work, 'compared.json')
    const { exit, out } = await run('compare', template, wider, '--scp', scp, '--json', path)
    assert.equal(exit, 1, out)
    assert.match(
      out,
      /^\+ RoleMinting\w+: sagemaker:CreatePresignedDomainUrl\n {4}from EndpointStudio \(NetworkVpc\): 10\.100\.8\.0\/23, 10\.100\.11\.0\/24$/m,
    )
    const { opened, closed, after: filed } = json(path)
    assert.ok(opened.length > 0)
    assert.deepEqual(closed, [])
    assert.equal(opened[0].replayed[0], 'Allowed.')
    assert.equal(filed.template.sha256, sha256(wider))
  })

  it('says what closed, and that nothing opened', async () => {
    const wider = changed('closed', '"10.100.10.0/24"', '"10.100.8.0/22"')
    const { exit, out } = await run('compare', wider, template, '--scp', scp)
    assert.equal(exit, 0, out)
    assert.match(out, /^0 opened, [1-9]\d* closed, 0 not decided\.\n\n- RoleMinting/m)
  })

  it('finds an SCP that was taken away', async () => {
    const { exit, out } = await run('compare', template, template, '--before-scp', scp)
    assert.equal(exit, 1, out)
    assert.match(out, /^\+ any other principal of this account: sagemaker:StartSession$/m)
  })

  it('finds no change in none', async () => {
    const { exit, out } = await run('compare', template, template, '--scp', scp)
    assert.equal(exit, 0, out)
    assert.match(out, /^0 opened, 0 closed, 0 not decided\.$/m)
  })
})

/** The text of a picture, which must be well-formed. */
function drawing(path: string): string {
  const document = XmlDocument.fromString(readFileSync(path, 'utf8'))
  try {
    return document.root.content
  } finally {
    document.dispose()
  }
}
