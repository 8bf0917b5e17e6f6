/** Metadata as identity providers publish it is read; anything else is answered with what to do. */
import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { createTrust, type IdpMetadata, type MetadataErrorCode, readIdpMetadata } from '../src/index.ts'
import { keys, parties } from './cases.ts'
import { certify, identityOf, withUnknownKey } from './certificates.ts'

const certificate = keys.get('idp')?.certificate ?? ''
const next = keys.get('next')?.certificate ?? ''

const { privateKey } = keys.get('idp') ?? {}
assert.ok(privateKey)
const signingKey = { privateKey, publicKey: createPublicKey(privateKey) }

/** An authority of its own, and what it issued for the identity provider's key. */
function authority(pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }) {
  return {
    root: identityOf('Example CA', pair.privateKey, pair.publicKey).certificate,
    leaf: certify(signingKey.publicKey, 'idp', pair.privateKey),
  }
}

const rsaAuthority = authority(generateKeyPairSync('rsa', { modulusLength: 1024 }))
const ecAuthority = authority(generateKeyPairSync('ec', { namedCurve: 'P-384' }))
/** For the same key as `certificate`. */
const renewed = certify(signingKey.publicKey, 'idp, renewed', signingKey.privateKey)
const namespaces = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'

const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'
const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

function key(text: string, use = ' use="signing"'): string {
  return `<md:KeyDescriptor${use}><ds:KeyInfo>${x509Data(text)}</ds:KeyInfo></md:KeyDescriptor>`
}

function x509Data(...certificates: readonly string[]): string {
  return `<ds:X509Data>${certificates.map((text) => `<ds:X509Certificate>${text}</ds:X509Certificate>`).join('')}</ds:X509Data>`
}

/** Several certificates in one X509Data. */
function chain(...certificates: readonly string[]): string {
  return `<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:KeyName>k</ds:KeyName>${x509Data(...certificates)}</ds:KeyInfo></md:KeyDescriptor>`
}

const until = (time: string) => ` validUntil="${time}"`

/** An entity with ends at its role, at itself and at the aggregates around it. */
function ending(role: string, own: string, inner: string, outer: string): string {
  const one = entity(idp(key(certificate) + service, role), ` entityID="${parties.idp}"${own}`)
  return `<md:EntitiesDescriptor ${namespaces}${outer}><md:EntitiesDescriptor${inner}>${one}</md:EntitiesDescriptor></md:EntitiesDescriptor>`
}

const service = `<md:SingleSignOnService Binding="${post}" Location="https://idp.example/sso"/>`

function idp(content: string, attributes = ''): string {
  return `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"${attributes}>${content}</md:IDPSSODescriptor>`
}

function entity(content: string, attributes = ` entityID="${parties.idp}"`): string {
  return `<md:EntityDescriptor ${namespaces}${attributes}>${content}</md:EntityDescriptor>`
}

const plain: IdpMetadata = {
  entityId: parties.idp,
  certificates: [certificate],
  singleSignOn: [{ binding: post, location: 'https://idp.example/sso' }],
}

