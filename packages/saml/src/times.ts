/** Comparisons with the clock, in one place so that the skew is applied once and the same way (check P4). */
import { dateTimeAt, parseDateTime } from './datetime.ts'
import { type Attribute, attributeNamed, attributeValue, type Element, localNameOf } from './nodes.ts'
import { type Refused, refuse, shown } from './refusals.ts'
import type { Trust } from './trust.ts'

/** When the response is judged, and how far the clocks may differ. Milliseconds. */
export interface Moment {
  readonly now: number
  readonly skew: number
}

type Time = { readonly ok: true; readonly time: number }

/** The time that an attribute holds. */
export function readTime(element: Element, attribute: string): Time | Refused {
  const found = attributeNamed(element, attribute)
  const time = found && timeOf(element, found)
  if (time === undefined) {
    const text = found && attributeValue(element, found)
    return refuse('time-malformed', `found ${shown(text)} as ${attribute} of ${localNameOf(element)}, expected UTC`)
  }
  return { ok: true, time }
}

function timeOf({ source, start }: Element, { resolved, valueStart, end }: Attribute): number | undefined {
  if (resolved !== undefined) return parseDateTime(resolved)
  return dateTimeAt(source.octets, start + valueStart, start + end - 1)
}

/** Both questions are put so that a clock that says NaN finds everything too early and too late. */
export function isFuture(time: number, { now, skew }: Moment): boolean {
  return !(time <= now + skew)
}

/** `NotOnOrAfter` is the first instant that is too late (SAML core 2.5.1.2). */
export function isOver(notOnOrAfter: number, { now, skew }: Moment): boolean {
  return !(now - skew < notOnOrAfter)
}

/** IssueInstant of a Response or Assertion: not in the future, not older than is accepted. */
export function checkIssued(element: Element, trust: Trust, moment: Moment): Time | Refused {
  const issued = readTime(element, 'IssueInstant')
  if (!issued.ok) return issued
  if (isFuture(issued.time, moment)) return refuse('issued-in-future', about(element, issued.time, moment))
  if (!(moment.now - moment.skew - issued.time <= trust.maxIssueAge)) {
    return refuse('issued-too-long-ago', about(element, issued.time, moment))
  }
  return issued
}

/**
 * How long after its IssueInstant an assertion may be good, plus skew. `end`: the earlier of Conditions' and the bearer's, because where
 * one of them lasts for a working day, as with AD FS, the other one ends it.
 */
export function checkValidity(end: number, issued: number, trust: Trust): Refused | undefined {
  if (end - issued <= trust.maxValidity + trust.skew) return undefined
  const found = `found ${(end - issued) / 1_000} s after IssueInstant in both Conditions and SubjectConfirmationData`
  return refuse('validity-too-long', `${found}, expected at most ${trust.maxValidity / 1_000} s in one`)
}

/** What was found and when, for the detail of a refusal. */
export function about(element: Element, time: number, { now, skew }: Moment): string {
  return `found ${iso(time)} in ${localNameOf(element)}, now is ${iso(now)}, skew ${skew / 1_000} s`
}

function iso(time: number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? 'no time' : date.toISOString()
}
