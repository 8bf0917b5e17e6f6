import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyKind, firstDeployment } from './intent.ts'
import { ofType, type Template, templateOf, theOnly } from './template.ts'

const time = { timeout: 30_000 }

/** What the default route of each route table leads to. */
function waysOut(template: Template): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ofType(template, 'AWS::EC2::Route')
      .filter((route) => route.Properties.DestinationCidrBlock === '0.0.0.0/0')
      .map(({ Properties }) => [Properties.RouteTableId.Ref, (Properties.GatewayId ?? Properties.NatGatewayId).Ref]),
  )
}

test('only public and private subnets have a way to the internet; Studio gets one by name', time, async () => {
  const closed = { NetworkPublicRoutes: 'NetworkInternetGateway', NetworkPrivateRoutes: 'NetworkNatGateway' }
  assert.deepEqual(waysOut(await templateOf({ intent: firstDeployment })), closed)
  assert.deepEqual(waysOut(await templateOf({ intent: firstDeployment, studioEgress: 'nat' })), {
    ...closed,
    NetworkStudioRoutes: 'NetworkNatGateway',
  })
})

test('subnets have the documented addresses, in two zones, each in its own tier', time, async () => {
  const template = await templateOf({ intent: firstDeployment })
  const tables = new Map(
    ofType(template, 'AWS::EC2::SubnetRouteTableAssociation').map(({ Properties }) => [
      Properties.SubnetId.Ref,
      Properties.RouteTableId.Ref,
    ]),
  )
  const subnets = ofType(template, 'AWS::EC2::Subnet').map(({ id, Properties }) => [
    Properties.CidrBlock,
    Properties.AvailabilityZone['Fn::Select'][0],
    Properties.MapPublicIpOnLaunch,
    tables.get(id),
  ])
  assert.deepEqual(subnets, [
    ['10.100.0.0/24', 0, true, 'NetworkPublicRoutes'],
    ['10.100.1.0/24', 1, true, 'NetworkPublicRoutes'],
    ['10.100.10.0/24', 0, false, 'NetworkPrivateRoutes'],
    ['10.100.11.0/24', 1, false, 'NetworkPrivateRoutes'],
    ['10.100.20.0/24', 0, false, 'NetworkGateRoutes'],
    ['10.100.21.0/24', 1, false, 'NetworkGateRoutes'],
    ['10.100.30.0/24', 0, false, 'NetworkStudioRoutes'],
    ['10.100.31.0/24', 1, false, 'NetworkStudioRoutes'],
  ])
})

test('every endpoint has a policy, and execute-api private DNS only when asked for by name', time, async () => {
  for (const acsUrlForm of ['endpoint-alias', 'private-dns'] as const) {
    const template = await templateOf({ intent: { ...firstDeployment, acsUrlForm } })
    const endpoints = ofType(template, 'AWS::EC2::VPCEndpoint')
    for (const { id, Properties } of endpoints)
      assert.ok(Properties.PolicyDocument.Statement.length > 0, `${id} has no policy`)
    const privateDns = endpoints
      .filter(({ Properties }) => Properties.PrivateDnsEnabled === true)
      .map(({ id }) => id)
      .sort()
    const always = ['EndpointSageMakerApi', 'EndpointSageMakerRuntime', 'EndpointSts', 'EndpointStudio']
    assert.deepEqual(privateDns, acsUrlForm === 'private-dns' ? ['EndpointExecuteApi', ...always] : always)
  }
})

test('the DynamoDB endpoint serves the gate only', time, async () => {
  const template = await templateOf({ intent: firstDeployment })
  const gateway = template.Resources.EndpointDynamoDb?.Properties
  assert.equal(gateway?.VpcEndpointType, 'Gateway')
  assert.deepEqual(gateway?.RouteTableIds, [{ Ref: 'NetworkGateRoutes' }])
})

