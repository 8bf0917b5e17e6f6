/** Properties of every decision, on random policies and requests that are small enough to collide often. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  evaluate,
  mustParsePolicy,
  type Policies,
  type PolicyKind,
  type Principal,
  type Request,
} from '@studio-gate/policy'
import { resourceArnMatcher, splitPattern } from '../src/arn.ts'
import { compile } from '../src/patterns.ts'
import { readPattern } from '../src/variables.ts'
import { type Generator, generator } from './generator.ts'

const rounds = 3000
type Json = Readonly<Record<string, unknown>>

/** Documents by place; every list of statements is one policy. */
interface Documents {
  readonly identity: readonly Json[]
  readonly session?: readonly Json[]
  readonly boundary?: readonly Json[]
  readonly scp?: readonly Json[]
  readonly resource?: readonly Json[]
  readonly endpoint?: readonly Json[]
}
type Place = keyof Documents

const principals: readonly [Principal, ...Principal[]] = [
  { kind: 'role-session', roleArn: 'arn:aws:iam::111122223333:role/a', sessionName: 's' },
  { kind: 'user', arn: 'arn:aws:iam::111122223333:user/u' },
  { kind: 'role-session', roleArn: 'arn:aws:iam::444455556666:role/a', sessionName: 's' },
  { kind: 'root', accountId: '111122223333' },
]

const condition = (random: Generator): Json => ({
  [random.pick([
    'StringEquals',
    'StringNotEquals',
    'StringLikeIfExists',
    'ForAnyValue:StringNotEquals',
    'ForAllValues:StringEquals',
  ])]: {
    [random.pick(['example:One', 'example:two'])]: random.pick([['x'], ['y', 'x'], [`\${example:two}`]]),
  },
  ...(random.chance(30)
    ? { [random.pick(['IpAddress', 'NotIpAddress'])]: { 'aws:SourceIp': random.pick(['10.0.0.0/8', '10.0.0.0/9']) } }
    : {}),
  ...(random.chance(20) ? { Null: { 'example:one': random.pick(['true', 'false']) } } : {}),
})

const principalElement = (random: Generator, place: Place): unknown =>
  random.pick<unknown>([
    '*',
    { AWS: 'arn:aws:iam::111122223333:role/a' },
    { AWS: ['arn:aws:sts::111122223333:assumed-role/a/s', 'arn:aws:iam::111122223333:user/u'] },
    // An endpoint policy cannot name an account.
    place === 'endpoint' ? { AWS: '*' } : { AWS: '111122223333' },
  ])

const statement = (random: Generator, place: Place, effect: 'Allow' | 'Deny'): Json => ({
  Effect: effect,
  ...(place === 'resource' || place === 'endpoint' ? { Principal: principalElement(random, place) } : {}),
  [random.chance(90) ? 'Action' : 'NotAction']: random.pick<unknown>([
    '*',
    's3:*',
    's3:Get*',
    ['s3:PutObject', 'kms:Decrypt'],
  ]),
  [random.chance(90) ? 'Resource' : 'NotResource']: random.pick<unknown>([
    '*',
    'arn:aws:s3:::b/*',
    'arn:aws:s3:::b/x',
    ['arn:aws:s3:::b/x', 'arn:aws:s3:::c/?'],
  ]),
  ...(random.chance(45) ? { Condition: condition(random) } : {}),
})

const statements = (random: Generator, place: Place): readonly Json[] =>
  Array.from({ length: 1 + random.below(4) }, () => statement(random, place, random.chance(88) ? 'Allow' : 'Deny'))

const documents = (random: Generator): Documents => ({
  identity: statements(random, 'identity'),
  ...(random.chance(25) ? { session: statements(random, 'session') } : {}),
  ...(random.chance(25) ? { boundary: statements(random, 'boundary') } : {}),
  ...(random.chance(25) ? { scp: statements(random, 'scp') } : {}),
  ...(random.chance(50) ? { resource: statements(random, 'resource') } : {}),
  ...(random.chance(25) ? { endpoint: statements(random, 'endpoint') } : {}),
})

