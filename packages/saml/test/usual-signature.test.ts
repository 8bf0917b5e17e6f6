/** Signatures, read in two ways: in one go where they have the usual form, parsed where they have any other. Both must say the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalize } from '../src/canonical.ts'
import { admit, admitOctets } from '../src/gate.ts'
import { childElements, type Element, isElement, textOf, type XmlDocument } from '../src/nodes.ts'
import { excerpt } from '../src/octets.ts'
import { parseReceived } from '../src/received.ts'
import type { Refused } from '../src/refusals.ts'
import { readSignedInfo } from '../src/signed-info.ts'
import type { Stated } from '../src/stated.ts'
import { ds, envelopedSignature, exclusiveC14n } from '../src/vocabulary.ts'
import { parseXml } from '../src/xml.ts'
import { type Case, make, readCases } from './cases.ts'

/** Of a Signature. */
interface Said {
  readonly stated: Stated | Refused | undefined
  readonly signatureValue: string | undefined
}

/** What a document says, and which of its elements were read in one go. */
interface Read {
  readonly usual: readonly boolean[]
  readonly said: { readonly canonical: string; readonly signatures: readonly Said[] } | string
}

function read(document: XmlDocument | Refused): Read {
  if (!document.ok) return { usual: [], said: document.refusal.code }
  const usual = document.elements.map((element) => element.usual !== undefined)
  const canonical = canonicalize({ element: document.root, without: undefined, prefixes: [] })
  if (!canonical.ok) return { usual, said: canonical.refusal.code }
  const signatures = document.elements.filter((element) => isElement(element, ds, 'Signature')).map(signatureSays)
  return { usual, said: { canonical: canonical.octets.toString(), signatures } }
}

function signatureSays(signature: Element): Said {
  const { source, usual } = signature
  if (usual !== undefined) {
    return { stated: usual.stated, signatureValue: excerpt(source, usual.valueStart, usual.valueEnd) }
  }
  const [signedInfo, value] = childElements(signature)
  return { stated: signedInfo && readSignedInfo(signedInfo, false), signatureValue: value && textOf(value) }
}

/** Reads octets in both ways, sees that they say the same, and returns which elements were read in one go. */
function readBothWays(octets: Buffer, start: number): Read {
  const parsed = read(parseXml(octets, start))
  const whole = read(parseReceived({ ok: true, octets, start }))
  assert.deepEqual(whole.said, parsed.said)
  return whole
}

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

const digest = `${'A'.repeat(43)}=`
const signedInfo = `<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${exclusiveC14n}"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#_a"><ds:Transforms><ds:Transform Algorithm="${envelopedSignature}"/><ds:Transform Algorithm="${exclusiveC14n}"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`
const keyInfo = '<ds:KeyInfo><ds:X509Data><ds:X509Certificate>MIIB</ds:X509Certificate></ds:X509Data></ds:KeyInfo>'
const usual = `<ds:Signature>${signedInfo}<ds:SignatureValue>c2ln</ds:SignatureValue>${keyInfo}</ds:Signature>`

function around(signature: string): string {
  return `<a xmlns="${ds}" xmlns:ds="${ds}" xmlns:dsig="${ds}" xmlns:d="${ds}" xmlns:b="urn:b">${signature}<b/></a>`
}

function readText(xml: string): Read {
  const admitted = admitOctets(Buffer.from(`${xml}\0`))
  assert.ok(admitted.ok)
  return readBothWays(admitted.octets, admitted.start)
}