const good: Readonly<Record<string, readonly [xml: string, metadata: IdpMetadata]>> = {
  'one signing certificate': [entity(idp(key(certificate) + service)), plain],
  'certificate wrapped and indented': [
    entity(idp(key(`\n    ${certificate.replace(/.{1,76}/g, '$&\r\n    ')}`) + service)),
    plain,
  ],
  '`use` absent': [entity(idp(key(certificate, '') + service)), plain],
  'an encryption key beside it': [entity(idp(key(next, ' use="encryption"') + key(certificate) + service)), plain],
  'two certificates, during a rotation': [
    entity(idp(key(certificate) + key(next) + service)),
    { ...plain, certificates: [certificate, next] },
  ],
  'the same certificate twice': [entity(idp(key(certificate) + key(certificate, '') + service)), plain],
  'byte order mark, declaration, comments, as AD FS and Shibboleth have them': [
    `\ufeff<?xml version="1.0" encoding="utf-8"?>\n<!-- generated -->\n${entity(`<!-- a < b -->${idp(key(certificate) + service)}`)}\n`,
    plain,
  ],
  'an SP role and a role of WS-Federation beside it': [
    entity(
      `<md:RoleDescriptor protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706">${key(next)}</md:RoleDescriptor>` +
        `${idp(key(certificate) + service)}<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>`,
    ),
    plain,
  ],
  'the single identity provider of an EntitiesDescriptor': [
    `<md:EntitiesDescriptor ${namespaces}><md:EntitiesDescriptor>${entity(idp(key(certificate) + service))}</md:EntitiesDescriptor>${entity('<md:SPSSODescriptor/>')}</md:EntitiesDescriptor>`,
    plain,
  ],
  'an end of the role, earlier than that of the entity; wishes as a number': [
    entity(
      idp(key(certificate) + service, ' WantAuthnRequestsSigned="1" validUntil="2029-01-01T00:00:00Z"'),
      ` entityID="${parties.idp}" validUntil="2030-01-01T00:00:00Z"`,
    ),
    { ...plain, wantAuthnRequestsSigned: true, validUntil: Date.UTC(2029, 0) },
  ],
  'ends at the role, the entity and both aggregates, the earliest of which counts: the role': [
    ending(
      until('2028-01-01T00:00:00Z'),
      until('2029-01-01T00:00:00Z'),
      until('2030-01-01T00:00:00Z'),
      until('2031-01-01T00:00:00Z'),
    ),
    { ...plain, validUntil: Date.UTC(2028, 0) },
  ],
  'the same: the entity': [
    ending(until('2029-01-01T00:00:00Z'), until('2028-01-01T00:00:00Z'), '', ''),
    { ...plain, validUntil: Date.UTC(2028, 0) },
  ],
  'the same: the outer aggregate': [
    ending('', until('2029-01-01T00:00:00Z'), until('2030-01-01T00:00:00Z'), until('2028-01-01T00:00:00Z')),
    { ...plain, validUntil: Date.UTC(2028, 0) },
  ],
  'an end in another zone': [
    ending(until('2028-01-01T02:30:00.5+02:30'), '', '', ''),
    { ...plain, validUntil: Date.UTC(2028, 0, 1, 0, 0, 0, 500) },
  ],
  'an end in a zone behind UTC': [
    ending(until('2027-12-31T19:00:00-05:00'), '', '', ''),
    { ...plain, validUntil: Date.UTC(2028, 0) },
  ],
  'an end in no zone, for UTC': [
    ending(until('2028-01-01T00:00:00'), '', '', ''),
    { ...plain, validUntil: Date.UTC(2028, 0) },
  ],
  'a declared prefix xml, as Shibboleth has it': [
    entity(
      idp(`${key(certificate)}${service}`),
      ` xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="en" entityID="${parties.idp}"`,
    ),
    plain,
  ],
  'the same, on lines of their own and with another quote': [
    entity(
      idp(`${key(certificate)}${service}`),
      `\n\txmlns:xml = \n'http://www.w3.org/XML/1998/namespace' entityID="${parties.idp}"`,
    ),
    plain,
  ],
  'letters that were lost when the file was saved, in a name that nobody reads': [
    entity(
      `${idp(key(certificate) + service)}<md:Organization><md:OrganizationName>K\ufffdln</md:OrganizationName></md:Organization>`,
    ),
    plain,
  ],
  'a chain: the certificate of its authority is no signing key': [
    entity(idp(chain(rsaAuthority.root, rsaAuthority.leaf) + service)),
    { ...plain, certificates: [rsaAuthority.leaf] },
  ],
  'a chain with an authority of another kind of key': [
    entity(idp(chain(ecAuthority.leaf, ecAuthority.root) + service)),
    { ...plain, certificates: [ecAuthority.leaf] },
  ],
  'two certificates of one key in one X509Data, and a foreign one': [
    entity(idp(chain(certificate, renewed, next) + service)),
    { ...plain, certificates: [certificate, renewed, next] },
  ],
  'a certificate between the lines of PEM, as people put it there': [
    entity(
      idp(
        key(`\n-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`) +
          service,
      ),
    ),
    plain,
  ],
  'octets behind the certificate, which are not part of it': [
    entity(
      idp(key(Buffer.concat([Buffer.from(certificate, 'base64'), Buffer.from('junk')]).toString('base64')) + service),
    ),
    plain,
  ],
  'wishes that it has not': [
    entity(idp(key(certificate) + service, ' WantAuthnRequestsSigned="false"')),
    { ...plain, wantAuthnRequestsSigned: false },
  ],
  'a byte order mark in a name, which is part of it': [
    entity(idp(key(certificate) + service), ' entityID="urn:a\ufeffb"'),
    { ...plain, entityId: 'urn:a\ufeffb' },
  ],
  'an extension of an EntitiesDescriptor that holds a descriptor': [
    `<md:EntitiesDescriptor ${namespaces}><md:Extensions>${idp(key(next))}</md:Extensions>${entity(idp(key(certificate) + service))}</md:EntitiesDescriptor>`,
    plain,
  ],
  'several services, wishes and an end': [
    entity(
      idp(
        `${key(certificate)}${service}<md:SingleSignOnService Binding="${redirect}" Location="https://idp.example/r?a=1&amp;b=2"/>`,
        ' WantAuthnRequestsSigned="true"',
      ),
      ` entityID="${parties.idp}" validUntil="2030-01-01T00:00:00Z"`,
    ),
    {
      ...plain,
      singleSignOn: [...plain.singleSignOn, { binding: redirect, location: 'https://idp.example/r?a=1&b=2' }],
      wantAuthnRequestsSigned: true,
      validUntil: Date.UTC(2030, 0),
    },
  ],
}

