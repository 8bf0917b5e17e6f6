/** The small parts whose edges the vectors do not all visit: times, names, base64, start tags, and who is claimed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeBase64 } from '../src/base64.ts'
import { parseDateTime } from '../src/datetime.ts'
import { claimedIssuer, verifyResponse } from '../src/index.ts'
import { isPlainName } from '../src/plain-name.ts'
import { shown } from '../src/refusals.ts'
import { make } from './cases.ts'
import { parseText } from './parsing.ts'

const noon = Date.UTC(2024, 1, 29, 12)
const times: readonly (readonly [text: string, time: number | undefined])[] = [
  ['2024-02-29T12:00:00Z', noon],
  ['2024-02-29T12:00:00.5Z', noon + 500],
  ['2024-02-29T12:00:00.1239999Z', noon + 123],
  ['2024-02-29T12:00:00.12Z', noon + 120],
  ['2000-02-29T12:00:00Z', Date.UTC(2000, 1, 29, 12)],
  ['1900-02-29T12:00:00Z', undefined],
  ['0100-01-01T00:00:00.999Z', Date.UTC(100, 0) + 999],
  ['2024-12-31T23:59:59.000000000000Z', Date.UTC(2024, 11, 31, 23, 59, 59)],
  ['2024-12-31T23:59:59.0000000000000Z', undefined],
  ['2024-04-30T00:00:00Z', Date.UTC(2024, 3, 30)],
  ['2024-05-31T00:00:00Z', Date.UTC(2024, 4, 31)],
  ['2024-06-31T00:00:00Z', undefined],
  ['2024-06-30T00:00:00Z', Date.UTC(2024, 5, 30)],
  ['2024-07-31T00:00:00Z', Date.UTC(2024, 6, 31)],
  ['2024-08-31T00:00:00Z', Date.UTC(2024, 7, 31)],
  ['2024-09-31T00:00:00Z', undefined],
  ['2024-10-31T00:00:00Z', Date.UTC(2024, 9, 31)],
  ['2024-11-31T00:00:00Z', undefined],
  ['2024-01-31T00:00:00Z', Date.UTC(2024, 0, 31)],
  ['2024-03-31T00:00:00Z', Date.UTC(2024, 2, 31)],
  ['2024x02-29T12:00:00Z', undefined],
  ['2024-02x29T12:00:00Z', undefined],
  ['2024-02-29T12x00:00Z', undefined],
  ['2024-02-29T12:00x00Z', undefined],
  ['2024-02-29T12:00:0Z', undefined],
  ['2024-02-29T12:00Z', undefined],
  ['2024-02-29T12:00:00.12x4Z', undefined],
  ['2024-02-29T12:00:00.x234Z', undefined],
  ['2024-02-29T12:00:00.123xZ', undefined],
  ['2024-02-29T1/:00:00Z', undefined],
  ['2024-02-29T0::00:00Z', undefined],
  ['2024-02-29T12:00:00.123:Z', undefined],
  ['2023-02-29T12:00:00Z', undefined],
  ['20x4-03-01T12:00:00Z', undefined],
  ['2024-02-00T12:00:00Z', undefined],
  ['2024-01-32T12:00:00Z', undefined],
  ['2024-02-29T24:00:00Z', undefined],
  ['2024-02-29T12:00:60Z', undefined],
  ['2024-02-29T12:00:00,5Z', undefined],
  ['2024-02-29T12:00:00.5xZ', undefined],
  ['2024-02-29T12:00:00+00:00', undefined],
  ['2024-02-29T12:00:00.1234567890123Z', undefined],
  ['2024-00-01T12:00:00Z', undefined],
  ['2024-13-01T12:00:00Z', undefined],
  ['2024-04-31T12:00:00Z', undefined],
  ['2024-02-29T12:60:00Z', undefined],
  ['2024-02-29T12:00:00.Z', undefined],
  ['2024-02-29T12:00:00z', undefined],
  ['2024-02-29 12:00:00Z', undefined],
  ['0099-01-01T00:00:00Z', undefined],
  ['２０２４-02-29T12:00:00Z', undefined],
  ['2024-02-29T12:00:00Z\n', undefined],
]
for (const [text, time] of times) {
  test(`time ${JSON.stringify(text)}`, () => assert.equal(parseDateTime(text), time))
}

const names: readonly (readonly [name: string, plain: boolean])[] = [
  ['a', true],
  ['Alice Ünïcode', true],
  ['愛', true],
  ['a'.repeat(256), true],
  ['a'.repeat(257), false],
  ['', false],
  [' a', false],
  ['a\u2003', false],
  ['a\tb', false],
  ['a\u2028b', false],
  ['a\u2029b', false],
  ['a\ufeffb', false],
  ['a\u061cb', false],
  ['a\u{e0001}b', false],
]
for (const [name, plain] of names) {
  test(`name ${JSON.stringify(name.slice(0, 20))} of ${name.length}`, () => assert.equal(isPlainName(name), plain))
}

const encodings: readonly (readonly [text: string, octets: string | undefined])[] = [
  ['QUJD', 'ABC'],
  ['QU\r\n\t JD', 'ABC'],
  ['QU\rJD', 'ABC'],
  ['QU\nJD', 'ABC'],
  ['QU\tJD', 'ABC'],
  ['QU JD', 'ABC'],
  ['QUJD!!!!', undefined],
  ['!!!!QUJD', undefined],
  ['A-A_QUJD', undefined],
  ['QQ==', 'A'],
  ['QQ=\n=', 'A'],
  ['QQ', undefined],
  ['QQ=', undefined],
  ['QR==', undefined],
  ['QR= =', undefined],
  ['QUJD=', undefined],
  ['QUJD\u00a0', undefined],
  ['QU\u000bJD', undefined],
  ['_-_-', undefined],
  ['', undefined],
  ['  ', undefined],
]
for (const [text, octets] of encodings) {
  test(`base64 ${JSON.stringify(text)}`, () => assert.equal(decodeBase64(text)?.toString(), octets))
}

/** Which elements share what their start tags say: a number for each element, in document order. */
const shared: readonly (readonly [xml: string, tags: string])[] = [
  ['<r><a/><a/><a/></r>', '0 1 1 1'],
  ['<r><a x="1">1</a><a x="1">2</a></r>', '0 1 1'],
  ['<r><a x="1"/><a x="1">2</a></r>', '0 1 1'],
  ['<r><a x="1"/><a x="2"/></r>', '0 1 2'],
  ['<r><a/><ab/></r>', '0 1 2'],
  ['<r><a><v/></a><a><v/></a></r>', '0 1 2 1 2'],
  ['<r><a/><b/><c/><a/></r>', '0 1 2 3 4'],
  ['<r><a xmlns:p="urn:p"><b/></a><b/></r>', '0 1 2 3'],
  ['<r><p:a xmlns:p="urn:p"><b/></p:a><p:a xmlns:p="urn:p"><b/></p:a></r>', '0 1 2 1 2'],
  // The root has nothing to share: two must have begun before.
  ['<a><a/></a>', '0 1'],
]
for (const [xml, expected] of shared) {
  test(`start tags of ${xml}`, () => {
    const document = parseText(xml)
    assert.ok(document.ok)
    const tags = [...new Set(document.elements.map(({ tag }) => tag))]
    assert.equal(document.elements.map(({ tag }) => tags.indexOf(tag)).join(' '), expected)
  })
}

