/** Walks the cases in `derive/`: each asks one wall-crossing request of the derived walls, through the evaluator. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  type Decision,
  derive,
  evaluate,
  type Intent,
  mustParsePolicy,
  type Network,
  type Places,
  type Policies,
  type PolicyKind,
  type Principal,
} from '../src/index.ts'

interface Case {
  readonly name: string
  readonly who: 'minting' | 'execution' | 'administrator'
  /** `api`, `studio`, or an id; absent: over the internet. */
  readonly endpoint?: string
  readonly vpc?: string
  readonly address: string
  readonly action?: string
  /** Behind the account's SageMaker prefix, or a whole ARN. */
  readonly resource?: string
  readonly profile?: string
  readonly scp?: false
  /** The execution role's policy is the one it is made with; absent: an administrator attached one that allows everything. */
  readonly asMade?: true
  readonly allowed: boolean
  readonly layer?: PolicyKind
  /** Sid that must be among the deciding statements. */
  readonly by?: string
}

interface File {
  readonly about: string
  readonly networks: readonly Network[]
  readonly cases: readonly Case[]
}

const account = '111122223333'
const places: Places = {
  partition: 'aws',
  region: 'eu-central-1',
  accountId: account,
  stackName: 'Gate',
  vpcId: 'vpc-0own',
  endpoints: { sagemakerApi: 'vpce-0api', studio: 'vpce-0studio', executeApi: 'vpce-0acs' },
  gateSubnetCidrs: ['10.100.20.0/24'],
  studioSubnetCidrs: ['10.100.30.0/24'],
  domainIds: { main: 'd-1' },
  functionArn: `arn:aws:lambda:eu-central-1:${account}:function:Gate-gate`,
  functionRoleArn: `arn:aws:iam::${account}:role/Gate-function`,
  replayTableArn: `arn:aws:dynamodb:eu-central-1:${account}:table/replay`,
  stage: 'gate',
}

function intentOf(networks: readonly Network[]): Intent {
  return {
    identityProviders: [],
    networks,
    domains: [{ name: 'main', id: 'deployed' }],
    executionRoles: [{ name: 'scientist', role: 'deployed' }],
    rules: [
      {
        name: 'rule',
        effect: 'allow',
        who: { identityProvider: 'workforce' },
        domain: 'main',
        from: networks.map((network) => network.name),
        sessionSeconds: 3600,
        executionRole: 'scientist',
        landingUri: 'studio::',
      },
    ],
    profiles: [],
    urlSeconds: 60,
    audience: 'urn:example:gate',
    acsUrlForm: 'endpoint-alias',
  }
}

function decide(file: File, { who, endpoint, vpc, address, ...rest }: Case): Decision {
  const walls = derive(intentOf(file.networks), places)
  const [minting] = walls.minting
  const [execution] = walls.execution
  assert.ok(minting && execution)
  const endpointId = { api: 'vpce-0api', studio: 'vpce-0studio' }[endpoint ?? ''] ?? endpoint
  const endpointWall = { api: walls.sagemakerApiEndpoint, studio: walls.studioEndpoint }[endpoint ?? '']
  const role = { minting: minting.roleName, execution: execution.roleName, administrator: 'Administrator' }[who]
  const principal: Principal = {
    kind: 'role-session',
    roleArn: `arn:aws:iam::${account}:role/${role}`,
    sessionName: 'alice',
  }
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
  const made = rest.asMade === true ? execution.policy : everything
  const policy = who === 'minting' ? minting.policy : made
  const policies: Policies = {
    identity: [mustParsePolicy(policy, 'identity', `${who}/policy`)],
    ...(who === 'execution' ? { boundary: mustParsePolicy(execution.boundary, 'boundary', 'execution/boundary') } : {}),
    scps:
      rest.scp === false
        ? []
        : [[mustParsePolicy(everything, 'scp', 'FullAWSAccess'), mustParsePolicy(walls.scp, 'scp', 'scp')]],
    rcps: [],
    ...(endpointWall === undefined
      ? {}
      : { endpoint: mustParsePolicy(endpointWall, 'endpoint', `${endpoint}/policy`) }),
  }
  const resource = rest.resource ?? `user-profile/d-1/${rest.profile ?? 'alice'}`
  return evaluate(
    {
      principal,
      action: rest.action ?? 'sagemaker:CreatePresignedDomainUrl',
      resource: resource.startsWith('arn:') ? resource : `arn:aws:sagemaker:eu-central-1:${account}:${resource}`,
      resourceAccount: account,
      context: {
        ...(endpointId === undefined
          ? { 'aws:SourceIp': address }
          : { 'aws:SourceVpce': endpointId, 'aws:SourceVpc': vpc ?? 'vpc-0own', 'aws:VpcSourceIp': address }),
        ...(who === 'execution' ? { 'sagemaker:DomainId': 'd-1', 'sagemaker:UserProfileName': 'alice' } : {}),
      },
    },
    policies,
  )
}

const folder = new URL('derive/', import.meta.url)
for (const name of readdirSync(folder)) {
  const file = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as File
  describe(`${name}: ${file.about}`, () => {
    for (const each of file.cases) {
      test(each.name, () => {
        const decision = decide(file, each)
        assert.equal(decision.effect, each.allowed ? 'allow' : 'deny', JSON.stringify(decision))
        if (each.layer !== undefined) assert.equal('layer' in decision && decision.layer, each.layer)
        if (each.by !== undefined) {
          assert.ok('by' in decision && decision.by.some(({ sid }) => sid === each.by), JSON.stringify(decision))
        }
      })
    }
  })
}

test('each document parses as its kind', () => {
  const file = JSON.parse(readFileSync(new URL('four-kinds.json', folder), 'utf8')) as File
  const walls = derive(intentOf(file.networks), places)
  for (const { trust, policy } of walls.minting) {
    mustParsePolicy(trust, 'trust', 'minting trust')
    mustParsePolicy(policy, 'identity', 'minting')
  }
  for (const { trust, policy, boundary } of walls.execution) {
    mustParsePolicy(trust, 'trust', 'execution trust')
    mustParsePolicy(policy, 'identity', 'execution')
    mustParsePolicy(boundary, 'boundary', 'boundary')
  }
  mustParsePolicy(walls.functionPolicy, 'identity', 'function')
  for (const endpoint of [
    walls.stsEndpoint,
    walls.dynamodbEndpoint,
    walls.sagemakerRuntimeEndpoint,
    walls.executeApiEndpoint,
  ]) {
    mustParsePolicy(endpoint, 'endpoint', 'endpoint')
  }
  mustParsePolicy(walls.scp, 'scp', 'scp')
})
