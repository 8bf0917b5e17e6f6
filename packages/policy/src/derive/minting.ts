import type { Intent } from '../intent.ts'
import { mintingPairs, mintingRoleName } from '../names.ts'
import { userProfileArn } from '../session.ts'
import type { PolicyJson, StatementJson } from '../vocabulary.ts'
import type { MintingWall, Places } from '../walls.ts'
import { presignDomain } from './doors.ts'
import { networksOf, useStatements } from './origins.ts'
import { domainIdOf } from './places.ts'

/** AWS's own examples grant these two together (row 1.15). */
const actions = [presignDomain, 'sagemaker:DescribeUserProfile']

/**
 * The minting roles: mint only from the gate's subnets through the API endpoint, use only from the rule's networks.
 * Two kinds of statement, because mint and use are one action on one resource (row 1.17).
 */
export function mintingWalls(intent: Intent, places: Places): readonly MintingWall[] {
  return mintingPairs(intent).map((pair) => {
    const resource = userProfileArn({ ...places, domainId: domainIdOf(places, pair.domain) }, '*')
    const use = useStatements(networksOf(intent, pair), { Action: actions, Resource: resource }, places)
    const mint: StatementJson = {
      Sid: 'MintFromTheGate',
      Effect: 'Allow',
      Action: actions,
      Resource: resource,
      Condition: {
        StringEquals: { 'aws:SourceVpce': places.endpoints.sagemakerApi },
        IpAddress: { 'aws:VpcSourceIp': places.gateSubnetCidrs },
      },
    }
    return {
      pair,
      roleName: mintingRoleName(places.stackName, pair),
      trust: trust(places),
      policy: { Version: '2012-10-17', Statement: [mint, ...use] },
    }
  })
}

/** Only the gate's function, called by its own code (row 7.5), and only with the person's name on the session (row 8.6). */
function trust(places: Places): PolicyJson {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TheGateInTheNameOfAPerson',
        Effect: 'Allow',
        Principal: { AWS: places.functionRoleArn },
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Condition: {
          ArnEquals: { 'lambda:SourceFunctionArn': places.functionArn },
          StringLike: { 'sts:SourceIdentity': '?*' },
        },
      },
    ],
  }
}
