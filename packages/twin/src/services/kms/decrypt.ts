import { constants, privateDecrypt } from 'node:crypto'
import { defineOperation, failure } from '../operation.ts'
import { encryptionAlgorithms, keyId, permittedKey, wrongUsage } from './keys.ts'

/** kms:Decrypt, with RSA keys: RSAES-OAEP, its digest also for the mask, and an empty label. */
export const decrypt = defineOperation({
  name: 'Decrypt',
  shape: {
    KeyId: keyId,
    CiphertextBlob: { type: 'string', required: true, min: 1, max: 8192 },
    EncryptionAlgorithm: { type: 'string', values: ['SYMMETRIC_DEFAULT', ...encryptionAlgorithms] },
  },
  run(input, call) {
    const algorithm = input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'
    const found = permittedKey(call, 'Decrypt', input.KeyId, { 'kms:EncryptionAlgorithm': algorithm })
    if ('error' in found) return found
    const { key } = found
    if (key.usage !== 'ENCRYPT_DECRYPT') return wrongUsage('Decrypt', key)
    if (algorithm === 'SYMMETRIC_DEFAULT')
      return failure(
        'InvalidKeyUsageException',
        `Algorithm SYMMETRIC_DEFAULT and key spec ${key.spec} are incompatible.`,
      )
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const oaepHash = algorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256'
    try {
      const ciphertext = Buffer.from(input.CiphertextBlob, 'base64')
      const plaintext = privateDecrypt({ key: key.pair().privateKey, padding, oaepHash }, ciphertext)
      return {
        output: { KeyId: key.arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: algorithm },
      }
    } catch {
      // AWS gives no message either.
      return failure('InvalidCiphertextException', '')
    }
  },
})
