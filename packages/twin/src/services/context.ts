/** Condition keys of a request, by the presence matrix of rows 2.1-2.16, 4.5 and 4.6. */
import type { ContextValue } from '@studio-gate/policy'
import type { Credential, Origin, World } from '../world.ts'
import { lastPart, roleOf, userId } from './principal.ts'

type Context = Record<string, ContextValue>

/** The headers that become condition keys. Clients write them freely, which is why no wall may rest on them. */
export interface HttpFacts {
  readonly userAgent?: string
  readonly referer?: string
}

/**
 * Through an endpoint: its VPC, its id, and the requester's address; `aws:SourceIp` is absent. From the internet: only
 * `aws:SourceIp` (2.1). The VPC is the endpoint's, not the client's (2.2).
 */
export function networkContext(origin: Origin): Context {
  if (!origin.endpoint) return { 'aws:SourceIp': origin.address }
  return {
    'aws:SourceVpc': origin.endpoint.vpcId,
    'aws:SourceVpce': origin.endpoint.id,
    'aws:VpcSourceIp': origin.address,
  }
}

/** What every request carries, whoever makes it. */
export function ambientContext(world: World, http: HttpFacts): Context {
  const seconds = Math.floor(world.now() / 1000)
  return {
    'aws:SecureTransport': 'true',
    'aws:CurrentTime': isoSeconds(seconds * 1000),
    'aws:EpochTime': String(seconds),
    'aws:RequestedRegion': world.region,
    ...(http.userAgent !== undefined && { 'aws:UserAgent': http.userAgent }),
    ...(http.referer !== undefined && { 'aws:Referer': http.referer }),
  }
}

/**
 * Keys of a signed request's principal. `aws:PrincipalArn` of a session is its role's ARN (2.16); keys that travel with
 * the session, such as `sagemaker:DomainId` or session tags, override the role's own (8.5).
 */
export function principalContext(world: World, credential: Credential): Context {
  const principal = credential.principal
  const role = roleOf(world, principal)
  const tags = Object.entries(role?.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const)
  return {
    'aws:PrincipalAccount': credential.accountId,
    'aws:PrincipalIsAWSService': String(principal.kind === 'service'),
    'aws:ViaAWSService': 'false',
    'aws:userid': userId(world, credential),
    ...(principal.kind === 'role-session' && {
      'aws:PrincipalArn': principal.roleArn,
      'aws:PrincipalType': 'AssumedRole',
      'aws:MultiFactorAuthPresent': 'false',
    }),
    ...(principal.kind === 'user' && {
      'aws:PrincipalArn': principal.arn,
      'aws:PrincipalType': 'User',
      'aws:username': lastPart(principal.arn),
    }),
    ...(principal.kind === 'root' && {
      'aws:PrincipalArn': `arn:${world.partition}:iam::${principal.accountId}:root`,
      'aws:PrincipalType': 'Account',
    }),
    ...(credential.sessionToken !== undefined && { 'aws:TokenIssueTime': isoSeconds(credential.issuedAt) }),
    ...(credential.sourceIdentity !== undefined && { 'aws:SourceIdentity': credential.sourceIdentity }),
    ...withSessionContext(Object.fromEntries(tags), credential.sessionContext),
  }
}

/** Context keys are compared without regard to case, so an override must remove the other spelling (8.5). */
function withSessionContext(own: Context, session: Readonly<Record<string, string>>): Context {
  const overridden = new Set(Object.keys(session).map((key) => key.toLowerCase()))
  return {
    ...Object.fromEntries(Object.entries(own).filter(([key]) => !overridden.has(key.toLowerCase()))),
    ...session,
  }
}

/** IAM's date form has no fractions of a second. */
function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
