/** xmlsec1 accepts what the verifier accepts, digests the same octets, and refuses what was tampered with. */
import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { verifyResponse, writeAuthnRequest } from '@studio-gate/saml'
import { canonicalize } from '../../packages/saml/src/canonical.ts'
import { parseXml } from '../../packages/saml/src/xml.ts'
import { type Case, make } from '../../packages/saml/test/cases.ts'
import { generateDocument, names, prefixes, uris } from '../../packages/saml/test/generated.ts'
import { families } from '../../packages/saml/test/mutators/families.ts'
import { subjectOf } from '../../packages/saml/test/mutators/subjects.ts'
import { signedPieces } from '../../packages/saml/test/pieces.ts'
import { randomFrom } from '../../packages/saml/test/random.ts'
import { missing } from './requirement.ts'
import { acceptedPieces, identityOf, tamperedCases } from './saml-vectors.ts'
import { samlElements, signatureOf, verifyByXmlsec, xmlsec } from './xmlsec.ts'

const skip = missing([xmlsec])

function publicKeyOf(key: string): KeyObject {
  return createPublicKey(identityOf(key).privateKey)
}

/** xmlsec1 has no RSASSA-PSS before version 1.3; java.test.ts asks about it. */
function hasPss({ sign = [] }: Case): boolean {
  return /pss-|MGF1|rsa-pss/.test(JSON.stringify(sign))
}

test('every signature of every accepted document: verified, over the same octets', { skip }, (t) => {
  const pieces = acceptedPieces().filter(({ spec }) => spec?.algorithm?.startsWith('pss-') !== true)
  const alike = Map.groupBy(pieces, ({ of, key }) => `${of} ${key}`)
  for (const group of alike.values()) {
    const [{ of, key } = assert.fail()] = group
    const question = { publicKey: publicKeyOf(key), signature: signatureOf(of), identified: samlElements }
    const answers = verifyByXmlsec(
      group.map(({ xml }) => xml),
      question,
    )
    for (const [index, { name, octets, signedInfo }] of group.entries()) {
      assert.deepEqual(answers[index], { verified: true, digested: octets, signedInfo }, name)
    }
  }
  t.diagnostic(`${pieces.length} signatures by ${alike.size} keys and elements`)
})

test('what is refused because it was tampered with or signed by another', { skip }, (t) => {
  const cases = tamperedCases().filter((one) => !hasPss(one))
  for (const one of cases) {
    const { xml } = make(one)
    const question = { publicKey: publicKeyOf('idp'), identified: samlElements }
    const answers = (one.sign ?? []).map(({ of }) => verifyByXmlsec([xml], { ...question, signature: signatureOf(of) }))
    // It came as far as the digest before it said no.
    assert.ok(
      answers.flat().some(({ verified, digested }) => !verified && digested !== ''),
      one.name,
    )
  }
  t.diagnostic(`${cases.length} documents`)
})

const bases: readonly Case[] = [
  { name: 'both', shape: 'identity-center', sign: [{ of: 'Assertion' }, { of: 'Response' }], required: 'both' },
  { name: 'Assertion', shape: 'entra', sign: [{ of: 'Assertion', prefix: '' }] },
  { name: 'Response', shape: 'shibboleth', sign: [{ of: 'Response' }] },
  { name: 'Assertion, PrefixList', shape: 'okta', sign: [{ of: 'Assertion', prefixList: 'xs' }] },
]

/** libxml2 2.9, which xmlsec1 is built with, finds no URI there, because it looks before it resolves the reference. */
const ampersandInNamespace = /\sxmlns[^\s=]*="[^"]*&/

/** Mutations that the verifier accepts, because they change nothing that counts; each document once. */
function acceptedMutations(base: Case): readonly string[] {
  const { xml, trust, now } = make(base)
  const accepted = new Set<string>()
  for (const mutator of Object.values(families).flatMap((family) => Object.values(family))) {
    for (const { document, field, trust: another } of mutator(subjectOf(base, xml))) {
      if (typeof document !== 'string' || field !== undefined || another !== undefined) continue
      if (ampersandInNamespace.test(document)) continue
      if (verifyResponse(Buffer.from(document).toString('base64'), trust, now).ok) accepted.add(document)
    }
  }
  return [...accepted]
}

