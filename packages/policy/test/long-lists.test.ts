/** A condition with a long list answers as its values do one by one, wherever in the list they stand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ContextValue, evaluate, ipInCidr, mustParsePolicy } from '@studio-gate/policy'
import { generator } from './generator.ts'

const account = '111122223333'

const isMet = (condition: object, context: Readonly<Record<string, ContextValue>>): boolean => {
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*', Condition: condition }
  const resource = mustParsePolicy({ Version: '2012-10-17', Statement: [statement] }, 'resource', 'list')
  const request = {
    principal: { kind: 'anonymous' },
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::bucket/key',
    resourceAccount: account,
    context,
  } as const
  return evaluate(request, { identity: [], scps: [], rcps: [], resource }).effect === 'allow'
}

test('blocks, overlapping and of both families', () => {
  const random = generator(7)
  const block = (): string => {
    const prefix = 8 + random.below(25)
    const value = (BigInt(random.below(2 ** 16)) << 16n) >> BigInt(32 - prefix)
    const bits = (value << BigInt(32 - prefix)) & 0xffff_ffffn
    const v4 = [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.')
    return random.chance(70) ? `${v4}/${prefix}` : `2001:db8:${random.below(64).toString(16)}::/48`
  }
  const counts = { in: 0, out: 0 }
  for (let round = 0; round < 40; round++) {
    const blocks = Array.from({ length: 16 + random.below(40) }, block)
    for (let draw = 0; draw < 10; draw++) {
      const [start = ''] = (random.pick([blocks[0] ?? '', blocks.at(-1) ?? '', block()]) ?? '').split('/')
      const address = random.chance(50) || start.includes(':') ? start : start.replace(/\d+$/, '255')
      const expected = blocks.some((one) => ipInCidr(address, one))
      counts[expected ? 'in' : 'out']++
      for (const [operator, negated] of [
        ['IpAddress', false],
        ['NotIpAddress', true],
      ] as const) {
        const met = isMet({ [operator]: { 'aws:SourceIp': blocks } }, { 'aws:SourceIp': address })
        assert.equal(met, expected !== negated, `${address} under ${operator} ${blocks.join(' ')}`)
      }
    }
  }
  assert.ok(counts.in > 50 && counts.out > 20, JSON.stringify(counts))
})

test('texts, and variables among them', () => {
  const tags = Array.from({ length: 40 }, (_, index) => `team-${index}`)
  const condition = { StringEquals: { 'aws:PrincipalTag/team': [...tags, `\${aws:RequestTag/team}`] } }
  const cases: readonly (readonly [Readonly<Record<string, string>>, boolean])[] = [
    [{ 'aws:PrincipalTag/team': 'team-0' }, true],
    [{ 'aws:PrincipalTag/team': 'team-39' }, true],
    [{ 'aws:PrincipalTag/team': 'Team-39' }, false],
    [{ 'aws:PrincipalTag/team': 'team-40' }, false],
    [{ 'aws:PrincipalTag/team': 'red', 'aws:RequestTag/team': 'red' }, true],
    [{ 'aws:PrincipalTag/team': 'red', 'aws:RequestTag/team': 'blue' }, false],
  ]
  for (const [context, expected] of cases) assert.equal(isMet(condition, context), expected, JSON.stringify(context))
})
