import type { PolicyJson } from './vocabulary.ts'

export interface ProfileAddress {
  readonly partition: string
  readonly region: string
  readonly accountId: string
  readonly domainId: string
}

/** ARN of a user profile, or of all of a domain's with `*` (row 5.23). */
export function userProfileArn(at: ProfileAddress, name: string): string {
  return `arn:${at.partition}:sagemaker:${at.region}:${at.accountId}:user-profile/${at.domainId}/${name}`
}

/**
 * Session policy of one login: this session can mint for its own profile only. It narrows the mint; whether it also
 * counts at use is UNKNOWN (row 1.26), so no promise rests on it.
 */
export function sessionPolicy(at: ProfileAddress, profile: string): PolicyJson {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OwnProfileOnly',
        Effect: 'Allow',
        Action: ['sagemaker:CreatePresignedDomainUrl', 'sagemaker:DescribeUserProfile'],
        Resource: userProfileArn(at, profile),
      },
    ],
  }
}
