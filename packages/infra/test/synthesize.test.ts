import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { CfnVPC } from 'aws-cdk-lib/aws-ec2'
import { Annotations, Stack } from 'aws-cdk-lib/core'
import { offlineApp, synthesizeValidated } from '../src/assembly.ts'
import { SynthesisError, synthesize } from '../src/index.ts'
import { everyKind, firstDeployment } from './intent.ts'
import { type Template, theOnly } from './template.ts'

const time = { timeout: 60_000 }
const scratch = mkdtempSync(join(tmpdir(), 'studio-gate-synthesize-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

/** Every file below a folder, by its path there. */
function files(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = names.map((entry) => join(entry.parentPath, entry.name)).sort()
  return new Map(paths.map((path) => [path.slice(folder.length), readFileSync(path, 'latin1')]))
}

test('writes template, bundle and service control policy, the same twice', time, async () => {
  const [one, two] = [join(scratch, 'one'), join(scratch, 'two')]
  const steps: string[] = []
  const made = await synthesize({
    declaration: everyKind,
    outDir: one,
    demoHosts: true,
    onProgress: (step) => steps.push(step),
  })
  assert.deepEqual(steps, ['bundle', 'template'])
  await synthesize({ declaration: everyKind, outDir: two, demoHosts: true })
  assert.deepEqual(files(one), files(two))

  assert.equal(made.templatePath, join(one, 'StudioGate.template.json'))
  const template = JSON.parse(readFileSync(made.templatePath, 'utf8')) as Template
  assert.deepEqual(Object.keys(made.outputs).sort(), Object.keys(template.Outputs).sort())
  const code = theOnly(template, 'AWS::Lambda::Function').Properties.Code
  const folder = join(one, `asset.${basename(code.S3Key, '.zip')}`)
  assert.deepEqual(readdirSync(folder).sort(), ['index.mjs', 'intent.json'])
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'intent.json'), 'utf8')), everyKind)
  assert.ok(readdirSync(one).includes('StudioGate.assets.json'))

  assert.equal(made.scpPaths.length, 1)
  const scp = readFileSync(made.scpPaths[0] ?? '', 'utf8')
  assert.equal(JSON.parse(scp).Statement[0].Effect, 'Deny')
  assert.doesNotMatch(scp, /\$\{|"Ref"|Fn::/)
  for (const [path, text] of files(one)) assert.ok(!text.includes(dirname(import.meta.dirname)), `${path} names a path`)
})

test('the bundle loads on its own and asks for its settings', time, async () => {
  const outDir = join(scratch, 'bundle')
  const { templatePath } = await synthesize({ declaration: firstDeployment, outDir, demoHosts: false })
  const template = JSON.parse(readFileSync(templatePath, 'utf8')) as Template
  const { S3Key } = theOnly(template, 'AWS::Lambda::Function').Properties.Code
  const bundle = join(outDir, `asset.${basename(S3Key, '.zip')}`, 'index.mjs')
  const start = promisify(execFile)(process.execPath, [bundle], { env: {}, timeout: 20_000 })
  await assert.rejects(start, /STUDIO_GATE_/)
})

test('prints nothing', time, async () => {
  const module = JSON.stringify(new URL('../src/index.ts', import.meta.url).href)
  const options = JSON.stringify({ declaration: everyKind, outDir: join(scratch, 'silent'), demoHosts: true })
  const script = `const { synthesize } = await import(${module}); await synthesize(${options})`
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', script],
    { timeout: 30_000 },
  )
  assert.equal(stdout + stderr, '')
})

const unfit = [
  [{ stackName: '9lives' }, /stack name `9lives`/],
  [{ region: 'Frankfurt' }, /Region `Frankfurt`/],
  [{ account: '1234' }, /account `1234`/],
] as const

for (const [options, message] of unfit) {
  test(`refuses ${JSON.stringify(options)}`, time, async () => {
    const call = synthesize({
      declaration: firstDeployment,
      outDir: join(scratch, 'unfit'),
      demoHosts: false,
      ...options,
    })
    await assert.rejects(call, (error) => error instanceof SynthesisError && message.test(error.message))
  })
}

test('what CDK calls an error is ours to say: annotations and template validation', time, async () => {
  const annotated = offlineApp(join(scratch, 'annotated'))
  Annotations.of(new Stack(annotated, 'Annotated')).addError('not like this')
  await assert.rejects(synthesizeValidated(annotated, 'Annotated'), /not like this/)

  const invalid = offlineApp(join(scratch, 'invalid'))
  new CfnVPC(new Stack(invalid, 'Invalid'), 'Vpc', {}).addPropertyOverride('Nonsense', true)
  await assert.rejects(synthesizeValidated(invalid, 'Invalid'), (error) => {
    assert.ok(error instanceof SynthesisError)
    assert.match(error.message, /Invalid\/Vpc: .*Nonsense/)
    return true
  })
})
