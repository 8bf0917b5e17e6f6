import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Deployed, deploy } from '../src/deploy/deploy.ts'
import { readTemplate } from '../src/deploy/read-template.ts'
import type { World } from '../src/world.ts'
import { emptyWorld } from './small-world.ts'

const fixture = fileURLToPath(new URL('fixtures/small.template.yaml', import.meta.url))

async function deploySmall(seed = 'one'): Promise<{ world: World; deployed: Deployed }> {
  const world = emptyWorld()
  const deployed = await deploy({
    template: readTemplate(fixture),
    templatePath: fixture,
    world,
    stackName: 'small',
    urlSuffix: 'amazonaws.com',
    seed,
  })
  return { world, deployed }
}

test('the whole fixture becomes a world', async () => {
  const { world, deployed } = await deploySmall()
  const [api] = world.apis.values()
  assert.ok(api)
  assert.match(api.id, /^[a-z0-9]{10}$/)
  assert.equal(api.stage, 'gate')
  const functionArn = 'arn:aws:lambda:eu-central-1:111122223333:function:small-gate'
  assert.deepEqual([...api.routes], [['POST /saml', { functionArn }]])
  assert.deepEqual(api.gatewayResponses.get('ACCESS_DENIED'), {
    statusCode: '403',
    templates: { 'text/html': '<p>$context.requestId</p>' },
    headers: { 'Cache-Control': 'no-store' },
  })
  const { Statement } = api.policy.document
  assert.ok(Array.isArray(Statement))
  assert.equal(Statement[0].Resource, `arn:aws:execute-api:eu-central-1:111122223333:${api.id}/gate/POST/saml`)
  assert.deepEqual(
    deployed.outputs.AcsUrl,
    `https://${api.id}-${api.endpointIds[0]}.execute-api.eu-central-1.amazonaws.com/gate/saml`,
  )

  const [domain] = world.domains.values()
  assert.ok(domain)
  assert.match(domain.id, /^d-[a-z0-9]{12}$/)
  assert.equal(
    domain.profiles.get('alice')?.arn,
    `arn:aws:sagemaker:eu-central-1:111122223333:user-profile/${domain.id}/alice`,
  )
  const execution = world.roles.get(domain.defaultExecutionRoleArn)
  assert.equal(execution?.boundary?.name, 'Boundary')
  assert.deepEqual(
    execution?.policies.map(({ name }) => name),
    ['ExecutionRole/own'],
  )

  const [plan] = deployed.functions
  const role = world.roles.get(plan?.roleArn ?? '')
  assert.deepEqual(
    role?.policies.map(({ name }) => name),
    ['service-role/AWSLambdaVPCAccessExecutionRole', 'RolePolicy'],
  )
  assert.match(plan?.interface?.address ?? '', /^10\.1\.2\./)
  const [table] = world.tables.values()
  assert.deepEqual([table?.keySchema, table?.ttlAttribute], [[{ attributeName: 'pk', keyType: 'HASH' }], 'expiresAt'])
  assert.equal(plan?.environment.TABLE, table?.name)

  const groups = [...deployed.topology.securityGroups.values()]
  const peers = (name: string) => groups.find((group) => group.name === name)?.egress.map(({ peer }) => peer.kind)
  assert.deepEqual(peers('FunctionGroup'), ['group'], 'a rule of its own replaces the one that a group is born with')
  assert.deepEqual(peers('HostGroup'), ['cidr'])

  const [host] = deployed.instances
  assert.deepEqual([host?.name, host?.interface.publicAddress], ['public-host', '203.0.113.101'])
  assert.deepEqual(
    [...world.subnets.values()].map((subnet) => subnet.public),
    [true, false, false],
  )
})

test('what is not modelled is reported by name', async () => {
  const { deployed } = await deploySmall()
  const gaps = deployed.gaps.filter((gap) => !gap.includes('is run by Node'))
  assert.deepEqual(gaps, [
    "Api: an API called by the endpoint's own name, with a Host header of its own (4.11 c)",
    'Function (AWS::Lambda::Function): the property DeadLetterConfig',
    'AWS::Logs::LogGroup: log groups (the twin keeps the lines of each function)',
  ])
})

