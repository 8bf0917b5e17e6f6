/** Finding a key, and asking its policy together with the caller's: no IAM policy opens what the key policy leaves out (3.5). */
import type { ContextValue } from '@studio-gate/policy'
import type { KmsKey, World } from '../../world.ts'
import { type AwsError, type Call, failure } from '../operation.ts'

/** Id or ARN; aliases are not modelled. */
export const keyId = { type: 'string', required: true, min: 1, max: 2048 } as const

export const encryptionAlgorithms = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const
export const signingAlgorithms = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
] as const

type Found = { readonly key: KmsKey } | { readonly error: AwsError }

/** The key of this id, or AWS's refusal. `context`: condition keys of the operation's parameters. */
export function permittedKey(
  call: Call,
  operation: string,
  id: string,
  context: Readonly<Record<string, ContextValue>> = {},
): Found {
  const { world } = call
  const arn = id.startsWith('arn:') ? id : `arn:${world.partition}:kms:${world.region}:${world.accountId}:key/${id}`
  const key = world.keys.get(arn)
  if (key === undefined) return failure('NotFoundException', `Key '${arn}' does not exist`)
  const denied = call.authorize({
    action: `kms:${operation}`,
    resource: arn,
    context: { ...keyContext(world, key), ...context },
    resourcePolicy: { kind: 'resource', policy: key.policy },
  })
  if (denied) return { error: denied }
  return key.enabled ? { key } : failure('DisabledException', `${arn} is disabled.`)
}

/** Condition keys that speak of the key itself and of its caller (KMS developer guide, "AWS KMS condition keys"). */
function keyContext({ accountId }: World, { spec, usage }: KmsKey): Readonly<Record<string, ContextValue>> {
  return {
    'kms:CallerAccount': accountId,
    'kms:KeySpec': spec,
    'kms:KeyUsage': usage,
    'kms:KeyOrigin': 'AWS_KMS',
    'kms:MultiRegion': 'false',
  }
}

/** AWS's refusal of a key for something that it is not for. */
export function wrongUsage(operation: string, { arn, usage }: KmsKey) {
  return failure('InvalidKeyUsageException', `${arn} key usage is ${usage} which is not valid for ${operation}.`)
}
