/** Seeded mutations of good responses: never a throw; refused, or the very same identity. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Verified, verifyResponse } from '../src/index.ts'
import { type Case, type Made, make } from './cases.ts'
import { type Random, randomFrom } from './random.ts'

const mutations = 3_000
const bases: readonly Case[] = [
  { name: 'both', shape: 'identity-center', sign: [{ of: 'Assertion' }, { of: 'Response' }], required: 'both' },
  { name: 'Assertion', shape: 'entra', sign: [{ of: 'Assertion', prefix: '' }] },
  { name: 'Response', shape: 'shibboleth', sign: [{ of: 'Response' }] },
  { name: 'Assertion, PrefixList', shape: 'okta', sign: [{ of: 'Assertion', prefixList: 'xs' }] },
]

const fragments = [
  '<!---->',
  '<![CDATA[x]]>',
  '<?x y?>',
  '<!DOCTYPE x>',
  '&#x1;',
  '&amp;',
  '&lt;',
  '&x;',
  '\0',
  '\r',
  '\n',
  ' ',
  '<',
  '>',
  '"',
  "'",
  ']]>',
  '/>',
  '</',
  ' xmlns="urn:x"',
  ' xmlns:saml2="urn:x"',
  ' xmlns:ns="1"',
  ' ID="x"',
  ' xml:id="x"',
  'é',
  '<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>',
  '<x/>',
  'mallory',
  '1',
  '=',
  ':',
  '#',
  'xmlns:a="urn:a"',
]

type Mutation = (xml: string, random: Random) => string

/** What a mutation does to a document; ranges often lie on element borders, where wrapping attacks live. */
const kinds: readonly Mutation[] = [
  (xml, random) => splice(xml, random.below(xml.length), 0, random.pick(fragments)),
  (xml, random) => splice(xml, random.below(xml.length), 1 + random.below(8), ''),
  (xml, random) => splice(xml, random.below(xml.length), 1, String.fromCharCode(random.below(256))),
  (xml, random) => {
    const [from, to] = element(xml, random)
    return splice(xml, from, to - from, '')
  },
  (xml, random) => {
    const [from, to] = element(xml, random)
    return splice(xml, tagEnd(xml, random), 0, xml.slice(from, to))
  },
  (xml, random) => {
    const [from, to] = element(xml, random)
    const copy = xml.slice(from, to).replaceAll('alice', 'mallory').replace(/ID="/, 'ID="x')
    return splice(xml, tagEnd(xml, random), 0, copy)
  },
  (xml, random) => {
    const [from, to] = element(xml, random)
    const moved = xml.slice(from, to)
    const rest = splice(xml, from, to - from, '')
    return splice(rest, tagEnd(rest, random), 0, moved)
  },
  (xml, random) => {
    const [from, to] = element(xml, random)
    const [at, end] = element(xml, random)
    return splice(xml, at, end - at, xml.slice(from, to))
  },
  (xml, random) => splice(xml, xml.indexOf('alice', random.below(xml.length)), 5, 'mallory'),
]

function splice(text: string, at: number, length: number, put: string): string {
  return at < 0 ? text : text.slice(0, at) + put + text.slice(at + length)
}

function tagEnd(xml: string, random: Random): number {
  return xml.indexOf('>', random.below(xml.length)) + 1
}

/** The range of some element: from a start tag to the next end tag of its name. */
function element(xml: string, random: Random): readonly [from: number, to: number] {
  const from = xml.indexOf('<', random.below(xml.length))
  const name = /^<([\w:]+)/.exec(xml.slice(from, from + 60))?.[1]
  const end = name === undefined ? -1 : xml.indexOf(`</${name}>`, from)
  return name === undefined || end < 0 ? [0, 0] : [from, end + name.length + 3]
}

function identity({ assertion }: Verified): unknown {
  return { ...assertion, attributes: [...assertion.attributes] }
}

for (const [at, base] of bases.entries()) {
  test(`${mutations / bases.length} mutations of a response with signed ${base.name}`, () => {
    const { xml, trust, now, samlResponse }: Made = make(base)
    const original = verifyResponse(samlResponse, trust, now)
    assert.ok(original.ok)
    const random = randomFrom(at)
    let accepted = 0
    for (let count = 0; count < mutations / bases.length; count++) {
      let mutated = xml
      for (let times = 1 + random.below(2); times > 0; times--) mutated = random.pick(kinds)(mutated, random)
      const verdict = verifyResponse(Buffer.from(mutated).toString('base64'), trust, now)
      if (!verdict.ok) continue
      accepted++
      assert.deepEqual(identity(verdict), identity(original), `mutation ${count}: ${mutated}`)
    }
    // Some mutations change nothing that counts, such as white space in KeyInfo or in an unsigned Response.
    assert.ok(accepted < mutations / bases.length / 2, `${accepted} were accepted`)
  })
}

test('mutations of the form field never throw', () => {
  const { trust, now, samlResponse } = make(bases[0] as Case)
  const random = randomFrom(7)
  for (let count = 0; count < 500; count++) {
    const field = splice(
      samlResponse,
      random.below(samlResponse.length),
      random.below(4),
      random.pick(['A', '=', '-', ' ', 'é', '%']),
    )
    assert.equal(typeof verifyResponse(field, trust, now).ok, 'boolean')
  }
})
