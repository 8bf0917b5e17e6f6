/** The Subject of an assertion: who it is, and that the bearer may present it here and now (P7, P8, P12, P13). */
import { attributeOf, childElements, childrenNamed, type Element, isElement, localNameOf, textOf } from './nodes.ts'
import { isPlainName } from './plain-name.ts'
import { type Refused, refuse, shown } from './refusals.ts'
import { about, isOver, type Moment, readTime } from './times.ts'
import type { Trust } from './trust.ts'
import { bearer, saml } from './vocabulary.ts'

/** SAML core 2.2.3. An account is its value together with all qualifiers and the issuer. */
export interface NameId {
  /** 1 to 1024 visible characters. */
  readonly value: string
  readonly format?: string
  readonly nameQualifier?: string
  readonly spNameQualifier?: string
}

export interface Subject {
  readonly ok: true
  readonly nameId: NameId | undefined
  /** Milliseconds since the epoch. */
  readonly notOnOrAfter: number
  readonly inResponseTo: string | undefined
}

/** Judges the Subject of an assertion that came in `response`. */
export function checkSubject(assertion: Element, response: Element, trust: Trust, moment: Moment): Subject | Refused {
  const [subject, another] = childrenNamed(assertion, saml, 'Subject')
  if (subject === undefined || another !== undefined) {
    return refuse('subject-missing', `found ${subject === undefined ? 'none' : 'several'}`)
  }
  const name = readNameId(subject)
  if (!name.ok) return name
  const confirmation = checkConfirmation(subject, trust, moment)
  if (!confirmation.ok) return confirmation
  const { notOnOrAfter, inResponseTo } = confirmation
  const outer = requestOf(response)
  if (inResponseTo !== outer) {
    return refuse('in-response-to', `found ${shown(inResponseTo)} in the assertion, ${shown(outer)} in the Response`)
  }
  return { ok: true, nameId: name.nameId, notOnOrAfter, inResponseTo }
}

/**
 * SAML core 8.3.7 and 8.3.8 have at most 256 characters, which names that Shibboleth encrypts exceed where entity ids are long. Who is known by
 * such a name is for its user to decide.
 */
const longestNameId = 1024

function readNameId(subject: Element): { readonly ok: true; readonly nameId: NameId | undefined } | Refused {
  const names = childElements(subject).filter((child) => !isElement(child, saml, 'SubjectConfirmation'))
  const [element, another] = names
  if (element === undefined) return { ok: true, nameId: undefined }
  if (another !== undefined) return refuse('name-id-count', `found ${names.length}, expected at most one`)
  if (!isElement(element, saml, 'NameID')) return refuse('name-id-unsupported', `found ${shown(localNameOf(element))}`)
  const value = textOf(element)
  if (value === undefined) return refuse('name-id-empty', 'found no text')
  // Of people who do not have what it is made of. Who they are is then for an attribute to say.
  if (value === '') return { ok: true, nameId: undefined }
  const format = attributeOf(element, 'Format')
  const nameQualifier = attributeOf(element, 'NameQualifier')
  const spNameQualifier = attributeOf(element, 'SPNameQualifier')
  if (!isPlainName(value, longestNameId)) return refuse('name-not-plain', `found ${shown(value)} as NameID`)
  const nameId: { -readonly [Part in keyof NameId]: NameId[Part] } = { value }
  if (format !== undefined) nameId.format = format
  if (nameQualifier !== undefined) nameId.nameQualifier = nameQualifier
  if (spNameQualifier !== undefined) nameId.spNameQualifier = spNameQualifier
  return { ok: true, nameId }
}

type Confirmation = Omit<Subject, 'nameId'>

/** P7: exactly one SubjectConfirmation, bearer, for this URL, not over, without NotBefore (SAML profiles 4.1.4.2). */
function checkConfirmation(subject: Element, trust: Trust, moment: Moment): Confirmation | Refused {
  const [confirmation, another] = childrenNamed(subject, saml, 'SubjectConfirmation')
  if (confirmation === undefined || another !== undefined) {
    return refuse('confirmation-count', `found ${confirmation === undefined ? 'none' : 'several'}, expected one`)
  }
  const method = attributeOf(confirmation, 'Method')
  if (method !== bearer) return refuse('confirmation-method', `found ${shown(method)}, expected bearer`)
  const [data, more] = childrenNamed(confirmation, saml, 'SubjectConfirmationData')
  if (data === undefined || more !== undefined) {
    return refuse('confirmation-data', `found ${data === undefined ? 'none' : 'several'}, expected one`)
  }
  if (attributeOf(data, 'NotBefore') !== undefined) return refuse('confirmation-data', 'found NotBefore')
  const recipient = attributeOf(data, 'Recipient')
  if (recipient !== trust.acsUrl) {
    return refuse('recipient-mismatch', `found ${shown(recipient)}, expected ${shown(trust.acsUrl)}`)
  }
  const end = readTime(data, 'NotOnOrAfter')
  if (!end.ok) return end
  if (isOver(end.time, moment)) return refuse('confirmation-expired', about(data, end.time, moment))
  return { ok: true, notOnOrAfter: end.time, inResponseTo: requestOf(data) }
}

/** The request that is answered. An empty name, as some send it for none, is no name of one. */
function requestOf(element: Element): string | undefined {
  return attributeOf(element, 'InResponseTo') || undefined
}
