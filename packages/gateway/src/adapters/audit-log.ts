/** Audit events as JSON lines on standard output, where Lambda, containers and service managers collect them. */
import type { Audit } from '../core/ports.ts'

export const auditLog: Audit = {
  record(event) {
    process.stdout.write(`${JSON.stringify(event)}\n`)
  },
}
