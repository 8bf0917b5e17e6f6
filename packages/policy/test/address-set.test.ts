import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toCidrs } from '@studio-gate/policy'
import { parseCidr } from '../src/addresses.ts'
import { complement, difference, edges, isWithin, ofBlocks, union } from '../src/prove/address-set.ts'
import { generator } from './generator.ts'

const setOf = (...cidrs: readonly string[]) => ofBlocks(cidrs.flatMap((cidr) => parseCidr(cidr) ?? []))

const lists: readonly (readonly [given: readonly string[], minimal: readonly string[]])[] = [
  [['10.0.0.0/25', '10.0.0.128/25'], ['10.0.0.0/24']],
  [['10.0.1.0/24', '10.0.0.0/24', '10.0.0.7/32'], ['10.0.0.0/23']],
  [
    ['10.0.1.0/24', '10.0.2.0/24'],
    ['10.0.1.0/24', '10.0.2.0/24'],
  ],
  [
    ['0.0.0.0/1', '128.0.0.0/1', '::/0'],
    ['0.0.0.0/0', '::/0'],
  ],
  [
    ['2001:db8::/33', '2001:db8:8000::/33', '10.0.0.1/32'],
    ['10.0.0.1/32', '2001:db8::/32'],
  ],
  [[], []],
]

test('lists are minimal, ordered, IPv4 first', () => {
  for (const [given, minimal] of lists) assert.deepEqual(toCidrs(setOf(...given)), minimal)
})

test('the complement of one address has one block for every bit of it', () => {
  const around = complement(setOf('203.0.113.7/32', '::/0'))
  assert.equal(toCidrs(around).length, 32)
  assert.deepEqual(edges(around), ['0.0.0.0', '203.0.113.6', '203.0.113.8', '255.255.255.255'])
})

test('random sets survive being written as blocks and read again', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = generator(seed)
    const block = (): string =>
      random.chance(70)
        ? `10.0.${random.below(4)}.${random.below(256)}/${22 + random.below(11)}`
        : `fd00::${random.below(99)}/${120 + random.below(9)}`
    const set = difference(setOf(block(), block(), block()), random.chance(50) ? setOf(block()) : setOf())
    const written = toCidrs(set)
    const again = setOf(...written)
    assert.ok(isWithin(again, set) && isWithin(set, again), `seed ${seed}: ${written}`)
    for (const one of written)
      for (const other of written) {
        const [a, b] = [parseCidr(one), parseCidr(other)]
        const joined = toCidrs(union(setOf(one), setOf(other)))
        assert.ok(
          one === other || joined.length === 2 || a?.bits !== b?.bits,
          `seed ${seed}: ${one} and ${other} are one block`,
        )
      }
  }
})
