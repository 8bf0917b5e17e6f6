/** What a change opens and closes; every witness is replayed through `evaluate`. */
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { type Change, compare, evaluate, originWords, type Side } from '@studio-gate/policy'
import { parseTemplate } from '@studio-gate/policy/template'
import { firstDeployment } from './intent.ts'
import { type Resource, type Template, templateOf } from './template.ts'

const lock = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'sagemaker:StartSession', Resource: '*' }],
}

const side = (template: Template, scps: Side['options'] = {}): Side => {
  const reading = parseTemplate(template, 'StudioGate.template.json')
  assert.ok(reading.ok)
  return { template: reading.template, intent: firstDeployment, options: scps }
}

const changed = (template: Template, id: string, change: (properties: Resource['Properties']) => void): Template => {
  const copy = structuredClone(template)
  for (const [name, resource] of Object.entries(copy.Resources)) if (name.startsWith(id)) change(resource.Properties)
  return copy
}

const shown = (changes: readonly Change[]): readonly string[] =>
  changes.flatMap(({ subject, door, origins, witness }) => {
    assert.equal(evaluate(witness.request, witness.policies).effect, 'allow')
    return origins.map(({ origin, cidrs }) => `${subject.name} ${door} ${originWords(origin)} ${cidrs.join(' ')}`)
  })

const wider = ['10.100.10.0/23', '192.168.0.0/24']

describe('compare', () => {
  let template: Template
  before(async () => {
    template = await templateOf({ intent: firstDeployment })
  })

  it('says nothing of a template that did not change', () => {
    assert.deepEqual(compare(side(template), side(structuredClone(template))), { opened: [], closed: [], unknown: [] })
  })

  it('shows the addresses that a wider network opens, and closes them the other way round', () => {
    const after = changed(template, 'RoleMinting', ({ Policies: [policy] }) => {
      policy.PolicyDocument.Statement[1].Condition.IpAddress['aws:VpcSourceIp'] = wider
    })
    const line =
      'RoleMintingResearchOfficed16164 sagemaker:CreatePresignedDomainUrl vpce-endpointstudio (vpc-networkvpc) 10.100.11.0/24 192.168.0.0/24'
    const there = compare(side(template), side(after))
    const back = compare(side(after), side(template))
    assert.deepEqual([shown(there.opened), shown(there.closed)], [[line], []])
    assert.deepEqual([shown(back.opened), shown(back.closed)], [[], [line]])
  })

  it('shows what another SCP closes, for anybody else', () => {
    const { opened, closed } = compare(side(template), side(template, { scps: [{ file: 'scp.json', json: lock }] }))
    assert.deepEqual(opened, [])
    const doors = new Set(closed.map(({ subject, door }) => `${subject.kind} ${door}`))
    assert.deepEqual([...doors], ['any-other-principal sagemaker:StartSession'])
    assert.ok(shown(closed).length > 0)
  })

  it('tells an endpoint that only one side names from all others', () => {
    const after = changed(template, 'RoleMinting', ({ Policies: [policy] }) => {
      policy.PolicyDocument.Statement[1].Condition = { StringNotEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } }
    })
    const { opened } = compare(side(template), side(after))
    const origins = shown(opened).map((line) => line.split(' CreatePresignedDomainUrl ').at(-1) ?? '')
    assert.ok(origins.some((line) => line.includes('any other endpoint')))
    assert.ok(origins.every((line) => !line.includes('vpce-0123456789abcdef0')))
  })
})
