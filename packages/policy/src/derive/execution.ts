import type { Intent } from '../intent.ts'
import { allowRules, executionRoleName, mintingPairOf } from '../names.ts'
import { userProfileArn } from '../session.ts'
import type { PolicyJson, StatementJson } from '../vocabulary.ts'
import type { ExecutionWall, MintingPair, Places } from '../walls.ts'
import { doors, presignDomain } from './doors.ts'
import { mintStatements, networksOf, useStatements } from './origins.ts'
import { domainIdOf, executionRoleArn } from './places.ts'

/** What a role must not do, or it could move its own walls: identity, endpoints, the domain, profiles and their owner tags. */
const wallChanging = [
  'iam:Add*',
  'iam:Attach*',
  'iam:Create*',
  'iam:Delete*',
  'iam:Detach*',
  'iam:Put*',
  'iam:Remove*',
  'iam:Set*',
  'iam:Tag*',
  'iam:Untag*',
  'iam:Update*',
  'organizations:*',
  'ec2:ModifyVpcEndpoint',
  'ec2:CreateVpcEndpoint',
  'ec2:DeleteVpcEndpoints',
  'apigateway:*',
  'lambda:UpdateFunction*',
  'sagemaker:CreateDomain',
  'sagemaker:UpdateDomain',
  'sagemaker:DeleteDomain',
  'sagemaker:CreateUserProfile',
  'sagemaker:UpdateUserProfile',
  'sagemaker:DeleteUserProfile',
]

/**
 * The execution roles: Studio's own pages mint with them from the browser (row 1.29), so each is a second minting
 * principal with the same two walls, as a permissions boundary that no policy attached later can widen (row 3.7).
 */
export function executionWalls(intent: Intent, places: Places): readonly ExecutionWall[] {
  return intent.executionRoles.flatMap((role) => {
    const rule = allowRules(intent).find((candidate) => candidate.executionRole === role.name)
    if (rule === undefined) return []
    const pair = mintingPairOf(rule)
    return [
      {
        name: role.name,
        roleName: executionRoleName(places.stackName, role.name),
        pair,
        trust: trust(places),
        boundary: boundary(intent, pair, places),
        policy: policy(pair, executionRoleArn(places, role), places),
      },
    ]
  })
}

/** The session's own profile, by the keys that Studio's sessions carry (row 1.36); IAM puts the values in. */
function ownProfile(places: Places): string {
  return userProfileArn({ ...places, domainId: variable('sagemaker:DomainId') }, variable('sagemaker:UserProfileName'))
}

function variable(key: string): string {
  return `\${${key}}`
}

function boundary(intent: Intent, pair: MintingPair, places: Places): PolicyJson {
  const networks = networksOf(intent, pair)
  const own = { Action: presignDomain, Resource: ownProfile(places) }
  const mint = mintStatements(networks, own, places)
  const use = useStatements(networks, own, places)
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'EverythingButTheDoors', Effect: 'Allow', NotAction: [...doors], Resource: '*' },
      ...mint,
      ...use,
      { Sid: 'NeverMoveTheWalls', Effect: 'Deny', Action: wallChanging, Resource: '*' },
      {
        Sid: 'NeverChangeOwners',
        Effect: 'Deny',
        Action: ['sagemaker:AddTags', 'sagemaker:DeleteTags'],
        Resource: `arn:${places.partition}:sagemaker:*:*:user-profile/*`,
      },
      {
        Sid: 'NeverTouchTheGate',
        Effect: 'Deny',
        Action: [
          'cloudformation:*',
          'dynamodb:*',
          'lambda:*',
          'logs:*',
          ...(places.keys === undefined ? [] : ['kms:*']),
        ],
        Resource: ownParts(places),
      },
      remoteAccessDenied,
    ],
  }
}

/**
 * What the gate is made of, whoever attaches which policy later. Its stack could be updated with CloudFormation's own role;
 * a claim deleted would be an assertion to use again; its function takes events that say they come from API Gateway; its log
 * is the audit trail; and a key deleted is a key that every identity provider has to be told.
 */
