/**
 * The shape of a response, before any cryptography: one assertion, signatures only where they belong, identifiers that
 * name one element each, the required signatures present (checks S1-S3 and the presence half of S4).
 */
import { isNcName } from './characters.ts'
import { xmlNamespace } from './namespaces.ts'
import {
  attributeOf,
  childElements,
  childrenNamed,
  type Element,
  holdsText,
  isElement,
  textOf,
  type XmlDocument,
} from './nodes.ts'
import { type Refused, refuse, shown } from './refusals.ts'
import { ds, saml, samlp } from './vocabulary.ts'

/** Which signatures must be there. Every signature that is present must verify in any case. */
export type RequiredSignature = 'response' | 'assertion' | 'both' | 'either'

/** An element with the signature that stands in it. Nothing of this is verified. */
export interface Signed {
  readonly element: Element
  readonly id: string
  readonly signature: Element
  readonly signedInfo: Element
  /** Text of SignatureValue. */
  readonly signatureValue: string
}

/** The tree as it was received. Only `signature.ts` may follow it further; identity is never read from it. */
export interface Shape {
  readonly ok: true
  readonly source: string
  readonly response: Element
  readonly assertion: Element
  readonly responseSigned: Signed | undefined
  readonly assertionSigned: Signed | undefined
}

const maximumIdLength = 256
const identifiers: ReadonlySet<string> = new Set(['ID', 'Id', 'id', 'AssertionID', 'ResponseID'])

/** Children of Response and of Assertion (SAML core 3.2.2 and 2.3.3), each with the namespace it has. */
const responseContent = new Map([
  ['Issuer', saml],
  ['Signature', ds],
  ['Extensions', samlp],
  ['Status', samlp],
  ['Assertion', saml],
])
const assertionContent = new Map([
  ['Issuer', saml],
  ['Signature', ds],
  ['Subject', saml],
  ['Conditions', saml],
  ['Advice', saml],
  ['AuthnStatement', saml],
  ['AttributeStatement', saml],
  ['AuthzDecisionStatement', saml],
])

/** Judges the shape and finds the pieces that the next stages work on. */
export function checkShape(document: XmlDocument, required: RequiredSignature): Shape | Refused {
  const { root: response } = document
  if (!isElement(response, samlp, 'Response')) return refuse('root-not-response', `found ${shown(response.name)}`)
  const refused =
    checkPlaces(document) ?? checkIdentifiers(document.elements) ?? checkContent(response, responseContent)
  if (refused !== undefined) return refused
  const assertions = childElements(response).filter((child) => isElement(child, saml, 'Assertion'))
  const [assertion] = assertions
  if (assertion === undefined || assertions.length > 1) {
    return refuse('assertion-count', `found ${assertions.length}, expected one`)
  }
  const unexpected = checkContent(assertion, assertionContent)
  if (unexpected !== undefined) return unexpected
  const responseSigned = findSigned(response)
  if (responseSigned?.ok === false) return responseSigned
  const assertionSigned = findSigned(assertion)
  if (assertionSigned?.ok === false) return assertionSigned
  const missing = missingSignature(required, responseSigned !== undefined, assertionSigned !== undefined)
  if (missing !== undefined) return refuse('signature-missing', missing)
  if (attributeOf(response, 'ID') === undefined) return refuse('id-missing', 'found none on the Response')
  if (attributeOf(assertion, 'ID') === undefined) return refuse('id-missing', 'found none on the Assertion')
  return { ok: true, source: document.source, response, assertion, responseSigned, assertionSigned }
}

/** A Response whose assertion is encrypted. Its own signature is there, because nothing else could be believed. */
export interface EncryptedShape {
  readonly ok: true
  readonly source: string
  readonly responseSigned: Signed
}

const encryptedContent = new Map([
  ['Issuer', saml],
  ['Signature', ds],
  ['Extensions', samlp],
  ['Status', samlp],
  ['EncryptedAssertion', saml],
])

export function holdsEncryptedAssertion({ root }: XmlDocument): boolean {
  return childrenNamed(root, saml, 'EncryptedAssertion').length > 0
}

/** The shape of such a Response: what `checkShape` asks, with one EncryptedAssertion in the Assertion's place. */
export function checkEncryptedShape(document: XmlDocument): EncryptedShape | Refused {
  const { root: response, source } = document
  if (!isElement(response, samlp, 'Response')) return refuse('root-not-response', `found ${shown(response.name)}`)
  const refused =
    checkNoneBelow(document, [
      [saml, 'Assertion'],
      [samlp, 'Response'],
    ]) ??
    checkOnlyAtRoot(document, [
      [saml, 'EncryptedAssertion'],
      [ds, 'Signature'],
    ]) ??
    checkIdentifiers(document.elements) ??
    checkContent(response, encryptedContent)
  if (refused !== undefined) return refused
  const { length } = childrenNamed(response, saml, 'EncryptedAssertion')
  if (length !== 1) return refuse('assertion-count', `found ${length} EncryptedAssertions, expected one`)
  const responseSigned = findSigned(response)
  if (responseSigned === undefined) return refuse('signature-missing', 'the Response is not signed')
  if (!responseSigned.ok) return responseSigned
  if (attributeOf(response, 'ID') === undefined) return refuse('id-missing', 'found none on the Response')
  return { ok: true, source, responseSigned }
}

/** What was decrypted. Nothing of it is verified but that it stood in verified octets. */
export interface PlainAssertion {
  readonly ok: true
  readonly source: string
  readonly assertion: Element
  readonly assertionSigned: Signed | undefined
}

