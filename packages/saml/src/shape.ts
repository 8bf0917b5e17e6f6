/**
 * The shape of a response, before any cryptography: one assertion, signatures only where they belong, identifiers that
 * name one element each, the required signatures present (checks S1-S3 and the presence half of S4).
 */
import { code, isNcName } from './characters.ts'
import { xmlBinding } from './namespaces.ts'
import {
  type Attribute,
  attributeNamed,
  attributeOf,
  attributeValue,
  childElements,
  childrenNamed,
  type Element,
  hasAttributesBeside,
  holdsText,
  isElement,
  localNameOf,
  nameOf,
  type Tag,
  textOf,
  type XmlDocument,
} from './nodes.ts'
import { excerpt, reads } from './octets.ts'
import { type Refused, refuse, shown } from './refusals.ts'
import type { Stated } from './stated.ts'
import { refuseWithoutAssertion } from './status.ts'
import { ds, saml, samlp } from './vocabulary.ts'

/** Which signatures must be there. Every signature that is present must verify in any case. */
export type RequiredSignature = 'response' | 'assertion' | 'both' | 'either'

/** An element with the signature that stands in it. Nothing of this is verified. */
export interface Signed {
  readonly element: Element
  readonly id: string
  readonly signature: Element
  /** What it says, where it has the usual form. */
  readonly signedInfo: Element | Stated
  /** Text of SignatureValue. */
  readonly signatureValue: string
}

/** The tree as it was received. Only `signature.ts` may follow it further; identity is never read from it. */
export interface Shape {
  readonly ok: true
  readonly response: Element
  readonly assertion: Element
  readonly responseSigned: Signed | undefined
  readonly assertionSigned: Signed | undefined
}

const maximumIdLength = 256
const identifiers = ['ID', 'Id', 'id', 'AssertionID', 'ResponseID'] as const

type Names = readonly (readonly [namespace: string, localName: string])[]

/** Children of Response and of Assertion (SAML core 3.2.2 and 2.3.3). */
const responseContent: Names = [
  [saml, 'Issuer'],
  [ds, 'Signature'],
  [samlp, 'Extensions'],
  [samlp, 'Status'],
  [saml, 'Assertion'],
]
const assertionContent: Names = [
  [saml, 'Issuer'],
  [ds, 'Signature'],
  [saml, 'Subject'],
  [saml, 'Conditions'],
  [saml, 'Advice'],
  [saml, 'AuthnStatement'],
  [saml, 'AttributeStatement'],
  [saml, 'AuthzDecisionStatement'],
]

/** Judges the shape and finds the pieces that the next stages work on. */
export function checkShape(document: XmlDocument, required: RequiredSignature): Shape | Refused {
  const { root: response } = document
  if (!isElement(response, samlp, 'Response')) return refuse('root-not-response', `found ${shown(nameOf(response))}`)
  const refused =
    checkPlaces(document) ?? checkIdentifiers(document.elements) ?? checkContent(response, responseContent)
  if (refused !== undefined) return refused
  const assertions = childElements(response).filter((child) => isElement(child, saml, 'Assertion'))
  const [assertion] = assertions
  if (assertion === undefined) return refuseWithoutAssertion(response)
  if (assertions.length > 1) return refuse('assertion-count', `found ${assertions.length}, expected one`)
  const unexpected = checkContent(assertion, assertionContent)
  if (unexpected !== undefined) return unexpected
  const responseSigned = findSigned(response)
  if (responseSigned?.ok === false) return responseSigned
  const assertionSigned = findSigned(assertion)
  if (assertionSigned?.ok === false) return assertionSigned
  const missing = missingSignature(required, responseSigned !== undefined, assertionSigned !== undefined)
  if (missing !== undefined) return refuse('signature-missing', missing)
  if (attributeNamed(response, 'ID') === undefined) return refuse('id-missing', 'found none on the Response')
  if (attributeNamed(assertion, 'ID') === undefined) return refuse('id-missing', 'found none on the Assertion')
  return { ok: true, response, assertion, responseSigned, assertionSigned }
}

