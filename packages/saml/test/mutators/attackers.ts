/** Signed again by somebody else: an attacker's key, with all that a document can say to have it believed. */
import { createPublicKey } from 'node:crypto'
import { createTrust, type TrustOptions } from '../../src/index.ts'
import { keys } from '../cases.ts'
import { ecIdentity, type Identity, rsaIdentity } from '../certificates.ts'
import type { SignatureSpec } from '../signing.ts'
import { findAll, put } from './markup.ts'
import type { Attacked, Family, Mutation, Mutator } from './mutation.ts'
import { forged, signatureOf, without } from './pieces.ts'

const [rsa, ec] = [rsaIdentity('identity provider'), ecIdentity('identity provider', 'prime256v1')]

/** The attacker's keys, by names that specs of signatures use. `hmac` signs with the identity provider's public key. */
export const attackerKeys: ReadonlyMap<string, Identity> = new Map([
  ['rsa', rsa],
  ['ec', ec],
  ['hmac', { privateKey: rsa.privateKey, certificate: keys.get('idp')?.certificate ?? '' }],
  ['hmac, PEM', { privateKey: rsa.privateKey, certificate: pem(keys.get('idp')?.certificate ?? '') }],
])

function pem(certificate: string): string {
  return `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

function rsaKeyValue(identity: Identity): string {
  const { n = '', e = '' } = createPublicKey(identity.privateKey).export({ format: 'jwk' })
  const standard = (text: string) => Buffer.from(text, 'base64url').toString('base64')
  return `<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${standard(n)}</ds:Modulus><ds:Exponent>${standard(e)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`
}

const x509 = (...certificates: readonly string[]) =>
  `<ds:X509Data>${certificates.map((one) => `<ds:X509Certificate>${one}</ds:X509Certificate>`).join('')}</ds:X509Data>`
const genuine = keys.get('idp')?.certificate ?? ''

/** How the attacker signs, and what the document says of the key. */
const ways: Readonly<Record<string, Omit<SignatureSpec, 'of'>>> = {
  'no KeyInfo': { key: 'rsa', keyInfo: 'none' },
  'the own certificate': { key: 'rsa', keyInfo: x509(rsa.certificate) },
  'the own key as KeyValue': { key: 'rsa', keyInfo: rsaKeyValue(rsa) },
  "the identity provider's certificate": { key: 'rsa', keyInfo: x509(genuine) },
  'both certificates': { key: 'rsa', keyInfo: x509(genuine, rsa.certificate) },
  'both certificates turned': { key: 'rsa', keyInfo: x509(rsa.certificate, genuine) },
  'a place to fetch the key from': { key: 'rsa', keyInfo: '<ds:RetrievalMethod URI="http://192.0.2.1/key"/>' },
  'RSA-SHA1': { key: 'rsa', algorithm: 'rsa-sha1', digest: 'sha1', keyInfo: x509(rsa.certificate) },
  'RSA-SHA512': { key: 'rsa', algorithm: 'rsa-sha512', digest: 'sha512', keyInfo: x509(rsa.certificate) },
  ECDSA: { key: 'ec', algorithm: 'ecdsa-sha256', keyInfo: x509(ec.certificate) },
  'HMAC with the certificate': { key: 'hmac', algorithm: 'hmac-sha256', keyInfo: 'none' },
  'HMAC with the certificate in PEM': { key: 'hmac, PEM', algorithm: 'hmac-sha256', keyInfo: 'none' },
}

/** The element signed by the attacker in place of, or in addition to, what was signed. */
function resigned(elements: readonly ('Response' | 'Assertion')[], strip: boolean): Mutator<Attacked> {
  return function* (subject) {
    // The signer puts a signature behind the Issuer.
    const [issuer] = subject.plain.root.children
    if (elements.includes('Response') && issuer?.localName !== 'Issuer') return
    const bare = strip ? stripped(subject) : subject.plain.xml
    for (const [what, way] of Object.entries(ways)) {
      // The template is filled by libxml2, which is fast: an empty PrefixList chooses it.
      const spec = { ...way, prefixList: '' }
      const document = elements.reduce((xml, of) => subject.sign(xml, { ...spec, of }), forged(bare))
      yield { what, document, refused: true }
    }
  }
}

function stripped({ plain }: Attacked): string {
  return findAll(plain, 'Signature').toReversed().reduce(without, plain.xml)
}

/** KeyInfo replaced, the signature kept: nobody asks it. */
function* keyInfos({ markup }: Attacked): Iterable<Mutation> {
  for (const keyInfo of findAll(markup, 'KeyInfo')) {
    for (const [what, { keyInfo: content = '' }] of Object.entries(ways)) {
      const text = `<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${content}</ds:KeyInfo>`
      yield { what: `${what} at ${keyInfo.start}`, document: put(markup.xml, keyInfo.start, keyInfo.end, text) }
    }
  }
}

/** The good response, judged by somebody who trusts others, or asks for more. */
function trusting(alter: (options: TrustOptions, subject: Attacked) => TrustOptions | undefined): Mutator<Attacked> {
  return function* (subject) {
    const options = alter(subject.options, subject)
    if (options === undefined) return
    yield { what: subject.name, document: subject.markup.xml, trust: createTrust(options), refused: true }
  }
}

export const attackers: Family<Attacked> = {
  'the Response signed by an attacker': resigned(['Response'], true),
  'the Assertion signed by an attacker': resigned(['Assertion'], true),
  'both signed by an attacker': resigned(['Assertion', 'Response'], true),
  'a signature of an attacker besides': function* (subject) {
    const root = signatureOf(subject.plain.root)
    if (root === undefined) yield* resigned(['Response'], false)(subject)
  },
  'another KeyInfo': keyInfos,
  "judged by the attacker's certificate": trusting((options) => {
    return { ...options, idp: { ...options.idp, certificates: [rsa.certificate, ec.certificate] } }
  }),
  'judged without any certificate (CVE-2026-16443)': trusting((options) => ({
    ...options,
    idp: { ...options.idp, certificates: [] },
  })),
  'judged for another identity provider': trusting((options) => {
    return { ...options, idp: { ...options.idp, entityId: 'https://idp.example/saml/' } }
  }),
  'judged for another service': trusting((options) => {
    return { ...options, sp: { ...options.sp, entityId: 'https://gate.example/audience/other' } }
  }),
  'judged at another address': trusting((options) => {
    return { ...options, sp: { ...options.sp, acsUrl: 'https://gate.example/gate/saml/' } }
  }),
  'judged by who asks for a signature that is not there': trusting((options, { signed }) => {
    return signed.length === 2 ? undefined : { ...options, requiredSignature: 'both' }
  }),
  'judged by who opens no encryption': trusting(({ encryptedAssertions: _, ...options }, { isEncrypted }) => {
    return isEncrypted ? options : undefined
  }),
  'judged too late': function* ({ name, markup }) {
    for (const later of [4_000, 40_000, 4_000_000]) {
      yield { what: `${name}, ${later} s`, document: markup.xml, later, refused: true }
    }
  },
  'judged too early': function* ({ name, markup }) {
    for (const later of [-400, -4_000])
      yield { what: `${name}, ${later} s`, document: markup.xml, later, refused: true }
  },
}
