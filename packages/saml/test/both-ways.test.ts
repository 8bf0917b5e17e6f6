/** Every accepted vector says the same, whether its signatures are read in one go or parsed. Not for mutants: the largest take long. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admit } from '../src/gate.ts'
import { readBothWays } from './both-ways.ts'
import { type Case, make, readCases } from './cases.ts'

test('of every accepted document, both ways say the same', () => {
  const usual = ['accept', 'encrypted'].flatMap((folder) =>
    readCases<Case>(folder).flatMap((one) => {
      const admitted = admit(make(one).samlResponse)
      assert.ok(admitted.ok)
      return readBothWays(admitted.octets, admitted.start).usual
    }),
  )
  assert.ok(usual.includes(true) && usual.includes(false))
})
