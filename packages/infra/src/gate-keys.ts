import { type GateKey, gateKeys, type Intent, stackTagKey, type Walls } from '@studio-gate/policy'
import * as kms from 'aws-cdk-lib/aws-kms'
import { CfnDeletionPolicy, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { pascal } from './logical-id.ts'
import { policyLimits, withinLimit } from './policy-limits.ts'

const kinds: Readonly<Record<GateKey, { readonly usage: string; readonly description: string }>> = {
  decryption: { usage: 'ENCRYPT_DECRYPT', description: 'Studio Gate: identity providers encrypt assertions to it' },
  signing: { usage: 'SIGN_VERIFY', description: 'Studio Gate: signs requests to identity providers' },
}

/** The private keys that the declaration asks for, if any. Made before the walls that name them; `enforce` gives their policies. */
export class GateKeys extends Construct {
  /** ARNs of those that there are. */
  readonly arns: Readonly<Partial<Record<GateKey, string>>>
  readonly #keys: ReadonlyMap<GateKey, kms.CfnKey>

  constructor(scope: Construct, id: string, props: { readonly intent: Intent }) {
    super(scope, id)
    this.#keys = new Map(gateKeys(props.intent).map((name) => [name, this.key(name)]))
    this.arns = Object.fromEntries([...this.#keys].map(([name, key]) => [name, key.attrArn]))
  }

  private key(name: GateKey): kms.CfnKey {
    const { usage, description } = kinds[name]
    const key = new kms.CfnKey(this, pascal(name), {
      keySpec: 'RSA_3072',
      keyUsage: usage,
      description,
      pendingWindowInDays: 30,
      tags: [{ key: stackTagKey, value: Stack.of(this).stackName }],
    })
    // Nothing at rest is encrypted to it: a new key costs a certificate at the identity providers, and no data.
    key.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE
    key.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE
    key.node.addValidation({
      // Without a policy KMS makes one that lets the account's IAM policies use the key.
      validate: () => (key.keyPolicy === undefined ? ['the key has no policy'] : []),
    })
    return key
  }

  /** Gives every key its policy. */
  enforce(walls: Walls): void {
    for (const [name, key] of this.#keys) {
      const policy = walls.keys[name]
      if (policy !== undefined) key.keyPolicy = withinLimit(key, policyLimits.key, policy)
    }
  }
}
