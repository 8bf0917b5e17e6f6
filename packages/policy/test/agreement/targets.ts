/** What random policies and requests are about: an action on a resource of a service that counts policies in its own way. */
import type { PolicyKind, Principal } from '@studio-gate/policy'

export type Some<T> = readonly [T, ...T[]]

export const account = '111122223333'
export const otherAccount = '444455556666'
export const role = `arn:aws:iam::${account}:role/a`
export const serviceLinkedRole = `arn:aws:iam::${account}:role/aws-service-role/sagemaker.amazonaws.com/linked`

const variable = (key: string): string => `\${${key}}`

export interface Target {
  readonly action: string
  readonly resource: string
  /** Values of Action, for all kinds of policy. */
  readonly actions: Some<string | Some<string>>
  /** Values of Resource, for all kinds of policy. */
  readonly resources: Some<string | Some<string>>
  /** The kind of the resource's own policy, and what only its Resource may say. */
  readonly own: Extract<PolicyKind, 'resource' | 'trust'>
  readonly relative?: Some<string>
}

const sagemaker = `arn:aws:sagemaker:eu-central-1:${account}:`

/** Studio's door (no RCPs), a bucket (RCPs), a role (its trust policy must allow, RCPs), by SAML, too, a private API, a key (its policy must allow). */
export const targets: Readonly<Record<'studio' | 'bucket' | 'role' | 'federation' | 'api' | 'key', Target>> = {
  studio: {
    action: 'sagemaker:CreatePresignedDomainUrl',
    resource: `${sagemaker}user-profile/d-1/alice`,
    actions: [
      'sagemaker:*',
      'sagemaker:Create*',
      'SageMaker:createpresigneddomainurl',
      ['s3:Get?bject', 'sagemaker:?reate*'],
    ],
    resources: [
      '*',
      '*',
      `${sagemaker}user-profile/d-1/alice`,
      `arn:aws:sagemaker:*:${account}:user-profile/d-1/*`,
      [
        `${sagemaker}user-profile/d-2/*`,
        `${sagemaker}user-profile/${variable('sagemaker:DomainId')}/${variable('sagemaker:UserProfileName')}`,
      ],
      `${sagemaker}user-profile/d-?/${variable('aws:PrincipalTag/team')}`,
      `${sagemaker}user-profile/d-1/${variable("aws:PrincipalTag/team, 'alice'")}`,
      `${sagemaker}user-profile/d-1/${variable('*')}`,
      `${sagemaker}user-profile/d-1/${variable('aws:username')}`,
    ],
    own: 'resource',
  },
  bucket: {
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/x/y',
    actions: ['s3:*', 's3:Get*', 's3:GetObject', ['kms:Decrypt', 's3:?etObject']],
    resources: [
      '*',
      'arn:aws:s3:::b/*',
      'arn:aws:s3:::b/x/?',
      `arn:aws:s3:::b/${variable('aws:PrincipalTag/team')}/*`,
      ['arn:aws:s3:::c', 'arn:aws:s3:::b/x*'],
    ],
    own: 'resource',
  },
  role: {
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${account}:role/target`,
    actions: ['sts:AssumeRole', 'sts:*', 'sts:Assume*', ['sts:TagSession', 'sts:AssumeRole']],
    resources: [
      '*',
      `arn:aws:iam::${account}:role/target`,
      `arn:aws:iam::*:role/t*`,
      `arn:aws:iam::${account}:role/${variable('aws:PrincipalTag/team')}`,
    ],
    own: 'trust',
  },
  federation: {
    action: 'sts:AssumeRoleWithSAML',
    resource: `arn:aws:iam::${account}:role/target`,
    actions: ['sts:AssumeRoleWithSAML', 'sts:*', 'sts:AssumeRoleWith*', ['sts:TagSession', 'sts:Assume*']],
    resources: ['*', `arn:aws:iam::${account}:role/target`, `arn:aws:iam::*:role/t*`],
    own: 'trust',
  },
  api: {
    action: 'execute-api:Invoke',
    resource: `arn:aws:execute-api:eu-central-1:${account}:api1/gate/POST/saml`,
    actions: ['execute-api:*', 'execute-api:Invoke'],
    resources: [
      '*',
      `arn:aws:execute-api:*:${account}:*/gate/*`,
      `arn:aws:execute-api:eu-central-1:${account}:api1/gate/POST/saml`,
    ],
    own: 'resource',
    relative: ['execute-api:/gate/POST/saml', 'execute-api:/gate/*', 'execute-api:/*/GET/saml'],
  },
  key: {
    action: 'kms:Decrypt',
    resource: `arn:aws:kms:eu-central-1:${account}:key/k`,
    actions: ['kms:*', 'kms:De*', 'kms:Decrypt'],
    resources: ['*', `arn:aws:kms:eu-central-1:${account}:key/k`, `arn:aws:kms:*:*:key/*`],
    own: 'resource',
  },
}

/** Whom a role's trust policy speaks of where it is assumed by SAML. */
export const vouchedFor: Some<Principal> = [
  { kind: 'federated', provider: `arn:aws:iam::${account}:saml-provider/p` },
  { kind: 'federated', provider: `arn:aws:iam::${account}:saml-provider/p` },
  { kind: 'federated', provider: `arn:aws:iam::${otherAccount}:saml-provider/q` },
]

/** Whom most questions are about, because policies speak of them. */
export const usual: Some<Principal> = [
  { kind: 'role-session', roleArn: role, sessionName: 's' },
  { kind: 'role-session', roleArn: role, sessionName: '*' },
  { kind: 'user', arn: `arn:aws:iam::${account}:user/u` },
]

export const principals: Some<Principal> = [
  ...usual,
  { kind: 'role-session', roleArn: role, sessionName: 't' },
  { kind: 'role-session', roleArn: serviceLinkedRole, sessionName: 's' },
  { kind: 'user', arn: `arn:aws:iam::${account}:user/team/alice` },
  { kind: 'role-session', roleArn: `arn:aws:iam::${otherAccount}:role/a`, sessionName: 's' },
  { kind: 'root', accountId: account },
  { kind: 'service', service: 'lambda.amazonaws.com' },
  { kind: 'anonymous' },
]
