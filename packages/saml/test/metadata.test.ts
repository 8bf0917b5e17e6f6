/** Metadata as identity providers publish it is read; anything else is answered with what to do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTrust, type IdpMetadata, type MetadataErrorCode, readIdpMetadata } from '../src/index.ts'
import { keys, parties } from './cases.ts'

const certificate = keys.get('idp')?.certificate ?? ''
const next = keys.get('next')?.certificate ?? ''
const namespaces = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'
const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

function key(text: string, use = ' use="signing"'): string {
  return `<md:KeyDescriptor${use}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
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
    /found 2 identity providers .*keep one/,
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
