/** Characters of XML 1.0 as octets of UTF-8: white space, the names of the subset, what ends a text or a value; references. */

export const code = {
  tab: 9,
  lineFeed: 10,
  carriageReturn: 13,
  space: 32,
  exclamation: 33,
  quotationMark: 34,
  ampersand: 38,
  apostrophe: 39,
  slash: 47,
  colon: 58,
  less: 60,
  equals: 61,
  greater: 62,
  question: 63,
  upperD: 68,
  bracket: 93,
  lowerD: 100,
} as const

/** A class of octets: 1 for each that is in it. */
function classOf(isIn: (octet: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, octet) => (isIn(octet) ? 1 : 0))
}

const nameStart = classOf((octet) => (octet >= 97 && octet <= 122) || (octet >= 65 && octet <= 90) || octet === 95)
/** Digits, hyphen and full stop may only continue a name. Names are ASCII in this subset. */
const nameContinues = classOf(
  (octet) => nameStart[octet] === 1 || (octet >= 48 && octet <= 57) || octet === 45 || octet === 46,
)
const whiteSpace = classOf((octet) => octet === code.space || octet === code.tab || octet === code.lineFeed)
/** Stands for itself in a text, and in canonical form too. */
const ordinaryText = classOf((octet) => {
  const markup = octet === code.less || octet === code.greater || octet === code.ampersand
  return (octet >= 32 || whiteSpace[octet] === 1) && !markup
})
/** The same in an attribute value, whichever quotes it has. */
const ordinaryValue = classOf((octet) => {
  const quote = octet === code.quotationMark || octet === code.apostrophe
  return octet >= 32 && octet !== code.less && octet !== code.ampersand && !quote
})

/**
 * Where a stretch of octets of one class ends. At the latest at a NUL, which is in none: the parser's octets end with one. Said to
 * be an integer, the place needs no check for overflow, and the loop is unrolled; nothing takes a parser as long.
 */
function endOf(members: Uint8Array, octets: Uint8Array, start: number): number {
  let at = start
  while (members[octets[at] as number] === 1) at = (at + 1) | 0
  return at
}

/** Where the NCName that begins at `start` ends; `start` itself if none does. */
export function ncNameEnd(octets: Uint8Array, start: number): number {
  return nameStart[octets[start] as number] === 1 ? endOf(nameContinues, octets, start + 1) : start
}

export function spaceEnd(octets: Uint8Array, start: number): number {
  return endOf(whiteSpace, octets, start)
}

/** Where the stretch of a text ends that is canonical as it stands. */
export function ordinaryTextEnd(octets: Uint8Array, start: number): number {
  return endOf(ordinaryText, octets, start)
}

/** The same of an attribute value. */
export function ordinaryValueEnd(octets: Uint8Array, start: number): number {
  return endOf(ordinaryValue, octets, start)
}

/** Whether the whole text is an NCName of the subset. */
export function isNcName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(text)
}

const predefined: readonly (readonly [reference: string, character: string])[] = [
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  // Last: what it stands for begins the others.
  ['&amp;', '&'],
]
const notPredefined = /&(?!(?:lt|gt|quot|apos|amp);)/

/** Resolves character references and the predefined entities (XML 1.0, section 4.1); undefined if one is neither. */
export function resolveReferences(raw: string): string | undefined {
  if (raw.includes('&#')) return resolveEach(raw)
  if (notPredefined.test(raw)) return undefined
  return predefined.reduce((text, [reference, character]) => text.replaceAll(reference, character), raw)
}

function resolveEach(raw: string): string | undefined {
  const parts: string[] = []
  let from = 0
  for (let at = raw.indexOf('&'); at >= 0; at = raw.indexOf('&', from)) {
    const end = raw.indexOf(';', at) + 1
    const reference = raw.slice(at, end)
    const character = reference.startsWith('&#')
      ? characterOf(numberIn(reference))
      : predefined.find(([name]) => name === reference)?.[1]
    if (character === undefined) return undefined
    parts.push(raw.slice(from, at), character)
    from = end
  }
  return parts.join('') + raw.slice(from)
}

/** The number of `&#10;` or `&#x1F600;`; NaN if there is none. */
function numberIn(reference: string): number {
  const base = reference[2] === 'x' ? 16 : 10
  const start = base === 16 ? 3 : 2
  const end = reference.length - 1
  let number = end - start >= 1 && end - start <= 10 ? 0 : Number.NaN
  for (let at = start; at < end; at++) number = number * base + digit(reference.charCodeAt(at), base)
  return number
}

function digit(character: number, base: number): number {
  if (character >= 48 && character <= 57) return character - 48
  const letter = (character | 32) - 97
  return base === 16 && letter >= 0 && letter < 6 ? letter + 10 : Number.NaN
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
