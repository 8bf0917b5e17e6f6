import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { SignedXml } from 'xml-crypto'
import { type AuthnRequest, prepareAuthnRequest, writeAuthnRequest } from '../src/index.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const request: AuthnRequest = {
  id: '_0123456789abcdef0123456789abcdef',
  issueInstant: Date.parse('2026-11-23T12:00:00.250Z'),
  destination: 'https://idp.example/sso?tenant="a"&b',
  issuer: 'urn:gate:<a> & "b"',
  acsUrl: 'https://gate.example/gate/saml?x=1&y="2"',
}

const plain =
  '<saml2p:AuthnRequest xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" AssertionConsumerServiceURL="https://gate.example/gate/saml?x=1&amp;y=&quot;2&quot;" Destination="https://idp.example/sso?tenant=&quot;a&quot;&amp;b" ID="_0123456789abcdef0123456789abcdef" IssueInstant="2026-11-23T12:00:00.250Z" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Version="2.0"><saml2:Issuer xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">urn:gate:&lt;a&gt; &amp; "b"</saml2:Issuer></saml2p:AuthnRequest>'

function redirected(change: Partial<AuthnRequest> = {}, delivery = {}): string {
  const written = writeAuthnRequest({ ...request, ...change }, 'redirect', delivery)
  assert.ok(written.binding === 'redirect')
  return written.url
}

function posted(change: Partial<AuthnRequest> = {}, delivery = {}) {
  const written = writeAuthnRequest({ ...request, ...change }, 'post', delivery)
  assert.ok(written.binding === 'post')
  return { ...written, xml: Buffer.from(written.fields.SAMLRequest ?? '', 'base64').toString('utf8') }
}

const inflated = (url: string) =>
  inflateRawSync(Buffer.from(new URL(url).searchParams.get('SAMLRequest') ?? '', 'base64')).toString('utf8')

test('redirect: DEFLATE and base64 behind the query that the location has', () => {
  const url = redirected()
  assert.equal(inflated(url), plain)
  assert.ok(url.startsWith('https://idp.example/sso?tenant="a"&b&SAMLRequest='))
  assert.deepEqual([...new URL(url).searchParams.keys()], ['tenant', 'b', 'SAMLRequest'])
  assert.match(redirected({ destination: 'https://idp.example/sso' }), /^https:\/\/idp\.example\/sso\?SAMLRequest=/)
})

test('redirect, signed: over the query exactly as it is sent', () => {
  const destination = 'https://idp.example/sso'
  const url = redirected({ destination }, { relayState: 'a b&c', signingKey: privateKey })
  const [, signed = '', signature = ''] = /\?(.*)&Signature=(.*)$/.exec(url) ?? []
  assert.match(signed, /^SAMLRequest=[\w%]+&RelayState=a%20b%26c&SigAlg=http%3A%2F%2Fwww\.w3\.org.*rsa-sha256$/)
  const octets = Buffer.from(decodeURIComponent(signature), 'base64')
  assert.equal(verify('sha256', Buffer.from(signed), publicKey, octets), true)
  assert.equal(verify('sha256', Buffer.from(signed.replace('a%20b', 'a%20c')), publicKey, octets), false)
})

test('post: base64 of the document, RelayState beside it', () => {
  const { xml, action, fields } = posted({}, { relayState: 'r' })
  assert.deepEqual([xml, action, fields.RelayState], [plain, request.destination, 'r'])
  assert.deepEqual(Object.keys(posted().fields), ['SAMLRequest'])
})

const signed = () => posted({ nameIdFormat: 'urn:x:"f"', forceAuthn: true }, { signingKey: privateKey }).xml

function verifiesByXmlCrypto(xml: string): boolean {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const verifier = new SignedXml({ publicCert: pem })
  const signature = /<ds:Signature.*<\/ds:Signature>/s.exec(xml)?.[0] ?? ''
  verifier.loadSignature(signature)
  try {
    return verifier.checkSignature(xml)
  } catch {
    return false
  }
}

