/** No document costs out of proportion to its size: against a good response as long, in the same run, on the same machine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimedIssuer, verifyResponse } from '../src/index.ts'
import { type Case, make } from './cases.ts'

/** Characters of the document, just inside the form's limit. */
const size = 180_000
/** How many times as long as a good response a hostile one may take. */
const proportion = 20

const base: Case = {
  name: '',
  shape: 'okta',
  sign: [{ of: 'Assertion', prefixList: 'a b c d e f g h i j k l m n o p' }],
}
const { xml, trust, now } = make(base)

function repeated(piece: (at: number) => string, least: number, most = Number.POSITIVE_INFINITY): string {
  let text = ''
  for (let at = 0; text.length < least && at < most; at++) text += piece(at)
  return text
}

function listed(count: number, item: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => item(at)).join('')
}

/** `content` in an AttributeValue, whose digest then differs: canonicalization happens before that is seen. */
const inValue = (content: string) =>
  xml.replace(
    '</saml2:AttributeStatement>',
    () =>
      `<saml2:Attribute Name="z"><saml2:AttributeValue>${content}</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>`,
  )
const values = (value: string) =>
  xml.replace(
    '</saml2:AttributeStatement>',
    () =>
      `<saml2:Attribute Name="z">${repeated(() => `<saml2:AttributeValue>${value}</saml2:AttributeValue>`, size)}</saml2:Attribute></saml2:AttributeStatement>`,
  )
/** Declarations on twenty levels, the looked-up one outermost. */
const nested = (each: number, content: string) => {
  const open = listed(20, (level) => `<x${listed(each, (at) => ` xmlns:q${level * each + at}="a:"`)}>`)
  return inValue(open + content + '</x>'.repeat(20))
}
const groups = repeated((at) => `<saml2:AttributeValue>a-group-of-the-company-${at}</saml2:AttributeValue>`, size)

const hostile: Readonly<Record<string, string>> = {
  'declarations on many levels, prefixes looked up in all': nested(
    31,
    repeated(() => `<q0:y${listed(31, (at) => ` q0:a${at}=""`)}/>`, size - 9_000),
  ),
  'declarations on many levels, and a PrefixList': nested(
    31,
    repeated((at) => `<y xmlns:${String.fromCharCode(97 + (at % 16))}="a:${at}"/>`, size - 9_000, 4_900),
  ),
  'as many declarations as may be in scope': nested(
    1,
    repeated(() => `<q0:y${listed(31, (at) => ` q0:a${at}=""`)}/>`, size),
  ),
  'as many declarations as may be in scope, and a PrefixList': nested(
    1,
    repeated((at) => `<y xmlns:${String.fromCharCode(97 + (at % 16))}="a:${at}"/>`, size, 4_900),
  ),
  'declarations on each element': inValue(repeated(() => `<x${listed(20, (at) => ` xmlns:q${at}="a:"`)}/>`, size)),
  'one long namespace, declared anew by thousands of elements': inValue(
    `<x xmlns:q="a:${'b'.repeat(60_000)}">${repeated(() => '<q:y/>', size - 70_000, 4_900)}</x>`,
  ),
  'the same within SignedInfo, which nobody has verified': xml.replace(
    '</ds:SignedInfo>',
    () => `<x xmlns:q="a:${'b'.repeat(60_000)}">${repeated(() => '<q:y/>', size - 70_000, 4_900)}</x></ds:SignedInfo>`,
  ),
  'attributes against their order': inValue(repeated(() => `<x${listed(31, (at) => ` z${50 - at}=""`)}/>`, size)),
  'identifiers everywhere': inValue(repeated((at) => `<x ID="i${at}" Id="j${at}" id="k${at}"/>`, size, 4_900)),
  'references in text': values('&lt;'.repeat(15_000)),
  'references that resolve to nothing': values('&a'.repeat(30_000)),
  'references in attributes': inValue(repeated(() => `<x a="${'&#10;'.repeat(8_000)}"/>`, size)),
  'text that must be escaped': values('>'.repeat(60_000)),
  'carriage returns': values('\r'.repeat(60_000)),
  'white space in tags': inValue(`<x${' '.repeat(size)}/>`),
  'brackets that might end a CDATA section': values(']] '.repeat(20_000)),
  'an XML declaration that does not end': `<?xml version="1.0"${' '.repeat(size)}x?>${xml}`,
  'names that only their end spoils': xml.replace(
    '</saml2:AttributeStatement>',
    `${repeated((at) => `<saml2:Attribute Name="${'a '.repeat(100)}${at} "/>`, size)}</saml2:AttributeStatement>`,
  ),
}

function field(document: string): string {
  return Buffer.from(document).toString('base64')
}

function turn(samlResponse: string): number {
  const begin = performance.now()
  claimedIssuer(samlResponse)
  verifyResponse(samlResponse, trust, now)
  return performance.now() - begin
}

/**
 * How many times as long as a good response: of the shortest turns of both, taken by turns, since what else the machine does only
 * ever adds. More turns are taken while the answer is too high.
 */
function costs(samlResponse: string): number {
  let [usual, found] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let turns = 0; turns < 7 || (turns < 60 && found >= proportion * usual); turns++) {
    usual = Math.min(usual, turn(good))
    found = Math.min(found, turn(samlResponse))
  }
  return found / usual
}

const good = field(
  inValue('').replace(
    '</saml2:Attribute></saml2:AttributeStatement>',
    `${groups}</saml2:Attribute></saml2:AttributeStatement>`,
  ),
)

for (const [name, document] of Object.entries(hostile)) {
  test(`${name}: no more than ${proportion} times a good response of its size`, () => {
    const times = costs(field(document))
    assert.ok(times < proportion, `${times.toFixed(1)} times`)
  })
}