/** The shape of a decrypted document: one Assertion, alone. */
export function checkPlainAssertion(document: XmlDocument): PlainAssertion | Refused {
  const { root: assertion, source } = document
  if (!isElement(assertion, saml, 'Assertion')) return refuse('assertion-count', `decrypted ${shown(assertion.name)}`)
  const refused =
    checkNoneBelow(document, [
      [saml, 'Assertion'],
      [saml, 'EncryptedAssertion'],
      [samlp, 'Response'],
    ]) ??
    checkOnlyAtRoot(document, [[ds, 'Signature']]) ??
    checkIdentifiers(document.elements) ??
    checkContent(assertion, assertionContent)
  if (refused !== undefined) return refused
  const assertionSigned = findSigned(assertion)
  if (assertionSigned?.ok === false) return assertionSigned
  if (attributeOf(assertion, 'ID') === undefined) return refuse('id-missing', 'found none on the Assertion')
  return { ok: true, source, assertion, assertionSigned }
}

type Names = readonly (readonly [namespace: string, localName: string])[]

function checkNoneBelow({ root, elements }: XmlDocument, names: Names): Refused | undefined {
  const found = elements.find((one) => one !== root && names.some((name) => isElement(one, ...name)))
  return found && refuse('element-misplaced', `found ${found.localName} in ${shown(found.parent?.name)}`)
}

function checkOnlyAtRoot({ root, elements }: XmlDocument, names: Names): Refused | undefined {
  const found = elements.find((one) => one.parent !== root && names.some((name) => isElement(one, ...name)))
  return found && refuse('element-misplaced', `found ${found.localName} in ${shown(found.parent?.name)}`)
}

/** S1: wherever a second Assertion, Response or Signature could hide, there is none. */
function checkPlaces(document: XmlDocument): Refused | undefined {
  for (const element of document.elements) {
    const { localName, namespace, parent } = element
    if (localName === 'EncryptedAssertion' && namespace === saml) {
      return refuse('encrypted-assertion', 'found an EncryptedAssertion, expected an Assertion')
    }
    const misplaced =
      (localName === 'Response' && namespace === samlp && parent !== undefined) ||
      (localName === 'Assertion' && namespace === saml && parent !== document.root) ||
      (localName === 'Signature' && namespace === ds && parent !== document.root && !isOuterAssertion(document, parent))
    if (misplaced) return refuse('element-misplaced', `found ${localName} in ${shown(parent?.name)}`)
  }
  return undefined
}

function isOuterAssertion(document: XmlDocument, element: Element | undefined): boolean {
  return element?.parent === document.root && isElement(element, saml, 'Assertion')
}

function checkContent(parent: Element, content: ReadonlyMap<string, string>): Refused | undefined {
  for (const child of childElements(parent)) {
    if (content.get(child.localName) !== child.namespace) {
      return refuse('element-unexpected', `found ${shown(child.name)} in ${parent.localName}`)
    }
  }
  return holdsText(parent) ? refuse('element-unexpected', `found text in ${parent.localName}`) : undefined
}

/** S3: identifiers are unique over every attribute that any reader might take for one. */
function checkIdentifiers(elements: readonly Element[]): Refused | undefined {
  const seen = new Set<string>()
  for (const element of elements) {
    for (const { localName, namespace, name, value } of element.attributes) {
      if (!identifiers.has(localName)) continue
      if (namespace !== '' && !(namespace === xmlNamespace && localName === 'id')) {
        return refuse('id-foreign', `found ${shown(name)} on ${shown(element.name)}`)
      }
      if (value.length > maximumIdLength || !isNcName(value)) {
        return refuse('id-malformed', `found ${shown(value)} on ${shown(element.name)}`)
      }
      if (seen.has(value)) return refuse('id-repeated', `found ${shown(value)} twice`)
      seen.add(value)
    }
  }
  return undefined
}

/** S2: at most one Signature, behind the Issuer, with exactly the children it must have. */
function findSigned(element: Element): (Signed & { readonly ok: true }) | Refused | undefined {
  const children = childElements(element)
  const signatures = children.filter((child) => isElement(child, ds, 'Signature'))
  const [signature] = signatures
  if (signature === undefined) return undefined
  if (signatures.length > 1) return refuse('signature-repeated', `found ${signatures.length} in ${element.localName}`)
  const issuer = children.findIndex((child) => isElement(child, saml, 'Issuer'))
  if (issuer > 0 || children[issuer + 1] !== signature) {
    return refuse('signature-position', `found elsewhere in ${element.localName}, expected behind Issuer`)
  }
  const [signedInfo, value, keyInfo, more] = childElements(signature)
  const signatureValue = value === undefined ? undefined : textOf(value)
  if (
    signedInfo === undefined ||
    !isElement(signedInfo, ds, 'SignedInfo') ||
    value === undefined ||
    !isElement(value, ds, 'SignatureValue') ||
    signatureValue === undefined ||
    (keyInfo !== undefined && !isElement(keyInfo, ds, 'KeyInfo')) ||
    more !== undefined ||
    holdsText(signature) ||
    signature.attributes.some(({ name }) => name !== 'Id')
  ) {
    return refuse('signature-structure', `found in ${element.localName}`)
  }
  return { ok: true, element, id: attributeOf(element, 'ID') ?? '', signature, signedInfo, signatureValue }
}

function missingSignature(required: RequiredSignature, response: boolean, assertion: boolean): string | undefined {
  if ((required === 'response' || required === 'both') && !response) return 'the Response is not signed'
  if ((required === 'assertion' || required === 'both') && !assertion) return 'the Assertion is not signed'
  if (!response && !assertion) return 'neither the Response nor the Assertion is signed'
  return undefined
}
