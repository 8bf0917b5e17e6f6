/** Audit events as JSON lines on standard output, where Lambda, containers and service managers collect them. */
import type { AuthenticationEvent } from '../core/audit.ts'
import type { Audit } from '../core/ports.ts'

/**
 * The event as one line of printable ASCII. Strangers write some of its texts, and a character that steers terminals,
 * turns the direction of reading or ends lines elsewhere (C1 controls, U+202E, U+2028) could make one event look like another.
 */
export function auditLine(event: AuthenticationEvent): string {
  return JSON.stringify(event).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export const auditLog: Audit = {
  record(event) {
    process.stdout.write(`${auditLine(event)}\n`)
  },
}
