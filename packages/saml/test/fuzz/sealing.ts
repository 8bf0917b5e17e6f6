/** Encrypted assertions of the fuzzing: the same for a seed in every run. */
import { hash } from 'node:crypto'
import type { EncryptSpec, Means } from '../encrypting.ts'
import type { Random } from '../random.ts'
import { octetsOf } from './keys.ts'

/** What RSA with 2048 bits makes of any key, in octets. */
const wrappedLength = 256

/**
 * Content keys without RSA-OAEP, which is dear and draws random numbers of its own: what is wrapped begins with the length of its key,
 * and its hash is the key. Everybody can wrap one, as with a public key; encrypted vectors are opened with a real one.
 */
export function meansFrom(random: Random): Means {
  const key = (length: number) => {
    const wrapped = Buffer.from([length, ...octetsOf(random, wrappedLength - 1)])
    return { wrapped, key: unwrap(wrapped) }
  }
  return { octets: (count) => octetsOf(random, count), key }
}

export function unwrap(wrapped: Buffer): Buffer {
  return hash('sha256', wrapped, 'buffer').subarray(0, wrapped[0])
}

/** How a product might encrypt. */
export function sealOf(random: Random): EncryptSpec {
  return {
    content: random.pick(['aes128-gcm', 'aes192-gcm', 'aes256-gcm', 'aes128-cbc', 'aes192-cbc', 'aes256-cbc']),
    wrap: random.pick(['mgf1p', 'mgf1p sha256', 'sha1', 'sha256', 'sha384', 'sha512', 'sha256 without mgf']),
    ...(random.below(3) === 0 ? { place: 'beside' } : {}),
  }
}
