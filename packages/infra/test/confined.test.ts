/**
 * The prover on the template that would be deployed, and on templates that let in too much: each must be found, and each counterexample must be
 * allowed by `evaluate`.
 */
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { Confinement, Intent } from '@studio-gate/policy'
import { everyKind, firstDeployment, withKeys } from './intent.ts'
import { changed, found, judge, type Mutation, scpOf, statementsOf, withScp } from './judging.ts'
import { type Template, templateOf } from './template.ts'

describe('confined', () => {
  let template: Template
  before(async () => {
    template = await templateOf({ intent: firstDeployment, demoHosts: true })
  })

  it('proves our template with the derived SCP, trusting who may change policies', () => {
    const { verdict, trusting, unknown } = judge(template, firstDeployment, withScp(firstDeployment))
    assert.deepEqual({ verdict, unknown }, { verdict: 'proved', unknown: [] })
    assert.equal(trusting.length, 1)
  })

  it('proves it with keys in KMS as well', async () => {
    const { verdict, unknown } = judge(await templateOf({ intent: withKeys }), withKeys, withScp(firstDeployment))
    assert.deepEqual({ verdict, unknown }, { verdict: 'proved', unknown: [] })
  })

  it('finds every door open without the SCP, and says which file to attach', () => {
    const verdict = judge(template, firstDeployment, { scpFile: 'cdk.out/scp.json' })
    assert.equal(verdict.verdict, 'counterexample')
    assert.ok(verdict.counterexamples.every(({ subject }) => subject.kind === 'any-other-principal'))
    assert.deepEqual(verdict.counterexamples.map(({ door }) => door.replace('sagemaker:', '')).sort(), [
      'CreateHubContentPresignedUrls',
      'CreatePartnerAppPresignedUrl',
      'CreatePresignedDomainUrl',
      'CreatePresignedMlflowAppUrl',
      'CreatePresignedMlflowTrackingServerUrl',
      'CreatePresignedNotebookInstanceUrl',
      'StartSession',
    ])
    assert.match(verdict.counterexamples[0]?.remedy ?? '', /cdk\.out\/scp\.json/)
  })

  it('reaches exactly what the declaration names: mint from the gate, use from the network', () => {
    const { doors } = judge(template, firstDeployment, withScp(firstDeployment))
    const open = doors.filter(({ reach }) => reach.reached.length > 0)
    const shown = open.map(({ subject, reach }) => [subject.kind, ...reach.reached.map(({ cidrs }) => cidrs.join(' '))])
    assert.deepEqual(shown, [
      ['minting-role', '10.100.20.0/23', '10.100.10.0/24'],
      ['execution-role', '10.100.10.0/24', '10.100.10.0/24'],
    ])
  })

  it('takes a role that it cannot see for one that may do everything', async () => {
    const verdict = judge(await templateOf({ intent: everyKind }), everyKind, withScp(everyKind))
    assert.equal(verdict.verdict, 'unknown')
    assert.match(verdict.unknown[0]?.policy ?? '', /role\/operators/)
  })

  it('takes an AWS-managed policy that is not in the snapshot for one that allows everything', () => {
    const verdict = judge(template, firstDeployment, { ...withScp(firstDeployment), managedPolicies: {} })
    assert.equal(verdict.verdict, 'unknown')
    assert.deepEqual(verdict.unknown.map(({ policy }) => policy.slice(policy.lastIndexOf('/') + 1)).sort(), [
      'AmazonAPIGatewayPushToCloudWatchLogs',
      'AmazonSSMManagedInstanceCore',
    ])
  })
})