/** What is put where in the usual form, and whether it then is `read` in one go or `parsed`. */
const forms: Readonly<Record<string, readonly [find: string | RegExp, put: string, outcome: 'read' | 'parsed']>> = {
  usual: ['', '', 'read'],
  'no prefix': [/ds:/g, '', 'read'],
  'the prefix dsig': [/ds:/g, 'dsig:', 'read'],
  'another prefix': [/ds:/g, 'd:', 'parsed'],
  'a declaration of its own': ['<ds:Signature>', `<ds:Signature xmlns:ds="${ds}">`, 'read'],
  'another element': [/ds:Signature>/g, 'ds:SignatureX>', 'parsed'],
  'another prefix around it': [/ds:Signature>/g, 'd:Signature>', 'parsed'],
  'another prefix around it, bound to another namespace': [
    /^<ds:Signature>(.*)<\/ds:Signature>/,
    '<d:Signature xmlns:ds="urn:b">$1</d:Signature>',
    'parsed',
  ],
  'another namespace': ['<ds:Signature>', '<ds:Signature xmlns:ds="urn:b">', 'parsed'],
  'an Id of its own': ['<ds:Signature>', '<ds:Signature Id="_s">', 'read'],
  'end tags': [/<([\w:]+) (Algorithm="[^"]*")\/>/g, '<$1 $2></$1>', 'read'],
  'one end tag': ['exc-c14n#"/></ds:Transforms>', 'exc-c14n#"></ds:Transform></ds:Transforms>', 'parsed'],
  'an identifier of every kind of character': ['#_a', '#Zz_.-9', 'read'],
  'no content': [/>.*</, '><', 'parsed'],
  'an empty element': [/>.*/, '/>', 'parsed'],
  'no KeyInfo': [keyInfo, '', 'read'],
  'lines in the values': [/c2ln|MIIB/g, 'AA\nBB', 'read'],
  'values that are no base64': [/c2ln|MIIB/g, '*é*', 'read'],
  'no values': [/c2ln|MIIB/g, '', 'read'],
  'a reference in the signature value': ['c2ln', 'c2l&#110;', 'parsed'],
  'a reference in the certificate': ['MIIB', 'MII&#66;', 'parsed'],
  'a bracket in the certificate': ['MIIB', 'MII>', 'parsed'],
  'white space before SignedInfo': ['<ds:SignedInfo', '\n<ds:SignedInfo', 'parsed'],
  'white space before SignatureValue': ['<ds:SignatureValue', '\n<ds:SignatureValue', 'parsed'],
  'white space before KeyInfo': ['<ds:KeyInfo', '\n<ds:KeyInfo', 'parsed'],
  'white space at the end': ['</ds:Signature>', '\n</ds:Signature>', 'parsed'],
  'white space in its end tag': ['</ds:Signature>', '</ds:Signature\n>', 'read'],
  'white space in another end tag': ['</ds:SignedInfo>', '</ds:SignedInfo\n>', 'parsed'],
  'another end tag': ['</ds:Signature>', '</ds:Signature-->', 'parsed'],
  'two certificates': [/(<ds:X509Certificate>.*?<\/ds:X509Certificate>)/, '$1$1', 'parsed'],
  'a name of the key': ['<ds:X509Data>', '<ds:KeyName>a</ds:KeyName><ds:X509Data>', 'parsed'],
  'an object': ['</ds:Signature>', '<ds:Object/></ds:Signature>', 'parsed'],
  'an object before SignedInfo': ['<ds:SignedInfo>', '<ds:Object/><ds:SignedInfo>', 'parsed'],
  'two SignedInfo': [signedInfo, signedInfo + signedInfo, 'parsed'],
  'two signature values': [/(<ds:SignatureValue>.*?<\/ds:SignatureValue>)/, '$1$1', 'parsed'],
  'an element in a value': ['c2ln', 'c2<b:b/>ln', 'parsed'],
  'two prefixes': ['<ds:DigestMethod ', '<DigestMethod ', 'parsed'],
  'two prefixes in KeyInfo': [/ds:X509Data/g, 'X509Data', 'parsed'],
  'white space in a digest': ['AAAA', 'AA\nAA', 'parsed'],
  apostrophes: ['"#_a"', "'#_a'", 'parsed'],
  'a reference in an identifier': ['#_a', '#_&#97;', 'parsed'],
  'an Id of SignedInfo': ['<ds:SignedInfo>', '<ds:SignedInfo Id="_b">', 'parsed'],
  'a declaration in SignedInfo': ['<ds:SignedInfo>', `<ds:SignedInfo xmlns:ds="${ds}">`, 'parsed'],
  'a PrefixList': [
    `${exclusiveC14n}"/><ds:S`,
    `${exclusiveC14n}"><InclusiveNamespaces xmlns="${exclusiveC14n}" PrefixList="ds"/></ds:CanonicalizationMethod><ds:S`,
    'parsed',
  ],
  'no URI': ['#_a', '', 'parsed'],
  'a URI of no identifier': ['#_a', '#', 'parsed'],
  'a URI that is no identifier': ['#_a', '#9a', 'parsed'],
  'another URI than a fragment': ['#_a', 'urn:a', 'parsed'],
  'SHA-512': ['rsa-sha256', 'rsa-sha512', 'parsed'],
  'a weak algorithm': ['2001/04/xmldsig-more#rsa-sha256', '2000/09/xmldsig#rsa-sha1', 'parsed'],
  'another digest': ['xmlenc#sha256', 'xmlenc#sha512', 'parsed'],
  'a digest of another length': ['AAAA', 'AAA', 'parsed'],
  'a digest with unused bits': ['A=', 'B=', 'parsed'],
  'another canonicalization': ['xml-exc-c14n#"/><ds:S', 'xml-exc-c14n-"/><ds:S', 'parsed'],
  'another transform': ['enveloped-signature', 'enveloping-signature', 'parsed'],
}

for (const [name, [find, put, outcome]] of Object.entries(forms)) {
  test(`the form of a Signature: ${name}`, () => {
    const altered = usual.replace(find, put)
    assert.ok(altered !== usual || name === 'usual')
    const { usual: found } = readText(around(altered))
    assert.equal(found.includes(true) ? 'read' : 'parsed', outcome)
  })
}

test('an end that is missing, at every octet: both ways refuse for the same reason', () => {
  const xml = around(usual)
  for (let length = 0; length < xml.length; length++) assert.equal(typeof readText(xml.slice(0, length)).said, 'string')
})

test('one octet that is missing, twice there, or another: both ways say the same', () => {
  const xml = around(usual)
  const begin = xml.indexOf('<ds:Signature>')
  let count = 0
  for (let at = begin; at < begin + usual.length; at++) {
    for (const put of ['', xml[at]?.repeat(2), ' ', '<', '&', 'é']) {
      readText(`${xml.slice(0, at)}${put}${xml.slice(at + 1)}`)
      count++
    }
  }
  assert.equal(count, 6 * usual.length)
})

/** Elements that stand beside a Signature until there are as many as a document may have, and `more`. */
function filled(signature: string, more: number): string {
  const elements = signature.match(/<ds:/g)?.length ?? 0
  return `<a xmlns:ds="${ds}">${signature}${'<b/>'.repeat(5_000 - 1 - elements + more)}</a>`
}

test('there is room for SignedInfo, which is longer than where it was received', () => {
  for (let more = 0; more < 800; more++) readText(around('<b/>'.repeat(more) + usual))
})

test('limits hold for what is read in one go', () => {
  for (const signature of [usual, usual.replace(keyInfo, '')]) {
    assert.ok(readText(filled(signature, 0)).usual.includes(true))
    assert.equal(readText(filled(signature, 1)).said, 'too-many-elements')
    assert.equal(readText(`<a xmlns:ds="${ds}">${'<b/>'.repeat(4_990)}${signature}</a>`).said, 'too-many-elements')
  }
  const long = 64 * 1024
  const values = [
    ['c2ln', long],
    ['MIIB', long],
    // The `#` before it is of the same value.
    ['_a', long - 1],
  ] as const
  for (const [value, most] of values) {
    assert.ok(readText(around(usual.replace(value, 'A'.repeat(most)))).usual.includes(true))
    assert.equal(readText(around(usual.replace(value, 'A'.repeat(most + 1)))).said, 'text-too-long')
  }
  const deep = (levels: number) => around('<b>'.repeat(levels) + usual + '</b>'.repeat(levels))
  assert.ok(readText(deep(26)).usual.includes(true))
  assert.equal(readText(deep(27)).said, 'too-deep')
})

test('a prefix that the content has of its own is not bound by a Signature of another', () => {
  const content = usual.slice('<ds:Signature>'.length)
  assert.equal(readText(`<a xmlns:d="${ds}"><d:Signature>${content}</a>`).said, 'namespace-unbound')
})
