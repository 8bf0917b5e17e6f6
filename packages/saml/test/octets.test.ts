/** O1 and O2: what is said comes from the octets, even if tree and octets disagree. The disagreements are planted. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { admit } from '../src/gate.ts'
import {
  type Attribute,
  attributeValue,
  type Element,
  localNameOf,
  type Tag,
  type Text,
  textValue,
} from '../src/nodes.ts'
import { checkProfile } from '../src/profile.ts'
import { parseReceived } from '../src/received.ts'
import { checkEncryptedShape, checkShape, type Shape } from '../src/shape.ts'
import { verifySealed, verifySignatures } from '../src/signature.ts'
import { type Case, type Made, make } from './cases.ts'
import { octetsOf } from './parsing.ts'

function open(one: Case): Made & { readonly shape: Shape } {
  const made = make(one)
  const admitted = admit(made.samlResponse)
  assert.ok(admitted.ok)
  const document = parseReceived(admitted)
  assert.ok(document.ok)
  const shape = checkShape(document, made.trust.requiredSignature)
  assert.ok(shape.ok)
  return { ...made, shape }
}

/** Alters a tree behind the parser's back. */
const alter: <T extends object>(node: T, change: Partial<T>) => void = Object.assign

/** Alters what an element's start tag says, and not what the same start tag says elsewhere. */
function alterTag(element: Element, change: Partial<Tag>): void {
  alter(element, { tag: { ...element.tag, ...change } })
}

function childrenOf({ children }: Element): readonly (Element | Text)[] {
  const found: (Element | Text)[] = []
  for (let child = children; child !== undefined; child = child.next) found.push(child)
  return found
}

function attributesOf({ tag: { attributes } }: Element): readonly Attribute[] {
  const found: Attribute[] = []
  for (let attribute = attributes; attribute !== undefined; attribute = attribute.next) found.push(attribute)
  return found
}

/** Gives an element these children. */
function relink(parent: Element, children: readonly (Element | Text)[]): void {
  alter(parent, { children: children[0] })
  for (const [at, child] of children.entries()) alter(child, { next: children[at + 1] })
}

/** Every text of the subtree that says this. */
function textsSaying(element: Element, value: string): readonly Text[] {
  return childrenOf(element).flatMap((child) => {
    if (child.kind === 'element') return textsSaying(child, value)
    return textValue(element, child) === value ? [child] : []
  })
}

/** Appends to the value of every attribute; in the octets, too, if `isWritten`. */
function spoilAttributes(element: Element, isWritten: boolean): void {
  for (const attribute of attributesOf(element)) {
    alter(attribute, { resolved: `${attributeValue(element, attribute)}x`, canonical: !isWritten })
  }
  if (isWritten) alterTag(element, { canonical: false })
}

for (const signed of ['Assertion', 'Response'] as const) {
  test(`${signed} signed: a tree that says mallory cannot override octets that say alice`, () => {
    const { shape, trust, now } = open({ name: '', shape: 'okta', sign: [{ of: signed }] })
    const named = textsSaying(shape.assertion, 'alice')
    assert.equal(named.length, 2)
    for (const text of named) alter(text, { resolved: 'mallory' })
    assert.equal(textsSaying(shape.assertion, 'mallory').length, 2)
    const octets = verifySignatures(shape, trust)
    assert.ok(octets.ok)
    const verdict = checkProfile(octets, trust, now)
    assert.ok(verdict.ok)
    assert.equal(verdict.assertion.nameId?.value, 'alice')
    assert.deepEqual(verdict.assertion.attributes.get('username'), ['alice'])
  })
}

const around = {
  find: '<saml2p:Response ',
  put: '<saml2p:Response xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string" ',
}
const signedTwice: Readonly<Record<string, readonly [read: 'together' | 'apart', one: Partial<Case>]>> = {
  'without PrefixLists': ['together', {}],
  'a PrefixList of the Response': ['together', { sign: [{ of: 'Assertion' }, { of: 'Response', prefixList: 'xs' }] }],
  'a PrefixList of the Assertion': ['apart', { sign: [{ of: 'Assertion', prefixList: 'xs' }, { of: 'Response' }] }],
  'a namespace of the Assertion declared around it': ['apart', { before: [around] }],
}

