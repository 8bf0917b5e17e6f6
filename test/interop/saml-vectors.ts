/** The verifier's vectors as questions to other implementations: what they must accept, over which octets, and what not. */
import assert from 'node:assert/strict'
import { createPublicKey, hash, type KeyObject, sign } from 'node:crypto'
import { type RefusalCode, verifyResponse } from '@studio-gate/saml'
import { type Case, keys, make, readCases } from '../../packages/saml/test/cases.ts'
import { generateDocument, prefixes } from '../../packages/saml/test/generated.ts'
import { families } from '../../packages/saml/test/mutators/families.ts'
import { subjectOf } from '../../packages/saml/test/mutators/subjects.ts'
import { canonicalText, elementById, parseText } from '../../packages/saml/test/parsing.ts'
import { signedPieces } from '../../packages/saml/test/pieces.ts'
import { randomFrom } from '../../packages/saml/test/random.ts'
import type { SignatureSpec } from '../../packages/saml/test/signing.ts'
import type { Question } from './verifier.ts'

/** One signature, with the octets that the verifier digests of it. */
export interface Signed extends Question {
  /** Of the vector. */
  readonly name: string
  readonly octets: string
  readonly signedInfo: string
  readonly isPss: boolean
}

function publicKeyOf({ key = 'idp' }: Partial<SignatureSpec> = {}): KeyObject {
  const identity = keys.get(key)
  assert.ok(identity !== undefined, key)
  return createPublicKey(identity.privateKey)
}

function signedOf(one: Case, xml: string, samlResponse: string): readonly Signed[] {
  return signedPieces(samlResponse, one).map(({ of, spec, octets, signedInfo }) => {
    const isPss = spec?.algorithm?.startsWith('pss-') === true
    return { name: one.name, xml, of, publicKey: publicKeyOf(spec), octets, signedInfo, isPss }
  })
}

/** Every signature of every vector that the verifier accepts, encrypted ones included; what is inside of ciphertext is not. */
export function accepted(): readonly Signed[] {
  return ['accept', 'encrypted'].flatMap((folder) =>
    readCases<Case>(folder).flatMap((one) => {
      const { samlResponse, trust, now, xml } = make(one)
      assert.ok(verifyResponse(samlResponse, trust, now).ok, one.name)
      return signedOf(one, xml, samlResponse)
    }),
  )
}

export interface Tampered {
  readonly name: string
  /** One of them at least must be refused. */
  readonly questions: readonly Question[]
  readonly isPss: boolean
}

const tamperedCodes: readonly RefusalCode[] = ['signature-invalid', 'digest-mismatch', 'digest-of-nothing']

/** Vectors that one pinned key, `idp`, refuses because they were tampered with or signed otherwise. */
export function tampered(): readonly Tampered[] {
  const cases = readCases<Case & { readonly refused: { readonly code: RefusalCode } }>('reject').filter(
    ({ refused, pinned, encrypt }) =>
      tamperedCodes.includes(refused.code) && pinned === undefined && encrypt === undefined,
  )
  return cases.map((one) => {
    const { name, sign = [] } = one
    const { xml } = make(one)
    const questions = sign.map(({ of }) => ({ xml, of, publicKey: publicKeyOf() }))
    return { name, questions, isPss: /pss-|MGF1/.test(JSON.stringify(sign)) }
  })
}

const bases: readonly Case[] = [
  { name: 'both signed', shape: 'identity-center', sign: [{ of: 'Assertion' }, { of: 'Response' }], required: 'both' },
  { name: 'Assertion signed', shape: 'entra', sign: [{ of: 'Assertion', prefix: '' }] },
  { name: 'Response signed', shape: 'shibboleth', sign: [{ of: 'Response' }] },
  { name: 'Assertion signed with a PrefixList', shape: 'okta', sign: [{ of: 'Assertion', prefixList: 'xs' }] },
]

/** libxml2 2.9, which xmlsec1 is built with, finds no URI there, because it looks before it resolves the reference. */
const ampersandInNamespace = /\sxmlns[^\s=]*="[^"]*&/

/** Mutations that the verifier accepts, because they change nothing that counts; each document once. */
export function acceptedMutations(): readonly Signed[] {
  return bases.flatMap((base) => {
    const { xml, trust, now } = make(base)
    const documents = new Map<string, string>()
    for (const mutator of Object.values(families).flatMap((family) => Object.values(family))) {
      for (const { document, field, trust: another } of mutator(subjectOf(base, xml))) {
        if (typeof document !== 'string' || field !== undefined || another !== undefined) continue
        if (ampersandInNamespace.test(document)) continue
        const samlResponse = Buffer.from(document).toString('base64')
        if (verifyResponse(samlResponse, trust, now).ok) documents.set(document, samlResponse)
      }
    }
    assert.ok(documents.size > 50, `${base.name}: ${documents.size} were accepted`)
    return [...documents].flatMap(([document, samlResponse]) => signedOf(base, document, samlResponse))
  })
}

const ds = 'http://www.w3.org/2000/09/xmldsig#'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/** A Signature of the element of this ID, and its SignedInfo in canonical form. */
function signatureOver(
  id: string,
  octets: string,
  list: readonly string[],
): readonly [signature: string, signedInfo: string] {
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
  const value = sign('sha256', Buffer.from(signedInfo(namespace)), keys.get('idp')?.privateKey ?? '').toString('base64')
  return [
    `<ds:Signature${namespace}>${signedInfo('')}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`,
    signedInfo(namespace),
  ]
}

/** Generated documents in which our canonical octets of any element, under any PrefixList, are signed. */
export function generated(count: number): readonly Signed[] {
  const random = randomFrom(20_261_123)
  const made: Signed[] = []
  while (made.length < count) {
    const { xml, elements } = generateDocument(random)
    const document = parseText(`<w>${xml}</w>`)
    if (!document.ok) continue
    const id = `e${random.below(elements)}`
    const element = elementById(document, id)
    assert.ok(element !== undefined)
    const list = prefixes.filter(() => random.below(4) === 0)
    const octets = canonicalText({ element, without: undefined, prefixes: list })
    const [signature, signedInfo] = signatureOver(id, octets, list)
    const signed = `<w>${xml}${signature}</w>`
    made.push({ name: signed, xml: signed, of: 'w', publicKey: publicKeyOf(), octets, signedInfo, isPss: false })
  }
  return made
}