for (const base of bases) {
  test(`every accepted mutation of a response with signed ${base.name}: verified, over the same octets`, {
    skip,
  }, (t) => {
    const documents = acceptedMutations(base)
    assert.ok(documents.length > 50, `${documents.length} were accepted`)
    const pieces = documents.map((xml) => signedPieces(Buffer.from(xml).toString('base64'), base))
    for (const element of ['Response', 'Assertion'] as const) {
      const signed = documents.flatMap((xml, index) => {
        const piece = pieces[index]?.find(({ of }) => of === element)
        return piece === undefined ? [] : [{ xml, piece }]
      })
      const question = { publicKey: publicKeyOf('idp'), signature: signatureOf(element), identified: samlElements }
      const answers = verifyByXmlsec(
        signed.map(({ xml }) => xml),
        question,
      )
      for (const [index, { xml, piece }] of signed.entries()) {
        const { octets, signedInfo } = piece
        assert.deepEqual(answers[index], { verified: true, digested: octets, signedInfo }, xml)
      }
    }
    t.diagnostic(`${documents.length} documents`)
  })
}

test('a request that was signed and posted, and no altered one', { skip }, () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const written = writeAuthnRequest(
    {
      id: '_0123456789abcdef0123456789abcdef',
      issueInstant: Date.UTC(2026, 10, 23),
      destination: 'https://idp.example/sso?tenant="a"&b',
      issuer: 'urn:gate:<a> & "b"',
      acsUrl: 'https://gate.example/gate/saml?x=1&y="2"',
      nameIdFormat: 'urn:x:"f"',
    },
    'post',
    { signingKey: privateKey },
  )
  assert.ok(written.binding === 'post')
  const xml = Buffer.from(written.fields.SAMLRequest ?? '', 'base64').toString('utf8')
  const altered = xml.replace('Version="2.0"', 'Version="2.1"')
  assert.notEqual(altered, xml)
  const question = { publicKey, signature: signatureOf('AuthnRequest'), identified: samlElements }
  const answers = verifyByXmlsec([xml, altered], question)
  assert.deepEqual(
    answers.map(({ verified }) => verified),
    [true, false],
  )
})

const documents = 600
const ds = 'http://www.w3.org/2000/09/xmldsig#'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/** A Signature of the element of this ID, in canonical form but for its first namespace. */
function signatureOver(id: string, octets: string, list: readonly string[], key: KeyObject): string {
  const tokens = list.map((prefix) => (prefix === '' ? '#default' : prefix)).join(' ')
  const inclusive = `<ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="${tokens}"></ec:InclusiveNamespaces>`
  const signedInfo = (namespace: string) =>
    [
      `<ds:SignedInfo${namespace}><ds:CanonicalizationMethod Algorithm="${exclusive}"></ds:CanonicalizationMethod>`,
      `<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>`,
      `<ds:Reference URI="#${id}"><ds:Transforms>`,
      `<ds:Transform Algorithm="${exclusive}">${tokens === '' ? '' : inclusive}</ds:Transform></ds:Transforms>`,
      `<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>`,
      `<ds:DigestValue>${hash('sha256', octets, 'base64')}</ds:DigestValue></ds:Reference></ds:SignedInfo>`,
    ].join('')
  const namespace = ` xmlns:ds="${ds}"`
  const value = sign('sha256', Buffer.from(signedInfo(namespace)), key).toString('base64')
  return `<ds:Signature${namespace}>${signedInfo('')}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`
}

test(`${documents} generated documents, signed over our octets of any element and PrefixList`, { skip }, () => {
  const key = identityOf('idp').privateKey
  const random = randomFrom(20_261_123)
  const made: { readonly xml: string; readonly octets: string }[] = []
  while (made.length < documents) {
    const { xml, elements } = generateDocument(random)
    const document = parseXml(`<w>${xml}</w>`)
    if (!document.ok) continue
    const id = `e${random.below(elements)}`
    const element = document.elements.find(({ attributes }) =>
      attributes.some(({ name, value }) => name === 'ID' && value === id),
    )
    assert.ok(element !== undefined)
    const list = prefixes.filter(() => random.below(4) === 0)
    const octets = canonicalize({ element, source: document.source, without: undefined, prefixes: list })
    made.push({ xml: `<w>${xml}${signatureOver(id, octets, list, key)}</w>`, octets })
  }
  const identified = [...names, ...names.flatMap((name) => uris.map((uri) => `${uri}:${name}`))]
  const question = { publicKey: createPublicKey(key), signature: `/w/*[local-name()='Signature']`, identified }
  const answers = verifyByXmlsec(
    made.map(({ xml }) => xml),
    question,
  )
  for (const [index, { xml, octets }] of made.entries()) {
    assert.equal(answers[index]?.digested, octets, xml)
    assert.equal(answers[index]?.verified, true, xml)
  }
})
