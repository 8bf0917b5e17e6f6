/**
 * `reach` and `evaluate` share no decision code, so they can judge each other: on random policies, requests drawn at the edges of the
 * regions must be allowed by one exactly if they lie in the region of the other. REACH_SAMPLES sets how many, REACH_SEED where to begin.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AddressSet,
  type ContextValue,
  edges,
  evaluate,
  ipInCidr,
  type Origin,
  type Policy,
  type PolicyKind,
  type Principal,
  parseAddress,
  parsePolicy,
  type Reach,
  type ReachPolicies,
  type Request,
  reach,
} from '@studio-gate/policy'
import { type Generator, generator } from './generator.ts'

const wanted = Number(process.env.REACH_SAMPLES ?? 20_000)
const firstSeed = Number(process.env.REACH_SEED ?? 1)

const account = '111122223333'
const role = `arn:aws:iam::${account}:role/a`
const alice = `arn:aws:sagemaker:eu-central-1:${account}:user-profile/d-1/alice`
const endpointIds = ['vpce-1', 'vpce-2', 'vpce-3'] as const
const vpcIds = ['vpc-1', 'vpc-2', 'vpc-3'] as const
type Json = Readonly<Record<string, unknown>>
type Some<T> = readonly [T, ...T[]]

/** Keys that may be anything, with the values that policies and requests hold; each test takes some. */
const freeKeys: Readonly<Record<string, Some<ContextValue | undefined>>> = {
  'aws:PrincipalTag/team': [undefined, '', 'red', 'Red', 'blue', 'read', 'r'],
  'aws:RequestTag/team': [undefined, 'red', 'blue', 'RED', 'rd'],
  'aws:MultiFactorAuthPresent': [undefined, 'true', 'false', 'True'],
  'aws:MultiFactorAuthAge': [undefined, '5', '10', '10.5', '11', 'ten'],
  'aws:CurrentTime': [undefined, '2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z', '2027-01-01T00:00:00Z', 'noon'],
  'aws:TagKeys': [undefined, ['a'], ['a', 'b'], ['c'], ['b', 'c'], ''],
  'aws:SourceArn': [
    undefined,
    'arn:aws:s3:::b',
    `arn:aws:lambda:eu-central-1:${account}:function:f`,
    'arn:aws:s3',
    'b',
  ],
  'sagemaker:DomainId': [undefined, 'd-1', 'd-2'],
  'sagemaker:UserProfileName': [undefined, 'alice', 'bob', 'd-1/alice'],
  'sagemaker:VpcSubnets': [undefined, ['s-1'], ['s-1', 's-2'], 's-3', ['s-2', 's-4']],
}
const freeNames = Object.keys(freeKeys) as unknown as Some<string>

const blocks: Some<string> = [
  '10.0.0.0/24',
  '10.0.1.0/24',
  '10.0.0.128/25',
  '203.0.113.0/24',
  '0.0.0.0/1',
  '10.0.0.7',
  'fd00::/16',
  '2001:db8::/32',
]

const some = (random: Generator, items: Some<string>): string | readonly string[] =>
  random.chance(50) ? random.pick(items) : [random.pick(items), random.pick(items)]

const quantified = (random: Generator, name: string): string => {
  const set = random.chance(12) ? random.pick(['ForAnyValue:', 'ForAllValues:']) : ''
  return `${set}${name}${random.chance(12) ? 'IfExists' : ''}`
}

const text = (random: Generator): string =>
  random.pick([
    'StringEquals',
    'StringNotEquals',
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
    'StringLike',
    'StringNotLike',
  ])

const originCondition = (random: Generator): Json =>
  random.pick<() => Json>([
    () => ({
      [quantified(random, random.pick(['IpAddress', 'IpAddress', 'NotIpAddress']))]: {
        'aws:SourceIp': some(random, blocks),
      },
    }),
    () => ({
      [quantified(random, random.pick(['IpAddress', 'IpAddress', 'NotIpAddress']))]: {
        'aws:VpcSourceIp': some(random, blocks),
      },
    }),
    () => ({
      [quantified(random, random.pick(['StringEquals', 'StringNotEquals']))]: {
        'aws:SourceVpce': some(random, ['vpce-1', 'vpce-2']),
      },
    }),
    () => ({
      [quantified(random, random.pick(['StringEquals', 'StringNotEquals']))]: {
        'aws:SourceVpc': some(random, ['vpc-1', 'vpc-2']),
      },
    }),
    () => ({
      Null: { [random.pick(['aws:SourceIp', 'aws:SourceVpce', 'aws:VpcSourceIp'])]: random.pick(['true', 'false']) },
    }),
    () => ({ [random.pick(['Bool', 'BoolIfExists'])]: { 'aws:ViaAWSService': random.pick(['true', 'false']) } }),
    () => ({ [random.pick(['StringEquals', 'StringNotEquals'])]: { 'aws:SourceIp': ['203.0.113.9', 'fd00::1'] } }),
  ])()