const mutations: readonly Mutation[] = [
  {
    name: 'an execution role with a Deny on NotIpAddress aws:VpcSourceIp alone, in place of its boundary',
    id: 'RoleExecutionScientist',
    change: (properties) => {
      delete properties.PermissionsBoundary
      statementsOf(properties).push({
        Effect: 'Deny',
        Action: 'sagemaker:CreatePresignedDomainUrl',
        Resource: '*',
        Condition: { NotIpAddress: { 'aws:VpcSourceIp': '10.100.10.0/24' } },
      })
    },
    finds: ['RoleExecutionScientist sagemaker:CreatePresignedDomainUrl'],
  },
  {
    name: 'an execution role without boundary and with the broad managed policy',
    id: 'RoleExecutionScientist',
    change: (properties) => {
      delete properties.PermissionsBoundary
      properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess']
    },
    finds: ['RoleExecutionScientist sagemaker:CreatePresignedDomainUrl'],
  },
  {
    name: 'an execution role without boundary',
    id: 'RoleExecutionScientist',
    change: (properties) => {
      delete properties.PermissionsBoundary
    },
    finds: ['RoleExecutionScientist sagemaker:CreatePresignedDomainUrl'],
  },
  {
    name: 'a minting role whose use statement forgot the endpoint',
    id: 'RoleMinting',
    change: (properties) => {
      delete statementsOf(properties)[1].Condition.StringEquals
    },
    finds: ['RoleMintingResearchOfficed16164 sagemaker:CreatePresignedDomainUrl'],
  },
  {
    name: 'a minting role with a wider network, by one bit',
    id: 'RoleMinting',
    change: (properties) => {
      statementsOf(properties)[1].Condition.IpAddress['aws:VpcSourceIp'] = ['10.100.10.0/23']
    },
    finds: ['RoleMintingResearchOfficed16164 sagemaker:CreatePresignedDomainUrl'],
  },
  {
    name: 'a minting role that also allows ForAllValues, which holds where the key is absent',
    id: 'RoleMinting',
    change: (properties) => {
      statementsOf(properties)[1].Condition = { 'ForAllValues:StringEquals': { 'aws:SourceVpce': ['vpce-1'] } }
    },
    finds: ['RoleMintingResearchOfficed16164 sagemaker:CreatePresignedDomainUrl'],
  },
]

describe('a template that lets in too little', () => {
  const shut = ({ counterexamples, shutOut }: Confinement): readonly string[] => {
    assert.deepEqual(counterexamples, [])
    return shutOut.map(({ subject, summary }) => `${subject.name} ${summary.slice(summary.indexOf(' from '))}`)
  }
  let template: Template
  before(async () => {
    template = await templateOf({ intent: firstDeployment })
  })

  it('a minting role that is gone', () => {
    const { RoleMintingResearchOfficed16164: _, ...Resources } = template.Resources
    const verdict = judge({ ...template, Resources }, firstDeployment, withScp(firstDeployment))
    assert.deepEqual(
      verdict.shutOut.map(({ subject }) => subject.name),
      ['StudioGate-mint-research-office-d16164 (not in the template)'],
    )
    // And whoever makes a role of that name is spared by the SCP.
    assert.deepEqual(found(verdict), ['any other principal of this account sagemaker:CreatePresignedDomainUrl'])
  })

  it('a minting role that asks for a key which requests to Studio never have', () => {
    const copy = changed(template, 'RoleMinting', (properties) => {
      statementsOf(properties)[1].Condition.Null = { 'aws:SourceIp': 'false' }
    })
    assert.deepEqual(shut(judge(copy, firstDeployment, withScp(firstDeployment))), [
      'RoleMintingResearchOfficed16164  from vpce-endpointstudio (vpc-networkvpc) at 10.100.10.0/24, which the declaration lets in',
    ])
  })

  it('a policy of the Studio endpoint that names another domain', () => {
    const copy = changed(template, 'EndpointStudio', ({ PolicyDocument: { Statement: statements } }) => {
      statements[0].Resource = 'arn:aws:sagemaker:eu-central-1:123456789012:user-profile/d-other/*'
    })
    assert.deepEqual(
      shut(judge(copy, firstDeployment, withScp(firstDeployment))).map((line) => line.split(' ')[0]),
      ['RoleMintingResearchOfficed16164', 'RoleExecutionScientist'],
    )
  })

  it('nothing, where a condition can be met by whom the declaration lets in', () => {
    const copy = changed(template, 'RoleMinting', (properties) => {
      statementsOf(properties)[1].Condition.Bool = { 'aws:MultiFactorAuthPresent': 'true' }
    })
    assert.equal(judge(copy, firstDeployment, withScp(firstDeployment)).verdict, 'proved')
  })
})

