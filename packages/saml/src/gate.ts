/** The byte gate: from the form field to a text that the parser may see (checks G1 and G2). Nothing is interpreted here. */
import { isAscii, isUtf8 } from 'node:buffer'
import { decodeBase64 } from './base64.ts'
import { type RefusalCode, type Refused, refuse } from './refusals.ts'

/** Longest form field, in characters of base64. */
export const longestResponse = 256 * 1024

/** XML 1.0 section 2.2: what Char leaves out, apart from surrogates, which well-formed UTF-8 cannot hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is its purpose. A native scan: 0.3 ns a character.
const notChar = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

/** XML 1.0 section 2.8, narrowed to UTF-8. The parser starts behind it. */
const declaration =
  /^<\?xml[\t\n\r ]+version[\t\n\r ]*=[\t\n\r ]*(?:"1\.0"|'1\.0')(?:[\t\n\r ]+encoding[\t\n\r ]*=[\t\n\r ]*(?:"[Uu][Tt][Ff]-8"|'[Uu][Tt][Ff]-8'))?(?:[\t\n\r ]+standalone[\t\n\r ]*=[\t\n\r ]*(?:"(?:yes|no)"|'(?:yes|no)'))?[\t\n\r ]*\?>/

/** What `<!` may begin, and the code that refuses it. In well-formed XML, `<` begins markup wherever it stands. */
const markup: readonly (readonly [start: string, code: RefusalCode])[] = [
  ['<!--', 'comment'],
  ['<![CDATA[', 'cdata'],
  ['<!DOCTYPE', 'doctype'],
  ['<!', 'entity-declaration'],
]

export interface Admitted {
  readonly ok: true
  readonly xml: string
  /** Where the document begins: behind its XML declaration, if it has one. */
  readonly start: number
}

/** Decodes the form field `SAMLResponse` (SAML bindings 3.5.4) and admits its text to the parser, or says why not. */
export function admit(samlResponse: string): Admitted | Refused {
  if (samlResponse.length > longestResponse) {
    return refuse('response-too-large', `found ${samlResponse.length} characters, expected at most ${longestResponse}`)
  }
  const bytes = decodeBase64(samlResponse)
  if (bytes === undefined) return refuse('base64-invalid', 'the form field is empty or not canonical base64')
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return refuse('byte-order-mark', 'found EF BB BF before the document')
  }
  // One byte a character where that is exact: the parser is faster on such strings.
  if (isAscii(bytes)) return admitText(bytes.toString('latin1'))
  if (!isUtf8(bytes)) return refuse('utf8-invalid', 'the decoded octets are not well-formed UTF-8')
  return admitText(bytes.toString('utf8'))
}

/** Admits a text to the parser: no forbidden character, no DOCTYPE, comment, CDATA, instruction (checks G1, G2). */
export function admitText(text: string): Admitted | Refused {
  if (notChar.test(text)) return refuse('control-character', 'found a character outside the production Char')
  const bang = text.indexOf('<!')
  if (bang >= 0) {
    const code = markup.find(([start]) => text.startsWith(start, bang))?.[1] ?? 'entity-declaration'
    return refuse(code, `found at character ${bang}`)
  }
  const instruction = text.indexOf('<?')
  if (instruction < 0) return { ok: true, xml: text, start: 0 }
  if (instruction > 0 || !/^<\?xml[\t\n\r ]/.test(text)) {
    return refuse('processing-instruction', `found at character ${instruction}`)
  }
  const declared = declaration.exec(text)
  if (declared === null) {
    return refuse('xml-declaration', 'found another version, encoding or form than version="1.0" encoding="UTF-8"')
  }
  const start = declared[0].length
  const later = text.indexOf('<?', start)
  if (later >= 0) return refuse('processing-instruction', `found at character ${later}`)
  return { ok: true, xml: text, start }
}
