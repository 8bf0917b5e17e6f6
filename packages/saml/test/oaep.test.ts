/** Keys that this process holds: what node:crypto wrapped is decoded by hand to the same, and nothing else is. */
import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, hash, privateDecrypt, publicEncrypt } from 'node:crypto'
import { test } from 'node:test'
import { TrustError, unwrapWith } from '../src/index.ts'
import { decode } from '../src/oaep.ts'
import { encodeOaep, gateKey, masked, otherKey } from './encrypting.ts'

const message = Buffer.from('what stands here for a content key')
const hashes = ['sha1', 'sha256', 'sha384', 'sha512'] as const

for (const digest of hashes) {
  test(`${digest} for both uses: by hand as node:crypto does`, () => {
    for (const length of [0, 1, 16, 33]) {
      const one = message.subarray(0, length)
      const padding = constants.RSA_PKCS1_OAEP_PADDING
      const wrapped = publicEncrypt({ key: gateKey.publicKey, padding, oaepHash: digest }, one)
      const raw = privateDecrypt({ key: gateKey.privateKey, padding: constants.RSA_NO_PADDING }, wrapped)
      assert.deepEqual(decode(raw, { digest, mask: digest }), one)
      for (const other of hashes) {
        if (other === digest) continue
        assert.equal(decode(raw, { digest, mask: other }), undefined)
        assert.equal(decode(raw, { digest: other, mask: digest }), undefined)
      }
    }
  })
}

test('any two hashes, a key of any size', () => {
  for (const digest of hashes) {
    for (const mask of hashes) {
      for (const size of [256, 384, 512]) {
        assert.deepEqual(decode(encodeOaep(message, size, { digest, mask }), { digest, mask }), message)
      }
    }
  }
})

const oaep = { digest: 'sha256', mask: 'sha1' } as const

test('not decoded: an encoding with any octet changed', () => {
  const encoded = encodeOaep(message, 256, oaep)
  for (let at = 0; at < encoded.length; at++) {
    const changed = Buffer.from(encoded)
    changed[at] = (changed[at] ?? 0) ^ 0x80
    const decoded = decode(changed, oaep)
    // Whatever octet it is, the seed changes, and with it the label.
    assert.equal(decoded, undefined, `octet ${at}`)
  }
})

const label = hash('sha256', '', 'buffer')
const blocks: Readonly<Record<string, Buffer>> = {
  'no separator': Buffer.alloc(191),
  'another separator': Buffer.concat([Buffer.alloc(155), Buffer.from([2]), message, Buffer.alloc(1)]),
  'no room for a separator': Buffer.alloc(0),
}
for (const [name, rest] of Object.entries(blocks)) {
  test(`not decoded: ${name}`, () => {
    assert.equal(decode(masked(Buffer.concat([label, rest]), label.length, oaep.mask), oaep), undefined)
  })
}

test('not decoded: the label of something', () => {
  const other = hash('sha256', 'label', 'buffer')
  const block = Buffer.concat([other, Buffer.alloc(156), Buffer.from([1]), message])
  assert.equal(decode(masked(block, label.length, oaep.mask), oaep), undefined)
})

test('decoded: a message that leaves no room before its separator', () => {
  const longest = Buffer.alloc(256 - 2 * label.length - 2, 7)
  assert.deepEqual(decode(encodeOaep(longest, 256, oaep), oaep), longest)
})

test('decoded: nothing but zeros before the separator, and what follows it as it is', () => {
  const rest = Buffer.concat([Buffer.alloc(100), Buffer.from([1, 0, 2, 1])])
  assert.deepEqual(decode(masked(Buffer.concat([label, rest]), label.length, oaep.mask), oaep), Buffer.from([0, 2, 1]))
})

test('of several keys, the one that fits unwraps', () => {
  const wrapped = publicEncrypt(
    { key: gateKey.publicKey, padding: constants.RSA_NO_PADDING },
    encodeOaep(message, 256, oaep),
  )
  for (const keys of [[gateKey.privateKey], [otherKey.privateKey, gateKey.privateKey]]) {
    assert.deepEqual(unwrapWith(keys)(wrapped, oaep), message)
  }
  assert.equal(unwrapWith([otherKey.privateKey])(wrapped, oaep), undefined)
  assert.equal(unwrapWith([gateKey.privateKey])(wrapped.subarray(1), oaep), undefined)
})

test('keys that do not decrypt are bad configuration', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  assert.equal(typeof unwrapWith([privateKey]), 'function')
  assert.throws(() => unwrapWith([publicKey]), TrustError)
  assert.throws(() => unwrapWith([generateKeyPairSync('rsa', { modulusLength: 2047 }).privateKey]), TrustError)
  assert.throws(() => unwrapWith([generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey]), TrustError)
  assert.throws(() => unwrapWith([generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey]), TrustError)
})
