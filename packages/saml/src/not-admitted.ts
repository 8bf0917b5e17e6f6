import type { RefusalCode } from './refusals.ts'

/** The short way out of nested reading and writing; who began it turns it into a refusal. */
export class NotAdmitted extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode, detail: string) {
    super(detail)
    this.code = code
  }
}
