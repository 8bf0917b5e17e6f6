/** Names that two readers cannot take for different ones (check P12): nothing is trimmed, folded or normalised. */

const printableAscii = /^[!-~](?:[ -~]*[!-~])?$/
/** Control, format (zero-width, bidirectional), private and unassigned characters, line and paragraph separators. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/u

/** Whether a name is 1 to `longest` visible characters without white space at its ends. */
export function isPlainName(name: string, longest = 256): boolean {
  if (name.length > longest) return false
  return printableAscii.test(name) || (name !== '' && name === name.trim() && !invisible.test(name))
}
