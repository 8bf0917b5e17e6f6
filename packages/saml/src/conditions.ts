/** Conditions of an assertion (SAML core 2.5.1): window, audience, and that all of them are understood (P4-P6). */
import { attributeNamed, childElements, childrenNamed, type Element, isElement, nameOf, textOf } from './nodes.ts'
import { type Refused, refuse, shown } from './refusals.ts'
import { about, isFuture, isOver, type Moment, readTime } from './times.ts'
import type { Trust } from './trust.ts'
import { saml } from './vocabulary.ts'

export interface Conditions {
  readonly ok: true
  /** Milliseconds since the epoch. */
  readonly notOnOrAfter: number
  readonly oneTimeUse: boolean
}

/** Judges the Conditions of an assertion. */
export function checkConditions(assertion: Element, trust: Trust, moment: Moment): Conditions | Refused {
  const [conditions, another] = childrenNamed(assertion, saml, 'Conditions')
  if (conditions === undefined || another !== undefined) {
    return refuse('conditions-missing', `found ${conditions === undefined ? 'none' : 'several'}`)
  }
  const window = checkWindow(conditions, moment)
  if (!window.ok) return window
  const unknown = childElements(conditions).find((child) => !understood.some((name) => isElement(child, saml, name)))
  if (unknown !== undefined) return refuse('condition-unknown', `found ${shown(nameOf(unknown))}`)
  for (const name of ['OneTimeUse', 'ProxyRestriction'] as const) {
    if (childrenNamed(conditions, saml, name).length > 1) return refuse('condition-unknown', `found ${name} twice`)
  }
  const refused = checkAudience(conditions, trust.audience)
  if (refused !== undefined) return refused
  const oneTimeUse = childrenNamed(conditions, saml, 'OneTimeUse').length > 0
  return { ok: true, notOnOrAfter: window.time, oneTimeUse }
}

/** ProxyRestriction binds identity providers only (core 2.5.1.6); nothing is proxied here. */
const understood = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'] as const

function checkWindow(conditions: Element, moment: Moment) {
  const end = readTime(conditions, 'NotOnOrAfter')
  if (!end.ok) return end
  if (attributeNamed(conditions, 'NotBefore') !== undefined) {
    const begin = readTime(conditions, 'NotBefore')
    if (!begin.ok) return begin
    if (isFuture(begin.time, moment)) return refuse('not-yet-valid', about(conditions, begin.time, moment))
  }
  if (isOver(end.time, moment)) return refuse('expired', about(conditions, end.time, moment))
  return end
}

/** P5: every AudienceRestriction, and there is one, names this service exactly (core 2.5.1.4). */
function checkAudience(conditions: Element, audience: string): Refused | undefined {
  const restrictions = childrenNamed(conditions, saml, 'AudienceRestriction')
  if (restrictions.length === 0)
    return refuse('audience-missing', `found no AudienceRestriction, expected ${shown(audience)}`)
  for (const restriction of restrictions) {
    const named = childElements(restriction).filter((child) => isElement(child, saml, 'Audience'))
    if (!named.some((child) => textOf(child) === audience)) {
      const [first] = named
      return refuse('audience-mismatch', `found ${shown(first && textOf(first))}, expected ${shown(audience)}`)
    }
  }
  return undefined
}
