/** The byte gate: from the form field to octets that the parser may see (checks G1 and G2). Nothing is interpreted here. */
import { isAscii, isUtf8 } from 'node:buffer'
import { decodeDocument } from './base64.ts'
import { code } from './characters.ts'
import { reads } from './octets.ts'
import { type Refused, refuse } from './refusals.ts'

/** Longest form field, in characters of base64. */
export const longestResponse = 256 * 1024

/** XML 1.0 section 2.8, narrowed to UTF-8. The parser starts behind it. */
const declaration =
  /^<\?xml[\t\n ]+version[\t\n ]*=[\t\n ]*(?:"1\.0"|'1\.0')(?:[\t\n ]+encoding[\t\n ]*=[\t\n ]*(?:"[Uu][Tt][Ff]-8"|'[Uu][Tt][Ff]-8'))?(?:[\t\n ]+standalone[\t\n ]*=[\t\n ]*(?:"(?:yes|no)"|'(?:yes|no)'))?[\t\n ]*\?>/
/** As nearly all write it. */
const usualDeclaration = '<?xml version="1.0" encoding="UTF-8"?>'
/** How far it is looked for, in octets. */
const longestDeclaration = 256

/** XML 1.0 section 2.2: what Char leaves out of well-formed UTF-8, apart from what the parser meets as single octets. */
const notCharacters = ['\ufffe', '\uffff'] as const

export interface Admitted {
  readonly ok: true
  /** With a NUL behind them. */
  readonly octets: Buffer
  /** Where the document begins: behind its XML declaration, if it has one. */
  readonly start: number
}

/** Decodes the form field `SAMLResponse` (SAML bindings 3.5.4) and admits its octets to the parser, or says why not. */
export function admit(samlResponse: string): Admitted | Refused {
  if (samlResponse.length > longestResponse) {
    return refuse('response-too-large', `found ${samlResponse.length} characters, expected at most ${longestResponse}`)
  }
  const octets = decodeDocument(samlResponse)
  if (octets === undefined) return refuse('base64-invalid', 'the form field is empty or not canonical base64')
  return admitOctets(octets)
}

/** Admits octets, with a NUL behind them, to the parser. */
export function admitOctets(octets: Buffer): Admitted | Refused {
  if (octets[0] === 0xef && octets[1] === 0xbb && octets[2] === 0xbf) {
    return refuse('byte-order-mark', 'found EF BB BF before the document')
  }
  if (!isAscii(octets)) {
    if (!isUtf8(octets)) return refuse('utf8-invalid', 'the octets are not well-formed UTF-8')
    if (notCharacters.some((character) => octets.includes(character))) {
      return refuse('control-character', 'found a character outside the production Char')
    }
  }
  const normalized = octets.includes(code.carriageReturn) ? normalizeLineEnds(octets) : octets
  if (normalized[0] !== code.less || normalized[1] !== code.question) return { ok: true, octets: normalized, start: 0 }
  const { length } = usualDeclaration
  if (reads(normalized, 0, length, usualDeclaration)) return { ok: true, octets: normalized, start: length }
  const begin = normalized.toString('latin1', 0, longestDeclaration)
  if (!/^<\?xml[\t\n ]/.test(begin)) return refuse('processing-instruction', 'found before the document')
  const declared = declaration.exec(begin)
  if (declared === null) {
    return refuse('xml-declaration', 'found another version, encoding or form than version="1.0" encoding="UTF-8"')
  }
  return { ok: true, octets: normalized, start: declared[0].length }
}

/** XML 1.0 section 2.11. Rare, so a copy is made only where it is needed. */
function normalizeLineEnds(octets: Buffer): Buffer {
  const normalized = Buffer.allocUnsafe(octets.length)
  let length = 0
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] ?? 0
    if (octet !== code.carriageReturn) normalized[length++] = octet
    else if (octets[at + 1] !== code.lineFeed) normalized[length++] = code.lineFeed
  }
  return normalized.subarray(0, length)
}
