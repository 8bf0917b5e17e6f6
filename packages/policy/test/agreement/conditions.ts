/** Random conditions: every operator with every qualifier, on keys that the place, the principal or nothing fixes. */
import type { ContextValue } from '@studio-gate/policy'
import { operatorNames } from '../../src/operators.ts'
import type { Generator } from '../generator.ts'
import { account, role, type Some } from './targets.ts'

export type Json = Readonly<Record<string, unknown>>

const variable = (key: string): string => `\${${key}}`

/** Keys that may be anything, with values that requests hold: around those of the policies, of every letter case, and unreadable. */
export const freeKeys: Readonly<Record<string, Some<ContextValue | undefined>>> = {
  'aws:PrincipalTag/team': [undefined, '', 'red', 'Red', 'blue', 'read', 'r', 'x', 'alice', 'target', '*'],
  'aws:RequestTag/team': [undefined, 'red', 'blue', 'RED', 'rd', 'x-red', 'a*b'],
  'aws:UserAgent': [undefined, 'console.amazonaws.com', 'aws-cli/2', 'a*b', 'a$b', 'azb'],
  'aws:MultiFactorAuthPresent': [undefined, 'true', 'false', 'True', 'yes'],
  'aws:MultiFactorAuthAge': [undefined, '5', '10', '10.5', '11', 'ten', '-1', '7.25'],
  'aws:CurrentTime': [
    undefined,
    '2026-01-01T00:00:00Z',
    '2026-06-01T00:00:00+02:00',
    '2027-01-01T00:00:00Z',
    'noon',
    '1790000000',
    '2026',
  ],
  'aws:EpochTime': [undefined, '1767225600', '1790000001', '99999999999'],
  'aws:TagKeys': [undefined, ['a'], ['a', 'b'], ['c'], ['b', 'c'], '', ['', 'a'], 'a'],
  'aws:SourceArn': [
    undefined,
    'arn:aws:s3:::b',
    `arn:aws:lambda:eu-central-1:${account}:function:f`,
    'arn:aws:s3',
    'b',
    'arn:aws:s3:::red',
  ],
  'example:Bytes': [undefined, 'c3R1ZGlv', 'c3R1ZGlw', 'not bytes', ''],
  'sagemaker:DomainId': [undefined, 'd-1', 'd-2'],
  'sagemaker:UserProfileName': [undefined, 'alice', 'bob', 'd-1/alice'],
  'sagemaker:VpcSubnets': [undefined, ['s-1'], ['s-1', 's-2'], 's-3', ['s-2', 's-4']],
}
export const freeNames = Object.keys(freeKeys) as unknown as Some<string>

/** Only in requests through an endpoint, and only in those of a service on somebody's behalf (2.7, 2.9). */
export const endpointKeys: Readonly<Record<string, Some<ContextValue | undefined>>> = {
  'aws:VpceAccount': [undefined, account, '444455556666'],
  'aws:VpceOrgPaths': [undefined, ['o-1/r-1'], ['o-1/r-2', 'o-2/r-1']],
}
export const chainKeys: Readonly<Record<string, Some<ContextValue | undefined>>> = {
  'aws:CalledVia': [undefined, ['athena.amazonaws.com'], ['cloudformation.amazonaws.com', 'athena.amazonaws.com']],
  'aws:CalledViaFirst': [undefined, 'athena.amazonaws.com', 'cloudformation.amazonaws.com'],
}

const blocks: Some<string> = [
  '10.0.0.0/24',
  '10.0.1.0/24',
  '10.0.0.128/25',
  '203.0.113.0/24',
  '0.0.0.0/1',
  '10.0.0.7',
  'fd00::/16',
  '2001:db8::/32',
  '2001:db8::7/128',
  '::/1',
]

export const some = <T>(random: Generator, items: Some<T>): T | readonly T[] =>
  random.chance(50) ? random.pick(items) : [random.pick(items), random.pick(items)]

/** Operators by what they compare; without qualifiers. */
const operators = (beginning: RegExp): Some<string> =>
  operatorNames.filter((name) => beginning.test(name) && !/:|IfExists$/.test(name)) as unknown as Some<string>
const texts = operators(/^String/)
const arns = operators(/^Arn/)
const numbers = operators(/^Numeric/)
const dates = operators(/^Date/)

const quantified = (random: Generator, name: string, sets = 12): string => {
  if (name === 'Null') return name
  const set = random.chance(sets) ? random.pick(['ForAnyValue:', 'ForAllValues:']) : ''
  return `${set}${name}${random.chance(12) ? 'IfExists' : ''}`
}

const on = (random: Generator, names: Some<string>, key: string, values: Some<string>, sets?: number): Json => ({
  [quantified(random, random.pick(names), sets)]: { [key]: some(random, values) },
})

const block: Some<string> = ['IpAddress', 'IpAddress', 'NotIpAddress']
const exact: Some<string> = ['StringEquals', 'StringEquals', 'StringNotEquals']

