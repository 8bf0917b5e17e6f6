/** The ways in which conditions can come out that no value decides: each of them, none that contradicts itself. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createScope, parseTemplate } from '@studio-gate/policy/template'
import { worldsOf } from '../src/prove/worlds.ts'

interface Case {
  readonly name: string
  readonly parameters: Readonly<Record<string, readonly string[] | null>>
  readonly conditions: Readonly<Record<string, unknown>>
  /** Conditions that hold, for each world. */
  readonly worlds: readonly string[]
}

const is = (name: string, value: string) => ({ 'Fn::Equals': [{ Ref: name }, value] })
const not = (condition: string) => ({ 'Fn::Not': [{ Condition: condition }] })

const cases: readonly Case[] = [
  { name: 'no condition, one world', parameters: {}, conditions: {}, worlds: [''] },
  {
    name: 'one open equation makes two worlds, and its negation none',
    parameters: { P: null },
    conditions: { A: is('P', 'a'), B: not('A') },
    worlds: ['A', 'B'],
  },
  {
    name: 'a text is equal to one other text at most',
    parameters: { P: null },
    conditions: { A: is('P', 'a'), B: is('P', 'b') },
    worlds: ['A', 'B', ''],
  },
  {
    name: 'a parameter has one of its allowed values',
    parameters: { P: ['a', 'b'] },
    conditions: { A: is('P', 'a'), B: is('P', 'b'), C: is('P', 'c') },
    worlds: ['A', 'B'],
  },
  {
    name: 'two parameters come out each for itself',
    parameters: { P: null, Q: null },
    conditions: { A: is('P', 'a'), B: is('Q', 'a') },
    worlds: ['A B', 'A', 'B', ''],
  },
  {
    name: 'whether two parameters are equal is open, whichever stands first',
    parameters: { P: null, Q: null },
    conditions: {
      A: { 'Fn::Equals': [{ Ref: 'P' }, { Ref: 'Q' }] },
      B: { 'Fn::Equals': [{ Ref: 'Q' }, { Ref: 'P' }] },
    },
    worlds: ['A B', ''],
  },
]

function holding({ parameters, conditions }: Omit<Case, 'name' | 'worlds'>) {
  const reading = parseTemplate(
    {
      Parameters: Object.fromEntries(
        Object.entries(parameters).map(([name, values]) => [
          name,
          { Type: 'String', ...(values === null ? {} : { AllowedValues: values }) },
        ]),
      ),
      Conditions: conditions,
      Resources: { Vpc: { Type: 'AWS::EC2::VPC' } },
    },
    'case',
  )
  assert.ok(reading.ok)
  const { template } = reading
  return worldsOf(template, (decide) => {
    const made = createScope(template, { decide })
    assert.ok(made.ok)
    return Object.keys(conditions)
      .filter((name) => made.scope.condition(name) === true)
      .join(' ')
  })
}

for (const { name, worlds, ...rest } of cases)
  test(name, () => {
    const found = holding(rest)
    assert.deepEqual(
      found.map(({ value }) => value),
      worlds,
    )
    assert.ok(found.every(({ open }) => open.length === 0))
  })

test('says what is assumed in each world', () => {
  const assumed = holding({ parameters: { P: null }, conditions: { A: is('P', 'a') } }).map((world) => world.assumed)
  assert.deepEqual(assumed, [['parameter P is a'], ['parameter P is not a']])
  const empty = holding({ parameters: { P: null }, conditions: { A: is('P', '') } }).map((world) => world.assumed)
  assert.deepEqual(empty, [['parameter P is empty'], ['parameter P is not empty']])
})

test('too many open equations stay open, and are named', () => {
  const names = Array.from({ length: 8 }, (_, index) => `P${index}`)
  const found = holding({
    parameters: Object.fromEntries(names.map((name) => [name, null])),
    conditions: Object.fromEntries(names.map((name) => [`C${name}`, is(name, 'a')])),
  })
  assert.equal(found.length, 64)
  assert.ok(found.every(({ open }) => open.includes('parameter P7 is a')))
})
