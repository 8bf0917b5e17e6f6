/**
 * Each statement of a template that speaks of Studio's door, changed in every small way: the prover must find that the walls are wider or
 * narrower than the declaration. What it need not find stands in a list, with the reason.
 */
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { confined, evaluate, type Intent, type PolicyJson } from '@studio-gate/policy'
import { parseTemplate } from '@studio-gate/policy/template'
import { everyKind } from '../../packages/infra/test/intent.ts'
import { type Resource, type Template, templateOf } from '../../packages/infra/test/template.ts'
import { account } from './declarations.ts'
import { withBoundariesAttached } from './imported-roles.ts'
import { mutationsOf } from './mutations.ts'
import { scpOf } from './walls.ts'

/** Networks of all kinds, none within another of the same rule, one around the subnets of the template. */
const intent: Intent = {
  ...everyKind,
  networks: [
    {
      kind: 'privateCidr',
      name: 'office',
      cidrs: ['10.100.0.0/16', '192.168.7.0/24', 'fd00:7::/64'],
      through: { endpoint: 'deployed' },
    },
    { kind: 'privateCidr', name: 'branch', cidrs: ['172.16.0.0/16'], through: { endpoint: 'vpce-0123456789abcdef0' } },
    { kind: 'publicCidr', name: 'home', cidrs: ['203.0.113.0/24', '198.51.100.0/25'] },
    { kind: 'vpc', name: 'labs', vpc: 'vpc-0123456789abcdef0' },
  ],
  rules: everyKind.rules.flatMap((rule) => {
    if (rule.effect === 'deny') return []
    return rule.name === 'operators' ? [{ ...rule, from: ['labs'] }] : [{ ...rule, from: ['office', 'branch', 'home'] }]
  }),
}

/** Changes after which the walls still are what was declared, or still are together, with the reason. */
const nothingToFind: readonly (readonly [RegExp, string])[] = [
  [/: Action without "sagemaker:DescribeUserProfile"$/, 'to look at a profile opens nothing'],
  [/: (Not)?IpAddress aws:VpcSourceIp 10\.100\.[23][01]\.0\/24 wider$/, 'two subnets of one tier lie side by side'],
  [/^RoleBoundary\w+ EverythingButTheDoors: gone$/, 'what is not a door is not judged'],
  [/^EndpointSageMakerApi OwnAccountButNoDoors: /, 'the roles and the SCP hold the same doors'],
  [/^EndpointSageMakerApi MintForDeclaredDomains: without ArnEquals/, 'the SCP holds everybody else'],
  [/^RoleBoundaryScientist EverythingButTheDoors: NotAction without/, 'the policy of the role grants no other door'],
  [
    /^RoleBoundaryOperator EverythingButTheDoors: NotAction without "(?!.*PresignedDomainUrl)/,
    'the SCP closes the doors',
  ],
  [/ UseFromLabs: without StringNotEquals aws:SourceVpce$/, 'our API endpoint does not stand in the VPC of others'],
  [/^EndpointStudio OpenDeclaredDomains: Resource without .*d-existing12345/, 'no rule opens that domain through it'],
  [/^scp NoRemoteAccess: /, 'spaces are not judged'],
  [/^EndpointSts OwnAccount: Action without "sts:(TagSession|GetCallerIdentity)"$/, 'no step of a sign-in needs it'],
  [/^EndpointSts OwnAccount: without StringEquals/, 'the trust policies name the gate alone'],
  [/^RoleMinting\w+\/trust \w+: without (ArnEquals|StringLike)/, 'it still names the gate alone'],
  [/^GatePolicy BecomeAMintingRole: /, 'within an account a trust policy that names a role is enough'],
]