const request = (random: Generator): Request => ({
  principal: random.pick(principals),
  action: random.pick(['s3:GetObject', 's3:GetObject', 's3:PutObject', 'kms:Decrypt']),
  resource: random.pick(['arn:aws:s3:::b/x', 'arn:aws:s3:::b/x', 'arn:aws:s3:::b/y', 'arn:aws:s3:::c/z']),
  resourceAccount: random.pick(['111122223333', '111122223333', '111122223333', '444455556666']),
  context: {
    ...(random.chance(60) ? { 'example:one': random.pick(['x', 'y', ['x', 'y'], ['y']]) } : {}),
    ...(random.chance(60) ? { 'Example:Two': random.pick(['x', 'z']) } : {}),
    ...(random.chance(60) ? { 'aws:SourceIp': random.pick(['10.0.0.1', '10.200.0.1', '192.0.2.1']) } : {}),
  },
})

const policiesOf = (given: Documents): Policies => {
  const parsed = (list: readonly Json[], kind: PolicyKind) =>
    mustParsePolicy({ Version: '2012-10-17', Statement: list }, kind, kind)
  return {
    // An empty list of statements is no document; the policy is then left out.
    identity: given.identity.length === 0 ? [] : [parsed(given.identity, 'identity')],
    ...(given.session ? { session: parsed(given.session, 'session') } : {}),
    ...(given.boundary ? { boundary: parsed(given.boundary, 'boundary') } : {}),
    scps: given.scp ? [[parsed(given.scp, 'scp')]] : [],
    rcps: [],
    ...(given.resource && given.resource.length > 0 ? { resource: parsed(given.resource, 'resource') } : {}),
    ...(given.endpoint ? { endpoint: parsed(given.endpoint, 'endpoint') } : {}),
  }
}

const allowed = (asked: Request, given: Documents): boolean => evaluate(asked, policiesOf(given)).effect === 'allow'

const places = (given: Documents): readonly [Place, ...Place[]] => {
  const others = (['session', 'boundary', 'scp', 'resource', 'endpoint'] as const).filter(
    (place) => given[place] !== undefined,
  )
  return ['identity', ...others]
}

/** Runs `check` on random policies and requests; the seed of a failure stands in its message. Returns how often the request was allowed. */
const always = (check: (random: Generator, asked: Request, given: Documents, before: boolean) => void): number => {
  let allows = 0
  for (let seed = 1; seed <= rounds; seed++) {
    const random = generator(seed)
    const given = documents(random)
    const asked = request(random)
    const before = allowed(asked, given)
    if (before) allows++
    try {
      check(random, asked, given, before)
    } catch (error) {
      throw new Error(`seed ${seed}: ${JSON.stringify({ asked, given })}`, { cause: error })
    }
  }
  return allows
}

/** A property that never sees an allowed request would prove nothing. */
const oftenEnough = (allows: number): void => {
  assert.ok(allows > rounds / 10, `only ${allows} of ${rounds} requests were allowed`)
  assert.ok(allows < (rounds * 9) / 10, `${allows} of ${rounds} requests were allowed`)
}

test('adding a Deny never allows more', () => {
  oftenEnough(
    always((random, asked, given, before) => {
      const place = random.pick(places(given))
      const changed = { ...given, [place]: [...(given[place] ?? []), statement(random, place, 'Deny')] }
      assert.ok(before || !allowed(asked, changed), `${place} with one more Deny allows what it did not`)
    }),
  )
})

test('removing an Allow never allows more', () => {
  oftenEnough(
    always((random, asked, given, before) => {
      for (const place of places(given)) {
        const list = given[place] ?? []
        const allows = list.filter(({ Effect: effect }) => effect === 'Allow')
        if (allows.length === 0 || list.length === 1) continue
        const gone = allows[random.below(allows.length)]
        const changed = { ...given, [place]: list.filter((item) => item !== gone) }
        assert.ok(before || !allowed(asked, changed), `${place} with one Allow less allows what it did not`)
      }
    }),
  )
})

test('a further limit never allows more', () => {
  oftenEnough(
    always((random, asked, given, before) => {
      for (const place of ['session', 'boundary', 'scp', 'endpoint'] as const) {
        if (given[place] !== undefined) continue
        assert.ok(
          before || !allowed(asked, { ...given, [place]: statements(random, place) }),
          `a new ${place} allows more`,
        )
      }
    }),
  )
})

