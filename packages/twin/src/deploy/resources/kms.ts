/** Asymmetric KMS keys. What they are made of is generated when it is first used, and stays in this process. */
import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto'
import type { KmsKey } from '../../world.ts'
import { DeployError } from '../error.ts'
import { flag, optionalText, text } from '../properties.ts'
import { policyOf, type Rows } from '../site.ts'

const bits: ReadonlyMap<string, number> = new Map([
  ['RSA_2048', 2048],
  ['RSA_3072', 3072],
  ['RSA_4096', 4096],
])

export const kms: Rows = {
  'AWS::KMS::Key': {
    models: ['Enabled', 'KeyPolicy', 'KeySpec', 'KeyUsage'],
    ignores: ['BypassPolicyLockoutSafetyCheck', 'Description', 'PendingWindowInDays', 'Tags'],
    create(order, { world, ids }) {
      const spec = optionalText(order, 'KeySpec') ?? 'SYMMETRIC_DEFAULT'
      const modulusLength = bits.get(spec)
      if (modulusLength === undefined)
        throw new DeployError(
          `${order.path}.KeySpec`,
          `\`${spec}\` is not modelled; ${[...bits.keys()].join(', ')} are`,
        )
      const usage = text(order, 'KeyUsage')
      if (usage !== 'ENCRYPT_DECRYPT' && usage !== 'SIGN_VERIFY')
        throw new DeployError(`${order.path}.KeyUsage`, `\`${usage}\` is not modelled for RSA keys`)
      const digits = [1, 2].map((half) => ids.ec2('key', `${order.logicalId}/${half}`).slice(-16)).join('')
      const id = digits.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
      const arn = `arn:${world.partition}:kms:${world.region}:${world.accountId}:key/${id}`
      // What KMS gives a key without a policy (KMS developer guide, "Default key policy").
      const everyone = { AWS: `arn:${world.partition}:iam::${world.accountId}:root` }
      const usual = { Statement: [{ Effect: 'Allow', Principal: everyone, Action: 'kms:*', Resource: '*' }] }
      let pair: KeyPairKeyObjectResult | undefined
      const key: KmsKey = {
        id,
        arn,
        spec: spec as KmsKey['spec'],
        usage,
        enabled: flag(order, 'Enabled', true),
        policy: policyOf('resource', order.values.KeyPolicy ?? usual, order.logicalId),
        pair() {
          pair ??= generateKeyPairSync('rsa', { modulusLength })
          return pair
        },
      }
      world.keys.set(arn, key)
      return { ref: id, attributes: { Arn: arn, KeyId: id } }
    },
  },
}
