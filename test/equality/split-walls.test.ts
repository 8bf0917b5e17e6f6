/** Walls that are too long for one policy, in several: the prover, reading all of them, still proves the template equal to the declaration. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confined, type Intent } from '@studio-gate/policy'
import { parseTemplate } from '@studio-gate/policy/template'
import { firstDeployment } from '../../packages/infra/test/intent.ts'
import { deployedOf, ofType } from '../../packages/infra/test/template.ts'
import { account } from './declarations.ts'

const [office] = firstDeployment.networks
const [rule] = firstDeployment.rules
assert.ok(office?.kind === 'privateCidr' && rule?.effect === 'allow')
const names = Array.from({ length: 12 }, (_, at) => `part-${at}`)

/** Every part has a network, an execution role and a rule of its own; domains that nobody may open fill the function's policy. */
const intent: Intent = {
  ...firstDeployment,
  networks: names.map((name, at) => ({ ...office, name, cidrs: [`10.${at}.0.0/24`] })),
  domains: [
    ...firstDeployment.domains,
    ...Array.from({ length: 92 }, (_, at) => ({ name: `other-${at}`, id: `d-other${at}` as const })),
  ],
  executionRoles: names.map((name) => ({ name, role: 'deployed' })),
  rules: names.map((name) => ({ ...rule, name, executionRole: name, profileSuffix: name, from: [name] })),
  profiles: [],
  trustedAdministrators: [`arn:aws:iam::${account}:role/admin`],
}

test('several SCPs, and several managed policies of the function, are proved as one would be', async (context) => {
  const { template, scps } = await deployedOf({ intent })
  const parts = ofType(template, 'AWS::IAM::ManagedPolicy').filter(({ id }) => /^GatePolicy/.test(id))
  context.diagnostic(JSON.stringify({ scps: scps.length, parts: parts.length }))
  assert.ok(scps.length > 1 && parts.length > 1)
  const reading = parseTemplate(template, 'StudioGate.template.json')
  assert.ok(reading.ok)
  const judge = (kept: typeof scps) =>
    confined(reading.template, intent, {
      accountId: account,
      scps: kept.map((json, at) => ({ file: `scp-${at + 1}.json`, json })),
    })
  const { verdict, counterexamples, shutOut, unknown } = judge(scps)
  const findings = [...counterexamples, ...shutOut].map(({ summary }) => summary)
  assert.deepEqual({ verdict, findings, unknown }, { verdict: 'proved', findings: [], unknown: [] })
  assert.equal(judge(scps.slice(0, -1)).verdict, 'counterexample')
})
