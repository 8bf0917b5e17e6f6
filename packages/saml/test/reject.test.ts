/** Every hostile or foreign document is refused, each for its own reason: the code tells that the right check did it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CheckId, type RefusalCode, refusalTable, verifyResponse } from '../src/index.ts'
import { type Case, make, readCases } from './cases.ts'

interface Rejected extends Case {
  /** `says`: words of the detail that an operator needs. */
  readonly refused: { readonly check: CheckId; readonly code: RefusalCode; readonly says?: string }
}

const cases = readCases<Rejected>('reject')

for (const one of cases) {
  test(`${one.file}: ${one.name}`, () => {
    const { samlResponse, trust, now } = make(one)
    const verdict = verifyResponse(samlResponse, trust, now)
    assert.ok(!verdict.ok, 'accepted')
    const { check, code, detail } = verdict.refusal
    const { says = '', ...refused } = one.refused
    assert.deepEqual({ check, code }, refused, detail)
    assert.ok(detail.includes(says), detail)
    assert.ok(detail.length > 0 && detail.length < 500, detail)
    assert.match(detail, /^[ -~]*$/)
  })
}

test('the codes and the checks that no document can reach are these', () => {
  const reached = new Set(cases.map(({ refused }) => refused.code))
  const unreached = Object.keys(refusalTable).filter((code) => !reached.has(code as RefusalCode))
  // They guard against a fault of the canonicalizer: octets.test.ts plants one.
  assert.deepEqual(unreached, ['octets-assertion', 'octets-root'])
})
