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

export function isSpace(character: number): boolean {
  return (
    character === code.space ||
    character === code.lineFeed ||
    character === code.tab ||
    character === code.carriageReturn
  )
}

const nameStart = /[A-Za-z_]/
const nameCharacter = /[A-Za-z0-9_.-]/

/** By character code below 128: 2 may begin an NCName, 1 may only continue one, 0 neither. */
const nameTable = Uint8Array.from({ length: 128 }, (_, index) => {
  const character = String.fromCharCode(index)
  if (nameStart.test(character)) return 2
  return nameCharacter.test(character) ? 1 : 0
})

/** Where the NCName that begins at `start` ends; `start` itself if none does. Names are ASCII in this subset. */
export function ncNameEnd(text: string, start: number): number {
  if ((nameTable[text.charCodeAt(start)] ?? 0) !== 2) return start
  let at = start + 1
  while ((nameTable[text.charCodeAt(at)] ?? 0) !== 0) at++
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
