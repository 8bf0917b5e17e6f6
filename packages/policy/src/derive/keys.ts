/**
 * The gate's private keys, which never leave AWS KMS: who may have something decrypted or signed with them. A key policy must
 * allow even within the account (row 3.5), so nobody else's IAM policy can open what its key policy leaves out.
 */
import type { Intent } from '../intent.ts'
import { gateKeys } from '../names.ts'
import type { ConditionJson, PolicyJson, StatementJson } from '../vocabulary.ts'
import type { GateKey, Places, Walls } from '../walls.ts'

interface KeyUse {
  readonly sid: string
  readonly action: string
  /** Parameters of the call, as KMS's condition keys (KMS developer guide, "AWS KMS condition keys"). */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>
}

const uses: Readonly<Record<GateKey, KeyUse>> = {
  decryption: {
    sid: 'UnwrapContentKeys',
    action: 'kms:Decrypt',
    parameters: { 'kms:EncryptionAlgorithm': ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] },
  },
  signing: {
    sid: 'SignRequests',
    action: 'kms:Sign',
    parameters: { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256', 'kms:MessageType': 'DIGEST' },
  },
}

/** Looking after a key and publishing its public half; no use of the private one, and no grant that would give it away. */
const administration = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:GetPublicKey',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
]

/** The policies of the keys that the declaration asks for. */
export function keyPolicies(intent: Intent, places: Places): Walls['keys'] {
  return Object.fromEntries(gateKeys(intent).map((key) => [key, keyPolicy(uses[key], places)]))
}

function keyPolicy({ sid, action, parameters }: KeyUse, places: Places): PolicyJson {
  // Named as the account, a role needs a policy of its own as well: its conditions then hold, too (row 3.6).
  const account = { AWS: `arn:${places.partition}:iam::${places.accountId}:root` }
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'LookAfterTheKey', Effect: 'Allow', Principal: account, Action: administration, Resource: '*' },
      {
        Sid: sid,
        Effect: 'Allow',
        Principal: account,
        Action: action,
        Resource: '*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': places.functionRoleArn }, StringEquals: parameters },
      },
    ],
  }
}

/** What the function's own policy adds for them: its own code alone, through our endpoint alone. */
export function useOfKeys(intent: Intent, places: Places, byOwnCode: ConditionJson): readonly StatementJson[] {
  return gateKeys(intent).map((key) => {
    const { sid, action, parameters } = uses[key]
    const { endpointId, arn } = keyPlaces(places, key)
    const StringEquals = { 'aws:SourceVpce': endpointId, ...parameters }
    return { Sid: sid, Effect: 'Allow', Action: action, Resource: arn, Condition: { ...byOwnCode, StringEquals } }
  })
}

/** The endpoint stands there for the gate alone: without private DNS, nobody else in the VPC is sent through it. */
export function kmsEndpoint(intent: Intent, places: Places): PolicyJson | undefined {
  const needed = gateKeys(intent)
  if (needed.length === 0) return undefined
  return {
    Version: '2012-10-17',
    Statement: needed.map((key) => ({
      Sid: uses[key].sid,
      Effect: 'Allow',
      Principal: '*',
      Action: uses[key].action,
      Resource: keyPlaces(places, key).arn,
      Condition: { ArnEquals: { 'aws:PrincipalArn': places.functionRoleArn } },
    })),
  }
}

/** Throws when the deployment did not say: a bug of the caller, not of the declaration. */
function keyPlaces(places: Places, key: GateKey): { readonly endpointId: string; readonly arn: string } {
  const [endpointId, arn] = [places.endpoints.kms, places.keys?.[key]]
  if (endpointId === undefined || arn === undefined) throw new Error(`no endpoint or ARN for the ${key} key`)
  return { endpointId, arn }
}
