import type { Intent } from '../intent.ts'
import { mintingPairs, mintingRoleName, requestingProviders } from '../names.ts'
import { userProfileArn } from '../session.ts'
import type { ConditionJson, PolicyJson, StatementJson } from '../vocabulary.ts'
import type { Places } from '../walls.ts'
import { useOfKeys } from './keys.ts'
import { domainIdOf, executionRoleArn, roleArn } from './places.ts'

/** What the gate's own role may do: become a minting role, look after profiles, claim an assertion. It cannot mint itself. */
export function functionPolicy(intent: Intent, places: Places): PolicyJson {
  const byOwnCode = { ArnEquals: { 'lambda:SourceFunctionArn': places.functionArn } }
  const profiles = intent.domains.map((domain) =>
    userProfileArn({ ...places, domainId: domainIdOf(places, domain.name) }, '*'),
  )
  const mintingRoles = mintingPairs(intent).map((pair) => roleArn(places, mintingRoleName(places.stackName, pair)))
  const executionRoles = intent.executionRoles.map((role) => executionRoleArn(places, role))
  const statements: readonly StatementJson[] = [
    {
      Sid: 'BecomeAMintingRole',
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Resource: mintingRoles,
      Condition: byOwnCode,
    },
    {
      Sid: 'LookAfterProfiles',
      Effect: 'Allow',
      Action: [
        'sagemaker:DescribeUserProfile',
        'sagemaker:CreateUserProfile',
        'sagemaker:ListTags',
        'sagemaker:AddTags',
      ],
      Resource: profiles,
      Condition: { ...byOwnCode, StringEquals: { 'aws:SourceVpce': places.endpoints.sagemakerApi } },
    },
    {
      Sid: 'GiveProfilesTheirRole',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: executionRoles,
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    },
    {
      Sid: 'ClaimAnAssertionOnce',
      Effect: 'Allow',
      Action: 'dynamodb:PutItem',
      Resource: places.replayTableArn,
      Condition: byOwnCode,
    },
    ...(requestingProviders(intent).length === 0 ? [] : [takeARequest(places, byOwnCode)]),
    ...useOfKeys(intent, places, byOwnCode),
  ]
  return { Version: '2012-10-17', Statement: statements.filter((statement) => statement.Resource?.length !== 0) }
}

/** Records of requests go when they are answered; claimed assertions, in the same table, stay whatever the code asks for. */
function takeARequest(places: Places, byOwnCode: ConditionJson): StatementJson {
  return {
    Sid: 'TakeAnAnsweredRequest',
    Effect: 'Allow',
    Action: 'dynamodb:DeleteItem',
    Resource: places.replayTableArn,
    // `ForAllValues` alone is true of a key that is not there.
    Condition: {
      ...byOwnCode,
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['request#*'] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  }
}
