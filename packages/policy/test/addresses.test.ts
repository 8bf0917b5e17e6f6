/** Walks `vectors/addresses.json`: membership, private ranges, networks in RFC 5952 spelling, overlaps. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cidrsOverlap, ipInCidr, isPrivateAddress, isPrivateCidr, networkOf, parseCidr } from '@studio-gate/policy'

interface AddressCases {
  readonly inside: readonly (readonly [string, string])[]
  readonly outside: readonly (readonly [string, string])[]
  readonly private: readonly string[]
  readonly public: readonly string[]
  readonly network: readonly (readonly [string, string])[]
  readonly overlap: readonly (readonly [string, string, boolean])[]
}

const cases = JSON.parse(readFileSync(new URL('./vectors/addresses.json', import.meta.url), 'utf8')) as AddressCases

test('addresses inside and outside blocks; what cannot be read is outside', () => {
  for (const [address, cidr] of cases.inside) assert.equal(ipInCidr(address, cidr), true, `${address} in ${cidr}`)
  for (const [address, cidr] of cases.outside) assert.equal(ipInCidr(address, cidr), false, `${address} in ${cidr}`)
})

test('private and public addresses', () => {
  for (const address of cases.private) assert.equal(isPrivateAddress(address), true, address)
  for (const address of cases.public) assert.equal(isPrivateAddress(address), false, address)
})

test('a block is private when all of it is', () => {
  assert.equal(isPrivateCidr('10.100.0.0/16'), true)
  assert.equal(isPrivateCidr('fd00::/8'), true)
  assert.equal(isPrivateCidr('10.0.0.0/7'), false)
  assert.equal(isPrivateCidr('0.0.0.0/0'), false)
  assert.equal(isPrivateCidr('nonsense'), false)
})

test('networks in canonical spelling', () => {
  for (const [written, network] of cases.network) {
    const cidr = parseCidr(written)
    assert.ok(cidr, written)
    assert.equal(networkOf(cidr), network)
  }
})

test('overlaps', () => {
  for (const [one, other, expected] of cases.overlap)
    assert.equal(cidrsOverlap(one, other), expected, `${one} ${other}`)
})
