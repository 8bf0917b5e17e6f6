/** What xmlsec1 encrypts is decrypted by the verifier, and what the tests of the verifier encrypt is decrypted by xmlsec1. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTrust, type RefusalCode, unwrapWith, verifyResponse } from '@studio-gate/saml'
import { type Case, keys, make, parties, readCases } from '../../packages/saml/test/cases.ts'
import { gateKey } from '../../packages/saml/test/encrypting.ts'
import { canonicalByLibxml2 } from '../../packages/saml/test/oracle.ts'
import { signElement } from '../../packages/saml/test/signing.ts'
import { missing } from './requirement.ts'
import { decryptByXmlsec, encryptByXmlsec, xmlsec } from './xmlsec.ts'

const skip = missing([xmlsec.need])
const xenc = 'http://www.w3.org/2001/04/xmlenc#'
const xenc11 = 'http://www.w3.org/2009/xmlenc11#'
const contents = [
  ...['aes128-gcm', 'aes192-gcm', 'aes256-gcm'].map((name) => `${xenc11}${name}`),
  ...['aes128-cbc', 'aes192-cbc', 'aes256-cbc'].map((name) => `${xenc}${name}`),
]
const oaep = `${xenc}rsa-oaep-mgf1p`
/** The digest that it has anyway, left out and named: products do either. */
const wraps = [
  `<xenc:EncryptionMethod Algorithm="${oaep}"/>`,
  `<xenc:EncryptionMethod Algorithm="${oaep}"><ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/></xenc:EncryptionMethod>`,
]
const assertionPath = "//*[local-name()='Assertion']"

const trust = createTrust({
  idp: { entityId: parties.idp, certificates: [keys.get('idp')?.certificate ?? ''] },
  sp: { entityId: parties.sp, acsUrl: parties.acs },
  requiredSignature: 'both',
  encryptedAssertions: { unwrapKey: unwrapWith([gateKey.privateKey]), admitCbcBehindTheVerifiedSignature: true },
})

/** Encrypted assertions come in a signed Response, which must then have a Destination. */
const shapes = readCases<Case>('accept').filter(
  ({ before, sign }) => before === undefined && sign?.some(({ of }) => of === 'Response'),
)

for (const shape of new Set(shapes.map((one) => one.shape))) {
  test(`${shape}: the same identity from what xmlsec1 encrypted`, { skip }, () => {
    const { xml, now } = make({ name: '', shape, sign: [{ of: 'Assertion' }] })
    const plain = signElement(xml, { of: 'Response' }, keys)
    const judge = (text: string) => verifyResponse(Buffer.from(text).toString('base64'), trust, now)
    const expected = judge(plain)
    assert.ok(expected.ok, JSON.stringify(expected))
    // In canonical form it declares the namespaces that it uses.
    const assertion = canonicalByLibxml2(xml, { xpath: assertionPath })
    for (const content of contents) {
      for (const wrap of wraps) {
        const data = encryptByXmlsec(assertion, gateKey.publicKey, content, wrap)
        const element = `<e:EncryptedAssertion xmlns:e="urn:oasis:names:tc:SAML:2.0:assertion">${data}</e:EncryptedAssertion>`
        const encrypted = xml.replace(/<(\w+:)?Assertion[\s>][\s\S]*<\/\1Assertion>/, () => element)
        assert.ok(!encrypted.includes('alice'))
        assert.deepEqual(judge(signElement(encrypted, { of: 'Response' }, keys)), expected, `${content} ${wrap}`)
      }
    }
  })
}

test('xmlsec1 decrypts every accepted document to the assertion that was encrypted', { skip }, (t) => {
  // It has no rsa-oaep of XML Encryption 1.1 before version 1.3, and takes no XML declaration in front of an element.
  const cases = readCases<Case>('encrypted').filter(
    ({ encrypt }) => encrypt !== undefined && encrypt.wrap === undefined && encrypt.plaintext === undefined,
  )
  assert.ok(cases.length > 0)
  for (const one of cases) {
    const decrypted = decryptByXmlsec(make(one).xml, gateKey.privateKey)
    assert.ok(decrypted !== undefined, one.name)
    const { encrypt: _, ...plain } = one
    const [octets, expected] = [decrypted, make(plain).xml].map((xml) =>
      canonicalByLibxml2(xml, { xpath: assertionPath }),
    )
    assert.equal(octets, expected, one.name)
  }
  t.diagnostic(`${cases.length} documents`)
})

test('xmlsec1 refuses ciphertext that was tampered with, too', { skip }, (t) => {
  const cases = readCases<Case & { readonly refused: { readonly code: RefusalCode } }>('reject').filter(
    ({ encrypt, refused }) =>
      refused.code === 'decryption-failed' &&
      encrypt !== undefined &&
      (encrypt.flip ?? encrypt.cut ?? encrypt.lost) !== undefined &&
      encrypt.wrap === undefined,
  )
  assert.ok(cases.length > 0)
  for (const one of cases) assert.equal(decryptByXmlsec(make(one).xml, gateKey.privateKey), undefined, one.name)
  t.diagnostic(`${cases.length} documents`)
})