/** A Response whose assertion is encrypted. Its own signature is there, because nothing else could be believed. */
export interface EncryptedShape {
  readonly ok: true
  readonly responseSigned: Signed
}

const encryptedContent: Names = [
  [saml, 'Issuer'],
  [ds, 'Signature'],
  [samlp, 'Extensions'],
  [samlp, 'Status'],
  [saml, 'EncryptedAssertion'],
]

export function holdsEncryptedAssertion({ root }: XmlDocument): boolean {
  return childrenNamed(root, saml, 'EncryptedAssertion').length > 0
}

/** The shape of such a Response: what `checkShape` asks, with one EncryptedAssertion in the Assertion's place. */
export function checkEncryptedShape(document: XmlDocument): EncryptedShape | Refused {
  const { root: response } = document
  if (!isElement(response, samlp, 'Response')) return refuse('root-not-response', `found ${shown(nameOf(response))}`)
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
  if (responseSigned === undefined) {
    return refuse('signature-missing', 'the Response is not signed, which an encrypted assertion needs in any case')
  }
  if (!responseSigned.ok) return responseSigned
  if (attributeNamed(response, 'ID') === undefined) return refuse('id-missing', 'found none on the Response')
  return { ok: true, responseSigned }
}

/** What was decrypted. Nothing of it is verified but that it stood in verified octets. */
export interface PlainAssertion {
  readonly ok: true
  readonly assertion: Element
  readonly assertionSigned: Signed | undefined
}

/** The shape of a decrypted document: one Assertion, alone. */
export function checkPlainAssertion(document: XmlDocument): PlainAssertion | Refused {
  const { root: assertion } = document
  if (!isElement(assertion, saml, 'Assertion'))
    return refuse('assertion-count', `decrypted ${shown(nameOf(assertion))}`)
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
  if (attributeNamed(assertion, 'ID') === undefined) return refuse('id-missing', 'found none on the Assertion')
  return { ok: true, assertion, assertionSigned }
}

function checkNoneBelow({ root, elements }: XmlDocument, names: Names): Refused | undefined {
  const found = elements.find((one) => one !== root && isOneOf(one, names))
  return found && refuse('element-misplaced', `found ${localNameOf(found)} in ${shown(parentName(found))}`)
}

function checkOnlyAtRoot({ root, elements }: XmlDocument, names: Names): Refused | undefined {
  const found = elements.find((one) => one.parent !== root && isOneOf(one, names))
  return found && refuse('element-misplaced', `found ${localNameOf(found)} in ${shown(parentName(found))}`)
}

function isOneOf(element: Element, names: Names): boolean {
  for (const [namespace, localName] of names) if (isElement(element, namespace, localName)) return true
  return false
}

/** S1: wherever a second Assertion, Response or Signature could hide, there is none. */
function checkPlaces(document: XmlDocument): Refused | undefined {
  let anywhere: Tag | undefined
  for (const element of document.elements) {
    if (element.tag === anywhere) continue
    if (isElement(element, saml, 'EncryptedAssertion')) {
      return refuse('encrypted-assertion', 'found an EncryptedAssertion, expected an Assertion')
    }
    const misplaced = isMisplaced(element, document.root)
    if (misplaced === true) {
      return refuse('element-misplaced', `found ${localNameOf(element)} in ${shown(parentName(element))}`)
    }
    if (misplaced === undefined) anywhere = element.tag
  }
  return undefined
}

/** Undefined for what may stand anywhere. */
function isMisplaced(element: Element, root: Element): boolean | undefined {
  const { parent } = element
  if (isElement(element, samlp, 'Response')) return parent !== undefined
  if (isElement(element, saml, 'Assertion')) return parent !== root
  if (isElement(element, ds, 'Signature')) return parent !== root && !isOuterAssertion(parent, root)
  return undefined
}

function isOuterAssertion(element: Element | undefined, root: Element): boolean {
  return element?.parent === root && isElement(element, saml, 'Assertion')
}