test('the order of statements never matters', () => {
  oftenEnough(
    always((random, asked, given, before) => {
      const changed = Object.fromEntries(places(given).map((place) => [place, random.shuffled(given[place] ?? [])]))
      assert.equal(allowed(asked, { ...given, ...changed }), before)
    }),
  )
})

test('the letter case of actions and context keys never matters', () => {
  oftenEnough(
    always((_, asked, given, before) => {
      const context = Object.fromEntries(
        Object.entries(asked.context).map(([key, value]) => [key.toUpperCase(), value]),
      )
      assert.equal(allowed({ ...asked, action: asked.action.toUpperCase(), context }, given), before)
    }),
  )
})

test('a decision allows exactly if it names no denial, and names what it rests on', () => {
  always((_, asked, given) => {
    const decision = evaluate(asked, policiesOf(given))
    if (decision.effect === 'allow') assert.ok(decision.by.length > 0 || asked.principal.kind === 'root')
    else if (decision.type === 'explicit') assert.equal(decision.by[0]?.kind, decision.layer)
    else assert.ok(decision.nearest.every(({ statement: { kind } }) => kind === decision.layer || kind === 'resource'))
  })
})

/** The same pattern as a regular expression: the oracle. */
const expression = (pattern: string, star: string, one: string): RegExp => {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', star)
    .replaceAll('?', one)
  return new RegExp(`^${source}$`, 'su')
}

const word = (random: Generator, letters: readonly [string, ...string[]], most: number): string =>
  Array.from({ length: random.below(most + 1) }, () => random.pick(letters)).join('')

test('wildcards match as the same regular expression does', () => {
  let matches = 0
  for (let seed = 1; seed <= 20_000; seed++) {
    const random = generator(seed)
    const pattern = word(random, ['a', 'b', '*', '?'], 7)
    const text = word(random, ['a', 'b', ':'], 8)
    const reading = readPattern(pattern, { variables: true, wildcards: true })
    assert.ok(reading.ok)
    const expected = expression(pattern, '.*', '.').test(text)
    if (expected) matches++
    assert.equal(
      compile(reading.pattern)(text, () => undefined),
      expected,
      `seed ${seed}: ${pattern} on ${text}`,
    )
  }
  assert.ok(matches > 1000)
})

test('resource patterns keep to their parts as the same regular expressions do', () => {
  let matches = 0
  for (let seed = 1; seed <= 20_000; seed++) {
    const random = generator(seed)
    const parts = [
      word(random, ['a', '*', '?'], 3),
      word(random, ['a', '*', '?'], 3),
      word(random, ['a', ':', '*', '?'], 4),
    ]
    const pattern = `arn:aws:s3:${parts.join(':')}`
    const text = `arn:aws:s3:${word(random, ['a', ':'], 3)}:${word(random, ['a'], 2)}:${word(random, ['a', ':'], 4)}`
    const reading = readPattern(pattern, { variables: true, wildcards: true })
    assert.ok(reading.ok)
    const sources = parts.map((part, index) => {
      if (index === 2) return expression(part, '.*', '.').source.slice(1, -1)
      const last = part.endsWith('*') ? '.*' : ''
      return `${expression(last === '' ? part : part.slice(0, -1), '[^:]*', '[^:]').source.slice(1, -1)}${last}`
    })
    const expected = new RegExp(`^arn:aws:s3:${sources.join(':')}$`, 'su').test(text)
    if (expected) matches++
    assert.equal(
      resourceArnMatcher(splitPattern(reading.pattern))(text, () => undefined),
      expected,
      `seed ${seed}: ${pattern} on ${text}`,
    )
  }
  assert.ok(matches > 1000)
})

test('no pattern makes matching explode', () => {
  const reading = readPattern('*a'.repeat(200), { variables: true, wildcards: true })
  assert.ok(reading.ok)
  const started = performance.now()
  assert.equal(
    compile(reading.pattern)(`${'a'.repeat(2000)}b`, () => undefined),
    false,
  )
  assert.ok(performance.now() - started < 1000)
})
