/** RSA-OAEP (RFC 8017 section 7.1) as a transport of keys, with an empty label, by private keys that this process holds. */
import { constants, hash, type KeyObject, privateDecrypt } from 'node:crypto'
import { type Oaep, type OaepHash, TrustError, type UnwrapKey } from './trust.ts'

/**
 * Unwraps with RSA private keys that this process holds; two during a rotation. Throws `TrustError` for other keys and for RSA
 * below 2048 bits.
 */
export function unwrapWith(keys: readonly KeyObject[]): UnwrapKey {
  for (const [index, key] of keys.entries()) {
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
    if (key.type !== 'private' || key.asymmetricKeyType !== 'rsa' || bits < 2048) {
      throw new TrustError(`decryption key ${index}: expected an RSA private key of at least 2048 bits`)
    }
  }
  return (wrapped, oaep) => {
    for (const key of keys) {
      const unwrapped = unwrap(key, wrapped, oaep)
      if (unwrapped !== undefined) return unwrapped
    }
    return undefined
  }
}

function unwrap(key: KeyObject, wrapped: Buffer, oaep: Oaep): Buffer | undefined {
  try {
    if (oaep.digest !== oaep.mask)
      return decode(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, wrapped), oaep)
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: oaep.digest }, wrapped)
  } catch {
    // Which key failed, and how, is nobody's business.
    return undefined
  }
}

/**
 * EME-OAEP decoding (section 7.1.2, step 3), where node:crypto, which has one hash for both uses, cannot. How long it takes may tell what
 * was wrong, as decoding in JavaScript does: a key is only unwrapped behind a verified signature, so nobody else can ask.
 */
export function decode(encoded: Buffer, { digest, mask }: Oaep): Buffer | undefined {
  const label = hash(digest, '', 'buffer')
  const [seed, block] = [encoded.subarray(1, 1 + label.length), encoded.subarray(1 + label.length)]
  const data = blended(block, blended(seed, block, mask), mask)
  const separator = data.findIndex((octet, at) => at >= label.length && octet !== 0)
  const isSound = encoded[0] === 0 && data.subarray(0, label.length).equals(label) && data[separator] === 1
  return isSound ? data.subarray(separator + 1) : undefined
}

/** Octets with the mask that MGF1 (section B.2.1) makes of a seed. */
function blended(octets: Buffer, seed: Buffer, mask: OaepHash): Buffer {
  const counter = Buffer.alloc(4)
  const blocks: Buffer[] = []
  for (let length = 0; length < octets.length; length += blocks.at(-1)?.length ?? 0) {
    counter.writeUInt32BE(blocks.length)
    blocks.push(hash(mask, Buffer.concat([seed, counter]), 'buffer'))
  }
  const stream = Buffer.concat(blocks)
  return octets.map((octet, at) => octet ^ (stream[at] ?? 0)) as Buffer
}
