/** Statements of an assertion: that a sign-in happened, and the attributes (P10-P12). Their order is free. */
import {
  attributeNamed,
  attributeOf,
  childElements,
  childrenNamed,
  type Element,
  holdsText,
  isElement,
  localNameOf,
  type Tag,
  textOf,
} from './nodes.ts'
import { isPlainName } from './plain-name.ts'
import { type Refused, refuse, shown } from './refusals.ts'
import { about, isFuture, isOver, type Moment, readTime } from './times.ts'
import { saml } from './vocabulary.ts'

export interface Authentication {
  readonly ok: true
  /** Milliseconds since the epoch. */
  readonly authnInstant: number
  readonly sessionNotOnOrAfter: number | undefined
  readonly sessionIndex: string | undefined
}

/** P10: exactly one AuthnStatement (SAML core 2.7.2), of a sign-in that has happened and a session that lasts. */
export function checkAuthentication(assertion: Element, moment: Moment): Authentication | Refused {
  const [statement, another] = childrenNamed(assertion, saml, 'AuthnStatement')
  if (statement === undefined || another !== undefined) {
    return refuse('authn-statement-count', `found ${statement === undefined ? 'none' : 'several'}, expected one`)
  }
  const instant = readTime(statement, 'AuthnInstant')
  if (!instant.ok) return instant
  if (isFuture(instant.time, moment)) return refuse('authn-instant', about(statement, instant.time, moment))
  const authnInstant = instant.time
  const sessionIndex = attributeOf(statement, 'SessionIndex')
  if (attributeNamed(statement, 'SessionNotOnOrAfter') === undefined) {
    return { ok: true, authnInstant, sessionNotOnOrAfter: undefined, sessionIndex }
  }
  const end = readTime(statement, 'SessionNotOnOrAfter')
  if (!end.ok) return end
  if (isOver(end.time, moment)) return refuse('session-expired', about(statement, end.time, moment))
  return { ok: true, authnInstant, sessionNotOnOrAfter: end.time, sessionIndex }
}

/** Values by attribute name, in document order. Repeated attributes are joined, so that a repetition is seen as one. */
export type Attributes = ReadonlyMap<string, readonly string[]>

/**
 * P11: at most one AttributeStatement; it may be empty, as IAM Identity Center sends it. NameFormat and xsi:type are not
 * compared. An attribute with a value of element content has no text to be mistaken: the whole name is left out.
 */
export function readAttributes(assertion: Element): { readonly ok: true; readonly attributes: Attributes } | Refused {
  const [statement, another] = childrenNamed(assertion, saml, 'AttributeStatement')
  const attributes = new Map<string, string[]>()
  if (statement === undefined) return { ok: true, attributes }
  if (another !== undefined) return refuse('attribute-statement-count', 'found several, expected at most one')
  const structured = new Set<string>()
  let valueTag: Tag | undefined
  for (const attribute of childElements(statement)) {
    if (isElement(attribute, saml, 'EncryptedAttribute'))
      return refuse('attribute-encrypted', 'found EncryptedAttribute')
    const name = attributeOf(attribute, 'Name')
    if (!isElement(attribute, saml, 'Attribute') || name === undefined || holdsText(attribute)) {
      return refuse('attribute-structure', `found ${shown(localNameOf(attribute))} with Name ${shown(name)}`)
    }
    if (!isPlainName(name)) return refuse('name-not-plain', `found ${shown(name)} as the name of an attribute`)
    const values = attributes.get(name) ?? []
    attributes.set(name, values)
    for (let child = attribute.children; child !== undefined; child = child.next) {
      if (child.kind === 'text') continue
      if (child.tag !== valueTag && !isElement(child, saml, 'AttributeValue')) {
        return refuse('attribute-structure', `found ${shown(localNameOf(child))} in the attribute ${shown(name)}`)
      }
      valueTag = child.tag
      const text = textOf(child)
      if (text === undefined) structured.add(name)
      else values.push(text)
    }
  }
  for (const name of structured) attributes.delete(name)
  return { ok: true, attributes }
}
