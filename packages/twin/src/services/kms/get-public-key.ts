import { defineOperation } from '../operation.ts'
import { encryptionAlgorithms, keyId, permittedKey, signingAlgorithms } from './keys.ts'

/** kms:GetPublicKey: the public half as DER of a SubjectPublicKeyInfo. */
export const getPublicKey = defineOperation({
  name: 'GetPublicKey',
  shape: { KeyId: keyId },
  run(input, call) {
    const found = permittedKey(call, 'GetPublicKey', input.KeyId)
    if ('error' in found) return found
    const { key } = found
    const algorithms =
      key.usage === 'SIGN_VERIFY'
        ? { SigningAlgorithms: signingAlgorithms }
        : { EncryptionAlgorithms: encryptionAlgorithms }
    const der = key.pair().publicKey.export({ type: 'spki', format: 'der' })
    return {
      output: {
        KeyId: key.arn,
        PublicKey: der.toString('base64'),
        KeySpec: key.spec,
        CustomerMasterKeySpec: key.spec,
        KeyUsage: key.usage,
        ...algorithms,
      },
    }
  },
})
