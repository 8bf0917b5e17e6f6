/** The reading position of the parser, the moves that every rule makes, and the words for what it cannot read. */
import { code, ncNameEnd, resolveReferences } from './characters.ts'
import { NotAdmitted } from './not-admitted.ts'
import { type Source, textBetween } from './octets.ts'

/** Limits of check G1. `text` is in octets, for one text or one attribute value; attributes include declarations. */
export const limits = { depth: 32, elements: 5_000, attributes: 32, text: 64 * 1024 } as const

/** The reading position, and the value that was read last. */
export interface Cursor {
  readonly source: Source
  /** Of the source. */
  readonly octets: Buffer
  at: number
  /** Of the attribute value read last. */
  valueStart: number
  canonical: boolean
  resolved: string | undefined
}

/** Reads a QName (Namespaces in XML, section 4) and returns the place of its colon, or -1. */
export function readName(cursor: Cursor, start: number): number {
  const { octets } = cursor
  const end = ncNameEnd(octets, start)
  if (end === start) throw notName(cursor, start)
  if (octets[end] !== code.colon) {
    cursor.at = end
    return -1
  }
  cursor.at = ncNameEnd(octets, end + 1)
  if (cursor.at === end + 1) throw malformed(cursor, 'expected a name behind its prefix')
  return end
}

/** What `<!` may begin, and the code that refuses it. */
const markup = [
  ['!--', 'comment'],
  ['![CDATA[', 'cdata'],
  ['!DOCTYPE', 'doctype'],
  ['!', 'entity-declaration'],
  ['?', 'processing-instruction'],
] as const

export function notName({ octets }: Cursor, at: number): NotAdmitted {
  const found = textBetween(octets, at, at + 8)
  const [, refusal] = markup.find(([start]) => found.startsWith(start)) ?? []
  if (refusal !== undefined) return new NotAdmitted(refusal, `found at octet ${at - 1}`)
  return new NotAdmitted('xml-malformed', `expected a name, at octet ${at}`)
}

export function unexpected({ octets }: Cursor, at: number, where: string): NotAdmitted {
  if (at === octets.length - 1) return new NotAdmitted('xml-malformed', `${where} that does not end`)
  if (octets[at] !== code.less) return new NotAdmitted('control-character', `found in ${where}, at octet ${at}`)
  return new NotAdmitted('xml-malformed', `${where} that does not end before \`<\`, at octet ${at}`)
}

export function isControl(octet: number): boolean {
  return octet < code.space && octet !== code.tab && octet !== code.lineFeed
}

export function malformed({ at }: Cursor, problem: string): NotAdmitted {
  return new NotAdmitted('xml-malformed', `${problem}, at octet ${at}`)
}

export function checkLength(length: number): void {
  if (length > limits.text) {
    throw new NotAdmitted('text-too-long', `found ${length} octets, expected at most ${limits.text}`)
  }
}

export function resolved(cursor: Cursor, raw: string): string {
  const value = resolveReferences(raw)
  if (value === undefined) throw malformed(cursor, 'a reference to no character')
  return value
}
