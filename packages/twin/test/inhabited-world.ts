/** A world with people and policies in it, made by hand, and plain HTTP servers in front of its services. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { issueSession } from '../src/services/session-credential.ts'
import type { Switches } from '../src/switches.ts'
import type { Credential, Endpoint, NamedPolicy, Origin, Role, Service, World } from '../src/world.ts'
import { emptyWorld } from './small-world.ts'

export const region = 'eu-central-1'
export const account = '111122223333'
export const domainId = 'd-test00000001'
export const apiId = 'abcdefghij'

export interface Inhabited {
  readonly world: World
  /** Moves the world's clock, milliseconds. */
  advance(milliseconds: number): void
  /** From inside the VPC through the endpoint of this kind, or from the internet. */
  from(place: 'gate' | 'user' | 'studio-apps' | 'internet', through?: keyof typeof endpointServices): Origin
  readonly who: Readonly<Record<'gate' | 'administrator' | 'minting' | 'execution' | 'nobody', Credential>>
  role(name: string): Role
}

const endpointServices = {
  api: `com.amazonaws.${region}.sagemaker.api`,
  studio: `aws.sagemaker.${region}.studio`,
  sts: `com.amazonaws.${region}.sts`,
  'execute-api': `com.amazonaws.${region}.execute-api`,
  dynamodb: `com.amazonaws.${region}.dynamodb`,
}
const addresses = { gate: '10.0.2.5', user: '10.0.1.5', 'studio-apps': '10.0.3.5', internet: '203.0.113.50' }
const profiles = `arn:aws:sagemaker:${region}:${account}:user-profile/${domainId}/*`
const mint = 'sagemaker:CreatePresignedDomainUrl'

export function inhabitedWorld(switches: Partial<Switches> = {}): Inhabited {
  let offset = 0
  const world: World = { ...emptyWorld(switches), now: () => Date.now() + offset }
  addEndpoints(world)
  addRoles(world)
  addStudio(world)
  addApi(world)
  const session = (name: string, options: { context?: Record<string, string>; sourceIdentity?: string } = {}) =>
    issueSession(world, {
      role: roleOf(world, name),
      sessionName: `${name}-session`,
      durationSeconds: 3600,
      sessionContext: options.context ?? {},
      ...(options.sourceIdentity !== undefined && { sourceIdentity: options.sourceIdentity }),
    })
  const administrator: Credential = {
    accessKeyId: 'AKIAADMINISTRATOR000',
    secretAccessKey: 'administrator-secret',
    principal: { kind: 'user', arn: `arn:aws:iam::${account}:user/administrator` },
    accountId: account,
    issuedAt: world.now(),
    sessionContext: {},
  }
  world.credentials.set(administrator.accessKeyId, administrator)
  world.users.set(`arn:aws:iam::${account}:user/administrator`, {
    arn: `arn:aws:iam::${account}:user/administrator`,
    policies: [allow('administrator/everything', '*', '*')],
  })
  return {
    world,
    advance: (milliseconds) => {
      offset += milliseconds
    },
    from: (place, through) => {
      const endpoint = through && world.endpoints.get(`vpce-${through}`)
      return { host: place, address: addresses[place], ...(endpoint && { endpoint }) }
    },
    who: {
      administrator,
      gate: session('gate', { context: { 'lambda:SourceFunctionArn': functionArn } }),
      minting: session('minting', { sourceIdentity: 'alice' }),
      execution: session('execution', {
        context: { 'sagemaker:DomainId': domainId, 'sagemaker:UserProfileName': 'alice' },
      }),
      nobody: session('nobody'),
    },
    role: (name) => roleOf(world, name),
  }
}

export const functionArn = `arn:aws:lambda:${region}:${account}:function:gate`

/** A policy with one Allow statement. */
export function allow(
  name: string,
  action: string | string[],
  resource: string | string[],
  condition?: object,
): NamedPolicy {
  const statement = { Effect: 'Allow' as const, Action: action, Resource: resource }
  return {
    name,
    document: {
      Version: '2012-10-17',
      Statement: condition ? { ...statement, Condition: condition as never } : statement,
    },
  }
}

export function replaceEndpointPolicy(world: World, id: string, document: NamedPolicy['document']): void {
  const endpoint = world.endpoints.get(id)
  if (!endpoint) throw new Error(`no endpoint ${id}`)
  world.endpoints.set(id, { ...endpoint, policy: { name: `${id}/policy`, document } })
}

function roleOf(world: World, name: string): Role {
  const role = world.roles.get(`arn:aws:iam::${account}:role/${name}`)
  if (!role) throw new Error(`no role ${name}`)
  return role
}

function addEndpoints(world: World): void {
  for (const [kind, serviceName] of Object.entries(endpointServices)) {
    const endpoint: Endpoint = {
      id: `vpce-${kind}`,
      vpcId: 'vpc-1',
      type: kind === 'dynamodb' ? 'Gateway' : 'Interface',
      serviceName,
      addresses: kind === 'dynamodb' ? [] : ['10.0.9.9'],
      securityGroupIds: [],
      privateDns: true,
      policy: {
        name: `${kind}/policy`,
        document: {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
        },
      },
    }
    world.endpoints.set(endpoint.id, endpoint)
  }
}

