/** Writing XML that is its own canonical form (exclusive C14N 1.0, XML 1.0 2.11 and C14N 1.0 2.3): what is digested is what is sent. */

const inText: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' }
const inAttribute: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

/** Text content. Throws RangeError for characters that XML 1.0 does not have. */
export function xmlText(text: string): string {
  return written(text).replace(/[&<>\r]/g, (character) => inText[character] ?? '')
}

/** Attributes without a namespace, in canonical order; those that are undefined are left out. Throws as `xmlText`. */
export function xmlAttributes(attributes: Readonly<Record<string, string | undefined>>): string {
  return Object.keys(attributes)
    .sort()
    .map((name) => {
      const value = attributes[name]
      if (value === undefined) return ''
      return ` ${name}="${written(value).replace(/[&<"\t\n\r]/g, (character) => inAttribute[character] ?? '')}"`
    })
    .join('')
}

/** Production [2] of XML 1.0: no control characters, no lone surrogates, no U+FFFE and U+FFFF. */
function written(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text) || !text.isWellFormed()) {
    throw new RangeError('the text has a character that XML 1.0 cannot carry')
  }
  return text
}
