/** No document costs out of proportion to its size: against a good response as long, in the same run, on the same machine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyResponse } from '../src/index.ts'
import { type Case, make } from './cases.ts'
import { costs, type Judged, proportion } from './cost.ts'
import { hostileContents, hostileDocuments, hostilePlaces } from './hostile.ts'

/** Characters of the document, just inside the form's limit. */
const size = 180_000

const base: Case = {
  name: '',
  shape: 'okta',
  sign: [{ of: 'Assertion', prefixList: 'a b c d e f g h i j k l m n o p' }],
}
const { xml, trust, now } = make(base)

/** A member of many groups. */
const values = Array.from({ length: (size - xml.length) / 75 }, (_, at) => {
  return `<saml2:AttributeValue>a-group-of-the-company-${at}</saml2:AttributeValue>`.padEnd(75)
})
const end = '</saml2:AttributeStatement>'
const groups = `<saml2:Attribute Name="groups">${values.join('')}</saml2:Attribute>${end}`
const good: Judged = make({ ...base, before: [{ find: end, put: groups }] })

function judged(document: string): Judged {
  return { samlResponse: Buffer.from(document).toString('base64'), trust, now }
}

test('what hostile documents are compared with is accepted', () => {
  assert.ok(verifyResponse(good.samlResponse, good.trust, good.now).ok)
  assert.ok(Math.abs((good.samlResponse.length * 3) / 4 - size) < 1_000)
})

/** Each content where it is digested, or canonicalised before anybody has verified it; and the documents hostile as a whole. */
const hostile: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(hostileContents).flatMap(([what, content]) =>
      (['an AttributeValue', 'SignedInfo'] as const).map((where) => {
        return [`${what}, in ${where}`, hostilePlaces[where]?.(xml, content(size)) ?? '']
      }),
    ),
  ),
  ...Object.fromEntries(Object.entries(hostileDocuments).map(([what, make]) => [what, make(xml, size)])),
}

for (const [name, document] of Object.entries(hostile)) {
  test(`${name}: no more than ${proportion} times a good response of its size`, () => {
    assert.ok(document.length > size / 8, `${document.length} characters`)
    const times = costs(judged(document), good)
    assert.ok(times < proportion, `${times.toFixed(1)} times`)
  })
}
