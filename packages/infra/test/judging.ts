/** Asks the prover about a template, and replays what it answers through `evaluate`. */
import assert from 'node:assert/strict'
import {
  type ConfinedOptions,
  type Confinement,
  confined,
  derive,
  evaluate,
  type Intent,
  type Places,
} from '@studio-gate/policy'
import { parseTemplate } from '@studio-gate/policy/template'
import type { Resource, Template } from './template.ts'

export const account = '123456789012'

/** The derived SCP names no id of a deployment. */
export const scpOf = (intent: Intent): unknown => {
  const places: Places = {
    partition: 'aws',
    region: 'eu-central-1',
    accountId: account,
    stackName: 'StudioGate',
    vpcId: 'vpc-1',
    endpoints: { sagemakerApi: 'vpce-1', studio: 'vpce-2', executeApi: 'vpce-3', kms: 'vpce-4' },
    keys: {
      decryption: 'arn:aws:kms:eu-central-1:123456789012:key/1',
      signing: 'arn:aws:kms:eu-central-1:123456789012:key/2',
    },
    gateSubnetCidrs: ['10.0.0.0/24'],
    studioSubnetCidrs: ['10.0.1.0/24'],
    domainIds: Object.fromEntries(intent.domains.map(({ name }) => [name, 'd-1'])),
    functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:f',
    functionRoleArn: 'arn:aws:iam::123456789012:role/f',
    replayTableArn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/t',
    stage: 'gate',
  }
  return derive(intent, places).scp
}

export const judge = (json: unknown, intent: Intent, options: ConfinedOptions): Confinement => {
  const reading = parseTemplate(json, 'StudioGate.template.json')
  assert.ok(reading.ok)
  const verdict = confined(reading.template, intent, { accountId: account, ...options })
  for (const { request, policies, summary } of verdict.counterexamples)
    assert.equal(evaluate(request, policies).effect, 'allow', summary)
  for (const { request, policies, summary } of verdict.shutOut)
    assert.equal(evaluate(request, policies).effect, 'deny', summary)
  const { counterexamples, shutOut } = verdict
  assert.equal(verdict.verdict === 'counterexample', counterexamples.length + shutOut.length > 0)
  return verdict
}

export const withScp = (intent: Intent): ConfinedOptions => ({ scps: [{ file: 'scp.json', json: scpOf(intent) }] })

/** A copy with one resource changed: the only one whose logical id begins so. */
export const changed = (
  template: Template,
  id: string,
  change: (properties: Resource['Properties']) => void,
): Template => {
  const copy = structuredClone(template)
  const found = Object.entries(copy.Resources).filter(([name]) => name.startsWith(id))
  assert.equal(found.length, 1, id)
  for (const [, { Properties: properties }] of found) change(properties)
  return copy
}

/** Who can do what, shortened to the name and the operation. */
export const found = ({ counterexamples }: Confinement): readonly string[] => [
  ...new Set(counterexamples.map(({ subject, door }) => `${subject.name} ${door}`)),
]

/** A change of one resource, and what must then be found. */
export interface Mutation {
  readonly name: string
  readonly id: string
  readonly change: (properties: Resource['Properties']) => void
  readonly finds: readonly string[]
}

export const statementsOf = (properties: Resource['Properties']) => properties.Policies[0].PolicyDocument.Statement
