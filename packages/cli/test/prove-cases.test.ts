/**
 * `studio-gate prove` on templates that let in too much, each with its corrected twin: `prove/cases/*.yaml` replace or add resources of
 * `prove/base.yaml`, first as somebody got them wrong, behind `---` as they are right. `prove/cases.json` says what must be found.
 */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { run } from './run.ts'

interface Case {
  readonly file: string
  /** Principal and door of every counterexample; of some, where `includes`. */
  readonly finds: readonly string[]
  readonly includes?: true
  /** Principal and door of everybody who is shut out against the declaration. */
  readonly shutOut?: readonly string[]
  /** Pattern that the origin of one of them must fit. */
  readonly origin?: string
  /** What a summary must say. */
  readonly says?: string
  readonly scp?: string
  readonly options?: readonly string[]
  readonly keptOptions?: readonly string[]
  /** Without `options` the verdict is open, and names this. */
  readonly without?: string
}

const folder = join(import.meta.dirname, 'prove')
const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as readonly Case[]
const work = mkdtempSync(join(tmpdir(), 'studio-gate-prove-cases-'))
after(() => rmSync(work, { recursive: true }))
const derived = join(work, 'scp.json')
const declaration = ['--declaration', join(folder, 'studio-gate.yaml')]

/** Sections of a template's text, each cut into its entries behind the line that begins it; `~` in place of an entry takes it out. */
function sectionsOf(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>()
  for (const section of text.split(/^(?=[A-Z])/m).filter((each) => /^\w+:/.test(each))) {
    const parts = section.split(/^(?= {2}['\w])/m)
    sections.set(section.split(':')[0] ?? '', new Map(parts.map((part) => [part.trim().split(':')[0] ?? '', part])))
  }
  return sections
}

const base = readFileSync(join(folder, 'base.yaml'), 'utf8')

function templateOf(changes: string): string {
  const sections = sectionsOf(base)
  for (const [name, entries] of sectionsOf(changes))
    sections.set(name, new Map([...(sections.get(name) ?? []), ...entries]))
  const all = [...sections.values()].flatMap((entries) => [...entries.values()])
  return all.filter((entry) => !entry.includes(': ~\n')).join('')
}

/** Writes a template under the name of the stack, beside the templates that it nests. */
function written(name: string, text: string): string {
  const own = join(work, name)
  mkdirSync(own, { recursive: true })
  for (const file of readdirSync(folder))
    if (file.startsWith('nested-')) copyFileSync(join(folder, file), join(own, file))
  const path = join(own, 'StudioGate.yaml')
  writeFileSync(path, text)
  return path
}

before(async () => {
  const { exit, err } = await run('synth', ...declaration, '--out', work, '--no-demo-hosts')
  assert.equal(exit, 0, err)
})

async function prove(name: string, text: string, scp: string | undefined, options: readonly string[] = []) {
  const json = join(work, `${name}.json`)
  const scps = ['--scp', scp === undefined ? derived : join(folder, scp)]
  const ran = await run('prove', written(name, text), ...declaration, ...scps, ...options, '--json', json)
  return { ...ran, record: JSON.parse(readFileSync(json, 'utf8')) }
}

/** `Role sagemaker:CreatePresignedDomainUrl` for each finding of a record. */
const namesOf = (findings: readonly { readonly principal: { readonly name: string }; readonly door: string }[]) => [
  ...new Set(findings.map(({ principal, door }) => `${principal.name} ${door}`)),
]

describe('studio-gate prove on templates of others', () => {
  it('has a case for each file', () => {
    const files = readdirSync(join(folder, 'cases')).map((file) => file.replace('.yaml', ''))
    assert.deepEqual(files.sort(), cases.map(({ file }) => file).sort())
  })

  it('proves the base', async () => {
    const { exit, out, err, record } = await prove('base', base, undefined)
    assert.equal(exit, 0, out + err)
    assert.ok(record.trusting.includes('whoever deploys to leave the parameter Office at its default `10.100.10.0/24`'))
    const given = await prove('base', base, undefined, ['--parameter', 'Office=10.100.10.0/24'])
    assert.equal(given.record.trusting.length, 1)
  })

  for (const each of cases) {
    const [wide = '', kept = ''] = readFileSync(join(folder, 'cases', `${each.file}.yaml`), 'utf8').split('---\n')
    it(`${each.file}: ${wide.split('\n')[0]?.slice(2)}`, async () => {
      const { exit, out, err, record } = await prove(`${each.file}-wide`, templateOf(wide), each.scp, each.options)
      assert.equal(exit, 1, out + err)
      const distinct = namesOf(record.counterexamples)
      if (each.includes)
        assert.ok(
          each.finds.every((line) => distinct.includes(line)),
          distinct.join('; '),
        )
      else assert.deepEqual(distinct, each.finds)
      assert.deepEqual(namesOf(record.shutOut), each.shutOut ?? [])
      for (const { replayed } of record.counterexamples) assert.equal(replayed[0], 'Allowed.')
      assert.match(out, new RegExp(each.origin ?? ''))
      assert.ok(out.includes(each.says ?? ''), out)
    })
    it(`${each.file}, corrected`, async () => {
      const { exit, out, err } = await prove(`${each.file}-kept`, templateOf(kept), each.scp, each.keptOptions)
      assert.equal(exit, 0, out + err)
    })
    if (each.without !== undefined)
      it(`${each.file}, without the value`, async () => {
        const { exit, out } = await prove(`${each.file}-open`, templateOf(wide), each.scp)
        assert.equal(exit, 2, out)
        assert.ok(out.includes(each.without ?? '-'), out)
      })
  }

  const resource = (type: string, properties: string) =>
    `Resources:\n  More:\n    Type: ${type}\n    Properties:\n${properties}`
  const managed = '      PolicyDocument: { Statement: [{ Effect: Allow, Action: s3:*, Resource: "*" }] }\n'
  const opaque: readonly (readonly [what: string, changes: string, named: RegExp])[] = [
    [
      'a nested stack that is not here',
      resource('AWS::CloudFormation::Stack', '      TemplateURL: https://s3.amazonaws.com/bucket/roles.yaml\n'),
      /More: a nested stack that counts as allowing everything: its template is at https:/,
    ],
    [
      'a nested stack whose file is missing',
      resource('AWS::CloudFormation::Stack', '      TemplateURL: ./nowhere.yaml\n'),
      /there is no file \.\/nowhere\.yaml/,
    ],
    [
      'a nested stack whose place is computed',
      resource('AWS::CloudFormation::Stack', '      TemplateURL: !Sub ${AWS::Region}.yaml\n'),
      /its TemplateURL is computed/,
    ],
    [
      'a serverless function, of which a macro makes roles',
      `Transform: AWS::Serverless-2016-10-31\n${resource('AWS::Serverless::Function', '      Runtime: nodejs24.x\n')}`,
      /the macro `AWS::Serverless-2016-10-31`.*More: AWS::Serverless::Function/s,
    ],
    [
      'resources that are made in a loop',
      "Transform: AWS::LanguageExtensions\nResources:\n  'Fn::ForEach::Roles':\n    - Name\n    - [one, two]\n    - 'Role${Name}': { Type: AWS::IAM::Role }\n",
      /Fn::ForEach::Roles at Resources/,
    ],
    [
      'a managed policy that another stack exports',
      resource('AWS::IAM::User', '      ManagedPolicyArns: [!ImportValue shared-policy]\n'),
      /a managed policy that cannot be known: export shared-policy of another stack/,
    ],
    [
      'a managed policy of AWS that is not in the snapshot',
      resource('AWS::IAM::User', '      ManagedPolicyArns: [arn:aws:iam::aws:policy/NotInTheSnapshot]\n'),
      /NotInTheSnapshot/,
    ],
    [
      'a group that the template does not make',
      resource('AWS::IAM::User', '      Groups: [operators]\n'),
      /policies of the group operators/,
    ],
    [
      'a policy that AWS would refuse: an Allow with NotPrincipal',
      readFileSync(join(folder, 'cases/not-principal.yaml'), 'utf8')
        .split('---\n', 1)[0]
        ?.replace('Effect: Deny', 'Effect: Allow') ?? '',
      /ApiEndpoint: cannot be read: NotPrincipal cannot be combined with Allow/,
    ],
    [
      'a policy for a role that cannot be known',
      resource('AWS::IAM::ManagedPolicy', `      Roles: [!ImportValue a-role]\n${managed}`),
      /attached to a role that cannot be known: export a-role/,
    ],
    [
      'a role whose name another stack exports',
      resource(
        'AWS::IAM::Role',
        '      RoleName: !ImportValue a-name\n      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: ec2.amazonaws.com }, Action: sts:AssumeRole }] }\n',
      ),
      /RoleName: export a-name/,
    ],
  ]
  for (const [what, changes, named] of opaque)
    it(`does not guess at ${what}`, async () => {
      const { exit, out, err } = await prove('opaque', templateOf(changes), undefined)
      assert.equal(exit, 2, out + err)
      assert.match(out, named)
    })

  it('does not take a policy of an endpoint that it cannot read for one that lets through', async () => {
    const wide = readFileSync(join(folder, 'cases/endpoint-without-policy.yaml'), 'utf8').split('---\n')[0] ?? ''
    const unread = wide.replaceAll(/(ServiceName: .*\n)/g, '$1      PolicyDocument: !ImportValue a-policy\n')
    const { exit, out, err } = await prove('unread', templateOf(unread), 'guard.json')
    assert.equal(exit, 2, out + err)
    assert.match(out, /ApiEndpoint: depends on what is not known: export a-policy/)
  })

  it('reads the same template in JSON, and points at the lines of both', async () => {
    const wide = templateOf(readFileSync(join(folder, 'cases/boundary-missing.yaml'), 'utf8').split('---\n')[0] ?? '')
    const sarif = join(work, 'lines.sarif')
    const yaml = written('lines', wide)
    const places = async (path: string) => {
      const { exit, out } = await run('prove', path, ...declaration, '--scp', derived, '--sarif', sarif)
      assert.equal(exit, 1, out)
      const [{ region }] = JSON.parse(readFileSync(sarif, 'utf8')).runs[0].results.map(
        (each: { readonly locations: readonly { readonly physicalLocation: object }[] }) =>
          each.locations[0]?.physicalLocation,
      )
      return readFileSync(path, 'utf8').split('\n')[region.startLine - 1]
    }
    assert.equal(await places(yaml), '  Execution:')
    const json = join(work, 'lines', 'StudioGate.json')
    // On one line, with another thing of the same name before it.
    const { Resources: resources } = JSON.parse(readFileSync(join(work, 'StudioGate.template.json'), 'utf8'))
    delete resources.RoleExecutionScientist.Properties.PermissionsBoundary
    const outputs = { Outputs: { RoleExecutionScientist: { Value: 'no resource' } } }
    writeFileSync(json, JSON.stringify({ ...outputs, Resources: resources }, undefined, 1))
    assert.equal(await places(json), '  "RoleExecutionScientist": {')
  })

  it('points at the line of a nested template', async () => {
    const wide = readFileSync(join(folder, 'cases/nested.yaml'), 'utf8').split('---\n')[0] ?? ''
    const sarif = join(work, 'nested.sarif')
    await run('prove', written('nested', templateOf(wide)), ...declaration, '--scp', derived, '--sarif', sarif)
    const [{ physicalLocation: place, logicalLocations: names }] = JSON.parse(readFileSync(sarif, 'utf8')).runs[0]
      .results[0].locations
    assert.match(place.artifactLocation.uri, /nested-wide\.yaml$/)
    assert.equal(
      readFileSync(join(folder, 'nested-wide.yaml'), 'utf8').split('\n')[place.region.startLine - 1],
      '  Execution:',
    )
    assert.deepEqual(names, [{ name: 'Roles/Execution' }])
  })

  it('says once what is found however a condition comes out', async () => {
    const open = templateOf(readFileSync(join(folder, 'cases/condition.yaml'), 'utf8').split('---\n')[0] ?? '')
    const json = join(work, 'once.json')
    const { exit } = await run('prove', written('once', open), ...declaration, '--no-scp', '--json', json)
    assert.equal(exit, 1)
    const summaries: readonly string[] = JSON.parse(readFileSync(json, 'utf8')).counterexamples.map(
      ({ summary }: { readonly summary: string }) => summary,
    )
    const [ifs, always] = [true, false].map((some) => summaries.filter((each) => each.includes(', if ') === some))
    assert.deepEqual(
      ifs?.map((each) => each.split(' ')[0]),
      ['Minting'],
    )
    assert.equal(always?.length, 7)
  })

  it('leaves out worlds that CloudFormation would refuse', async () => {
    const changes = (first: string, second: string) =>
      `Parameters:\n  Stage: { Type: String }\nConditions:\n  Testing: !Equals [!Ref Stage, test]\nResources:\n  More:\n    Type: AWS::IAM::User\n    Condition: Testing\n  Given:\n    Type: AWS::IAM::UserPolicy\n${first}    Properties:\n      UserName: !Ref More\n      PolicyName: given\n      PolicyDocument: { Statement: [{ Effect: Allow, Action: '${second}', Resource: '*' }] }\n`
    const kept = await prove('refused', templateOf(changes('', 's3:*')), undefined)
    assert.equal(kept.exit, 0, kept.out + kept.err)
    const wide = await prove('refused', templateOf(changes('', 'iam:*')), undefined)
    assert.equal(wide.exit, 1, wide.out)
    const never = changes('', 's3:*').replace('Testing: !Equals [!Ref Stage, test]', 'Testing: !Equals [a, b]')
    const refused = await run('prove', written('never', templateOf(never)), ...declaration, '--scp', derived)
    assert.equal(refused.exit, 3, refused.out)
    assert.match(refused.err, /its condition Testing does not hold/)
  })

  it('compares nested stacks, and does not guess how an open condition comes out', async () => {
    const [wide = '', kept = ''] = readFileSync(join(folder, 'cases/nested.yaml'), 'utf8').split('---\n')
    const [was, is] = [written('nested-before', templateOf(kept)), written('nested-after', templateOf(wide))]
    const opened = await run('compare', was, is, ...declaration, '--scp', derived)
    assert.equal(opened.exit, 1, opened.out + opened.err)
    assert.match(opened.out, /^\+ Roles\/Execution: sagemaker:CreatePresignedDomainUrl\n {4}from any other endpoint/m)
    const open = templateOf(readFileSync(join(folder, 'cases/condition.yaml'), 'utf8').split('---\n')[1] ?? '')
    const same = await run('compare', written('open', open), written('open', open), ...declaration, '--scp', derived)
    assert.equal(same.exit, 2, same.out)
    assert.match(same.out, /a condition that nothing decides; give parameters their values/)
  })

  it('calls policies as `explain` does', async () => {
    const wide = templateOf(readFileSync(join(folder, 'cases/if-exists.yaml'), 'utf8').split('---\n')[0] ?? '')
    const { record } = await prove('ids', wide, undefined)
    const [{ request, replayed, address }] = record.counterexamples
    const path = join(work, 'explained.json')
    const { exit, out, err } = await run(
      ...['explain', '--template', join(work, 'ids', 'StudioGate.yaml'), '--scp', derived, '--json', path],
      ...['--principal', 'Minting', '--action', request.action, '--endpoint', 'StudioEndpoint', '--address', address],
      ...['--resource', 'arn:aws:sagemaker:eu-central-1:111122223333:user-profile/${Domain}/alice'],
    )
    assert.equal(exit, 0, out + err)
    const named = (sentences: readonly string[]) =>
      sentences.flatMap((sentence) => /^Statement .* of the ([\w ]+ policy `[^`]+`)/.exec(sentence)?.[1] ?? []).sort()
    const both = [named(replayed), named(JSON.parse(readFileSync(path, 'utf8')).sentences)]
    assert.ok(both[0]?.includes('identity policy `Use`'), both[0]?.join())
    for (const name of both[0] ?? []) assert.ok(both[1]?.includes(name), `${name}: ${both[1]?.join()}`)
  })

  it('refuses what is no template with 3, and says what to do', async () => {
    const itself =
      'Resources:\n  Again:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./StudioGate.yaml\n'
    const bad: readonly (readonly [name: string, text: string, says: RegExp])[] = [
      ['no-yaml', 'Resources: [}', /cannot be read as a template/],
      ['prose', 'this is no template', /allowed: a map with the section Resources/],
      ['empty', '', /allowed: a map with the section Resources/],
      ['no-json', '{ "Resources": ', /cannot be read as a template/],
      ['list', '[]', /allowed: a map with the section Resources/],
      ['no-resources', 'Resources: {}', /at least one resource/],
      ['misspelt', 'Resources:\n  A: { Type: AWS::IAM::Role, Propertys: {} }', /an unknown key/],
      [
        'nowhere',
        'Resources:\n  A: { Type: AWS::IAM::User, Properties: { Groups: [!Ref Nobody] } }',
        /does not declare/,
      ],
      ['cycle', itself, /nested stacks contain themselves: \S+StudioGate\.yaml -> \S+StudioGate\.yaml/],
      [
        'parameter',
        'Parameters:\n  A: { Type: Number, Default: x }\nResources:\n  B: { Type: AWS::IAM::Group }',
        /a number/,
      ],
    ]
    for (const [name, text, says] of bad) {
      const { exit, err } = await run('prove', written(name, text), ...declaration, '--scp', derived)
      assert.equal(exit, 3, `${name}: ${err}`)
      assert.match(err, says)
      assert.match(err, /^what to do: ./m)
    }
    const unknown = await run('prove', written('base', base), ...declaration, '--parameter', 'Nobody=1')
    assert.equal(unknown.exit, 3, unknown.err)
  })
})
