import { constants, createHash, privateEncrypt } from 'node:crypto'
import { defineOperation, failure } from '../operation.ts'
import { keyId, permittedKey, signingAlgorithms, wrongUsage } from './keys.ts'

/** DigestInfo of SHA-256 before the digest (RFC 8017 section 9.2, note 1). */
const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** kms:Sign, with RSA keys: RSASSA-PKCS1-v1_5 with SHA-256, over a message or its digest. */
export const sign = defineOperation({
  name: 'Sign',
  shape: {
    KeyId: keyId,
    Message: { type: 'string', required: true, min: 1, max: 5464 },
    MessageType: { type: 'string', values: ['RAW', 'DIGEST'] },
    SigningAlgorithm: { type: 'string', required: true, values: signingAlgorithms },
  },
  run({ KeyId, Message, MessageType = 'RAW', SigningAlgorithm }, call) {
    const context = { 'kms:SigningAlgorithm': SigningAlgorithm, 'kms:MessageType': MessageType }
    const found = permittedKey(call, 'Sign', KeyId, context)
    if ('error' in found) return found
    const { key } = found
    if (key.usage !== 'SIGN_VERIFY') return wrongUsage('Sign', key)
    if (SigningAlgorithm !== 'RSASSA_PKCS1_V1_5_SHA_256')
      return failure('UnsupportedOperationException', `The twin does not model ${SigningAlgorithm}.`)
    const message = Buffer.from(Message, 'base64')
    if (MessageType === 'RAW' && message.length > 4096)
      return failure('ValidationException', 'Message is longer than 4096 bytes.')
    const digest = MessageType === 'DIGEST' ? message : createHash('sha256').update(message).digest()
    if (digest.length !== 32) return failure('ValidationException', 'Digest is invalid length for algorithm.')
    const padded = { key: key.pair().privateKey, padding: constants.RSA_PKCS1_PADDING }
    const signature = privateEncrypt(padded, Buffer.concat([digestInfo, digest]))
    return { output: { KeyId: key.arn, Signature: signature.toString('base64'), SigningAlgorithm } }
  },
})