describe('a template that lets in too much', () => {
  let template: Template
  before(async () => {
    template = await templateOf({ intent: firstDeployment, demoHosts: true })
  })

  for (const { name, id, change, finds } of mutations)
    it(name, () => {
      assert.deepEqual(found(judge(changed(template, id, change), firstDeployment, withScp(firstDeployment))), finds)
    })

  it('a user who may open the profile of the same name, from anywhere, where the SCP spares users', () => {
    const json = JSON.parse(
      JSON.stringify(scpOf(firstDeployment)).replace(
        '"arn:*:iam::*:role/',
        '"arn:*:iam::*:user/hers","arn:*:iam::*:role/',
      ),
    )
    const own = 'arn:aws:sagemaker:eu-central-1:123456789012:user-profile/d-domainresearch/$' + '{aws:username}'
    const document = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sagemaker:CreatePresignedDomainUrl', Resource: own }],
    }
    const copy = structuredClone(template)
    const withUser = {
      ...copy,
      Resources: {
        ...copy.Resources,
        Her: {
          Type: 'AWS::IAM::User',
          Properties: { UserName: 'hers', Policies: [{ PolicyName: 'p', PolicyDocument: document }] },
        },
      },
    }
    assert.deepEqual(found(judge(withUser, firstDeployment, { scps: [{ file: 'scp.json', json }] })), [
      'Her sagemaker:CreatePresignedDomainUrl',
    ])
  })

  it('a boundary that lets a notebook mint, in a network that holds the subnets of Studio', async () => {
    const [office] = firstDeployment.networks
    assert.ok(office?.kind === 'privateCidr')
    const intent: Intent = { ...firstDeployment, networks: [{ ...office, cidrs: ['10.100.0.0/16'] }] }
    const wide = await templateOf({ intent })
    assert.equal(judge(wide, intent, withScp(intent)).verdict, 'proved')
    const opened = changed(wide, 'RoleBoundary', (properties) => {
      for (const statement of properties.PolicyDocument.Statement) delete statement.Condition?.NotIpAddress
    })
    assert.deepEqual(found(judge(opened, intent, withScp(intent))), [
      'RoleExecutionScientist sagemaker:CreatePresignedDomainUrl',
    ])
  })

  it('a role whose name nobody knows is not judged by a guess; one that follows from the Region is', () => {
    const called = (name: unknown) =>
      changed(template, 'DemoHostsRole', (properties) => {
        properties.RoleName = name
      })
    const verdict = (name: unknown) => judge(called(name), firstDeployment, withScp(firstDeployment)).verdict
    assert.equal(verdict({ 'Fn::Sub': 'hosts-of-$' + '{AWS::Region}' }), 'proved')
    assert.equal(verdict({ 'Fn::ImportValue': 'name-of-hosts' }), 'unknown')
  })

  it('an SCP that exempts roles by a prefix which anybody may use', () => {
    const json = JSON.parse(
      JSON.stringify(scpOf(firstDeployment)).replaceAll('role/StudioGate-execution-scientist', 'role/StudioGate-*'),
    )
    const verdict = judge(template, firstDeployment, { scps: [{ file: 'scp.json', json }] })
    assert.ok(
      found(verdict).includes('any other principal of this account sagemaker:CreatePresignedDomainUrl'),
      found(verdict).join(),
    )
  })

  it('the Studio endpoint and the API endpoint opened, with an SCP that guards the network alone', () => {
    const guard = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: 'sagemaker:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:SourceVpce': ['vpce-endpointsagemakerapi', 'vpce-endpointstudio'] } },
        },
      ],
    }
    const scps = [{ file: 'scp.json', json: guard }]
    const everything = { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] }
    const guarded = judge(template, firstDeployment, { scps })
    const opened = judge(
      changed(template, 'EndpointSageMakerApi', (properties) => {
        properties.PolicyDocument = everything
      }),
      firstDeployment,
      { scps },
    )
    const through = ({ doors }: Confinement): boolean =>
      doors.some(
        ({ subject, reach }) =>
          subject.kind === 'any-other-principal' &&
          reach.reached.some(
            ({ origin }) => origin.kind === 'endpoint' && origin.endpoint === 'vpce-endpointsagemakerapi',
          ),
      )
    assert.deepEqual([through(guarded), through(opened)], [false, true])
  })
})
