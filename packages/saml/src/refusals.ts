/** Why a response was refused: a stable code, its check, and what an operator needs to see. */
import { type CheckId, type RefusalRow, rows } from './refusal-table.ts'

/** Stable, kebab-case; published in documents, logs and the response header of a refusal. */
export type RefusalCode = keyof typeof rows

/** Every refusal of the verifier. The generated reference page is made from it. */
export const refusalTable: Readonly<Record<RefusalCode, RefusalRow>> = rows

/** A coded no. `detail` is for operators: what was found and expected; names, ids, times and URLs only, bounded. */
export interface Refusal {
  readonly check: CheckId
  readonly code: RefusalCode
  readonly detail: string
}

export interface Refused {
  readonly ok: false
  readonly refusal: Refusal
}

/** Makes the answer no. `detail` must hold no more of the document than `shown` values. */
export function refuse(code: RefusalCode, detail: string): Refused {
  return { ok: false, refusal: { check: rows[code].check, code, detail } }
}

/** A value of the document as an operator may see it: quoted, printable ASCII, at most 120 characters; `nothing` if absent. */
export function shown(value: string | undefined): string {
  if (value === undefined) return 'nothing'
  const printable = value.slice(0, 120).replace(/[^ -~]/g, '?')
  return value.length > 120 ? `\`${printable}...\`` : `\`${printable}\``
}