const variable = (key: string): string => `\${${key}}`

const freeCondition = (random: Generator): Json => {
  const key = random.pick(freeNames)
  if (random.chance(12)) return { Null: { [key]: random.pick(['true', 'false']) } }
  if (key === 'aws:MultiFactorAuthPresent')
    return { [quantified(random, 'Bool')]: { [key]: random.pick(['true', 'false']) } }
  if (key === 'aws:MultiFactorAuthAge') {
    const name = `Numeric${random.pick(['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'])}`
    return { [quantified(random, name)]: { [key]: some(random, ['5', '10', '10.5']) } }
  }
  if (key === 'aws:CurrentTime') {
    const name = `Date${random.pick(['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'])}`
    return { [quantified(random, name)]: { [key]: some(random, ['2026-01-01T00:00:00Z', '2026-06-01', '1790000000']) } }
  }
  if (key === 'aws:SourceArn') {
    const values: Some<string> = [
      'arn:aws:s3:::*',
      `arn:aws:*:*:${account}:function:?`,
      'arn:*:s3:::b',
      `arn:aws:s3:::${variable('aws:PrincipalTag/team')}`,
    ]
    return {
      [quantified(random, random.pick(['ArnEquals', 'ArnLike', 'ArnNotLike', 'ArnNotEquals']))]: {
        [key]: some(random, values),
      },
    }
  }
  if (key === 'aws:TagKeys' || key === 'sagemaker:VpcSubnets') {
    const values: Some<string> = key === 'aws:TagKeys' ? ['a', 'b', 'c'] : ['s-1', 's-2', 's-*']
    const set = random.pick(['ForAnyValue:', 'ForAllValues:', ''])
    return { [`${set}${text(random)}`]: { [key]: some(random, values) } }
  }
  const values: Some<string> = [
    'red',
    'blue',
    'r*d',
    '?lue',
    'd-1',
    'alice',
    variable('aws:RequestTag/team'),
    variable("aws:RequestTag/team, 'Red'"),
    variable('aws:PrincipalTag/team'),
  ]
  return { [quantified(random, text(random))]: { [key]: some(random, values) } }
}

/** Operators of several conditions together; of two conditions with one operator the later wins. */
const condition = (random: Generator): Json => ({
  ...(random.chance(75) ? originCondition(random) : {}),
  ...(random.chance(45) ? originCondition(random) : {}),
  ...(random.chance(45) ? freeCondition(random) : {}),
  ...(random.chance(20) ? freeCondition(random) : {}),
})

const principalElement = (random: Generator, kind: PolicyKind): unknown =>
  random.pick<unknown>([
    '*',
    { AWS: role },
    { AWS: [`arn:aws:sts::${account}:assumed-role/a/s`, `arn:aws:iam::${account}:user/u`] },
    kind === 'endpoint' ? { AWS: '*' } : { AWS: account },
  ])

const statement = (random: Generator, kind: PolicyKind): Json => ({
  Effect: random.chance(kind === 'rcp' ? 0 : 72) ? 'Allow' : 'Deny',
  ...(kind === 'rcp' ? { Principal: '*' } : {}),
  ...(kind === 'resource' || kind === 'endpoint' ? { Principal: principalElement(random, kind) } : {}),
  ...(kind !== 'rcp' && random.chance(10)
    ? { NotAction: ['s3:*'] }
    : { Action: random.pick(['sagemaker:*', 'sagemaker:Create*', 'sagemaker:CreatePresignedDomainUrl']) }),
  [random.chance(92) ? 'Resource' : 'NotResource']: random.pick<unknown>([
    '*',
    '*',
    alice,
    `arn:aws:sagemaker:*:${account}:user-profile/d-1/*`,
    [
      `arn:aws:sagemaker:eu-central-1:${account}:user-profile/${variable('sagemaker:DomainId')}/${variable('sagemaker:UserProfileName')}`,
    ],
    `arn:aws:sagemaker:eu-central-1:${account}:user-profile/d-?/${variable('aws:PrincipalTag/team')}`,
  ]),
  ...(random.chance(80) ? { Condition: condition(random) } : {}),
})

