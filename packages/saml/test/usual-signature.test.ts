/** Which form of a Signature is read in one go, octet by octet; and that no alteration of it makes a difference. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admitOctets } from '../src/gate.ts'
import { ds, envelopedSignature, exclusiveC14n } from '../src/vocabulary.ts'
import { type Read, readBothWays } from './both-ways.ts'

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

/** What is put where in the usual form, and whether it then is `read` in one go or `parsed`; or the code that refuses what was parsed. */
const forms: Readonly<Record<string, readonly [find: string | RegExp, put: string, outcome: string]>> = {
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
    'signed-info-structure',
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
  'another end tag': ['</ds:Signature>', '</ds:Signature-->', 'xml-malformed'],
  'two certificates': [/(<ds:X509Certificate>.*?<\/ds:X509Certificate>)/, '$1$1', 'parsed'],
  'a name of the key': ['<ds:X509Data>', '<ds:KeyName>a</ds:KeyName><ds:X509Data>', 'parsed'],
  'an object': ['</ds:Signature>', '<ds:Object/></ds:Signature>', 'parsed'],
  'an object before SignedInfo': ['<ds:SignedInfo>', '<ds:Object/><ds:SignedInfo>', 'signed-info-structure'],
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
  'a weak algorithm': ['2001/04/xmldsig-more#rsa-sha256', '2000/09/xmldsig#rsa-sha1', 'signature-algorithm'],
  'another algorithm': ['rsa-sha256', 'rsa-sha255', 'signature-algorithm'],
  'another digest': ['xmlenc#sha256', 'xmlenc#sha255', 'digest-algorithm'],
  'a weak digest': ['http://www.w3.org/2001/04/xmlenc#sha256', `${ds}sha1`, 'digest-algorithm'],
  'a digest of another length': ['AAAA', 'AAA', 'digest-malformed'],
  'a digest with unused bits': ['A=', 'B=', 'digest-malformed'],
  'another canonicalization': ['xml-exc-c14n#"/><ds:S', 'xml-exc-c14n-"/><ds:S', 'canonicalization-method'],
  'another character where a full stop stands': ['www.w3', 'www-w3', 'canonicalization-method'],
  'another transform': ['enveloped-signature', 'enveloping-signature', 'transforms'],
}

function outcomeOf({ usual: found, said }: Read): string {
  if (found.includes(true)) return 'read'
  if (typeof said === 'string') return said
  const stated = said.signatures[0]?.stated
  return stated === undefined || stated.ok ? 'parsed' : stated.refusal.code
}

for (const [name, [find, put, outcome]] of Object.entries(forms)) {
  test(`the form of a Signature: ${name}`, () => {
    const altered = usual.replace(find, put)
    assert.ok(altered !== usual || name === 'usual')
    assert.equal(outcomeOf(readText(around(altered))), outcome)
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
  return `<a xmlns:ds="${ds}">${signature}${'<b></b>'.repeat(5_000 - 1 - elements + more)}</a>`
}

test('there is room for SignedInfo, which is longer than where it was received', () => {
  for (let more = 0; more < 800; more += 20) readText(around('<b/>'.repeat(more) + usual))
})

test('limits hold for what is read in one go', () => {
  for (const signature of [usual, usual.replace(keyInfo, '')]) {
    assert.ok(readText(filled(signature, 0)).usual.includes(true))
    assert.equal(readText(filled(signature, 1)).said, 'too-many-elements')
    assert.equal(readText(`<a xmlns:ds="${ds}">${'<b></b>'.repeat(4_990)}${signature}</a>`).said, 'too-many-elements')
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
