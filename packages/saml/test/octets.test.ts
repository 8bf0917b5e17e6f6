/** O1 and O2: what is said comes from the octets, even if tree and octets disagree. The disagreements are planted. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { canonicalize } from '../src/canonical.ts'
import { admit } from '../src/gate.ts'
import type { Element, Text } from '../src/nodes.ts'
import { checkProfile } from '../src/profile.ts'
import { checkShape, type Shape } from '../src/shape.ts'
import { verifySignatures } from '../src/signature.ts'
import { parseXml } from '../src/xml.ts'
import { type Case, type Made, make } from './cases.ts'

function open(one: Case): Made & { readonly shape: Shape } {
  const made = make(one)
  const admitted = admit(made.samlResponse)
  assert.ok(admitted.ok)
  const document = parseXml(admitted.xml, admitted.start)
  assert.ok(document.ok)
  const shape = checkShape(document, made.trust.requiredSignature)
  assert.ok(shape.ok)
  return { ...made, shape }
}

/** Every text of the subtree, for altering behind the parser's back. */
function texts(element: Element): readonly Text[] {
  return element.children.flatMap((child) => (child.kind === 'text' ? [child] : texts(child)))
}

for (const signed of ['Assertion', 'Response'] as const) {
  test(`${signed} signed: a tree that says mallory cannot override octets that say alice`, () => {
    const { shape, trust, now } = open({ name: '', shape: 'okta', sign: [{ of: signed }] })
    const named = texts(shape.assertion).filter(({ value }) => value === 'alice')
    assert.equal(named.length, 2)
    for (const text of named) Object.assign(text, { value: 'mallory' })
    const octets = verifySignatures(shape, trust)
    assert.ok(octets.ok)
    const verdict = checkProfile(octets, trust, now)
    assert.ok(verdict.ok)
    assert.equal(verdict.assertion.nameId?.value, 'alice')
    assert.deepEqual(verdict.assertion.attributes.get('username'), ['alice'])
  })
}

test('an unsigned Response may refuse but not grant: its IssueInstant and InResponseTo are only compared', () => {
  const { shape, trust, now } = open({ name: '', shape: 'okta', sign: [{ of: 'Assertion' }] })
  const octets = verifySignatures(shape, trust)
  assert.ok(octets.ok)
  assert.equal(octets.responseIsSigned, false)
  for (const attribute of shape.response.attributes) Object.assign(attribute, { value: `${attribute.value}x` })
  assert.equal(checkProfile(octets, trust, now).ok, false)
})

/** A Response signed over the octets that a faulty canonicalizer makes of `plant`ed nodes. */
function judgeFaulty(plant: (response: Element, assertion: Element) => Element) {
  const faulty = (shape: Shape): Shape => {
    const { responseSigned } = shape
    assert.ok(responseSigned !== undefined)
    const response = plant(shape.response, shape.assertion)
    return { ...shape, response, responseSigned: { ...responseSigned, element: response } }
  }
  const sign = (digestValue: string) => open({ name: '', shape: 'okta', sign: [{ of: 'Response', digestValue }] })
  const draft = faulty(sign('AAAA').shape)
  const without = draft.responseSigned?.signature
  const octets = canonicalize({ element: draft.response, source: draft.source, without, prefixes: [] })
  const { shape, trust } = sign(hash('sha256', octets, 'base64'))
  return verifySignatures(faulty(shape), trust)
}

const faults: Readonly<
  Record<string, readonly [code: string, plant: (response: Element, assertion: Element) => Element]>
> = {
  'another Assertion in the octets': [
    'octets-assertion',
    (response, assertion) => {
      const attributes = assertion.attributes.map((attribute) => ({ ...attribute, value: `${attribute.value}x` }))
      const other = { ...assertion, attributes, canonical: false }
      return { ...response, children: response.children.map((child) => (child === assertion ? other : child)) }
    },
  ],
  'two Assertions in the octets': [
    'octets-assertion',
    (response, assertion) => ({ ...response, children: [...response.children, assertion] }),
  ],
  'no Assertion in the octets': [
    'octets-assertion',
    (response, assertion) => ({ ...response, children: response.children.filter((child) => child !== assertion) }),
  ],
  'another root in the octets': [
    'octets-root',
    (response) => ({ ...response, name: 'saml2p:Other', canonical: false }),
  ],
  'another ID in the octets': [
    'octets-root',
    (response) => {
      const attributes = response.attributes.map((attribute) => ({ ...attribute, value: `${attribute.value}x` }))
      return { ...response, attributes, canonical: false }
    },
  ],
  'octets that are not well-formed': [
    'octets-root',
    (response) => ({ ...response, name: 'saml2p Response', canonical: false }),
  ],
}

for (const [name, [code, plant]] of Object.entries(faults)) {
  test(`a fault of the canonicalizer, signed: ${name}`, () => {
    const verdict = judgeFaulty(plant)
    assert.ok(!verdict.ok)
    assert.equal(verdict.refusal.code, code)
  })
}

test('without a fault the same construction is accepted', () => {
  assert.ok(judgeFaulty((response) => response).ok)
})