const policy = (random: Generator, kind: PolicyKind): Policy => {
  const Statement = Array.from({ length: 1 + random.below(3) }, () => statement(random, kind))
  const whole = kind === 'scp' && random.chance(50) ? [{ Effect: 'Allow', Action: '*', Resource: '*' }] : []
  const reading = parsePolicy({ Version: '2012-10-17', Statement: [...whole, ...Statement] }, kind, kind)
  // An endpoint policy takes fewer wildcards than the others (3.8): draw again.
  return reading.ok ? reading.policy : policy(random, kind)
}

const policiesOf = (random: Generator): ReachPolicies => ({
  identity: [policy(random, 'identity')],
  scps: random.chance(30) ? [[policy(random, 'scp')]] : [],
  rcps: random.chance(10) ? [[policy(random, 'rcp')]] : [],
  ...(random.chance(20) ? { session: policy(random, 'session') } : {}),
  ...(random.chance(25) ? { boundary: policy(random, 'boundary') } : {}),
  ...(random.chance(25) ? { resource: policy(random, 'resource') } : {}),
  endpoints: {
    ...(random.chance(50) ? { 'vpce-1': { policy: policy(random, 'endpoint'), vpc: 'vpc-1' } } : {}),
    ...(random.chance(30)
      ? { 'vpce-2': { ...(random.chance(50) ? { policy: policy(random, 'endpoint') } : {}) } }
      : {}),
  },
})

const principals: Some<Principal> = [
  { kind: 'role-session', roleArn: role, sessionName: 's' },
  { kind: 'role-session', roleArn: role, sessionName: 't' },
  { kind: 'user', arn: `arn:aws:iam::${account}:user/u` },
  { kind: 'role-session', roleArn: 'arn:aws:iam::444455556666:role/a', sessionName: 's' },
  { kind: 'root', accountId: account },
]

interface Sample {
  readonly request: Request
  readonly address: string | undefined
  readonly origin: Origin
  readonly endpoint?: string
}

const addresses = (random: Generator, region: Reach): Some<string> => {
  const found = [...region.reached, ...region.undecided].flatMap((part) => edges(part.addresses))
  return random.chance(70) && found.length > 0
    ? (found as unknown as Some<string>)
    : [
        '10.0.0.0',
        '10.0.0.7',
        '10.0.0.127',
        '10.0.0.128',
        '10.0.1.255',
        '10.0.2.0',
        '203.0.113.9',
        '198.51.100.1',
        '127.255.255.255',
        'fd00::1',
        '2001:db8::',
        '2001:db7:ffff::1',
        '::',
      ]
}

/** A full context: an origin as the presence matrix has it (2.1, 2.10), an address at an edge, and any values of the free keys. */
const sample = (random: Generator, principal: Principal, policies: ReachPolicies, region: Reach): Sample => {
  const free = Object.fromEntries(
    freeNames.flatMap((key) => {
      const value = random.chance(70) ? random.pick(freeKeys[key] ?? [undefined]) : undefined
      return value === undefined ? [] : [[key, value]]
    }),
  )
  const address = random.pick(addresses(random, region))
  const ask = (origin: Origin, context: Readonly<Record<string, ContextValue>>, endpoint?: string): Sample => ({
    request: {
      principal,
      action: 'sagemaker:CreatePresignedDomainUrl',
      resource: alice,
      resourceAccount: account,
      context: { ...free, ...context },
    },
    address: origin.kind === 'service' && origin.firstHop === 'private' ? undefined : address,
    origin,
    ...(endpoint === undefined ? {} : { endpoint }),
  })
  const kind = random.below(10)
  if (kind < 3) return ask({ kind: 'internet' }, { 'aws:SourceIp': address, 'aws:ViaAWSService': 'false' })
  if (kind === 3)
    return ask({ kind: 'service', firstHop: 'internet' }, { 'aws:SourceIp': address, 'aws:ViaAWSService': 'true' })
  if (kind === 4) return ask({ kind: 'service', firstHop: 'private' }, { 'aws:ViaAWSService': 'true' })
  const endpoint = random.pick(endpointIds)
  const vpc = policies.endpoints?.[endpoint]?.vpc ?? random.pick(vpcIds)
  const context = {
    'aws:SourceVpce': endpoint,
    'aws:SourceVpc': vpc,
    'aws:VpcSourceIp': address,
    'aws:ViaAWSService': 'false',
  }
  return ask({ kind: 'endpoint', endpoint, vpc }, context, endpoint)
}