test('ids are those of AWS, the same for the same seed and different for another', async () => {
  const [one, again, other] = [await deploySmall('one'), await deploySmall('one'), await deploySmall('two')]
  const ids = ({ world }: { world: World }) => [...world.endpoints.keys(), ...world.subnets.keys()]
  assert.deepEqual(ids(one), ids(again))
  assert.equal(ids(one).filter((id) => ids(other).includes(id)).length, 0)
  for (const id of ids(one)) assert.match(id, /^(vpce|subnet)-0[0-9a-f]{16}$/)
})

interface Broken {
  readonly what: string
  /** Changes the template, which is a mutable copy. */
  change(resources: Record<string, { Type: string; Properties: Record<string, unknown>; DependsOn?: unknown }>): void
  readonly error: RegExp
}

const broken: readonly Broken[] = [
  {
    what: 'a network access list, which would make the twin more permissive than AWS',
    change: (resources) => Object.assign(resources, { Acl: { Type: 'AWS::EC2::NetworkAcl', Properties: {} } }),
    error: /the twin cannot make a AWS::EC2::NetworkAcl/,
  },
  {
    what: 'a type nobody knows',
    change: (resources) => Object.assign(resources, { Odd: { Type: 'AWS::Odd::Thing', Properties: {} } }),
    error: /Resources\.Odd: the twin cannot make a AWS::Odd::Thing/,
  },
  {
    what: 'a cycle',
    change: ({ Vpc, Gateway }) => {
      if (Vpc) Vpc.DependsOn = 'Gateway'
      if (Gateway) Gateway.DependsOn = 'Vpc'
    },
    error: /circular dependency between resources: (Vpc waits for Gateway|Gateway waits for Vpc)/,
  },
  {
    what: 'a policy with a typo',
    change: ({ RolePolicy }) => {
      const document = { Version: '2012-10-17', Statement: [{ Efect: 'Allow', Action: 's3:*', Resource: '*' }] }
      if (RolePolicy) RolePolicy.Properties.PolicyDocument = document
    },
    error: /RolePolicy[\s\S]*Statement\[0\]\.Efect/,
  },
  {
    what: 'an asset that is not there',
    change: ({ Function: made }) => {
      if (made) made.Properties.Code = { S3Bucket: 'b', S3Key: 'missing.zip' }
    },
    error: /Function\.Properties\.Code\.S3Key: there is no folder .*asset\.missing/,
  },
  {
    what: 'a handler that the asset does not hold',
    change: ({ Function: made }) => {
      if (made) made.Properties.Handler = 'main.handler'
    },
    error: /Handler: `main\.handler` needs main\.mjs in the asset, which holds index\.mjs/,
  },
  {
    what: 'overlapping subnets',
    change: ({ GateSubnet }) => {
      if (GateSubnet) GateSubnet.Properties.CidrBlock = '10.1.1.128/25'
    },
    error: /10\.1\.1\.128\/25 conflicts with subnet-0/,
  },
  {
    what: 'a private API without a resource policy',
    change: ({ RestApi }) => {
      if (RestApi) delete RestApi.Properties.Policy
    },
    error: /private REST API RestApi has no resource policy/,
  },
  {
    what: 'an unknown policy of AWS',
    change: ({ Role }) => {
      if (Role) Role.Properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess']
    },
    error: /the twin does not know the policy arn:aws:iam::aws:policy\/AmazonSageMakerFullAccess/,
  },
  {
    what: 'VpcOnly without security groups',
    change: ({ Domain }) => {
      if (Domain) Domain.Properties.DefaultUserSettings = { ExecutionRole: { 'Fn::GetAtt': ['ExecutionRole', 'Arn'] } }
    },
    error: /required for VpcOnly/,
  },
  {
    what: 'an attribute that the twin does not know',
    change: ({ Function: made }) => {
      if (made) made.Properties.Environment = { Variables: { X: { 'Fn::GetAtt': ['Replay', 'StreamArn'] } } }
    },
    error: /Function\.Properties\.Environment: its value is not known here: Replay\.StreamArn/,
  },
  {
    what: 'two user profiles that differ in case only',
    change: (resources) => {
      const { Alice } = resources
      if (Alice)
        resources.Again = {
          Type: Alice.Type,
          Properties: { ...Alice.Properties, UserProfileName: 'ALICE' },
          DependsOn: 'Alice',
        }
    },
    error: /UserProfileName: alice exists already/,
  },
]

