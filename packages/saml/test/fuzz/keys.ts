/**
 * A key made from a seed, so that a seed and an index give the same document, octet by octet, in every run: an RSA pair of two
 * primes that are searched for. Worthless as a key, and made at run time like all others.
 */
import { checkPrimeSync, createPrivateKey, createPublicKey } from 'node:crypto'
import { type Identity, identityOf } from '../certificates.ts'
import type { Random } from '../random.ts'

const exponent = 65537n

export function seededRsa(commonName: string, random: Random): Identity {
  const [p, q] = [prime(random), prime(random)]
  const d = inverse(exponent, (p - 1n) * (q - 1n))
  const numbers = { n: p * q, e: exponent, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  const jwk = Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, base64url(number)]))
  const privateKey = createPrivateKey({ format: 'jwk', key: { kty: 'RSA', ...jwk } })
  return identityOf(commonName, privateKey, createPublicKey(privateKey))
}

function octets(random: Random, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => random.below(256)))
}

/** 1024 bits, the two highest set, so that a product of two has 2048. */
function prime(random: Random): bigint {
  const start = BigInt(`0x${octets(random, 128).toString('hex')}`) | (3n << 1022n) | 1n
  for (let candidate = start; ; candidate += 2n) {
    if ((candidate - 1n) % exponent !== 0n && checkPrimeSync(candidate)) return candidate
  }
}

/** Of `number`, modulo `modulus`, by Euclid. */
function inverse(number: bigint, modulus: bigint): bigint {
  let [previous, current] = [modulus, number % modulus]
  let [before, now] = [0n, 1n]
  while (current > 1n) {
    const quotient = previous / current
    ;[previous, current] = [current, previous - quotient * current]
    ;[before, now] = [now, before - quotient * now]
  }
  return ((now % modulus) + modulus) % modulus
}

function base64url(number: bigint): string {
  const hex = number.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')
}
