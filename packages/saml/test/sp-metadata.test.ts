import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { XmlDocument } from 'libxml2-wasm'
import { CertificateError, readIdpMetadata, type SpMetadata, writeSpMetadata } from '../src/index.ts'
import { keys } from './cases.ts'
import { certify, ecIdentity, rsaIdentity } from './certificates.ts'

const certificate = keys.get('idp')?.certificate ?? ''
const least: SpMetadata = {
  entityId: 'urn:gate:<a> & "b"',
  acsUrl: 'https://gate.example/gate/saml',
  wantAssertionsSigned: true,
  authnRequestsSigned: false,
}

test('the least: who, and where responses are posted', () => {
  assert.equal(
    writeSpMetadata(least),
    `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:gate:&lt;a> &amp; &quot;b&quot;">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://gate.example/gate/saml" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`,
  )
})

test('everything, in the order of the schema, as libxml2 reads it', () => {
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
  const xml = writeSpMetadata({
    ...least,
    authnRequestsSigned: true,
    signingCertificates: [pem, certificate],
    encryptionCertificates: [certificate],
    nameIdFormats: ['urn:a', 'urn:b'],
    validUntil: Date.parse('2027-01-01T00:00:00Z'),
  })
  const document = XmlDocument.fromString(xml)
  try {
    const found = document.root.find('./*/*').map((node) => ('name' in node ? node.name : ''))
    const keys = ['KeyDescriptor', 'KeyDescriptor', 'KeyDescriptor']
    const order = [...keys, 'NameIDFormat', 'NameIDFormat', 'AssertionConsumerService']
    assert.deepEqual(found, order)
    const text = (path: string) => document.root.get(path)?.content
    assert.equal(text('./@entityID'), least.entityId)
    assert.equal(text('./@validUntil'), '2027-01-01T00:00:00.000Z')
    assert.equal(text('./*/*[1]//*[local-name()="X509Certificate"]'), certificate)
    assert.equal(text('./*/*[5]'), 'urn:b')
    const uses = document.root.find('./*/*/@use').map(({ content }) => content)
    assert.deepEqual(uses, ['signing', 'signing', 'encryption'])
    assert.equal(text('./*/*[3]//*[local-name()="X509Certificate"]'), certificate)
    const methods = document.root.find('.//*[local-name()="EncryptionMethod"]/@Algorithm').map(({ content }) => content)
    assert.deepEqual(methods, [
      'http://www.w3.org/2009/xmlenc11#aes256-gcm',
      'http://www.w3.org/2009/xmlenc11#aes128-gcm',
      'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
    ])
    const parameters = document.root.find('.//*[local-name()="EncryptionMethod"]/*').map((node) => String(node))
    assert.match(
      parameters.join(),
      /^<ds:DigestMethod [^>]*Algorithm="http:\/\/www.w3.org\/2000\/09\/xmldsig#sha1"\/>$/,
    )
  } finally {
    document.dispose()
  }
})

test('the reader of identity providers’ metadata takes it for what it is', () => {
  const read = readIdpMetadata(writeSpMetadata(least))
  assert.equal(read.ok ? '' : read.error.code, 'metadata-of-a-service-provider')
})

test('not written: what would mislead', () => {
  assert.throws(() => writeSpMetadata({ ...least, entityId: '' }), RangeError)
  assert.throws(() => writeSpMetadata({ ...least, entityId: 'a\0' }), RangeError)
  assert.throws(() => writeSpMetadata({ ...least, entityId: 'x'.repeat(1025) }), RangeError)
  assert.match(writeSpMetadata({ ...least, entityId: 'x'.repeat(1024) }), /entityID="x{1024}"/)
  for (const acsUrl of [
    'gate.example',
    'xhttps://gate.example/',
    'https://gate.example/a b',
    'https://gate.example/#a',
  ]) {
    assert.throws(() => writeSpMetadata({ ...least, acsUrl }), RangeError)
  }
  assert.throws(() => writeSpMetadata({ ...least, authnRequestsSigned: true }), RangeError)
  assert.throws(() => writeSpMetadata({ ...least, signingCertificates: ['bm8='] }), CertificateError)
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey
  const signer = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  for (const one of [
    ecIdentity('x', 'P-256').certificate,
    rsaIdentity('x', 2047).certificate,
    certify(pss, 'x', signer),
  ]) {
    assert.throws(() => writeSpMetadata({ ...least, signingCertificates: [one] }), RangeError)
    assert.throws(() => writeSpMetadata({ ...least, encryptionCertificates: [one] }), RangeError)
  }
})