for (const { what, change, error } of broken) {
  test(`refused: ${what}`, async () => {
    await withChanged(change, async (path) => {
      await assert.rejects(async () => {
        const world = emptyWorld()
        const template = readTemplate(path)
        await deploy({
          template,
          templatePath: fixture,
          world,
          stackName: 'small',
          urlSuffix: 'amazonaws.com',
          seed: 'one',
        })
      }, error)
    })
  })
}

test('what a permission or a deployment leaves out shows', async () => {
  await withChanged(
    (resources) => {
      const { Permission, Deployment } = resources
      if (Permission)
        Permission.Properties.SourceArn = 'arn:aws:execute-api:eu-central-1:111122223333:other/gate/POST/*'
      if (Deployment) Deployment.DependsOn = ['Post']
      if (resources.Denied) resources.Denied.DependsOn = 'Deployment'
    },
    async (path) => {
      const world = emptyWorld()
      const template = readTemplate(path)
      const { gaps } = await deploy({
        template,
        templatePath: fixture,
        world,
        stackName: 'small',
        urlSuffix: 'amazonaws.com',
        seed: 'one',
      })
      const [api] = world.apis.values()
      assert.equal(api?.routes.get('POST /saml')?.unpermitted, true)
      assert.equal(api?.gatewayResponses.size, 0)
      assert.ok(
        gaps.includes(
          'RestApi: the gateway response ACCESS_DENIED came after the deployment, so the stage does not use it',
        ),
      )
    },
  )
})

test('a route along what is not modelled is reported, and refused by name', async () => {
  await withChanged(
    (resources) => {
      resources.Peering = { Type: 'AWS::EC2::VPCPeeringConnection', Properties: { PeerVpcId: 'vpc-1' } }
      resources.PeerRoute = {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: { Ref: 'PublicRoutes' },
          DestinationCidrBlock: '172.16.0.0/16',
          VpcPeeringConnectionId: { Ref: 'Peering' },
        },
      }
    },
    async (path) => {
      const world = emptyWorld()
      const template = readTemplate(path)
      const { gaps, topology } = await deploy({
        template,
        templatePath: fixture,
        world,
        stackName: 'small',
        urlSuffix: 'amazonaws.com',
        seed: 'one',
      })
      assert.ok(
        gaps.some((gap) => gap.startsWith('PeerRoute: the route to VpcPeeringConnectionId Peering is not modelled')),
      )
      const targets = [...topology.routeTables.values()].flatMap(({ routes }) =>
        routes.map(({ target }) => target.kind),
      )
      assert.ok(targets.includes('unmodelled'))
    },
  )
})

/** The fixture as JSON, changed, in a file of its own. */
async function withChanged(change: Broken['change'], use: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'studio-gate-test-'))
  try {
    const template = readTemplate(fixture)
    const resources = Object.fromEntries(
      [...template.resources.values()].map(({ logicalId, type, properties, dependsOn, condition }) => [
        logicalId,
        structuredClone({
          Type: type,
          Properties: properties as Record<string, unknown>,
          DependsOn: dependsOn,
          ...(condition === undefined ? {} : { Condition: condition }),
        }),
      ]),
    )
    change(resources as Parameters<Broken['change']>[0])
    const path = join(folder, 'changed.template.json')
    const parameter = { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/aws/service/ami' }
    writeFileSync(
      path,
      JSON.stringify({
        Parameters: { Image: parameter },
        Conditions: Object.fromEntries(template.conditions),
        Resources: resources,
      }),
    )
    await use(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
