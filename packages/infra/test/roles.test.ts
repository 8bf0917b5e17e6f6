import assert from 'node:assert/strict'
import { test } from 'node:test'
import { executionRoleName, mintingPairs, mintingRoleName } from '@studio-gate/policy'
import { everyKind, firstDeployment } from './intent.ts'
import { ofType, templateOf, theOnly } from './template.ts'

const time = { timeout: 30_000 }

test('one minting role per pair, under the name that the gate derives', time, async () => {
  const template = await templateOf({ intent: everyKind })
  const named = ofType(template, 'AWS::IAM::Role').filter(({ Properties }) => Properties.RoleName?.includes('-mint-'))
  const pairs = mintingPairs(everyKind)
  assert.equal(pairs.length, 2)
  assert.deepEqual(
    named.map(({ Properties }) => Properties.RoleName),
    pairs.map((pair) => mintingRoleName('StudioGate', pair)),
  )
  for (const { Properties } of named) {
    const [trust] = Properties.AssumeRolePolicyDocument.Statement
    assert.deepEqual(trust.Principal, { AWS: { 'Fn::GetAtt': ['GateFunctionRole', 'Arn'] } })
    assert.ok(trust.Action.includes('sts:SetSourceIdentity'))
  }
})

test('an execution role of ours lives inside its boundary; of another, the boundary is an output', time, async () => {
  const template = await templateOf({ intent: everyKind })
  const role = ofType(template, 'AWS::IAM::Role').find(
    ({ Properties }) => Properties.RoleName === executionRoleName('StudioGate', 'scientist'),
  )
  assert.deepEqual(role?.Properties.PermissionsBoundary, { Ref: 'RoleBoundaryScientist' })
  const boundaries = ofType(template, 'AWS::IAM::ManagedPolicy').map(({ id }) => id)
  assert.deepEqual(boundaries, ['RoleBoundaryScientist', 'RoleBoundaryOperator'])
  assert.ok(!JSON.stringify(template).includes(executionRoleName('StudioGate', 'operator')))
  assert.deepEqual(template.Outputs.BoundaryOperator?.Value, { Ref: 'RoleBoundaryOperator' })
})

test('the domain: IAM mode, no way out but the VPC, a default role that may do nothing', time, async () => {
  const template = await templateOf({ intent: firstDeployment })
  const { Properties: domain, Metadata: metadata } = theOnly(template, 'AWS::SageMaker::Domain')
  assert.equal(domain.AuthMode, 'IAM')
  assert.equal(domain.AppNetworkAccessType, 'VpcOnly')
  assert.deepEqual(domain.SubnetIds, [{ Ref: 'NetworkStudioSubnet1' }, { Ref: 'NetworkStudioSubnet2' }])
  assert.equal(domain.DefaultUserSettings.StudioWebPortal, 'ENABLED')
  assert.equal(domain.DefaultUserSettings.DefaultLandingUri, 'studio::')
  assert.match(metadata?.['studio-gate:removal'] ?? '', /EFS/)
  const role = template.Resources[domain.DefaultUserSettings.ExecutionRole['Fn::GetAtt'][0]]?.Properties
  assert.equal(role?.ManagedPolicyArns, undefined)
  assert.deepEqual(
    role?.Policies.flatMap((policy: { PolicyDocument: { Statement: unknown } }) => policy.PolicyDocument.Statement),
    [{ Sid: 'Nothing', Effect: 'Deny', Action: '*', Resource: '*' }],
  )
})

test('Studio apps reach each other and their file system, and nobody else reaches them', time, async () => {
  const template = await templateOf({ intent: firstDeployment })
  const group = { 'Fn::GetAtt': ['DomainResearchSecurityGroup', 'GroupId'] }
  assert.equal(template.Resources.DomainResearchSecurityGroup?.Properties.SecurityGroupIngress, undefined)
  const rules = ofType(template, 'AWS::EC2::SecurityGroupIngress').map(({ Properties }) => Properties)
  assert.deepEqual(
    rules.map((rule) => [rule.FromPort, rule.ToPort]),
    [
      [8192, 65535],
      [2049, 2049],
    ],
  )
  for (const rule of rules) {
    assert.deepEqual(rule.GroupId, group)
    assert.deepEqual(rule.SourceSecurityGroupId, group)
  }
})

test('declared profiles have name, owner tags and role as at a first sign-in', time, async () => {
  const [alice, bob] = ofType(await templateOf({ intent: everyKind }), 'AWS::SageMaker::UserProfile').map(
    ({ Properties }) => Properties,
  )
  assert.equal(alice?.UserProfileName, 'company--alice')
  assert.deepEqual(alice?.DomainId, { 'Fn::GetAtt': ['DomainResearch', 'DomainId'] })
  assert.deepEqual(alice?.UserSettings.ExecutionRole, { 'Fn::GetAtt': ['RoleExecutionScientist', 'Arn'] })
  assert.equal(bob?.UserProfileName, 'partner--x---42ob-40partner--ops')
  assert.equal(bob?.DomainId, 'd-existing12345')
  assert.equal(bob?.UserSettings.ExecutionRole, 'arn:aws:iam::123456789012:role/operators')
  assert.deepEqual(bob?.Tags, [
    { Key: 'studio-gate:identity-provider', Value: 'https://partner.example/saml' },
    { Key: 'studio-gate:subject', Value: 'Bob@partner' },
  ])
})

test('the function: in the gate subnets, under the API timeout, as many at once as come', time, async () => {
  const template = await templateOf({ intent: firstDeployment })
  const { Properties: gate, DependsOn } = theOnly(template, 'AWS::Lambda::Function')
  assert.equal(gate.FunctionName, 'StudioGate-gate')
  assert.equal(gate.Runtime, 'nodejs24.x')
  assert.ok(gate.Timeout < 29)
  assert.ok(gate.MemorySize >= 512)
  assert.equal(gate.ReservedConcurrentExecutions, undefined)
  assert.deepEqual(gate.VpcConfig.SubnetIds, [{ Ref: 'NetworkGateSubnet1' }, { Ref: 'NetworkGateSubnet2' }])
  assert.ok(DependsOn?.includes('GateRuntimePolicy'), 'without the network interface permissions it cannot be made')
  assert.equal(template.Resources.GateLog?.Properties.RetentionInDays, 365)
})

test("the function's code cannot use the network interface permissions", time, async () => {
  const template = await templateOf({ intent: firstDeployment })
  const policy = template.Resources.GateRuntimePolicy?.Properties.PolicyDocument
  const [allow, deny] = policy.Statement
  assert.equal(deny.Effect, 'Deny')
  assert.ok(allow.Action.length > 0)
  for (const action of allow.Action) assert.ok(deny.Action.includes(action), action)
  assert.match(JSON.stringify(deny.Condition.ArnEquals['lambda:SourceFunctionArn']), /:function:StudioGate-gate/)
})
