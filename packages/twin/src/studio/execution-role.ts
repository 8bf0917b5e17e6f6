import { judge } from '../services/authorize.ts'
import { issueSession } from '../services/session-credential.ts'
import type { Credential, StudioDomain, UserProfile, World } from '../world.ts'

/**
 * Temporary credentials of a profile's execution role, as SageMaker hands them to Studio's page and to its apps: session
 * name `SageMaker` (row 5.11), with the keys that IAM variables of policies read (row 2.14). Refused with a reason where
 * the role does not exist or does not trust SageMaker.
 */
export function executionCredential(
  world: World,
  domain: StudioDomain,
  profile: UserProfile,
): { readonly ok: true; readonly credential: Credential } | { readonly ok: false; readonly reason: string } {
  const role = world.roles.get(profile.executionRoleArn)
  const notAssumed = `SageMaker is unable to assume the execution role [${profile.executionRoleArn}].`
  if (!role) return { ok: false, reason: notAssumed }
  const service: Credential = {
    accessKeyId: 'sagemaker',
    secretAccessKey: '',
    principal: { kind: 'service', service: 'sagemaker.amazonaws.com' },
    accountId: domain.accountId,
    issuedAt: world.now(),
    sessionContext: {},
  }
  const verdict = judge(world, {
    credential: service,
    action: 'sts:AssumeRole',
    resource: role.arn,
    origin: { host: 'SageMaker', address: 'sagemaker.amazonaws.com' },
    http: {},
    context: { 'aws:SourceAccount': domain.accountId, 'aws:SourceArn': domain.arn },
    resourcePolicy: { kind: 'trust', policy: role.trust },
  })
  if (!verdict.allowed)
    return { ok: false, reason: `${notAssumed} Its trust policy does not admit sagemaker.amazonaws.com.` }
  const credential = issueSession(world, {
    role,
    sessionName: 'SageMaker',
    durationSeconds: 3600,
    sessionContext: { 'sagemaker:DomainId': domain.id, 'sagemaker:UserProfileName': profile.name },
  })
  return { ok: true, credential }
}
