/** No document costs out of proportion to its size: against a good response as long, in the same run, on the same machine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyResponse } from '../src/index.ts'
import { costs, proportion } from './cost.ts'
import { hostileResponses } from './hostile.ts'
import { largeResponse, usualResponse } from './large.ts'

/** Characters of the document, just inside the form's limit. */
const size = 180_000

const good = largeResponse(size)

test('what hostile documents are compared with is accepted', () => {
  assert.ok(verifyResponse(good.samlResponse, good.trust, good.now).ok)
  assert.ok(Math.abs(good.xml.length - size) < 1_000)
})

for (const [name, document] of hostileResponses(usualResponse.xml, size)) {
  test(`${name}: no more than ${proportion} times a good response of its size`, () => {
    const samlResponse = Buffer.from(document).toString('base64')
    assert.ok(document.length > size / 8 && samlResponse.length <= 256 * 1_024, `${document.length} characters`)
    const times = costs({ ...usualResponse, samlResponse }, good)
    assert.ok(times < proportion, `${times.toFixed(1)} times`)
  })
}