test('endpoints admit the VPC, and declared networks beyond it that come through us', time, async () => {
  const admitted = async (intent: typeof everyKind) => {
    const group = (await templateOf({ intent })).Resources.EndpointSecurityGroup?.Properties
    return group?.SecurityGroupIngress.map((rule: Record<string, unknown>) => [
      rule.CidrIp ?? rule.CidrIpv6,
      rule.FromPort,
      rule.ToPort,
    ])
  }
  assert.deepEqual(await admitted(firstDeployment), [['10.100.0.0/16', 443, 443]])
  assert.deepEqual(await admitted(everyKind), [
    ['10.100.0.0/16', 443, 443],
    ['192.168.7.0/24', 443, 443],
    ['fd00:7::/64', 443, 443],
  ])
})

test('the gate is admitted by nobody and speaks HTTPS only', time, async () => {
  const group = (await templateOf({ intent: firstDeployment })).Resources.GateSecurityGroup?.Properties
  assert.equal(group?.SecurityGroupIngress, undefined)
  assert.deepEqual(
    group?.SecurityGroupEgress.map((rule: Record<string, unknown>) => [rule.FromPort, rule.ToPort]),
    [[443, 443]],
  )
})

test('the replay table forgets by the attribute that the gate writes', time, async () => {
  const { Properties: table } = theOnly(await templateOf({ intent: firstDeployment }), 'AWS::DynamoDB::Table')
  assert.deepEqual(table.KeySchema, [{ AttributeName: 'pk', KeyType: 'HASH' }])
  assert.deepEqual(table.TimeToLiveSpecification, { AttributeName: 'expiresAt', Enabled: true })
  assert.equal(table.BillingMode, 'PAY_PER_REQUEST')
  assert.equal(table.SSESpecification.SSEEnabled, true)
  assert.equal(table.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled, true)
})

test(
  'demo hosts: Session Manager only, a proxy on the private one, which the bastion alone may reach',
  time,
  async () => {
    const template = await templateOf({ intent: firstDeployment, demoHosts: true })
    const hosts = new Map(
      ofType(template, 'AWS::EC2::Instance').map(({ Properties }) => [
        Properties.Tags.find((tag: { Key: string }) => tag.Key === 'studio-gate:host').Value,
        Properties,
      ]),
    )
    assert.deepEqual([...hosts.keys()].sort(), ['bastion', 'private-host', 'public-host'])
    for (const [name, host] of hosts) {
      assert.equal(host.MetadataOptions.HttpTokens, 'required', name)
      assert.deepEqual(host.ImageId, { Ref: 'DemoHostsImage' }, name)
      assert.equal(host.SubnetId.Ref, name === 'private-host' ? 'NetworkPrivateSubnet1' : 'NetworkPublicSubnet1', name)
      assert.equal(host.UserData === undefined, name !== 'private-host', name)
    }
    assert.match(hosts.get('private-host')?.UserData['Fn::Base64'], /http_port 3128/)
    assert.match(template.Parameters?.DemoHostsImage?.Type ?? '', /^AWS::SSM::Parameter::Value</)

    const groups = ofType(template, 'AWS::EC2::SecurityGroup').filter(({ id }) => id.startsWith('DemoHosts'))
    for (const { id, Properties } of groups) assert.equal(Properties.SecurityGroupIngress, undefined, id)
    const admitted = ofType(template, 'AWS::EC2::SecurityGroupIngress').filter(({ id }) => id.startsWith('DemoHosts'))
    assert.deepEqual(
      admitted.map(({ Properties }) => [
        Properties.GroupId['Fn::GetAtt'][0],
        Properties.SourceSecurityGroupId['Fn::GetAtt'][0],
        Properties.FromPort,
        Properties.ToPort,
      ]),
      [['DemoHostsPrivateHostSecurityGroup', 'DemoHostsBastionSecurityGroup', 3128, 3128]],
    )
    assert.deepEqual(template.Outputs.TunnelCommand?.Value, {
      'Fn::Join': [
        '',
        [
          'aws ssm start-session --target ',
          { Ref: 'DemoHostsBastion' },
          ' --document-name AWS-StartPortForwardingSessionToRemoteHost --parameters host=',
          { 'Fn::GetAtt': ['DemoHostsPrivateHost', 'PrivateIp'] },
          ',portNumber=3128,localPortNumber=3128',
        ],
      ],
    })
  },
)
