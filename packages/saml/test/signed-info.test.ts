/** SignedInfo, read in two ways: composed where it has the usual form, cut out and read back where it has any other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Element } from '../src/nodes.ts'
import { readSignedInfo } from '../src/signed-info.ts'
import { readUsual } from '../src/usual-signed-info.ts'
import { ds, envelopedSignature, exclusiveC14n } from '../src/vocabulary.ts'
import { type Case, make, readCases } from './cases.ts'
import { parseText } from './parsing.ts'
import { signedPieces } from './pieces.ts'

test('of every accepted document, both ways say the same', () => {
  const composed = ['accept', 'encrypted'].flatMap((folder) =>
    readCases<Case>(folder).flatMap((one) =>
      signedPieces(make(one).samlResponse, one).map(({ received, signedInfo }) => {
        const usual = readUsual(received)
        if (usual === undefined) return false
        assert.deepEqual(usual, readSignedInfo(received, false))
        assert.equal(usual.octets.toString(), signedInfo)
        return true
      }),
    ),
  )
  assert.ok(composed.includes(true) && composed.includes(false))
})

const usual = `<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${exclusiveC14n}"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#_a"><ds:Transforms><ds:Transform Algorithm="${envelopedSignature}"/><ds:Transform Algorithm="${exclusiveC14n}"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>${'A'.repeat(43)}=</ds:DigestValue></ds:Reference></ds:SignedInfo>`

function parsed(signedInfo: string): Element {
  const document = parseText(
    `<ds:Signature xmlns="${ds}" xmlns:ds="${ds}" xmlns:d.s-1="${ds}">${signedInfo}</ds:Signature>`,
  )
  assert.ok(document.ok)
  const { children } = document.root
  assert.ok(children?.kind === 'element')
  return children
}

/** What is put where, in the usual form; `composed`, `read`, or the refusal. */
const forms: Readonly<Record<string, readonly [find: string | RegExp, put: string, outcome: string]>> = {
  usual: ['', '', 'composed'],
  'no prefix': [/ds:/g, '', 'composed'],
  'another prefix': [/ds:/g, 'd.s-1:', 'composed'],
  'end tags': [/<([\w:]+) (Algorithm="[^"]*")\/>/g, '<$1 $2></$1>', 'composed'],
  'an identifier of every kind of character': ['#_a', '#Zz_.-9', 'composed'],
  'SHA-512': ['rsa-sha256', 'rsa-sha512', 'composed'],
  'two prefixes': ['<ds:DigestMethod ', '<DigestMethod ', 'read'],
  'white space': ['<ds:Reference', '\n<ds:Reference', 'read'],
  'white space in a digest': ['AAAA', 'AA\nAA', 'read'],
  apostrophes: ['"#_a"', "'#_a'", 'read'],
  'a reference in a value': ['rsa-sha256', 'rsa-sha&#50;56', 'read'],
  'an Id': ['<ds:SignedInfo>', '<ds:SignedInfo Id="_b">', 'read'],
  'a declaration': ['<ds:SignedInfo>', `<ds:SignedInfo xmlns:ds="${ds}">`, 'read'],
  'a PrefixList': [
    `${exclusiveC14n}"/><ds:S`,
    `${exclusiveC14n}"><InclusiveNamespaces xmlns="${exclusiveC14n}" PrefixList="ds"/></ds:CanonicalizationMethod><ds:S`,
    'read',
  ],
  'no URI': ['#_a', '', 'read'],
  'a URI that is no identifier': ['#_a', '#9a', 'read'],
  'another URI than a fragment': ['#_a', 'urn:a', 'read'],
  'another algorithm': ['rsa-sha256', 'rsa-sha255', 'signature-algorithm'],
  'a weak algorithm': ['2001/04/xmldsig-more#rsa-sha256', '2000/09/xmldsig#rsa-sha1', 'signature-algorithm'],
  'another digest': ['xmlenc#sha256', 'xmlenc#sha255', 'digest-algorithm'],
  'a weak digest': ['http://www.w3.org/2001/04/xmlenc#sha256', `${ds}sha1`, 'digest-algorithm'],
  'a digest of another length': ['AAAA', 'AAA', 'digest-malformed'],
  'a digest with unused bits': ['A=', 'B=', 'digest-malformed'],
  'another canonicalization': ['xml-exc-c14n#"/><ds:S', 'xml-exc-c14n-"/><ds:S', 'canonicalization-method'],
  'another character where a full stop stands': ['www.w3', 'www-w3', 'canonicalization-method'],
  'another transform': ['enveloped-signature', 'enveloping-signature', 'transforms'],
}

for (const [name, [find, put, outcome]] of Object.entries(forms)) {
  test(`the form of a SignedInfo: ${name}`, () => {
    const signedInfo = parsed(usual.replace(find, put))
    const general = readSignedInfo(signedInfo, false)
    const composed = readUsual(signedInfo)
    if (composed !== undefined) assert.deepEqual(composed, general)
    assert.equal(composed !== undefined ? 'composed' : general.ok ? 'read' : general.refusal.code, outcome)
  })
}
