/**
 * The Web Browser SSO profile (SAML profiles 4.1.4.3) over verified octets: checks P1 to P13, and the only place that
 * makes a `VerifiedAssertion`.
 */
import { checkConditions } from './conditions.ts'
import { attributeOf, childrenNamed, type Element, localNameOf, textOf } from './nodes.ts'
import { type Refused, refuse, shown } from './refusals.ts'
import type { VerifiedOctets } from './signature.ts'
import { type Attributes, checkAuthentication, readAttributes } from './statements.ts'
import { checkStatus } from './status.ts'
import { checkSubject, type NameId } from './subject.ts'
import { checkIssued, checkValidity, type Moment } from './times.ts'
import type { Trust } from './trust.ts'
import { entityFormat, saml } from './vocabulary.ts'

declare const verified: unique symbol

/** What a genuine assertion says. All of it was read from octets that a pinned key signed. Times in ms since the epoch. */
export interface VerifiedAssertion {
  readonly [verified]: true
  /** With `issuer`, the key under which a replay store remembers it (check P9, the caller's). */
  readonly id: string
  readonly issuer: string
  readonly nameId?: NameId
  readonly attributes: Attributes
  /** The request that is answered; absent if the identity provider began. The caller knows whether it asked (P8). */
  readonly inResponseTo?: string
  readonly sessionIndex?: string
  readonly authnInstant: number
  readonly sessionNotOnOrAfter?: number
  /** First instant at which it can no longer be accepted, before skew: a replay store keeps it until this plus skew. */
  readonly notOnOrAfter: number
  /** The identity provider forbids keeping it (SAML core 2.5.1.5). Replays are refused in any case. */
  readonly oneTimeUse: boolean
}

export interface Verified {
  readonly ok: true
  readonly assertion: VerifiedAssertion
}

/** Judges verified octets by the profile, at `now` (ms since the epoch). */
export function checkProfile(octets: VerifiedOctets, trust: Trust, now: number): Verified | Refused {
  const { assertion, response } = octets
  const moment: Moment = { now, skew: trust.skew }
  const refused =
    checkVersion(response) ??
    checkVersion(assertion) ??
    checkStatus(response) ??
    checkIssuer(response, 'optional', trust.idpEntityId) ??
    checkIssuer(assertion, 'required', trust.idpEntityId) ??
    checkDestination(octets, trust.acsUrl)
  if (refused !== undefined) return refused
  const answered = checkIssued(response, trust, moment)
  if (!answered.ok) return answered
  const issued = checkIssued(assertion, trust, moment)
  if (!issued.ok) return issued
  const conditions = checkConditions(assertion, trust, moment)
  if (!conditions.ok) return conditions
  const subject = checkSubject(assertion, response, trust, moment)
  if (!subject.ok) return subject
  const notOnOrAfter = Math.min(conditions.notOnOrAfter, subject.notOnOrAfter)
  const tooLong = checkValidity(notOnOrAfter, issued.time, trust)
  if (tooLong !== undefined) return tooLong
  const authentication = checkAuthentication(assertion, moment)
  if (!authentication.ok) return authentication
  const statement = readAttributes(assertion)
  if (!statement.ok) return statement
  const { nameId, inResponseTo } = subject
  const { authnInstant, sessionIndex, sessionNotOnOrAfter } = authentication
  const said: { -readonly [Part in keyof VerifiedAssertion]?: VerifiedAssertion[Part] } = {
    id: attributeOf(assertion, 'ID') ?? '',
    issuer: trust.idpEntityId,
    attributes: statement.attributes,
    authnInstant,
    notOnOrAfter,
    oneTimeUse: conditions.oneTimeUse,
  }
  if (nameId !== undefined) said.nameId = nameId
  if (inResponseTo !== undefined) said.inResponseTo = inResponseTo
  if (sessionIndex !== undefined) said.sessionIndex = sessionIndex
  if (sessionNotOnOrAfter !== undefined) said.sessionNotOnOrAfter = sessionNotOnOrAfter
  return { ok: true, assertion: said as VerifiedAssertion }
}

/** P1, for Response and Assertion. */
function checkVersion(element: Element): Refused | undefined {
  const version = attributeOf(element, 'Version')
  if (version === '2.0') return undefined
  return refuse('version-unsupported', `found ${shown(version)} on ${localNameOf(element)}, expected 2.0`)
}

/** P2: the issuer is the identity provider whose keys were tried, by its entity id (SAML profiles 4.1.4.2). */
function checkIssuer(element: Element, need: 'required' | 'optional', entityId: string): Refused | undefined {
  const [issuer, another] = childrenNamed(element, saml, 'Issuer')
  if (issuer === undefined && need === 'optional') return undefined
  const value = issuer && textOf(issuer)
  if (issuer === undefined || another !== undefined || value !== entityId) {
    return refuse('issuer-mismatch', `found ${shown(value)} in ${localNameOf(element)}, expected ${shown(entityId)}`)
  }
  const format = attributeOf(issuer, 'Format')
  if (format === undefined || format === entityFormat) return undefined
  return refuse('issuer-format', `found ${shown(format)} in ${localNameOf(element)}`)
}

/** P3: exact equality; a signed Response must have a Destination (SAML bindings 3.5.5.2). */
function checkDestination({ response, responseIsSigned }: VerifiedOctets, acsUrl: string): Refused | undefined {
  const destination = attributeOf(response, 'Destination')
  if (destination === acsUrl) return undefined
  if (destination !== undefined) {
    return refuse('destination-mismatch', `found ${shown(destination)}, expected ${shown(acsUrl)}`)
  }
  return responseIsSigned ? refuse('destination-missing', `expected ${shown(acsUrl)}`) : undefined
}
