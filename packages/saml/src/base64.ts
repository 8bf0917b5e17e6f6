/** Strict base64: RFC 4648 section 4 with canonical padding; XML white space may stand anywhere between the characters. */

const whiteSpace = /[\t\n\r ]+/g

/**
 * The octets of a base64 text, or undefined if it is empty or anything but the canonical encoding of them.
 * Node's decoder skips what it does not know; encoding again and comparing makes it strict at native speed.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64')
  if (octets.length === 0) return undefined
  if (octets.toString('base64') === text) return octets
  const joined = text.replace(whiteSpace, '')
  return joined.length < text.length && octets.toString('base64') === joined ? octets : undefined
}