for (const [name, [read, one]] of Object.entries(signedTwice)) {
  test(`both signed, ${name}: digested ${read}`, () => {
    const { shape, trust } = open({ name: '', shape: 'okta', sign: [{ of: 'Assertion' }, { of: 'Response' }], ...one })
    const octets = verifySignatures(shape, trust)
    assert.ok(octets.ok)
    // Together, they are read back without the signature that stands between the two forms.
    const names = childrenOf(octets.assertion).flatMap((child) =>
      child.kind === 'element' ? [localNameOf(child)] : [],
    )
    assert.equal(names.includes('Signature'), read === 'apart')
    assert.equal(textsSaying(octets.assertion, 'alice').length, 2)
  })
}

test('an unsigned Response may refuse but not grant: its IssueInstant and InResponseTo are only compared', () => {
  const { shape, trust, now } = open({ name: '', shape: 'okta', sign: [{ of: 'Assertion' }] })
  const octets = verifySignatures(shape, trust)
  assert.ok(octets.ok)
  assert.equal(octets.responseIsSigned, false)
  spoilAttributes(shape.response, false)
  assert.equal(checkProfile(octets, trust, now).ok, false)
})

/** A Response signed over the octets that a faulty canonicalizer makes: of a tree with a fault planted. */
function judgeFaulty(plant: (response: Element, assertion: Element) => void) {
  const faulty = (digestValue: string) => {
    const opened = open({ name: '', shape: 'okta', sign: [{ of: 'Response', digestValue }] })
    plant(opened.shape.response, opened.shape.assertion)
    return opened
  }
  const draft = faulty(hash('sha256', 'draft', 'base64')).shape
  const octets = octetsOf({ element: draft.response, without: draft.responseSigned?.signature, prefixes: [] })
  const { shape, trust } = faulty(hash('sha256', octets.subarray(0, -1), 'base64'))
  return verifySignatures(shape, trust)
}

const faults: Readonly<
  Record<string, readonly [code: string, plant: (response: Element, assertion: Element) => void]>
> = {
  'another Assertion in the octets': [
    'octets-assertion',
    (response, assertion) => {
      const other = { ...assertion }
      const attributes = attributesOf(assertion).map((attribute) => ({
        ...attribute,
        resolved: `${attributeValue(assertion, attribute)}x`,
        canonical: false,
      }))
      for (const [at, attribute] of attributes.entries()) alter(attribute, { next: attributes[at + 1] })
      alterTag(other, { attributes: attributes[0], canonical: false })
      relink(
        response,
        childrenOf(response).map((child) => (child === assertion ? other : child)),
      )
    },
  ],
  'two Assertions in the octets': [
    'octets-assertion',
    (response, assertion) => relink(response, [...childrenOf(response), { ...assertion }]),
  ],
  'no Assertion in the octets': [
    'octets-assertion',
    (response, assertion) =>
      relink(
        response,
        childrenOf(response).filter((child) => child !== assertion),
      ),
  ],
  'another root in the octets': [
    'octets-root',
    (response) => {
      const status = childrenOf(response).find((child) => child.kind === 'element' && localNameOf(child) === 'Status')
      assert.ok(status?.kind === 'element')
      // Its attributes are counted from where it begins.
      const moved = response.start - status.start
      for (const attribute of attributesOf(response)) {
        const { start, localStart, nameEnd, valueStart, end } = attribute
        const places = { start, localStart, nameEnd, valueStart, end }
        const shifted = Object.entries(places).map(([place, at]) => [place, at + moved])
        alter(attribute, Object.fromEntries(shifted) as typeof places)
      }
      alter(response, { start: status.start })
      alterTag(response, { nameEnd: status.tag.nameEnd, canonical: false })
    },
  ],
  'another ID in the octets': ['octets-root', (response) => spoilAttributes(response, true)],
  'octets that are not well-formed': [
    'octets-root',
    (response) => alterTag(response, { nameEnd: response.tag.nameEnd + 2, canonical: false }),
  ],
}