function parentName({ parent }: Element): string | undefined {
  return parent && nameOf(parent)
}

function checkContent(parent: Element, content: Names): Refused | undefined {
  for (const child of childElements(parent)) {
    if (!isOneOf(child, content)) {
      return refuse('element-unexpected', `found ${shown(nameOf(child))} in ${localNameOf(parent)}`)
    }
  }
  return holdsText(parent) ? refuse('element-unexpected', `found text in ${localNameOf(parent)}`) : undefined
}

function isIdentifier(element: Element, attribute: Attribute): boolean {
  // Their last letter, which few other names have.
  const last = element.source.octets[element.start + attribute.nameEnd - 1]
  if (last !== code.upperD && last !== code.lowerD) return false
  for (const name of identifiers) if (isLocally(element, attribute, name)) return true
  return false
}

/** Whether this is the local part of an attribute's name. */
function isLocally({ source, start }: Element, { localStart, nameEnd }: Attribute, localName: string): boolean {
  return reads(source.octets, start + localStart, start + nameEnd, localName)
}

/** S3: identifiers are unique over every attribute that any reader might take for one. */
function checkIdentifiers(elements: readonly Element[]): Refused | undefined {
  const seen = new Set<string>()
  let harmless: Tag | undefined
  for (const element of elements) {
    if (element.tag === harmless) continue
    const before = seen.size
    for (let attribute = element.tag.attributes; attribute !== undefined; attribute = attribute.next) {
      if (!isIdentifier(element, attribute)) continue
      const { binding } = attribute
      if (binding !== undefined && !(binding === xmlBinding && isLocally(element, attribute, 'id'))) {
        const { start } = element
        const found = excerpt(element.source, start + attribute.start, start + attribute.nameEnd)
        return refuse('id-foreign', `found ${shown(found)} on ${shown(nameOf(element))}`)
      }
      const value = attributeValue(element, attribute)
      if (value.length > maximumIdLength || !isNcName(value)) {
        return refuse('id-malformed', `found ${shown(value)} on ${shown(nameOf(element))}`)
      }
      if (seen.has(value)) return refuse('id-repeated', `found ${shown(value)} twice`)
      seen.add(value)
    }
    if (seen.size === before) harmless = element.tag
  }
  return undefined
}

/** S2: at most one Signature, behind the Issuer, with exactly the children it must have. */
function findSigned(element: Element): (Signed & { readonly ok: true }) | Refused | undefined {
  const children = childElements(element)
  const signatures = children.filter((child) => isElement(child, ds, 'Signature'))
  const [signature] = signatures
  if (signature === undefined) return undefined
  if (signatures.length > 1)
    return refuse('signature-repeated', `found ${signatures.length} in ${localNameOf(element)}`)
  const issuer = children.findIndex((child) => isElement(child, saml, 'Issuer'))
  if (issuer > 0 || children[issuer + 1] !== signature) {
    return refuse('signature-position', `found elsewhere in ${localNameOf(element)}, expected behind Issuer`)
  }
  const id = attributeOf(element, 'ID') ?? ''
  if (hasAttributesBeside(signature, ['Id'])) {
    return refuse('signature-structure', `found an attribute beside Id on the one in ${localNameOf(element)}`)
  }
  const { usual } = signature
  if (usual !== undefined) {
    const { stated, valueStart, valueEnd } = usual
    const signatureValue = excerpt(signature.source, valueStart, valueEnd)
    return { ok: true, element, id, signature, signedInfo: stated, signatureValue }
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
    holdsText(signature)
  ) {
    return refuse('signature-structure', `found in ${localNameOf(element)}`)
  }
  return { ok: true, element, id, signature, signedInfo, signatureValue }
}

function missingSignature(required: RequiredSignature, response: boolean, assertion: boolean): string | undefined {
  if ((required === 'response' || required === 'both') && !response) return 'the Response is not signed'
  if ((required === 'assertion' || required === 'both') && !assertion) return 'the Assertion is not signed'
  if (!response && !assertion) return 'neither the Response nor the Assertion is signed'
  return undefined
}