const verdictOf = (template: Template, scp: unknown): string => {
  const reading = parseTemplate(template, 'StudioGate.template.json')
  assert.ok(reading.ok)
  const options = { accountId: account, scps: [{ file: 'scp.json', json: scp }] }
  const { verdict, counterexamples, shutOut } = confined(reading.template, intent, options)
  for (const { request, policies, summary } of counterexamples)
    assert.equal(evaluate(request, policies).effect, 'allow', summary)
  for (const { request, policies, summary } of shutOut)
    assert.equal(evaluate(request, policies).effect, 'deny', summary)
  return verdict
}

/** A policy of the template: where it stands, what is changed in it, and the template with another in its place. */
interface Wall {
  readonly name: string
  readonly document: PolicyJson
  readonly speaks: (text: string) => boolean
  readonly withChanged: (changed: PolicyJson) => Template
}

const wallsIn = (template: Template): readonly Wall[] =>
  Object.entries(template.Resources).flatMap(([id, { Type: type, Properties: properties }]) => {
    const wall = (
      name: string,
      word: string,
      read: (of: Resource['Properties']) => PolicyJson,
      write: (of: Resource['Properties'], changed: PolicyJson) => void,
    ): Wall => ({
      name,
      document: read(properties),
      speaks: (text) => text.includes(word),
      withChanged: (changed) => {
        const resource = structuredClone(template.Resources[id])
        assert.ok(resource)
        write(resource.Properties, changed)
        return { ...template, Resources: { ...template.Resources, [id]: resource } }
      },
    })
    const property = (name: string, key: string, word: string) =>
      wall(
        name,
        word,
        (of) => of[key],
        (of, changed) => {
          of[key] = changed
        },
      )
    const studio = 'CreatePresignedDomainUrl'
    if (type === 'AWS::EC2::VPCEndpoint' && /Studio|SageMakerApi/.test(id))
      return [property(id, 'PolicyDocument', studio)]
    if (type === 'AWS::EC2::VPCEndpoint' && /Sts|ExecuteApi/.test(id)) return [property(id, 'PolicyDocument', '')]
    if (type === 'AWS::ApiGateway::RestApi') return [property(id, 'Policy', '')]
    if (type === 'AWS::IAM::Policy' && id === 'GatePolicy') return [property(id, 'PolicyDocument', 'sts:AssumeRole')]
    if (/^RoleBoundary/.test(id)) return [property(id, 'PolicyDocument', studio)]
    if (!/^Role(Minting|Execution)/.test(id)) return []
    const inline = wall(
      id,
      studio,
      (of) => of.Policies[0].PolicyDocument,
      (of, changed) => {
        of.Policies[0].PolicyDocument = changed
      },
    )
    return [inline, ...(/^RoleMinting/.test(id) ? [property(`${id}/trust`, 'AssumeRolePolicyDocument', '')] : [])]
  })

describe('a change of one wall', () => {
  let template: Template
  before(async () => {
    template = withBoundariesAttached(await templateOf({ intent }), intent)
  })

  it('is found, or stands in the list', (context) => {
    const scp = scpOf(intent) as PolicyJson
    assert.equal(verdictOf(template, scp), 'proved')
    const verdicts = [
      ...wallsIn(template).flatMap(({ name: wall, document, speaks, withChanged }) =>
        [...mutationsOf(document, speaks)].map(
          ({ name, changed }) => [`${wall} ${name}`, verdictOf(withChanged(changed), scp)] as const,
        ),
      ),
      ...[...mutationsOf(scp, () => true)].map(
        ({ name, changed }) => [`scp ${name}`, verdictOf(template, changed)] as const,
      ),
    ]
    const survivors = verdicts.flatMap(([name, verdict]) => (verdict === 'counterexample' ? [] : [name]))
    context.diagnostic(JSON.stringify({ changes: verdicts.length, found: verdicts.length - survivors.length }))
    assert.deepEqual(
      survivors.filter((name) => !nothingToFind.some(([form]) => form.test(name))),
      [],
    )
    assert.deepEqual(
      nothingToFind.filter(([form]) => !survivors.some((name) => form.test(name))),
      [],
    )
    assert.ok(verdicts.length > 100)
  })
})
