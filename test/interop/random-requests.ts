/**
 * Random policies and requests for two evaluators of IAM to agree on. The language is all of it but what
 * `iam-simulate-differences.json` records: the root user, principals of endpoint policies, resource policies that name everybody or
 * a session beside a boundary or session policy, RCPs on services that have none, plain operators on several values, IPv6 addresses
 * beside a single IPv4 one, variables without value in `NotResource`, and what a request or a policy holds wrongly.
 */
import type { ContextValue, PolicyJson, Principal, Request, StatementJson } from '@studio-gate/policy'
import type { Documents } from '../../bench/iam-simulate.ts'
import { type Generator, generator } from '../../packages/policy/test/generator.ts'

type Place = 'identity' | 'session' | 'boundary' | 'scp' | 'rcp' | 'resource' | 'endpoint'
type Condition = readonly [operator: string, key: string, values: readonly string[]]

const account = '111122223333'
const other = '444455556666'

const principals: readonly [Principal, ...Principal[]] = [
  { kind: 'role-session', roleArn: `arn:aws:iam::${account}:role/a`, sessionName: 's' },
  { kind: 'role-session', roleArn: `arn:aws:iam::${account}:role/a`, sessionName: 's' },
  { kind: 'user', arn: `arn:aws:iam::${account}:user/u` },
  { kind: 'role-session', roleArn: `arn:aws:iam::${other}:role/a`, sessionName: 's' },
  { kind: 'user', arn: `arn:aws:iam::${other}:user/team/u` },
  { kind: 'service', service: 'lambda.amazonaws.com' },
  { kind: 'anonymous' },
]

const requests: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['s3:GetObject', 'arn:aws:s3:::b/x'],
  ['s3:PutObject', 'arn:aws:s3:::b/team/y'],
  ['sqs:SendMessage', `arn:aws:sqs:eu-central-1:${account}:q`],
  ['sagemaker:CreatePresignedDomainUrl', `arn:aws:sagemaker:eu-central-1:${account}:user-profile/d-1/alice`],
  ['sagemaker:CreatePresignedDomainUrl', `arn:aws:sagemaker:eu-central-1:${account}:user-profile/d-2/bob`],
]

const actions: readonly [readonly string[], ...(readonly string[])[]] = [
  ['*'],
  ['s3:*'],
  ['S3:get*'],
  ['s3:PutObject', 'sqs:Send?essage'],
  ['sagemaker:*'],
  ['sagemaker:CreatePresigned*Url', 'sqs:*'],
  ['sagemaker:ListDomains'],
]

/** An RCP names the service of every action (3.4). */
const rcpActions: typeof actions = [['s3:*'], ['s3:Get*', 'sqs:*'], ['sqs:SendMessage']]

const resources: readonly [readonly string[], ...(readonly string[])[]] = [
  ['*'],
  ['arn:aws:s3:::b/*', `arn:aws:sqs:*:${account}:*`],
  ['arn:aws:s3:::b/?', 'arn:aws:sagemaker:*:*:user-profile/d-1/*'],
  ['arn:aws:s3:::b/${aws:PrincipalTag/team}/*', 'arn:aws:sagemaker:*:*:user-profile/*/${aws:PrincipalTag/name}'],
  [`arn:aws:sqs:*:${account}:*`, `arn:aws:sagemaker:*:${account}:user-profile/*`],
  ['arn:aws:s3:::c/*'],
]

/** Without variables, which would have to have a value. */
const exempt: typeof resources = [
  ['arn:aws:s3:::b/?', 'arn:aws:sagemaker:*:*:user-profile/d-1/*'],
  ['arn:aws:s3:::*', `arn:aws:sqs:*:${account}:*`],
]

