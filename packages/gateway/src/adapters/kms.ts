/** The gate's private keys in AWS KMS, which unwraps and signs with them and never gives them out. */
import { createHash } from 'node:crypto'
import { DecryptCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms'
import type { Oaep } from '@studio-gate/saml'
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
function algorithmOf({ digest, mask }: Oaep) {
  if (digest === 'sha1' && mask === 'sha1') return 'RSAES_OAEP_SHA_1'
  return digest === 'sha256' && mask === 'sha256' ? 'RSAES_OAEP_SHA_256' : undefined
}

export function kmsKeys(client: KMSClient, { decryption, signing }: KeyIds): Keys {
  return {
    ...(decryption === undefined
      ? {}
      : {
          async unwrap(wrapped, oaep): Promise<Answer<Uint8Array>> {
            const EncryptionAlgorithm = algorithmOf(oaep)
            if (EncryptionAlgorithm === undefined) {
              const found = `KMS has no RSA-OAEP with ${oaep.digest} and MGF1 with ${oaep.mask}`
              const detail = `${found}: choose SHA-1 for both or SHA-256 for both at the identity provider`
              return { ok: false, failure: { kind: 'unexpected', operation: 'Decrypt', detail } }
            }
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