test('post, signed: xml-crypto verifies it, and no altered one', () => {
  const xml = signed()
  assert.match(xml, /<\/saml2:Issuer><ds:Signature /)
  assert.match(xml, / ForceAuthn="true" .*<saml2p:NameIDPolicy AllowCreate="true" Format="urn:x:&quot;f&quot;">/)
  assert.equal(verifiesByXmlCrypto(xml), true)
  for (const altered of [
    xml.replace('Version="2.0"', 'Version="2.1"'),
    xml.replace('urn:gate:', 'urn:gatf:'),
    xml.replace('xmlenc#sha256"></ds:DigestMethod>', 'xmlenc#sha512"></ds:DigestMethod>'),
  ]) {
    assert.notEqual(altered, xml)
    assert.equal(verifiesByXmlCrypto(altered), false)
  }
})

for (const binding of ['redirect', 'post'] as const) {
  test(`${binding}: signed elsewhere, it is the very request that a key at hand gives`, () => {
    const { octets, signedWith } = prepareAuthnRequest(request, binding, 'r')
    const delivery = { relayState: 'r', signingKey: privateKey }
    assert.deepEqual(signedWith(sign('sha256', octets, privateKey)), writeAuthnRequest(request, binding, delivery))
  })
}

const rsa = (type: 'rsa' | 'rsa-pss', modulusLength: number) =>
  generateKeyPairSync(type as 'rsa', { modulusLength }).privateKey

/** U+000B, U+000C, the last of the controls, and what is no character at all. */
for (const character of ['\u000b', '\u000c', '\u001f', '\ufffe', '\uffff']) {
  test(`not written: U+${character.charCodeAt(0).toString(16)}`, () => {
    assert.throws(() => redirected({ issuer: `a${character}b` }), RangeError)
  })
}

test('written: every letter and sign that an id may have, 80 bytes of RelayState, a carriage return', () => {
  for (const id of ['A.z-9_', 'Z', 'a', '_']) assert.match(posted({ id }).xml, new RegExp(` ID="${id}" `))
  assert.match(redirected({}, { relayState: 'x'.repeat(80) }), /&RelayState=x{80}$/)
  assert.match(posted({ issuer: 'a\rb' }).xml, />a&#xD;b</)
})

const bad: Readonly<Record<string, () => unknown>> = {
  'an id that is no NCName': () => redirected({ id: '0a' }),
  'an id with a quote': () => redirected({ id: '_a"' }),
  'an id that is empty': () => redirected({ id: '' }),
  'an id that another line follows': () => redirected({ id: '_a\n' }),
  'a destination with a space': () => redirected({ destination: 'https://idp.example/a b' }),
  'a destination behind something else': () => redirected({ destination: 'xhttps://idp.example/' }),
  'a key of 2047 bits': () => redirected({}, { signingKey: rsa('rsa', 2047) }),
  'a key for RSA-PSS alone': () => redirected({}, { signingKey: rsa('rsa-pss', 2048) }),
  'a destination with a script': () => redirected({ destination: 'javascript:alert(1)' }),
  'a destination with a fragment': () => redirected({ destination: 'https://idp.example/#a' }),
  'a RelayState of 81 bytes': () => redirected({}, { relayState: `${'x'.repeat(79)}ü` }),
  'a control character': () => redirected({ issuer: 'a\0b' }),
  'a RelayState of 81 bytes, to be signed elsewhere': () => prepareAuthnRequest(request, 'post', 'x'.repeat(81)),
  'half a surrogate pair as RelayState': () => redirected({}, { relayState: '\ud800' }),
  'half a surrogate pair': () => redirected({ issuer: 'a\ud800b' }),
  'a public key': () => redirected({}, { signingKey: publicKey }),
  'a short key': () => redirected({}, { signingKey: rsa('rsa', 1024) }),
  'an EC key': () => redirected({}, { signingKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }),
}
for (const [name, write] of Object.entries(bad)) test(`not written: ${name}`, () => assert.throws(write, RangeError))
