/**
 * Who may change what the walls consist of, as statements of the service control policy (decision 0015). Actions and the resources that
 * they are asked about are those of the Service Authorization Reference: IAM, EC2, API Gateway Management, Lambda, SageMaker, DynamoDB,
 * CloudFormation.
 */
import type { Intent } from '../intent.ts'
import { functionName, functionRoleName, gateKeys, stackTagKey } from '../names.ts'
import type { StatementJson } from '../vocabulary.ts'
import { mintingPrincipalsAnywhere, roleAnywhere } from './places.ts'

/** A kind of thing that walls are made of. */
interface Part {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

/** Names that CloudFormation makes begin with the stack's; endpoints, APIs, domains and profiles have ids that only a deployment knows. */
function partsOf(intent: Intent, stackName: string, administrators: readonly string[]): readonly Part[] {
  const gate = functionName(stackName)
  return [
    {
      // A role of a name that the policy spares could be made anew, or made to be somebody else's. So could an administrator's.
      actions: [
        'iam:AttachRolePolicy',
        'iam:CreateRole',
        'iam:DeleteRole*',
        'iam:DetachRolePolicy',
        'iam:PutRole*',
        'iam:UpdateAssumeRolePolicy',
      ],
      resources: [
        ...mintingPrincipalsAnywhere(intent, stackName),
        roleAnywhere(functionRoleName(stackName)),
        ...administrators,
      ],
    },
    {
      actions: ['iam:CreatePolicyVersion', 'iam:DeletePolicy*', 'iam:SetDefaultPolicyVersion'],
      resources: [`arn:*:iam::*:policy/${stackName}-*`],
    },
    {
      actions: ['ec2:DeleteVpcEndpoints', 'ec2:ModifyVpcEndpoint'],
      resources: ['arn:*:ec2:*:*:vpc-endpoint/*'],
    },
    { actions: ['apigateway:UpdateRestApiPolicy'], resources: ['arn:*:apigateway:*::/restapis/*'] },
    {
      // Invoked by anybody, it would take events that say they come from API Gateway; services are not bound by this policy.
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
      resources: [`arn:*:lambda:*:*:function:${gate}`, `arn:*:lambda:*:*:function:${gate}:*`],
    },
    {
      // Nobody opens a domain of the account but through the gate, so all of them are the gate's.
      actions: [
        'sagemaker:AddTags',
        'sagemaker:CreateUserProfile',
        'sagemaker:DeleteDomain',
        'sagemaker:DeleteTags',
        'sagemaker:DeleteUserProfile',
        'sagemaker:UpdateDomain',
        'sagemaker:UpdateUserProfile',
      ],
      resources: ['arn:*:sagemaker:*:*:domain/*', 'arn:*:sagemaker:*:*:user-profile/*'],
    },
    {
      // A claim deleted would be an assertion to use again.
      actions: [
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:DeleteTable',
        'dynamodb:PartiQLDelete',
        'dynamodb:PartiQLInsert',
        'dynamodb:PartiQLUpdate',
        'dynamodb:PutItem',
        'dynamodb:PutResourcePolicy',
        'dynamodb:UpdateItem',
        'dynamodb:UpdateTable',
        'dynamodb:UpdateTimeToLive',
      ],
      resources: [`arn:*:dynamodb:*:*:table/${stackName}-*`],
    },
    {
      // With the role that CloudFormation keeps for the stack, an update needs no permission of one's own on what it changes.
      actions: [
        'cloudformation:ContinueUpdateRollback',
        'cloudformation:CreateChangeSet',
        'cloudformation:CreateStack',
        'cloudformation:DeleteStack',
        'cloudformation:ExecuteChangeSet',
        'cloudformation:RollbackStack',
        'cloudformation:SetStackPolicy',
        'cloudformation:UpdateStack',
      ],
      resources: [`arn:*:cloudformation:*:*:stack/${stackName}/*`],
    },
  ]
}

/**
 * Keeps everybody but the trusted administrators from the parts of the walls, and from acting as one of them. The gate's function writes its
 * table and makes profiles; what else it may do, its own policy says. No statement without trusted administrators.
 */
export function administration(intent: Intent, stackName: string): readonly StatementJson[] {
  const { trustedAdministrators: administrators } = intent
  if (administrators === undefined) return []
  const parts = partsOf(intent, stackName, administrators)
  return [
    {
      Sid: 'OnlyAdministratorsMoveTheWalls',
      Effect: 'Deny',
      Action: parts.flatMap(({ actions }) => actions),
      Resource: parts.flatMap(({ resources }) => resources),
      Condition: {
        ArnNotLike: { 'aws:PrincipalArn': [...administrators, roleAnywhere(functionRoleName(stackName))] },
      },
    },
    ...(gateKeys(intent).length === 0 ? [] : [keysKept(stackName, administrators)]),
    {
      Sid: 'NobodyBecomesAnAdministrator',
      Effect: 'Deny',
      Action: ['iam:PassRole', 'sts:AssumeRole'],
      Resource: administrators,
      Condition: { ArnNotLike: { 'aws:PrincipalArn': administrators } },
    },
  ]
}

/** Keys go by the tag that the deployment gives them, which nobody else may take away: other keys of the account are not the gate's. */
function keysKept(stackName: string, administrators: readonly string[]): StatementJson {
  return {
    Sid: 'OnlyAdministratorsMoveTheKeys',
    Effect: 'Deny',
    Action: ['kms:DisableKey', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:TagResource', 'kms:UntagResource'],
    Resource: 'arn:*:kms:*:*:key/*',
    Condition: {
      StringEquals: { [`aws:ResourceTag/${stackTagKey}`]: stackName },
      ArnNotLike: { 'aws:PrincipalArn': administrators },
    },
  }
}