for (const [name, [code, plant]] of Object.entries(faults)) {
  test(`a fault of the canonicalizer, signed: ${name}`, () => {
    const verdict = judgeFaulty(plant)
    assert.ok(!verdict.ok)
    assert.equal(verdict.refusal.code, code)
  })
}

/** The same around what stands encrypted: nothing is opened here. */
const sealed: Case = {
  name: '',
  shape: 'okta',
  before: [
    { find: '<saml2:Assertion ', put: '<saml2:EncryptedAssertion ' },
    { find: '</saml2:Assertion>', put: '</saml2:EncryptedAssertion>' },
  ],
}

function judgeSealed(plant: (response: Element) => void): string {
  const faulty = (digestValue: string) => {
    const { samlResponse, trust } = make({ ...sealed, sign: [{ of: 'Response', digestValue }] })
    const admitted = admit(samlResponse)
    assert.ok(admitted.ok)
    const document = parseReceived(admitted)
    assert.ok(document.ok)
    const shape = checkEncryptedShape(document)
    assert.ok(shape.ok)
    plant(shape.responseSigned.element)
    return { shape, trust }
  }
  const { element, signature } = faulty(hash('sha256', 'draft', 'base64')).shape.responseSigned
  const octets = octetsOf({ element, without: signature, prefixes: [] })
  const { shape, trust } = faulty(hash('sha256', octets.subarray(0, -1), 'base64'))
  const seal = verifySealed(shape, trust)
  return seal.ok ? 'accepted' : seal.refusal.code
}

test('a fault of the canonicalizer around an encrypted assertion', () => {
  const isEncrypted = (child: Element | Text) => child.kind === 'element' && localNameOf(child) === 'EncryptedAssertion'
  const only = (response: Element) => childrenOf(response).filter(isEncrypted)
  const without = (response: Element) => childrenOf(response).filter((child) => !isEncrypted(child))
  const judged = {
    none: judgeSealed(() => {}),
    'not well-formed': judgeSealed((response) => {
      alterTag(response, { nameEnd: response.tag.nameEnd + 2, canonical: false })
    }),
    missing: judgeSealed((response) => relink(response, without(response))),
    twice: judgeSealed((response) => {
      relink(response, [...childrenOf(response), ...only(response).map((one) => ({ ...one }))])
    }),
  }
  assert.deepEqual(judged, {
    none: 'accepted',
    'not well-formed': 'octets-root',
    missing: 'octets-assertion',
    twice: 'octets-assertion',
  })
})

test('a fault of the canonicalizer in SignedInfo', () => {
  const judged = (ownPrefixList: string | undefined) => {
    const sign = [{ of: 'Assertion' as const, ...(ownPrefixList === undefined ? {} : { ownPrefixList }) }]
    const { shape, trust } = open({ name: '', shape: 'okta', sign })
    const { signedInfo } = shape.assertionSigned ?? {}
    assert.ok(signedInfo !== undefined && verifySignatures(shape, trust).ok)
    // The usual form is composed: no fault has a way in.
    if ('info' in signedInfo) return 'composed'
    alterTag(signedInfo, { nameEnd: signedInfo.tag.nameEnd + 2, canonical: false })
    const verdict = verifySignatures(shape, trust)
    return verdict.ok ? 'accepted' : verdict.refusal.code
  }
  assert.equal(judged('xs'), 'octets-root')
  assert.equal(judged(undefined), 'composed')
})

test('without a fault the same construction is accepted', () => {
  assert.ok(judgeFaulty(() => undefined).ok)
})