/** Condition keys with the operators that fit them, and values that are met about every other time. */
const conditions: readonly [(random: Generator) => Condition, ...((random: Generator) => Condition)[]] = [
  (random) => [
    `${random.pick(['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'])}${maybe(random)}`,
    'aws:PrincipalTag/team',
    random.pick([['team'], ['Team', 'x'], ['x', 'y']]),
  ],
  (random) => [
    `${random.pick(['StringLike', 'StringNotLike'])}${maybe(random)}`,
    'aws:principaltag/name',
    random.pick([['alice.*'], ['?lice.example', 'x'], ['*.example']]),
  ],
  (random) => [
    `${random.pick(['IpAddress', 'NotIpAddress'])}${maybe(random)}`,
    random.pick(['aws:SourceIp', 'aws:VpcSourceIp']),
    random.pick([
      ['10.0.0.0/8'],
      ['10.0.0.0/9', '192.0.2.0/24'],
      ['10.100.10.7/32'],
      ['2001:db8::/32', '10.128.0.0/9'],
    ]),
  ],
  (random) => [
    `${random.pick(['StringEquals', 'StringNotEquals'])}${maybe(random)}`,
    'aws:SourceVpce',
    random.pick([['vpce-1'], ['vpce-1', 'vpce-2'], ['vpce-3']]),
  ],
  (random) => [
    `${random.pick(['NumericLessThan', 'NumericGreaterThanEquals', 'NumericEquals', 'NumericNotEquals', 'NumericLessThanEquals'])}${maybe(random)}`,
    'aws:MultiFactorAuthAge',
    random.pick([['300'], ['10', '300.5']]),
  ],
  (random) => [
    `${random.pick(['DateLessThan', 'DateGreaterThan', 'DateEquals', 'DateNotEquals', 'DateGreaterThanEquals'])}${maybe(random)}`,
    'aws:CurrentTime',
    random.pick([['2026-01-01T00:00:00Z'], ['2026-06-01T00:00:00Z', '2025-01-01T00:00:00Z']]),
  ],
  (random) => [`Bool${maybe(random)}`, 'aws:SecureTransport', random.pick([['true'], ['false']])],
  (random) => [
    `${random.pick(['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals'])}${maybe(random)}`,
    'aws:PrincipalArn',
    random.pick([
      [`arn:aws:iam::${account}:role/a`],
      ['arn:*:iam::*:role/*'],
      ['arn:aws:iam::*:user/?', 'arn:aws:iam::*:user/*/u'],
    ]),
  ],
  (random) => [
    'Null',
    random.pick(['aws:SourceVpce', 'aws:SourceIp', 'aws:TagKeys']),
    random.pick([['true'], ['false']]),
  ],
  (random) => [
    `${random.pick(['ForAllValues', 'ForAnyValue'])}:${random.pick(['StringEquals', 'StringNotEquals', 'StringLike'])}`,
    'aws:TagKeys',
    random.pick([['owner', 'team'], ['owner'], ['project*']]),
  ],
  () => ['StringEquals', 'aws:PrincipalTag/team', ['${aws:RequestTag/team}']],
  (random) => [
    random.pick(['StringEquals', 'StringNotEquals']),
    'aws:PrincipalAccount',
    [random.pick([account, other])],
  ],
]

function maybe(random: Generator): '' | 'IfExists' {
  return random.chance(20) ? 'IfExists' : ''
}

/** Deny-only and allow-only places follow from AWS's own rules: RCPs deny (3.4). */
function statement(random: Generator, place: Place, bounded: boolean): StatementJson {
  const effect = place === 'rcp' || random.chance(15) ? 'Deny' : 'Allow'
  const block: Record<string, Record<string, readonly string[]>> = {}
  for (let left = random.chance(55) ? 1 + random.below(2) : 0; left > 0; left--) {
    const [operator, key, values] = random.pick(conditions)(random)
    const keys = block[operator] ?? {}
    if (Object.keys(keys).some((known) => known.toLowerCase() === key.toLowerCase())) continue
    block[operator] = { ...keys, [key]: values }
  }
  const named = place === 'resource' || place === 'endpoint' || place === 'rcp'
  return {
    Effect: effect,
    ...(named ? { Principal: principalElement(random, place, bounded) } : {}),
    [random.chance(90) || place === 'rcp' ? 'Action' : 'NotAction']:
      place === 'rcp' ? random.pick(rcpActions) : random.pick(actions),
    ...(random.chance(90) || place === 'rcp'
      ? { Resource: random.pick(resources) }
      : { NotResource: random.pick(exempt) }),
    ...(Object.keys(block).length > 0 ? { Condition: block } : {}),
  }
}

