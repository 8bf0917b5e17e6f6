/** Characters of XML 1.0: white space, the names of the subset, references. */

export const code = {
  tab: 9,
  lineFeed: 10,
  carriageReturn: 13,
  space: 32,
  quotationMark: 34,
  apostrophe: 39,
  slash: 47,
  colon: 58,
  less: 60,
  equals: 61,
  greater: 62,
} as const

/**
 * The character code at a place; -1 behind the end. `charCodeAt` alone answers NaN there, and once it has, the engine
 * leaves its fast path for the rest of the process: one truncated document would make every later parse twice as slow.
 */
export function codeAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : -1
}

export function isSpace(character: number): boolean {
  return (
    character === code.space ||
    character === code.lineFeed ||
    character === code.tab ||
    character === code.carriageReturn
  )
}

/** Letters first, because names are made of them. A table of the characters measured three times slower. */
function isNameStart(character: number): boolean {
  return (character >= 97 && character <= 122) || (character >= 65 && character <= 90) || character === 95
}

/** Digits, hyphen and full stop may only continue a name. */
function continuesName(character: number): boolean {
  return isNameStart(character) || (character >= 48 && character <= 57) || character === 45 || character === 46
}

/** Where the NCName that begins at `start` ends; `start` itself if none does. Names are ASCII in this subset. */
export function ncNameEnd(text: string, start: number): number {
  if (!isNameStart(codeAt(text, start))) return start
  let at = start + 1
  while (continuesName(codeAt(text, at))) at++
  return at
}

/** Whether the whole text is an NCName of the subset. */
export function isNcName(text: string): boolean {
  return text.length > 0 && ncNameEnd(text, 0) === text.length
}

const predefined: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])

const reference = /&(?:([a-z]+)|#([0-9]{1,10})|#x([0-9A-Fa-f]{1,8}));|&/g

/** Resolves character references and the predefined entities (XML 1.0, section 4.1); undefined if one is neither. */
export function resolveReferences(raw: string): string | undefined {
  let faulty = false
  const resolved = raw.replace(reference, (_, name?: string, decimal?: string, hexadecimal?: string) => {
    const character =
      name !== undefined
        ? predefined.get(name)
        : characterOf(Number.parseInt(decimal ?? hexadecimal ?? '', decimal === undefined ? 16 : 10))
    faulty ||= character === undefined
    return character ?? ''
  })
  return faulty ? undefined : resolved
}

/** The character of a code point that the production Char admits (XML 1.0, section 2.2). */
function characterOf(point: number): string | undefined {
  const admitted =
    point === code.tab ||
    point === code.lineFeed ||
    point === code.carriageReturn ||
    (point >= 0x20 && point <= 0xd7ff) ||
    (point >= 0xe000 && point <= 0xfffd) ||
    (point >= 0x10000 && point <= 0x10ffff)
  return admitted ? String.fromCodePoint(point) : undefined
}
