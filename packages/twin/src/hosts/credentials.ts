/** Credentials of the people and machines of the twin: what they would find in their environment, already in the world. */

import { randomBytes } from 'node:crypto'
import type { Instance } from '../deploy/site.ts'
import { judge } from '../services/authorize.ts'
import { base32, issueSession } from '../services/session-credential.ts'
import { executionCredential } from '../studio/execution-role.ts'
import type { Credential, Role, StudioDomain, World } from '../world.ts'

export interface AccessKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Whose credentials: a host's own, an administrator's, or the execution role of a profile as its notebooks have it. */
export type Whose =
  | { readonly host: string }
  | { readonly administrator: true }
  /** `domain` is an id; the world's only domain when absent. */
  | { readonly profile: string; readonly domain?: string }

/** Nobody of that name has credentials; the message names who has. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError'
}

/** Makes fresh credentials and puts them into the world; throws CredentialsError where AWS would give none. */
export function credentialsOf(world: World, instances: readonly Instance[], whose: Whose): AccessKeys {
  if ('administrator' in whose) return keysOf(administrator(world))
  if ('profile' in whose) return keysOf(ofProfile(world, domainOf(world, whose.domain), whose.profile))
  if (whose.host === 'notebook') {
    const domain = domainOf(world, undefined)
    const [first] = domain.profiles.keys()
    if (first === undefined)
      throw new CredentialsError(`${domain.id} has no user profile yet, so nobody has a notebook`)
    return keysOf(ofProfile(world, domain, first))
  }
  const instance = instances.find(({ name }) => name === whose.host)
  const role = instance?.roleArn === undefined ? undefined : world.roles.get(instance.roleArn)
  if (!instance || !role)
    throw new CredentialsError(
      `${whose.host} has no credentials of its own; those with some: ${[...instances.filter(({ roleArn }) => roleArn !== undefined).map(({ name }) => name), 'notebook'].join(', ')}`,
    )
  return keysOf(serviceSession(world, role, 'ec2.amazonaws.com', instance.id, {}))
}

/** A session that an AWS service makes of a role for what it runs, when the role trusts that service. */
export function serviceSession(
  world: World,
  role: Role,
  service: string,
  sessionName: string,
  sessionContext: Readonly<Record<string, string>>,
): Credential {
  const asking: Credential = {
    accessKeyId: service,
    secretAccessKey: '',
    principal: { kind: 'service', service },
    accountId: world.accountId,
    issuedAt: world.now(),
    sessionContext: {},
  }
  const verdict = judge(world, {
    credential: asking,
    action: 'sts:AssumeRole',
    resource: role.arn,
    origin: { host: service, address: service },
    http: {},
    context: { 'aws:SourceAccount': world.accountId },
    resourcePolicy: { kind: 'trust', policy: role.trust },
  })
  if (!verdict.allowed)
    throw new CredentialsError(
      `the role ${role.name} cannot be assumed by ${service}: its trust policy does not admit it`,
    )
  return issueSession(world, { role, sessionName, durationSeconds: 12 * 3600, sessionContext })
}

function keysOf({ accessKeyId, secretAccessKey, sessionToken }: Credential): AccessKeys {
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

function domainOf(world: World, id: string | undefined): StudioDomain {
  const own = [...world.domains.values()].filter(({ accountId }) => accountId === world.accountId)
  const domain = id === undefined ? own[0] : world.domains.get(id)
  if (!domain || (id === undefined && own.length > 1))
    throw new CredentialsError(`which domain? There are ${own.map((one) => one.id).join(', ') || 'none'}`)
  return domain
}

function ofProfile(world: World, domain: StudioDomain, name: string): Credential {
  const profile = domain.profiles.get(name)
  if (!profile)
    throw new CredentialsError(
      `${domain.id} has no user profile ${name}; it has ${[...domain.profiles.keys()].join(', ') || 'none'}`,
    )
  const issued = executionCredential(world, domain, profile)
  if (!issued.ok) throw new CredentialsError(issued.reason)
  return issued.credential
}

/** An IAM user with `Allow *:*`, whom only service control policies and trust policies hold back. One access key, made once. */
function administrator(world: World): Credential {
  const arn = `arn:${world.partition}:iam::${world.accountId}:user/administrator`
  const known = [...world.credentials.values()].find(
    ({ principal }) => principal.kind === 'user' && principal.arn === arn,
  )
  if (known) return known
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' } as const
  world.users.set(arn, {
    arn,
    policies: [{ name: 'AdministratorAccess', document: { Version: '2012-10-17', Statement: statement } }],
  })
  const credential: Credential = {
    accessKeyId: `AKIA${base32(16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    principal: { kind: 'user', arn },
    accountId: world.accountId,
    issuedAt: world.now(),
    sessionContext: {},
  }
  world.credentials.set(credential.accessKeyId, credential)
  return credential
}
