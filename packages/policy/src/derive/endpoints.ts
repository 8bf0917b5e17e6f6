/**
 * Policies of the VPC endpoints. They grant nothing (row 3.8); they stop what must not pass through our network:
 * other accounts' credentials, other accounts' and other domains' Studio.
 */
import type { Intent } from '../intent.ts'
import { mintingPairs, mintingRoleName, requestingProviders } from '../names.ts'
import { userProfileArn } from '../session.ts'
import type { ConditionJson, PolicyJson, StatementJson } from '../vocabulary.ts'
import type { Places } from '../walls.ts'
import { doors, presignDomain } from './doors.ts'
import { domainIdOf, executionRoleArn, roleArn } from './places.ts'

function document(...statements: readonly StatementJson[]): PolicyJson {
  return { Version: '2012-10-17', Statement: statements }
}

function ownAccount(places: Places): ConditionJson {
  return { StringEquals: { 'aws:PrincipalAccount': places.accountId } }
}

function declaredProfiles(intent: Intent, places: Places): readonly string[] {
  return intent.domains.map((domain) => userProfileArn({ ...places, domainId: domainIdOf(places, domain.name) }, '*'))
}

/** Minting and execution roles: the only principals that may mint. */
export function mintingPrincipals(intent: Intent, places: Places): readonly string[] {
  return [
    ...mintingPairs(intent).map((pair) => roleArn(places, mintingRoleName(places.stackName, pair))),
    ...intent.executionRoles.map((role) => executionRoleArn(places, role)),
  ]
}

/** Opens declared domains and nothing else; `CreateApp` is needed to use Studio through an endpoint at all (row 5.7). */
export function studioEndpoint(intent: Intent, places: Places): PolicyJson {
  const apps = intent.domains.map(
    (domain) =>
      `arn:${places.partition}:sagemaker:${places.region}:${places.accountId}:app/${domainIdOf(places, domain.name)}/*`,
  )
  return document(
    {
      Sid: 'OpenDeclaredDomains',
      Effect: 'Allow',
      Principal: '*',
      Action: [presignDomain, 'sagemaker:DescribeUserProfile'],
      Resource: declaredProfiles(intent, places),
    },
    { Sid: 'RunTheirApps', Effect: 'Allow', Principal: '*', Action: 'sagemaker:CreateApp', Resource: apps },
  )
}

/** The account's own SageMaker work passes; minting passes for declared domains and minting principals only. */
export function sagemakerApiEndpoint(intent: Intent, places: Places): PolicyJson {
  return document(
    {
      Sid: 'OwnAccountButNoDoors',
      Effect: 'Allow',
      Principal: '*',
      NotAction: [...doors],
      Resource: '*',
      Condition: ownAccount(places),
    },
    {
      Sid: 'MintForDeclaredDomains',
      Effect: 'Allow',
      Principal: '*',
      Action: presignDomain,
      Resource: declaredProfiles(intent, places),
      Condition: { ArnEquals: { 'aws:PrincipalArn': mintingPrincipals(intent, places) } },
    },
  )
}

export function sagemakerRuntimeEndpoint(places: Places): PolicyJson {
  return document({
    Sid: 'OwnAccountInference',
    Effect: 'Allow',
    Principal: '*',
    Action: 'sagemaker:InvokeEndpoint*',
    Resource: `arn:${places.partition}:sagemaker:${places.region}:${places.accountId}:endpoint/*`,
    Condition: ownAccount(places),
  })
}

export function stsEndpoint(places: Places): PolicyJson {
  return document({
    Sid: 'OwnAccount',
    Effect: 'Allow',
    Principal: '*',
    Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession', 'sts:GetCallerIdentity'],
    Resource: '*',
    Condition: ownAccount(places),
  })
}

export function dynamodbEndpoint(intent: Intent, places: Places): PolicyJson {
  return document({
    Sid: 'ReplayTable',
    Effect: 'Allow',
    Principal: '*',
    Action: requestingProviders(intent).length === 0 ? 'dynamodb:PutItem' : ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
    Resource: places.replayTableArn,
    Condition: { ArnEquals: { 'aws:PrincipalArn': places.functionRoleArn } },
  })
}

/**
 * A browser's POST is anonymous to this policy (row 4.3). It cannot name the API, whose own policy names this endpoint:
 * a cycle. So it names account, stage and path; the API's policy does the rest.
 */
export function executeApiEndpoint(places: Places): PolicyJson {
  return document({
    Sid: 'TheGate',
    Effect: 'Allow',
    Principal: '*',
    Action: 'execute-api:Invoke',
    Resource: `arn:${places.partition}:execute-api:${places.region}:${places.accountId}:*/${places.stage}/*`,
  })
}
