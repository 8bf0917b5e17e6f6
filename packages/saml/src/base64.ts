/** Strict base64: RFC 4648 section 4 with canonical padding; XML white space may stand anywhere between the characters. */

/** The octets of a base64 text, or undefined if it is empty or anything but the canonical encoding of them. */
export function decodeBase64(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64')
  if (encodes(text, octets, octets.length)) return octets
  return encodes(withoutSpace(text), octets, octets.length) ? octets : undefined
}

/** The same with a NUL behind the octets, where the parser ends. */
export function decodeDocument(text: string): Buffer | undefined {
  const octets = Buffer.allocUnsafe(sizeOf(text) + 1)
  if (!encodes(text, octets, octets.write(text, 'base64'))) {
    const joined = withoutSpace(text)
    return joined === text ? undefined : decodeDocument(joined)
  }
  octets[octets.length - 1] = 0
  return octets
}

/** XML white space may stand anywhere. */
export function withoutSpace(text: string): string {
  return /[\t\n\r ]/.test(text) ? text.replace(/[\t\n\r ]+/g, '') : text
}

/** How many octets a text of this length encodes, if all of its characters count. */
function sizeOf(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return Math.max(0, Math.ceil(text.length / 4) * 3 - padding)
}

/**
 * Whether `text` is the canonical encoding of the first `length` octets, which Node's decoder made of it. The decoder skips what it
 * does not know, ends at the first `=`, takes the URL alphabet as well, and drops the last character's unused bits.
 */
function encodes(text: string, octets: Buffer, length: number): boolean {
  if (length === 0 || text.length % 4 !== 0 || length !== sizeOf(text)) return false
  if (text.includes('-') || text.includes('_')) return false
  return octets.toString('base64', length - (length % 3 || 3), length) === text.slice(-4)
}