/** On what the place of a request fixes. */
const originCondition = (random: Generator): Json =>
  random.pick<() => Json>([
    () => on(random, block, 'aws:SourceIp', blocks),
    () => on(random, block, 'aws:VpcSourceIp', blocks),
    () => on(random, block, 'aws:VpcSourceIp', blocks),
    () => on(random, exact, 'aws:SourceVpce', ['vpce-1', 'vpce-2', variable('aws:RequestTag/team')]),
    () => on(random, exact, 'aws:SourceVpce', ['vpce-1', 'vpce-2']),
    () => on(random, exact, 'aws:SourceVpc', ['vpc-1', 'vpc-2']),
    () => on(random, ['StringLike', 'StringNotLike'], 'aws:SourceVpce', ['vpce-1*', 'vpce-?']),
    () =>
      on(random, ['Null'], random.pick(['aws:SourceIp', 'aws:SourceVpce', 'aws:VpcSourceIp', 'aws:SourceVpc']), [
        'true',
        'false',
      ]),
    () => on(random, ['Bool'], 'aws:ViaAWSService', ['true', 'false']),
    () => on(random, exact, 'aws:SourceIp', ['203.0.113.9', 'fd00::1']),
    () => on(random, exact, 'aws:VpceAccount', [account]),
    () =>
      on(
        random,
        texts,
        random.pick(['aws:CalledVia', 'aws:VpceOrgPaths']),
        ['athena.amazonaws.com', 'o-1/*', 'o-1/r-1'],
        80,
      ),
    () => on(random, exact, 'aws:CalledViaFirst', ['athena.amazonaws.com']),
  ])()

/** On what the principal or the resource fixes. */
const callerCondition = (random: Generator): Json =>
  random.pick<() => Json>([
    () =>
      on(random, arns, 'aws:PrincipalArn', [
        role,
        `arn:aws:iam::${account}:role/*`,
        'arn:*:iam::*:user/u',
        `arn:aws:iam::${account}:root`,
      ]),
    () => on(random, texts, 'aws:PrincipalArn', [role, `arn:aws:iam::${account}:user/*`]),
    () => on(random, exact, 'aws:PrincipalAccount', [account, '444455556666', 'anonymous']),
    () => on(random, exact, 'aws:PrincipalType', ['AssumedRole', 'User', 'Account']),
    () => on(random, texts, 'aws:username', ['u', 'alice', variable('aws:RequestTag/team')]),
    () => on(random, ['Bool'], 'aws:PrincipalIsAWSService', ['true', 'false']),
    () => on(random, exact, 'aws:PrincipalServiceName', ['lambda.amazonaws.com']),
    () => on(random, exact, 'aws:ResourceAccount', [account, variable('aws:PrincipalAccount')]),
  ])()

/** On what may be anything. */
const freeCondition = (random: Generator): Json => {
  const key = random.pick(freeNames)
  if (random.chance(12)) return { Null: { [key]: random.pick(['true', 'false']) } }
  if (key === 'aws:MultiFactorAuthPresent') return on(random, ['Bool'], key, ['true', 'false'])
  if (key === 'aws:MultiFactorAuthAge') return on(random, numbers, key, ['5', '10', '10.5', '-1'])
  if (key === 'aws:CurrentTime' || key === 'aws:EpochTime')
    return on(random, dates, key, [
      '2026-01-01T00:00:00Z',
      '2026-06-01',
      '1790000000',
      '2026-06-01T00:00:00+02:00',
      '2026',
    ])
  if (key === 'example:Bytes') return on(random, ['BinaryEquals'], key, ['c3R1ZGlv', ''])
  if (key === 'aws:SourceArn')
    return on(random, arns, key, [
      'arn:aws:s3:::*',
      `arn:aws:*:*:${account}:function:?`,
      'arn:*:s3:::b',
      `arn:aws:s3:::${variable('aws:PrincipalTag/team')}`,
    ])
  if (key === 'aws:TagKeys') return on(random, texts, key, ['a', 'b', 'c', '?'], 66)
  if (key === 'sagemaker:VpcSubnets') return on(random, texts, key, ['s-1', 's-2', 's-*'], 66)
  return on(random, texts, key, [
    'red',
    'blue',
    'r*d',
    '?lue',
    'd-1',
    'alice',
    variable('aws:RequestTag/team'),
    variable("aws:RequestTag/team, 'Red'"),
    variable('aws:PrincipalTag/team'),
    `x-${variable('aws:PrincipalTag/team')}`,
    `a${variable('*')}b`,
    `a${variable('$')}b`,
    `a${variable('?')}b`,
  ])
}

/** Several conditions together; those of one operator stand in one block. */
export const condition = (random: Generator): Json => {
  const parts = [
    ...(random.chance(75) ? [originCondition(random)] : []),
    ...(random.chance(40) ? [originCondition(random)] : []),
    ...(random.chance(45) ? [freeCondition(random)] : []),
    ...(random.chance(20) ? [freeCondition(random)] : []),
    ...(random.chance(15) ? [callerCondition(random)] : []),
  ]
  const joined: Record<string, Json> = {}
  for (const part of parts)
    for (const [operator, keys] of Object.entries(part)) joined[operator] = { ...joined[operator], ...(keys as Json) }
  return joined
}
