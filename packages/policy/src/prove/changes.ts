/** Every way to move the walls: the prover's own list of calls, beside what `derive` denies (Service Authorization Reference). */

import type { Policy } from '../document.ts'

/** Kinds of things that walls are made of. `administrator`: a role that is trusted to move them. */
export type Part =
  | 'role'
  | 'policy'
  | 'endpoint'
  | 'api'
  | 'function'
  | 'domain'
  | 'profile'
  | 'table'
  | 'key'
  | 'stack'
  | 'administrator'

/** One thing of the deployment that must not be changed. */
export interface Target {
  readonly part: Part
  readonly arn: string
  /** Its own policy, where that must allow, too: of KMS keys. */
  readonly policy?: Policy
  /** Condition keys that it fixes: its tags. */
  readonly fixed?: Readonly<Record<string, string>>
}

const role = [
  'iam:AttachRolePolicy',
  'iam:CreateRole',
  'iam:DeleteRole',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteRolePolicy',
  'iam:DetachRolePolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
  'iam:UpdateAssumeRolePolicy',
]

/** `byTheGate`: what the gate's own function does to it as its work. */
interface Changes {
  readonly actions: readonly string[]
  readonly byTheGate?: readonly string[]
}

export const changes: Readonly<Record<Part, Changes>> = {
  role: { actions: role },
  policy: {
    actions: ['iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:DeletePolicyVersion', 'iam:SetDefaultPolicyVersion'],
  },
  endpoint: { actions: ['ec2:ModifyVpcEndpoint', 'ec2:DeleteVpcEndpoints'] },
  api: { actions: ['apigateway:UpdateRestApiPolicy'] },
  function: {
    actions: [
      'lambda:AddPermission',
      'lambda:CreateFunction',
      'lambda:DeleteFunction',
      'lambda:InvokeFunction',
      'lambda:PutRuntimeManagementConfig',
      'lambda:RemovePermission',
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
    ],
  },
  domain: { actions: ['sagemaker:UpdateDomain', 'sagemaker:DeleteDomain'] },
  profile: {
    actions: [
      'sagemaker:CreateUserProfile',
      'sagemaker:UpdateUserProfile',
      'sagemaker:DeleteUserProfile',
      'sagemaker:AddTags',
      'sagemaker:DeleteTags',
    ],
    byTheGate: ['sagemaker:CreateUserProfile', 'sagemaker:AddTags'],
  },
  table: {
    actions: [
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:PartiQLInsert',
      'dynamodb:PartiQLUpdate',
      'dynamodb:PartiQLDelete',
      'dynamodb:DeleteTable',
      'dynamodb:UpdateTable',
      'dynamodb:UpdateTimeToLive',
      'dynamodb:PutResourcePolicy',
    ],
    byTheGate: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
  },
  key: {
    actions: [
      'kms:PutKeyPolicy',
      'kms:ScheduleKeyDeletion',
      'kms:DisableKey',
      'kms:TagResource',
      'kms:UntagResource',
      'kms:CreateGrant',
    ],
  },
  stack: {
    actions: [
      'cloudformation:CreateStack',
      'cloudformation:UpdateStack',
      'cloudformation:DeleteStack',
      'cloudformation:CreateChangeSet',
      'cloudformation:ExecuteChangeSet',
      'cloudformation:RollbackStack',
      'cloudformation:ContinueUpdateRollback',
      'cloudformation:SetStackPolicy',
    ],
  },
  administrator: { actions: [...role, 'iam:PassRole', 'sts:AssumeRole'] },
}