for (const [name, [xml, metadata]] of Object.entries(good)) {
  test(`read: ${name}`, () => {
    const result = readIdpMetadata(xml)
    assert.deepEqual(result, { ok: true, metadata })
    const sp = { entityId: parties.sp, acsUrl: parties.acs }
    assert.ok(createTrust({ idp: metadata, sp, requiredSignature: 'either' }).keys.length > 0)
  })
}

const bad: Readonly<Record<string, readonly [xml: string, code: MetadataErrorCode, says: RegExp]>> = {
  'an empty file': ['', 'metadata-not-xml', /download/],
  'a web page': ['<!DOCTYPE html><html><body>Sign in</body></html>', 'metadata-not-xml', /doctype.*download/],
  'a certificate instead': ['-----BEGIN CERTIFICATE-----', 'metadata-not-xml', /download/],
  JSON: ['{"entityID": "x"}', 'metadata-not-xml', /download/],
  'a file cut off': [entity(idp(key(certificate))).slice(0, -30), 'metadata-not-xml', /xml-malformed.*download/],
  'another version of XML': [`<?xml version="1.1"?>${entity('')}`, 'metadata-not-xml', /xml-declaration/],
  'a comment that does not end': [`<!-- ${entity('')}`, 'metadata-not-xml', /comment/],
  'another document': ['<x xmlns="urn:x"/>', 'metadata-of-another-kind', /found `x`, expected an EntityDescriptor/],
  'metadata of the gate itself': [
    entity('<md:SPSSODescriptor/>'),
    'metadata-of-a-service-provider',
    /not of an identity/,
  ],
  'a service provider beside an entity without a role': [
    `<md:EntitiesDescriptor ${namespaces}>${entity('')}${entity('<md:SPSSODescriptor/>')}</md:EntitiesDescriptor>`,
    'metadata-of-a-service-provider',
    /not of an identity/,
  ],
  'no role': [entity(''), 'metadata-of-another-kind', /no IDPSSODescriptor/],
  'an identity provider of SAML 1.1': [
    entity(idp(key(certificate)).replace('SAML:2.0:protocol', 'SAML:1.1:protocol')),
    'metadata-of-another-kind',
    /SAML 2\.0/,
  ],
  'a federation': [
    `<md:EntitiesDescriptor ${namespaces}>${entity(idp(key(certificate)))}${entity(idp(key(next)))}</md:EntitiesDescriptor>`,
    'metadata-of-several',
    /found 2 IDPSSODescriptors .*keep the EntityDescriptor of your identity provider alone/,
  ],
  'a federation of hundreds': [
    `<md:EntitiesDescriptor ${namespaces}>${entity(idp(key(certificate))).repeat(1_000)}</md:EntitiesDescriptor>`,
    'metadata-not-xml',
    /too-many-elements.*federation: keep the EntityDescriptor of your identity provider alone/,
  ],
  'the file of all tenants, as Entra ID publishes it': [
    entity(idp(key(certificate)), ' entityID="https://sts.windows.net/{tenantid}/"'),
    'metadata-of-several',
    /stands for many.*download/,
  ],
  'UTF-16, as text': [
    Buffer.from(`\ufeff${entity(idp(key(certificate)))}`, 'utf16le').toString('utf8'),
    'metadata-not-xml',
    /UTF-16.*save it as UTF-8/,
  ],
  'UTF-16 without a byte order mark': [
    Buffer.from(entity(idp(key(certificate))), 'utf16le').toString('utf8'),
    'metadata-not-xml',
    /UTF-16.*save it as UTF-8/,
  ],
  'an end that is no time': [ending('', until('next year'), '', ''), 'metadata-valid-until', /`next year`, no time/],
  'an end in a zone that does not exist': [
    ending(until('2028-01-01T00:00:00+99:00'), '', '', ''),
    'metadata-valid-until',
    /no time/,
  ],
  'an end with a second Z': [ending(until('2028-01-01T00:00:00ZZ'), '', '', ''), 'metadata-valid-until', /no time/],
  'an end with something behind it': [
    ending(until('2028-01-01T00:00:00Z '), '', '', ''),
    'metadata-valid-until',
    /no time/,
  ],
  'an end that is a year': [ending(until('2028'), '', '', ''), 'metadata-valid-until', /`2028`, no time/],
  'an end that is a day which does not exist': [
    ending('', '', until('2028-13-01T00:00:00Z'), ''),
    'metadata-valid-until',
    /no time/,
  ],
  'a prefix xml for something else': [
    entity(idp(key(certificate)), ' xmlns:xml="urn:x" entityID="urn:a"'),
    'metadata-not-xml',
    /namespace-reserved/,
  ],
  'a certificate of a key that nobody can use': [
    entity(idp(key(withUnknownKey(certificate)))),
    'metadata-certificate-invalid',
    /whose key cannot be read/,
  ],
  'no entityID': [entity(idp(key(certificate)), ''), 'metadata-without-entity-id', /no entityID/],
  'no certificate': [entity(idp(service)), 'metadata-without-certificate', /no signing certificate/],
  'an encryption certificate only': [
    entity(idp(key(certificate, ' use="encryption"'))),
    'metadata-without-certificate',
    /no signing certificate/,
  ],
  'a certificate that is not one': [entity(idp(key('aGVsbG8='))), 'metadata-certificate-invalid', /not X\.509 DER/],
  'a certificate that is no base64': [entity(idp(key('(paste here)'))), 'metadata-certificate-invalid', /neither/],
}

for (const [name, [xml, code, says]] of Object.entries(bad)) {
  test(`refused: ${name}`, () => {
    const result = readIdpMetadata(xml)
    assert.ok(!result.ok)
    assert.equal(result.error.code, code)
    assert.match(result.error.detail, says)
    assert.ok(!result.error.detail.includes(certificate.slice(0, 60)))
  })
}
