/** Who may move the walls and who may become one of the gate's roles, on the template that would be deployed and on templates that say otherwise. */
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { firstDeployment, withKeys } from './intent.ts'
import { account, changed, found, judge, type Mutation, scpOf, withScp } from './judging.ts'
import { type Template, templateOf } from './template.ts'

describe('administrators', () => {
  let template: Template
  before(async () => {
    template = await templateOf({ intent: firstDeployment, demoHosts: true })
  })
  const trusting = { ...firstDeployment, trustedAdministrators: [`arn:aws:iam::${account}:role/platform/admin-*`] }

  it('proves our template trusting only the administrators that the declaration names', () => {
    const { verdict, trusting: named, counterexamples, unknown } = judge(template, trusting, withScp(trusting))
    assert.deepEqual(
      { verdict, unknown, found: counterexamples.map(({ summary }) => summary) },
      { verdict: 'proved', unknown: [], found: [] },
    )
    assert.deepEqual(named, [
      `the administrators arn:aws:iam::${account}:role/platform/admin-*, and whoever can act as one of them`,
    ])
  })

  it('finds that anybody else may move the walls where the SCP says nothing of administrators', () => {
    const verdict = judge(template, trusting, withScp(firstDeployment))
    assert.deepEqual(found(verdict), ['any other principal of this account iam:AttachRolePolicy'])
  })

  it('misses nothing that the statements about administrators leave out: an action, a resource, a statement', () => {
    const drops = dropsOf(scpOf(trusting))
    assert.ok(drops.length > 50)
    // The gate runs its function by its name; versions and aliases are for others.
    const idle = drops.filter(({ name }) => !name.endsWith(':function:StudioGate-gate:*'))
    const missed = idle.filter(
      ({ json }) => judge(template, trusting, { scps: [{ file: 'scp.json', json }] }).verdict !== 'counterexample',
    )
    assert.deepEqual(
      missed.map(({ name }) => name),
      [],
    )
  })

  it('proves it of the keys, too, by their tag, and misses no action on them', async () => {
    const intent = { ...withKeys, trustedAdministrators: trusting.trustedAdministrators }
    const keyed = await templateOf({ intent })
    const scp = scpOf(intent)
    const { verdict, counterexamples, unknown } = judge(keyed, intent, { scps: [{ file: 'scp.json', json: scp }] })
    assert.deepEqual([verdict, counterexamples.map(({ summary }) => summary), unknown], ['proved', [], []])
    const ofKeys = dropsOf(scp).filter(({ name }) => name.includes('kms:'))
    assert.ok(ofKeys.length >= 5)
    for (const { name, json } of ofKeys)
      assert.equal(judge(keyed, intent, { scps: [{ file: 'scp.json', json }] }).verdict, 'counterexample', name)
    const untagged = changed(keyed, 'KeySigning', (properties) => {
      delete properties.Tags
    })
    assert.deepEqual(found(judge(untagged, intent, { scps: [{ file: 'scp.json', json: scp }] })), [
      'any other principal of this account kms:PutKeyPolicy',
    ])
  })
})

/** The policy with one action or resource less, for each that a statement about administrators has. */
function dropsOf(scp: unknown): readonly { readonly name: string; readonly json: unknown }[] {
  const { Statement: statements, ...rest } = scp as { readonly Statement: readonly Record<string, unknown>[] }
  return statements.flatMap((statement, index) => {
    const { Sid: sid, Action: actions, Resource: resources } = statement
    if (!/Administrator/.test(String(sid))) return []
    return Object.entries({ Action: [actions].flat(), Resource: [resources].flat() }).flatMap(([element, list]) =>
      list.map((entry) => {
        const left = list.filter((each) => each !== entry)
        const others = statements.filter((_, at) => at !== index)
        const changed = left.length === 0 ? others : [...others, { ...statement, [element]: left }]
        return { name: `${String(sid)} without ${String(entry)}`, json: { ...rest, Statement: changed } }
      }),
    )
  })
}

const mutations: readonly Mutation[] = [
  {
    name: 'a minting role that the whole account may assume',
    id: 'RoleMinting',
    change: (properties) => {
      properties.AssumeRolePolicyDocument.Statement[0].Principal = { AWS: account }
    },
    finds: ['any other principal of this account sts:AssumeRole'],
  },
  {
    name: 'a minting role that another account may assume',
    id: 'RoleMinting',
    change: (properties) => {
      properties.AssumeRolePolicyDocument.Statement[0].Principal = { AWS: '999999999999' }
    },
    finds: ['account 999999999999 sts:AssumeRole'],
  },
  {
    name: 'a minting role for the machines of EC2',
    id: 'RoleMinting',
    change: (properties) => {
      properties.AssumeRolePolicyDocument.Statement[0].Principal = { Service: 'ec2.amazonaws.com' }
    },
    finds: ['ec2.amazonaws.com sts:AssumeRole'],
  },
  {
    name: 'an execution role that an identity provider gives away, too',
    id: 'RoleExecutionScientist',
    change: (properties) => {
      properties.AssumeRolePolicyDocument.Statement.push(
        {
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::${account}:saml-provider/company` },
          Action: 'sts:AssumeRoleWithSAML',
          Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
        },
        { Effect: 'Allow', Principal: { Federated: 'accounts.google.com' }, Action: 'sts:AssumeRoleWithWebIdentity' },
      )
    },
    finds: [
      `whom arn:aws:iam::${account}:saml-provider/company vouches for sts:AssumeRoleWithSAML`,
      'whom accounts.google.com vouches for sts:AssumeRoleWithWebIdentity',
    ],
  },
  {
    name: 'a function role that anybody of the account may assume',
    id: 'GateFunctionRole',
    change: (properties) => {
      properties.AssumeRolePolicyDocument.Statement[0].Principal = { AWS: account }
    },
    finds: ['any other principal of this account sts:AssumeRole'],
  },
  {
    name: 'a host that may change policies',
    id: 'DemoHostsRole',
    change: (properties) => {
      properties.Policies = [
        {
          PolicyName: 'p',
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }] },
        },
      ]
    },
    finds: ['DemoHostsRole iam:AttachRolePolicy'],
  },
]

describe('a template that gives its roles away', () => {
  let template: Template
  before(async () => {
    template = await templateOf({ intent: firstDeployment, demoHosts: true })
  })

  for (const { name, id, change, finds } of mutations)
    it(name, () => {
      assert.deepEqual(found(judge(changed(template, id, change), firstDeployment, withScp(firstDeployment))), finds)
    })
})
