/** Another company's account in the same Region: what somebody inside our network could carry data to (row 5.8). */
import { issueSession } from '../services/session-credential.ts'
import type { Role, StudioDomain, World } from '../world.ts'
import { mint } from './grants.ts'
import { studioUrl } from './places.ts'

export const elsewhere = { accountId: '999988887777', domainId: 'd-elsewhere0000', profileName: 'outsider' } as const

/** A presigned URL of the other account's Studio, minted by a role there that may do anything from anywhere. */
export function foreignStudioUrl(world: World): string {
  const role = foreignRole(world)
  const domain = world.domains.get(elsewhere.domainId) ?? foreignDomain(world, role)
  world.domains.set(domain.id, domain)
  const token = mint(world, {
    domainId: domain.id,
    profileName: elsewhere.profileName,
    resourceArn: arn(world, `user-profile/${domain.id}/${elsewhere.profileName}`),
    credential: issueSession(world, { role, sessionName: elsewhere.profileName, durationSeconds: 3600 }),
    landing: '/',
    expiresAt: world.now() + 300_000,
    sessionSeconds: 43200,
  })
  return `${studioUrl(world, domain)}/auth?token=${token}`
}

function foreignRole(world: World): Role {
  const roleArn = `arn:${world.partition}:iam::${elsewhere.accountId}:role/elsewhere`
  const known = world.roles.get(roleArn)
  if (known) return known
  const allow = { Effect: 'Allow', Action: '*', Resource: '*' } as const
  const role: Role = {
    arn: roleArn,
    name: 'elsewhere',
    id: 'AROAELSEWHERE0000000A',
    trust: {
      name: 'elsewhere/trust',
      document: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
      },
    },
    policies: [{ name: 'elsewhere/everything', document: { Version: '2012-10-17', Statement: allow } }],
    maxSessionSeconds: 43200,
  }
  world.roles.set(roleArn, role)
  return role
}

function foreignDomain(world: World, role: Role): StudioDomain {
  const { accountId, domainId, profileName } = elsewhere
  return {
    id: domainId,
    arn: arn(world, `domain/${domainId}`),
    name: 'elsewhere',
    accountId,
    authMode: 'IAM',
    appNetworkAccessType: 'PublicInternetOnly',
    defaultExecutionRoleArn: role.arn,
    subnetIds: [],
    securityGroupIds: [],
    profiles: new Map([
      [
        profileName,
        {
          domainId,
          name: profileName,
          arn: arn(world, `user-profile/${domainId}/${profileName}`),
          status: 'InService',
          executionRoleArn: role.arn,
          createdAt: world.now(),
          tags: {},
        },
      ],
    ]),
    spaces: new Map(),
  }
}

function arn(world: World, resource: string): string {
  return `arn:${world.partition}:sagemaker:${world.region}:${elsewhere.accountId}:${resource}`
}