function principalElement(random: Generator, place: Place, bounded: boolean): NonNullable<StatementJson['Principal']> {
  if (place !== 'resource') return '*'
  const names = [
    `arn:aws:iam::${account}:role/a`,
    `arn:aws:iam::${account}:user/u`,
    `arn:aws:iam::${other}:user/team/u`,
    account,
    `arn:aws:iam::${other}:root`,
  ] as const
  return random.pick<NonNullable<StatementJson['Principal']>>([
    { AWS: random.pick(names) },
    { AWS: random.shuffled(names).slice(0, 2) },
    { Service: 'lambda.amazonaws.com' },
    bounded ? { AWS: [account, other] } : '*',
    bounded ? { AWS: account } : { AWS: `arn:aws:sts::${account}:assumed-role/a/s` },
  ])
}

function policy(random: Generator, place: Place, bounded = false): PolicyJson {
  const statements = Array.from({ length: 1 + random.below(4) }, () => statement(random, place, bounded))
  return { Version: '2012-10-17', Statement: statements }
}

const everything: PolicyJson = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }

/** One question; the same seed asks the same. */
export function randomQuestion(seed: number): { readonly request: Request; readonly documents: Documents } {
  const random = generator(seed)
  const principal = random.pick(principals)
  const [action, resource] = random.pick(requests)
  const signed = principal.kind === 'role-session' || principal.kind === 'user'
  const session = principal.kind === 'role-session' && random.chance(25)
  const boundary = signed && random.chance(25)
  const level = (): readonly PolicyJson[] =>
    random.chance(70) ? [everything, policy(random, 'scp')] : [policy(random, 'scp')]
  return {
    request: { principal, action, resource, resourceAccount: account, context: context(random, signed) },
    documents: {
      identity: signed ? Array.from({ length: 1 + random.below(2) }, () => policy(random, 'identity')) : [],
      ...(session ? { session: policy(random, 'session') } : {}),
      ...(boundary ? { boundary: policy(random, 'boundary') } : {}),
      scps: signed && random.chance(30) ? Array.from({ length: 1 + random.below(2) }, level) : [],
      rcps: action.startsWith('sagemaker:') || random.chance(80) ? [] : [[policy(random, 'rcp')]],
      ...(random.chance(60) || !signed ? { resource: policy(random, 'resource', session || boundary) } : {}),
      ...(random.chance(25) ? { endpoint: policy(random, 'endpoint') } : {}),
    },
  }
}

/** Keys as a request has them: private or public, never both (2.1); tags of a principal only where there is one. */
function context(random: Generator, signed: boolean): Readonly<Record<string, ContextValue>> {
  const inside = random.chance(50)
  const address = random.pick(['10.100.10.7', '10.200.0.1', '192.0.2.1', '2001:db8::1'])
  return {
    ...(inside
      ? { 'aws:VpcSourceIp': address, 'aws:SourceVpce': random.pick(['vpce-1', 'vpce-2']) }
      : { 'aws:SourceIp': address }),
    ...(signed
      ? {
          'aws:PrincipalTag/team': random.pick(['team', 'x']),
          'aws:PrincipalTag/name': random.pick(['alice.example', 'bob.example']),
        }
      : {}),
    ...(random.chance(60) ? { 'aws:RequestTag/team': random.pick(['team', 'x']) } : {}),
    ...(random.chance(60) ? { 'aws:TagKeys': random.pick([['owner'], ['owner', 'project-x'], ['x', 'team']]) } : {}),
    ...(random.chance(50) ? { 'aws:MultiFactorAuthAge': random.pick(['10', '300', '301']) } : {}),
    'aws:CurrentTime': random.pick(['2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', '2026-07-01T12:00:00Z']),
    'AWS:SecureTransport': random.pick(['true', 'false']),
  }
}
