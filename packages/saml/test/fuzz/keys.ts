/**
 * Keys made from a seed, so that a seed and an index give the same document, octet by octet, in every run. Worthless as keys, and made
 * at run time like all others.
 */
import { checkPrimeSync, createPrivateKey, createPublicKey, hash } from 'node:crypto'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { certify, type Identity, identityOf } from '../certificates.ts'
import type { Random } from '../random.ts'

const exponent = 65537n

/** An RSA pair of two primes that are searched for. */
export function seededRsa(commonName: string, random: Random): Identity {
  const [p, q] = [prime(random), prime(random)]
  const d = inverse(exponent, (p - 1n) * (q - 1n))
  const numbers = { n: p * q, e: exponent, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  const jwk = Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, base64url(number)]))
  const privateKey = createPrivateKey({ format: 'jwk', key: { kty: 'RSA', ...jwk } })
  return identityOf(commonName, privateKey, createPublicKey(privateKey))
}

/** By the names that JSON Web Key has for them. */
const curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const
export const curveNames = ['P-256', 'P-384', 'P-521'] as const satisfies readonly (keyof typeof curves)[]

/**
 * A pair on an elliptic curve that signs one text always alike: its nonces come from the text (RFC 6979), which node:crypto does not
 * offer. Its certificate is signed by `issuer`, an RSA key, for the same reason.
 */
export function seededEc(commonName: string, name: keyof typeof curves, random: Random, issuer: Identity): Identity {
  const curve = curves[name]
  const { secretKey } = curve.keygen(octetsOf(random, curve.lengths.seed ?? 0))
  const [x, y] = halves(curve.getPublicKey(secretKey, false).subarray(1))
  const point = { x: x.toString('base64url'), y: y.toString('base64url') }
  const d = Buffer.from(secretKey).toString('base64url')
  const privateKey = createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: name, d, ...point } })
  return {
    privateKey,
    certificate: certify(createPublicKey(privateKey), commonName, issuer.privateKey),
    signAlike: (hashName, text) =>
      Buffer.from(curve.sign(hash(hashName, text, 'buffer'), secretKey, { prehash: false, lowS: false })),
  }
}

function halves(point: Uint8Array): readonly [x: Buffer, y: Buffer] {
  const half = point.length / 2
  return [Buffer.from(point.subarray(0, half)), Buffer.from(point.subarray(half))]
}

export function octetsOf(random: Random, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => random.below(256)))
}

/** 1024 bits, the two highest set, so that a product of two has 2048. */
function prime(random: Random): bigint {
  const start = BigInt(`0x${octetsOf(random, 128).toString('hex')}`) | (3n << 1022n) | 1n
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