function ownParts({ partition, stackName, functionArn, replayTableArn, keys = {} }: Places): readonly string[] {
  return [
    `arn:${partition}:cloudformation:*:*:stack/${stackName}/*`,
    `arn:${partition}:logs:*:*:log-group:${stackName}-*`,
    functionArn,
    `${functionArn}:*`,
    replayTableArn,
    ...Object.values(keys),
  ]
}

/** Remote IDE sessions reach the same data over another door (rows 1.27, 1.28). */
export const remoteAccessDenied: StatementJson = {
  Sid: 'NoRemoteAccess',
  Effect: 'Deny',
  Action: ['sagemaker:CreateSpace', 'sagemaker:UpdateSpace'],
  Resource: '*',
  Condition: { StringEquals: { 'sagemaker:RemoteAccess': 'ENABLED' } },
}

function trust(places: Places): PolicyJson {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SageMakerOfThisAccount',
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Condition: { StringEquals: { 'aws:SourceAccount': places.accountId } },
      },
    ],
  }
}

/** A working start: own spaces and apps, jobs in the own name, the account's default bucket. Administrators attach more. */
function policy(pair: MintingPair, roleArn: string, places: Places): PolicyJson {
  const { partition, region, accountId } = places
  const domainId = domainIdOf(places, pair.domain)
  const sagemaker = (resource: string) => `arn:${partition}:sagemaker:${region}:${accountId}:${resource}`
  const own = ownProfile(places)
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'OwnProfileUrl', Effect: 'Allow', Action: presignDomain, Resource: own },
      {
        Sid: 'Look',
        Effect: 'Allow',
        Action: ['sagemaker:Describe*', 'sagemaker:List*', 'sagemaker:Search'],
        Resource: '*',
      },
      {
        Sid: 'OwnSpacesAndApps',
        Effect: 'Allow',
        Action: [
          'sagemaker:CreateSpace',
          'sagemaker:UpdateSpace',
          'sagemaker:DeleteSpace',
          'sagemaker:CreateApp',
          'sagemaker:DeleteApp',
        ],
        Resource: [sagemaker(`space/${domainId}/*`), sagemaker(`app/${domainId}/*`)],
        Condition: { ArnLike: { 'sagemaker:OwnerUserProfileArn': own } },
      },
      {
        // Studio's own pages tag a space while they create it; the owner's key is not there yet (AmazonSageMakerFullAccess).
        Sid: 'TagWhatIsBeingCreated',
        Effect: 'Allow',
        Action: 'sagemaker:AddTags',
        Resource: [sagemaker(`space/${domainId}/*`), sagemaker(`app/${domainId}/*`)],
        Condition: { StringEquals: { 'sagemaker:TaggingAction': ['CreateSpace', 'CreateApp'] } },
      },
      {
        Sid: 'Jobs',
        Effect: 'Allow',
        Action: [
          'sagemaker:CreateTrainingJob',
          'sagemaker:StopTrainingJob',
          'sagemaker:CreateProcessingJob',
          'sagemaker:StopProcessingJob',
          'sagemaker:AddTags',
        ],
        Resource: [sagemaker('training-job/*'), sagemaker('processing-job/*')],
      },
      {
        Sid: 'JobsRunAsMyself',
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: roleArn,
        Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      },
      {
        Sid: 'DefaultBucket',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket', 's3:GetBucketLocation'],
        Resource: [
          `arn:${partition}:s3:::sagemaker-${region}-${accountId}`,
          `arn:${partition}:s3:::sagemaker-${region}-${accountId}/*`,
        ],
      },
      {
        Sid: 'ImagesAndMetrics',
        Effect: 'Allow',
        Action: [
          'ecr:GetAuthorizationToken',
          'ecr:BatchGetImage',
          'ecr:GetDownloadUrlForLayer',
          'ecr:BatchCheckLayerAvailability',
          'cloudwatch:PutMetricData',
        ],
        Resource: '*',
      },
      {
        Sid: 'OwnLogs',
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/sagemaker/*`,
      },
    ],
  }
}
