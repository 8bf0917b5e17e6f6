/** Wrapping without imagination: every forged piece at every place of a signed response. Refused, or the signed identity. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Verified, verifyResponse } from '../src/index.ts'
import { ds, saml, samlp } from '../src/vocabulary.ts'
import { type Case, make } from './cases.ts'

const bases: readonly Case[] = [
  { name: 'the Assertion is signed', shape: 'okta', sign: [{ of: 'Assertion' }] },
  { name: 'the Response is signed', shape: 'entra', sign: [{ of: 'Response', prefix: '' }] },
  { name: 'both are signed', shape: 'identity-center', sign: [{ of: 'Assertion' }, { of: 'Response' }] },
]

/** What an attacker has to put somewhere: pieces of the signed document and forgeries of them. */
function piecesOf(xml: string): Readonly<Record<string, string>> {
  const root = xml.replace(/^<\?[^>]*\?>\s*/, '')
  const declarations = [...root.slice(0, root.indexOf('>')).matchAll(/ xmlns(?::\w+)?="[^"]*"/g)].map(
    ([found]) => found,
  )
  /** A piece that stands on its own anywhere: with the declarations that it had from the root. */
  const free = (piece: string) => {
    const tag = piece.slice(0, piece.indexOf('>'))
    const missing = declarations.filter((declaration) => !tag.includes(declaration.split('=', 1)[0] ?? ''))
    return piece.replace(/^<[\w:]+/, (start) => start + missing.join(''))
  }
  const element = (name: string, from: string) =>
    new RegExp(`<(\\w+:)?${name}[\\s>][\\s\\S]*?</\\1${name}>`).exec(from)?.[0] ?? ''
  const forged = (piece: string) => piece.replaceAll('alice', 'mallory')
  const assertion = element('Assertion', root)
  const signature = element('Signature', root)
  const bare = assertion.replace(element('Signature', assertion), '')
  const evil = free(forged(bare)).replace(/\bID="[^"]*"/, 'ID="evil"')
  const pieces = {
    assertion: free(assertion),
    'the signature': free(signature),
    'a forged Assertion': evil,
    'a forged Assertion under the signed ID': free(forged(bare)),
    'a forged Assertion that keeps its signature': free(forged(assertion)),
    'a forged Assertion in another namespace': evil.replaceAll(saml, 'urn:x'),
    'a forged Assertion in an Object': `<d:Object xmlns:d="${ds}">${evil}</d:Object>`,
    'a forged Response': forged(root).replaceAll(/\bID="/g, 'ID="x'),
    'a forged Subject': free(forged(element('Subject', bare))),
    'a forged AttributeStatement': free(forged(element('AttributeStatement', bare))),
    'a forged Attribute': `<a:Attribute xmlns:a="${saml}" Name="username"><a:AttributeValue>mallory</a:AttributeValue></a:Attribute>`,
    'a forged NameID': `<a:NameID xmlns:a="${saml}">mallory</a:NameID>`,
    'a forged value': `<a:AttributeValue xmlns:a="${saml}">mallory</a:AttributeValue>`,
    'a Status': `<p:Status xmlns:p="${samlp}"><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>`,
    'the Conditions': free(element('Conditions', bare)),
    'an EncryptedID': `<a:EncryptedID xmlns:a="${saml}"/>`,
    'an element without namespace': '<NameID xmlns="">mallory</NameID>',
    text: 'mallory',
  }
  for (const [name, piece] of Object.entries(pieces)) assert.ok(piece.length > 3, name)
  return pieces
}

function identity({ assertion }: Verified): unknown {
  return { ...assertion, attributes: [...assertion.attributes] }
}

for (const base of bases) {
  const { xml, samlResponse, trust, now } = make(base)
  const original = verifyResponse(samlResponse, trust, now)
  assert.ok(original.ok)
  const expected = identity(original)
  const places = [...new Set([...xml.matchAll(/[<>]/g)].map(({ 0: at, index }) => (at === '<' ? index : index + 1)))]

  for (const [name, piece] of Object.entries(piecesOf(xml))) {
    test(`${base.name}: ${name} at each of ${places.length} places`, () => {
      let refused = 0
      for (const at of places) {
        const document = xml.slice(0, at) + piece + xml.slice(at)
        const verdict = verifyResponse(Buffer.from(document).toString('base64'), trust, now)
        if (verdict.ok) assert.deepEqual(identity(verdict), expected, document)
        else refused++
      }
      // KeyInfo and an unsigned Response have places where nothing is read.
      assert.ok(refused > places.length / 2, `only ${refused} were refused`)
    })
  }

  test(`${base.name}: the signed Assertion moved to each place, a forged one where it stood`, () => {
    const { assertion = '', 'a forged Assertion': evil = '' } = piecesOf(xml)
    const from = xml.search(/<(?:\w+:)?Assertion[\s>]/)
    const length = /<(\w+:)?Assertion[\s>][\s\S]*<\/\1Assertion>/.exec(xml)?.[0].length ?? 0
    for (const at of places.filter((place) => place <= from || place >= from + length)) {
      const [head, tail] = [xml.slice(0, from), xml.slice(from + length)]
      const document =
        at <= from
          ? head.slice(0, at) + assertion + head.slice(at) + evil + tail
          : head + evil + tail.slice(0, at - from - length) + assertion + tail.slice(at - from - length)
      assert.equal(verifyResponse(Buffer.from(document).toString('base64'), trust, now).ok, false, document)
    }
  })
}