test('what is shown of a document is bounded and printable', () => {
  assert.equal(shown(undefined), 'nothing')
  assert.equal(shown('a\u001b[31mb\u202e'), '`a?[31mb?`')
  assert.equal(shown('a'.repeat(200)).length, 125)
  assert.equal(shown('a'.repeat(120)), `\`${'a'.repeat(120)}\``)
  assert.equal(shown('a'.repeat(121)), `\`${'a'.repeat(120)}...\``)
})

const response = (content: string) =>
  Buffer.from(
    `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">${content}</p:Response>`,
  ).toString('base64')

test('the claimed issuer is the one that verification compares', () => {
  assert.equal(claimedIssuer(response('<a:Issuer>r</a:Issuer>')), 'r')
  assert.equal(claimedIssuer(response('<a:Issuer>r</a:Issuer><a:Assertion><a:Issuer>a</a:Issuer></a:Assertion>')), 'a')
  assert.equal(claimedIssuer(response('<a:Assertion/>')), undefined)
  assert.equal(claimedIssuer(response('<!-- --><a:Issuer>r</a:Issuer>')), undefined)
  assert.equal(claimedIssuer('*'), undefined)
  const other = Buffer.from('<a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">r</a:Issuer>')
  assert.equal(claimedIssuer(other.toString('base64')), undefined)
  const renamed = Buffer.from(response('<a:Issuer>r</a:Issuer>'), 'base64')
    .toString()
    .replaceAll('p:Response', 'p:Request')
  assert.equal(claimedIssuer(Buffer.from(renamed).toString('base64')), undefined)
})

for (const clock of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
  test(`a good response is refused by a clock that says ${clock}`, () => {
    const { samlResponse, trust } = make({ name: '', shape: 'okta', sign: [{ of: 'Assertion' }] })
    const verdict = verifyResponse(samlResponse, trust, clock)
    assert.ok(!verdict.ok, 'accepted')
    assert.match(verdict.refusal.code, /^issued-/)
  })
}
