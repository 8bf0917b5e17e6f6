/** The reading position of the parser, and the few moves that every rule makes. */
import { code, codeAt, isSpace, ncNameEnd } from './characters.ts'
import type { RefusalCode } from './refusals.ts'

/** The short way out of nested scanning; `parseXml` turns it into a refusal. */
export class NotAdmitted extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode, detail: string) {
    super(detail)
    this.code = code
  }
}

/** The next place of a character at or behind the last one asked for: asked in rising order, a text is searched once. */
export interface Mark {
  readonly character: string
  at: number
}

export interface Cursor {
  readonly text: string
  at: number
  /** Place of the colon in the name read last, or -1. */
  colon: number
  /** The attribute value read last stands in the source in canonical form. */
  plain: boolean
  readonly less: Mark
  readonly greater: Mark
  readonly ampersand: Mark
  readonly tab: Mark
  readonly lineFeed: Mark
}

/** A cursor at a place of the text. */
export function cursorAt(text: string, at: number): Cursor {
  return {
    text,
    at,
    colon: -1,
    plain: true,
    less: { character: '<', at: -1 },
    greater: { character: '>', at: -1 },
    ampersand: { character: '&', at: -1 },
    tab: { character: '\t', at: -1 },
    lineFeed: { character: '\n', at: -1 },
  }
}

/** Reads a QName (Namespaces in XML, section 4) and leaves the place of its colon, counted in the name. */
export function readName(cursor: Cursor): string {
  const { text, at: start } = cursor
  let end = ncNameEnd(text, start)
  if (end === start) throw malformed(cursor, 'expected a name')
  cursor.colon = -1
  if (codeAt(text, end) === code.colon) {
    cursor.colon = end - start
    const local = end + 1
    end = ncNameEnd(text, local)
    if (end === local) throw malformed(cursor, 'expected a name behind its prefix')
  }
  cursor.at = end
  return text.slice(start, end)
}

export function skipSpace(cursor: Cursor): void {
  while (isSpace(codeAt(cursor.text, cursor.at))) cursor.at++
}

export function nextOf(mark: Mark, text: string, from: number): number {
  if (mark.at < from) {
    const found = text.indexOf(mark.character, from)
    mark.at = found < 0 ? text.length : found
  }
  return mark.at
}

export function malformed(cursor: Cursor, problem: string): NotAdmitted {
  return new NotAdmitted('xml-malformed', `${problem}, at character ${cursor.at}`)
}