function addRoles(world: World): void {
  const trust = (name: string, principal: Record<string, string>, condition?: object): NamedPolicy => ({
    name: `${name}/trust`,
    document: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: principal,
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
        ...(condition && { Condition: condition as never }),
      },
    },
  })
  const gateArn = `arn:aws:iam::${account}:role/gate`
  const add = (name: string, trusted: NamedPolicy, policies: NamedPolicy[], boundary?: NamedPolicy) =>
    world.roles.set(`arn:aws:iam::${account}:role/${name}`, {
      arn: `arn:aws:iam::${account}:role/${name}`,
      name,
      id: `AROA${name.toUpperCase().padEnd(17, '0')}`,
      trust: trusted,
      policies,
      ...(boundary && { boundary }),
      maxSessionSeconds: 7200,
    })
  add('gate', trust('gate', { Service: 'lambda.amazonaws.com' }), [
    allow('gate/profiles', ['sagemaker:*UserProfile', 'sagemaker:ListTags', 'sagemaker:AddTags'], profiles),
    allow('gate/pass', 'iam:PassRole', `arn:aws:iam::${account}:role/execution`, {
      StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    }),
    allow(
      'gate/mint',
      ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      `arn:aws:iam::${account}:role/minting`,
    ),
    allow('gate/replay', 'dynamodb:PutItem', `arn:aws:dynamodb:${region}:${account}:table/replay`),
  ])
  add(
    'minting',
    trust(
      'minting',
      { AWS: gateArn },
      {
        ArnEquals: { 'lambda:SourceFunctionArn': functionArn },
        StringLike: { 'sts:SourceIdentity': '?*' },
      },
    ),
    [
      allow('minting/mint', mint, profiles, {
        StringEquals: { 'aws:SourceVpce': 'vpce-api' },
        IpAddress: { 'aws:VpcSourceIp': '10.0.2.0/24' },
      }),
      allow('minting/use', mint, profiles, {
        StringEquals: { 'aws:SourceVpce': 'vpce-studio' },
        IpAddress: { 'aws:VpcSourceIp': '10.0.1.0/24' },
      }),
    ],
  )
  const own = `arn:aws:sagemaker:${region}:${account}:user-profile/\${sagemaker:DomainId}/\${sagemaker:UserProfileName}`
  add(
    'execution',
    trust('execution', { Service: 'sagemaker.amazonaws.com' }),
    [allow('execution/everything', '*', '*')],
    {
      name: 'execution/boundary',
      document: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', NotAction: [mint, 'sagemaker:StartSession'], Resource: '*' },
          {
            Sid: 'OwnProfile',
            Effect: 'Allow',
            Action: mint,
            Resource: own,
            Condition: { IpAddress: { 'aws:VpcSourceIp': '10.0.1.0/24' } },
          },
        ],
      },
    },
  )
  add('nobody', trust('nobody', { AWS: gateArn }), [])
}

function addStudio(world: World): void {
  const profile = (name: string) => ({
    domainId,
    name,
    arn: profiles.replace('*', name),
    status: 'InService' as const,
    executionRoleArn: `arn:aws:iam::${account}:role/execution`,
    createdAt: world.now(),
    tags: { 'studio-gate:subject': name },
  })
  world.domains.set(domainId, {
    id: domainId,
    arn: `arn:aws:sagemaker:${region}:${account}:domain/${domainId}`,
    name: 'research',
    accountId: account,
    authMode: 'IAM',
    appNetworkAccessType: 'VpcOnly',
    defaultExecutionRoleArn: `arn:aws:iam::${account}:role/nobody`,
    subnetIds: [],
    securityGroupIds: [],
    profiles: new Map([
      ['alice', profile('alice')],
      ['bob', profile('bob')],
    ]),
    spaces: new Map(),
  })
  world.tables.set('replay', {
    name: 'replay',
    arn: `arn:aws:dynamodb:${region}:${account}:table/replay`,
    keySchema: [{ attributeName: 'pk', keyType: 'HASH' }],
    attributeTypes: { pk: 'S' },
    ttlAttribute: 'expiresAt',
  })
}

function addApi(world: World): void {
  world.apis.set(apiId, {
    id: apiId,
    stage: 'gate',
    policy: {
      name: 'Api/policy',
      document: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: '*',
          Action: 'execute-api:Invoke',
          Resource: 'execute-api:/gate/*',
          Condition: { IpAddress: { 'aws:VpcSourceIp': '10.0.1.0/24' } },
        },
      },
    },
    endpointIds: ['vpce-execute-api'],
    binaryMediaTypes: ['application/octet-stream'],
    routes: new Map([['POST /saml', { functionArn }]]),
    gatewayResponses: new Map([
      [
        'ACCESS_DENIED',
        {
          statusCode: '403',
          templates: { 'text/html': '<p>$context.error.message</p><b id="support">$context.requestId</b>' },
          headers: { 'gatewayresponse.header.Cache-Control': "'no-store'" },
        },
      ],
    ]),
  })
}

/** Serves a service on loopback, every connection from this origin. `host` replaces the Host header that clients send. */
export async function serve(test: TestContext, service: Service, origin: Origin, host?: string): Promise<string> {
  const server = createServer((request, response) => {
    if (host !== undefined) request.headers.host = host
    service.handle(request, response, origin).catch(() => response.destroy())
  })
  server.on('upgrade', (request, socket, head) => {
    if (host !== undefined) request.headers.host = host
    if (service.upgrade) service.upgrade(request, socket, head, origin)
    else socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Credentials in the SDK's shape. */
export function sdk(credential: Credential): { accessKeyId: string; secretAccessKey: string; sessionToken?: string } {
  const { accessKeyId, secretAccessKey, sessionToken } = credential
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}
