/** Walks `vectors/parse`: documents with the problems they have, as pairs of the place and a part of the message. None: accepted. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mustParsePolicy, type PolicyKind, PolicySyntaxError, parsePolicy } from '@studio-gate/policy'
import { vectorFiles } from './vectors.ts'

interface ParseCase {
  readonly case: string
  readonly kind: PolicyKind
  readonly document: unknown
  readonly errors?: readonly (readonly [path: string, message: string])[]
}

for (const { file, cases } of vectorFiles<ParseCase>('parse')) {
  describe(file, () => {
    for (const { case: name, kind, document, errors = [] } of cases) {
      test(`${kind}: ${name}`, () => {
        const reading = parsePolicy(document, kind, 'tested')
        const found = reading.ok ? [] : reading.errors
        assert.deepEqual(
          found.map(({ path }) => path),
          errors.map(([path]) => path),
        )
        for (const [index, [, message]] of errors.entries()) {
          const error = found[index]
          assert.ok(error)
          assert.ok(error.message.includes(message), `${error.message} should say: ${message}`)
          assert.ok(error.allowed !== '' && error.found !== '', 'every problem says what was found and what is allowed')
        }
      })
    }
  })
}

describe('limits', () => {
  const long = (characters: number): unknown => ({
    Version: '2012-10-17',
    Statement: { Effect: 'Deny', Action: '*', Resource: `arn:aws:s3:::${'x'.repeat(characters)}` },
  })

  test('a session policy holds at most 2048 characters', () => {
    const room = 2048 - JSON.stringify(long(0)).length
    assert.equal(parsePolicy(long(room), 'session', 'p').ok, true)
    assert.equal(parsePolicy(long(room + 1), 'session', 'p').ok, false)
    assert.equal(parsePolicy(long(room + 1), 'identity', 'p').ok, true)
  })

  test('a document that is nested without end is refused, not walked', () => {
    let nested: unknown = 'x'
    for (let level = 0; level < 20_000; level++) nested = { a: nested }
    for (const document of [nested, { Version: '2012-10-17', Statement: nested }]) {
      const reading = parsePolicy(document, 'scp', 'p')
      assert.ok(!reading.ok)
      assert.match(reading.errors[0]?.message ?? '', /nested too deeply/)
    }
  })

  test('what a problem quotes is bounded', () => {
    const long = 'x'.repeat(5000)
    const reading = parsePolicy({ Statement: { Effect: long, Action: long, Resource: long } }, 'resource', 'p')
    assert.ok(!reading.ok)
    assert.equal(reading.errors.length, 4)
    assert.ok(reading.errors.every(({ found, message }) => found.length <= 120 && message.length <= 300))
  })
})

test('mustParsePolicy throws every problem with its place', () => {
  const broken = { Statement: { Effect: 'Alow', Action: 's3', Resource: '*' } }
  assert.throws(
    () => mustParsePolicy(broken, 'identity', 'Role/inline'),
    (error: unknown) =>
      error instanceof PolicySyntaxError &&
      error.errors.length === 2 &&
      /policy Role\/inline cannot be used/.test(error.message) &&
      /Statement\.Effect: .*allowed: `Allow` or `Deny`/.test(error.message),
  )
})
