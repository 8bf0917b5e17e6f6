/** The gate's private keys in AWS KMS, which unwraps and signs with them and never gives them out. */
import { createHash } from 'node:crypto'
import { DecryptCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms'
import type { Answer, Keys } from '../core/ports.ts'
import { call } from './failures.ts'

/** Key ids or ARNs; absent: there is no such key. */
export interface KeyIds {
  readonly decryption?: string | undefined
  readonly signing?: string | undefined
}

/**
 * RSA-OAEP as KMS has it, by its digest, with the mask's the same and an empty label (KMS developer guide, "Key spec
 * reference", encryption algorithms of RSA keys). There is none with SHA-384 and SHA-512.
 */
const oaepAlgorithms = { sha1: 'RSAES_OAEP_SHA_1', sha256: 'RSAES_OAEP_SHA_256' } as const

export function kmsKeys(client: KMSClient, { decryption, signing }: KeyIds): Keys {
  return {
    ...(decryption === undefined
      ? {}
      : {
          async unwrap(wrapped, oaep): Promise<Answer<Uint8Array>> {
            if (oaep !== 'sha1' && oaep !== 'sha256') {
              const detail = `KMS has no RSA-OAEP with ${oaep}: choose SHA-1 or SHA-256 at the identity provider`
              return { ok: false, failure: { kind: 'unexpected', operation: 'Decrypt', detail } }
            }
            const EncryptionAlgorithm = oaepAlgorithms[oaep]
            const command = new DecryptCommand({ KeyId: decryption, CiphertextBlob: wrapped, EncryptionAlgorithm })
            return call('Decrypt', async () => (await client.send(command)).Plaintext ?? new Uint8Array())
          },
        }),
    ...(signing === undefined
      ? {}
      : {
          sign(octets): Promise<Answer<Uint8Array>> {
            const command = new SignCommand({
              KeyId: signing,
              // A message may have 4096 bytes at most (KMS API reference, Sign).
              Message: createHash('sha256').update(octets).digest(),
              MessageType: 'DIGEST',
              SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
            })
            return call('Sign', async () => (await client.send(command)).Signature ?? new Uint8Array())
          },
        }),
  }
}
