import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Intent, Rule } from '@studio-gate/policy'
import { createGate, type Environment, SettingsError } from '../src/core/settings.ts'
import { environment, intent, makeWorld } from './gate.ts'

const { ports } = makeWorld()
const [provider, other] = intent.identityProviders
const [rule] = intent.rules
assert.ok(provider && other && rule)

function problemsOf(declared: Intent, variables: Environment = environment): readonly string[] {
  try {
    createGate(declared, variables, ports)
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error))
    return error.problems
  }
  return []
}

const withRule = (change: object): Intent => ({ ...intent, rules: [{ ...rule, ...change } as Rule] })
const withProvider = (change: object): Intent => ({ ...intent, identityProviders: [{ ...provider, ...change }] })
const bad: readonly (readonly [string, RegExp, Intent, Environment?])[] = [
  ['unset variable', /^set STUDIO_GATE_ACS_URL, such as/, intent, { ...environment, STUDIO_GATE_ACS_URL: undefined }],
  ['account id', /^set STUDIO_GATE_ACCOUNT.*it is `12`/, intent, { ...environment, STUDIO_GATE_ACCOUNT: '12' }],
  ['Region', /^set AWS_REGION/, intent, { ...environment, AWS_REGION: '' }],
  ['partition', /has no known Studio host names/, intent, { ...environment, STUDIO_GATE_PARTITION: 'aws-iso' }],
  ['domain ids: no JSON', /JSON object/, withRule({ domain: 'gone' }), { ...environment, STUDIO_GATE_DOMAIN_IDS: 'x' }],
  ['domain ids: array', /JSON object/, intent, { ...environment, STUDIO_GATE_DOMAIN_IDS: '[]' }],
  [
    'domain id',
    /id of `research` must look like/,
    intent,
    { ...environment, STUDIO_GATE_DOMAIN_IDS: '{"research":"D1"}' },
  ],
  ['domain without id', /no id for the domain `research`/, intent, { ...environment, STUDIO_GATE_DOMAIN_IDS: '{}' }],
  ['domain named like a property', /names the domain `constructor`/, withRule({ domain: 'constructor' })],
  ['unknown domain', /rule `scientists` names the domain `gone`/, withRule({ domain: 'gone' })],
  ['unknown network', /names the network `gone`/, withRule({ from: ['gone'] })],
  ['unknown execution role', /names the execution role `gone`/, withRule({ executionRole: 'gone' })],
  ['unknown identity provider', /names the identity provider `gone`/, withRule({ who: { identityProvider: 'gone' } })],
  [
    'groups without attribute',
    /give `partner` a groupsAttribute/,
    withRule({ who: { identityProvider: 'partner', groups: ['x'] } }),
  ],
  [
    'two with one entity id',
    /two identity providers have the entity id/,
    { ...intent, identityProviders: [provider, { ...other, entityId: provider.entityId }] },
  ],
  ['no certificate', /^identity provider `corporate`: /, withProvider({ certificates: ['bm90IGEgY2VydGlmaWNhdGU='] })],
  ['clock skew', /^identity provider `corporate`: /, withProvider({ clockSkewSeconds: 3600 })],
  [
    'CIDR',
    /network `office`: `10.0.0.0\/33` is no CIDR block/,
    { ...intent, networks: [{ kind: 'publicCidr', name: 'office', cidrs: ['10.0.0.0/33'] }] },
  ],
]

for (const [name, expected, declared, variables] of bad) {
  test(`does not start: ${name}`, () => {
    const problems = problemsOf(declared, variables)
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      problems.join('\n') || 'it started',
    )
  })
}

test('all problems are told at once', () => {
  const problems = problemsOf(withRule({ domain: 'gone', executionRole: 'gone' }), { ...environment, AWS_REGION: '' })
  assert.equal(problems.length, 3)
})

test('a rule’s domain with a literal id needs no variable', () => {
  const declared: Intent = { ...intent, domains: [{ name: 'research', id: 'd-literal' }] }
  const gate = createGate(declared, { ...environment, STUDIO_GATE_DOMAIN_IDS: '{}' }, ports)
  assert.equal(gate.rules.allow[0]?.domainId, 'd-literal')
})