/** Whether the request lies in the parts: those of its origin by name, or those of all others. */
const lies = (parts: Reach['reached'], { origin, address }: Sample, { named }: Reach): boolean =>
  parts.some((part) => {
    if (part.origin.kind === 'internet' && origin.kind !== 'internet') return false
    if (part.origin.kind === 'service' && !(origin.kind === 'service' && origin.firstHop === part.origin.firstHop))
      return false
    if (part.origin.kind === 'endpoint') {
      if (origin.kind !== 'endpoint') return false
      const { endpoint, vpc } = part.origin
      if (endpoint !== (named.endpoints.includes(origin.endpoint) ? origin.endpoint : 'other')) return false
      if (vpc !== 'any' && vpc !== (named.vpcs.includes(origin.vpc) ? origin.vpc : 'other')) return false
    }
    return address === undefined || part.cidrs.some((cidr) => ipInCidr(address, cidr))
  })

/** The set of one address. */
const only = (address: string): AddressSet => {
  const parsed = parseAddress(address)
  assert.ok(parsed)
  const interval = [[parsed.value, parsed.value]] as const
  return parsed.bits === 32 ? { v4: interval, v6: [] } : { v4: [], v6: interval }
}

test(`${wanted} requests at the edges of random regions are allowed exactly if they lie in them`, (context) => {
  const counts = { samples: 0, allowed: 0, witnesses: 0, regions: 0, undecided: 0, exact: 0 }
  for (let seed = firstSeed; counts.samples < wanted; seed++) {
    const random = generator(seed)
    const policies = policiesOf(random)
    const principal = random.pick(principals)
    const region = reach(principal, 'sagemaker:CreatePresignedDomainUrl', alice, policies)
    counts.regions++
    if (region.undecided.length > 0) counts.undecided++
    for (const { origin, cidrs, addresses: set } of region.reached) {
      const corner = random.pick(['', ...edges(set)])
      const witness = region.witness(origin, corner === '' ? set : only(corner))
      if (corner !== '' && witness?.address !== undefined) assert.equal(witness.address, corner, `seed ${seed}`)
      assert.ok(witness, `seed ${seed}: no witness for ${JSON.stringify(origin)} ${cidrs}`)
      assert.equal(
        evaluate(witness.request, witness.policies).effect,
        'allow',
        `seed ${seed}: ${JSON.stringify(witness.request)}`,
      )
      counts.witnesses++
    }
    for (let round = 0; round < 20; round++) {
      const drawn = sample(random, principal, policies, region)
      const { endpoints, ...rest } = policies
      const own = drawn.endpoint === undefined ? undefined : endpoints?.[drawn.endpoint]?.policy
      const decision = evaluate(drawn.request, { ...rest, ...(own === undefined ? {} : { endpoint: own }) })
      counts.samples++
      if (decision.effect !== 'allow') continue
      counts.allowed++
      const inside = lies(region.reached, drawn, region)
      if (inside) counts.exact++
      assert.ok(
        inside || lies(region.undecided, drawn, region),
        `seed ${seed}: allowed, but outside of the region: ${JSON.stringify({ drawn, reached: region.reached.map(({ origin, cidrs }) => ({ origin, cidrs })) })}`,
      )
    }
  }
  context.diagnostic(JSON.stringify(counts))
  // A property that never sees an allowed request, or that hides behind "undecided", would prove nothing.
  assert.ok(counts.allowed > counts.samples / 20, JSON.stringify(counts))
  assert.ok(counts.undecided < counts.regions / 5, JSON.stringify(counts))
})
