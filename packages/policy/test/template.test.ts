import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createScope,
  creationOrder,
  type Json,
  parseTemplate,
  resolveValue,
  shortForms,
  type Template,
  TemplateError,
} from '@studio-gate/policy/template'
import { intrinsics } from '../src/template/intrinsics.ts'
import order from './template/order.json' with { type: 'json' }
import parse from './template/parse.json' with { type: 'json' }
import resolve from './template/resolve.json' with { type: 'json' }

function parsed(json: unknown): Template {
  const result = parseTemplate(json, 'case')
  assert.ok(result.ok, result.ok ? '' : result.errors.map((error) => error.message).join('\n'))
  return result.template
}

test('functions resolve', async (t) => {
  const attributes = new Map<string, string>(Object.entries(resolve.attributes))
  const created = createScope(parsed(resolve.template), {
    parameterStore: { '/known': 'p,q' },
    deployment: { region: 'eu-west-1', accountId: '111122223333', stackName: 'StudioGate' },
    ref: (id) => attributes.get(id) ?? { unknown: `id of ${id}` },
    getAtt: (id, attribute) => attributes.get(`${id}.${attribute}`) ?? { unknown: `${id}.${attribute}` },
    availabilityZones: (region) => [`${region}a`, `${region}b`],
  })
  assert.ok(created.ok)
  for (const { name, value, expected, error } of resolve.cases as readonly ResolveCase[]) {
    await t.test(name, () => {
      if (error === undefined) {
        assert.notEqual(expected, undefined, 'a case expects a value or an error')
        return assert.deepEqual(resolveValue(value, created.scope, 'here'), expected)
      }
      assert.throws(
        () => resolveValue(value, created.scope, 'here'),
        (thrown) => thrown instanceof TemplateError && thrown.message.includes(error),
      )
    })
  }
})

interface ResolveCase {
  readonly name: string
  readonly value: Json
  readonly expected?: Json
  readonly error?: string
}

test('every function has a case', () => {
  const text = JSON.stringify(resolve)
  for (const name of Object.keys(intrinsics)) assert.ok(text.includes(`"${name}"`), name)
  for (const { key } of shortForms)
    assert.ok(
      key in intrinsics || key === 'Condition' || key === 'Fn::Transform',
      `${key} has a short form and no function`,
    )
})

test('templates are judged', async (t) => {
  for (const { name, template, errors } of parse.cases) {
    await t.test(name, () => {
      const result = parseTemplate(template, name)
      const messages = result.ok ? [] : result.errors.map((error) => error.message)
      assert.equal(messages.length, errors.length, messages.join('\n'))
      for (const [index, expected] of errors.entries()) {
        assert.ok(messages[index]?.includes(expected), `${messages[index]}\nshould have\n${expected}`)
      }
    })
  }
})

test('parameters are judged', async (t) => {
  for (const { name, declared, given, error } of parse.parameters) {
    await t.test(name, () => {
      const template = parsed({ Parameters: { P: declared }, Resources: { A: { Type: 'AWS::SNS::Topic' } } })
      const created = createScope(template, given === undefined ? {} : { parameters: { P: given } })
      assert.ok(!created.ok)
      assert.equal(created.errors.length, 1)
      assert.ok(created.errors[0]?.message.includes(error), created.errors[0]?.message)
    })
  }
  await t.test('a value for no parameter', () => {
    const created = createScope(parsed({ Resources: { A: { Type: 'AWS::SNS::Topic' } } }), { parameters: { Q: '1' } })
    assert.ok(!created.ok)
    assert.match(created.errors[0]?.message ?? '', /Parameters\.Q: found a value for a parameter/)
  })
})

test('resources are put in order', async (t) => {
  for (const { name, resources, order: expected, cycle, conditions } of order.cases) {
    await t.test(name, () => {
      const typed = Object.entries(resources).map(([id, body]) => [id, { Type: 'AWS::SNS::Topic', ...body }])
      const template = parsed({ Conditions: { No: { 'Fn::Equals': [1, 2] } }, Resources: Object.fromEntries(typed) })
      const scope = createScope(template)
      assert.ok(scope.ok)
      const result = creationOrder(template, conditions ? scope.scope.condition : undefined)
      if (result.ok) return assert.deepEqual(result.order, expected)
      const steps = result.dependencies.map((step) => `${step.from} -> ${step.to} ${step.path}`)
      assert.deepEqual(steps, cycle)
      assert.deepEqual(
        result.cycle,
        result.dependencies.map((step) => step.from),
      )
      for (const step of result.dependencies) assert.ok(result.message.includes(step.path))
    })
  }
})

test('a template without end is refused', () => {
  const endless: Record<string, unknown> = { Type: 'AWS::SNS::Topic' }
  endless.Properties = { A: [endless, endless] }
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) })
  const topic = (properties: unknown) => ({ Resources: { A: { Type: 'AWS::SNS::Topic', Properties: properties } } })
  for (const written of [{ Resources: { A: endless } }, topic(nested(101)), topic({ A: nested(2_000) })]) {
    const reading = parseTemplate(written, 'case')
    assert.ok(!reading.ok)
    assert.match(reading.errors[0]?.message ?? '', /nesting deeper than 100/)
  }
  const shared = nested(90)
  assert.ok(parseTemplate(topic({ A: shared, B: [shared, shared] }), 'case').ok)
})
