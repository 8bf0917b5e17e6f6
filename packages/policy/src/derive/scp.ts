import type { Intent } from '../intent.ts'
import type { PolicyJson } from '../vocabulary.ts'
import { administration } from './administration.ts'
import { otherDoors, presignDomain } from './doors.ts'
import { remoteAccessDenied } from './execution.ts'
import { mintingPrincipalsAnywhere } from './places.ts'

/**
 * The service control policy: nobody else of the account mints around the gate, administrators included (row 1.31).
 * Attached by the management account before or after the deployment, so it names roles by name, in any account and
 * partition, and no id that only the deployment knows. It changes nothing for roles it names: those have their own walls.
 */
export function scp(intent: Intent, stackName: string): PolicyJson {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'NobodyMintsAroundTheGate',
        Effect: 'Deny',
        Action: presignDomain,
        Resource: '*',
        Condition: {
          ArnNotLike: { 'aws:PrincipalArn': mintingPrincipalsAnywhere(intent, stackName) },
        },
      },
      { Sid: 'NoOtherDoor', Effect: 'Deny', Action: [...otherDoors], Resource: '*' },
      remoteAccessDenied,
      ...administration(intent, stackName),
    ],
  }
}
