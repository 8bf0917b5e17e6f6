/** Documents that are made to cost: each fills a response up to a size with what is dear to somebody's parser or canonicalizer. */

function repeated(piece: (at: number) => string, least: number, most = Number.POSITIVE_INFINITY): string {
  let text = ''
  for (let at = 0; text.length < least && at < most; at++) text += piece(at)
  return text
}

function listed(count: number, item: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => item(at)).join('')
}

/** Below the limit of elements. */
const most = 4_900
/** Below the limit of a text or an attribute's value. */
const longest = 60_000
const letter = (at: number) => String.fromCharCode(97 + (at % 16))

/** Declarations on twenty levels, the looked-up one outermost. */
function nested(each: number, content: string): string {
  const open = listed(20, (level) => `<x${listed(each, (at) => ` xmlns:q${level * each + at}="a:"`)}>`)
  return open + content + '</x>'.repeat(20)
}

/** One text of the size, or several as long as each other where one would be too long. */
function long(piece: string, size: number): string {
  const texts = Math.ceil(size / longest)
  return `<x>${piece.repeat(Math.floor(size / texts / piece.length))}</x>`.repeat(texts)
}

const longNamespace = (size: number) =>
  `<x xmlns:q="a:${'b'.repeat(Math.min(longest, size / 3))}">${repeated(() => '<q:y/>', size - Math.min(longest, size / 3), most)}</x>`

/** Contents of about `size` characters, wherever elements may stand. */
export const hostileContents: Readonly<Record<string, (size: number) => string>> = {
  'declarations on many levels, prefixes looked up in all': (size) =>
    nested(
      31,
      repeated(() => `<q0:y${listed(31, (at) => ` q0:a${at}=""`)}/>`, size - 9_000),
    ),
  'declarations on many levels, and a PrefixList': (size) =>
    nested(
      31,
      repeated((at) => `<y xmlns:${letter(at)}="a:${at}"/>`, size - 9_000, most),
    ),
  'as many declarations as may be in scope': (size) =>
    nested(
      1,
      repeated(() => `<q0:y${listed(31, (at) => ` q0:a${at}=""`)}/>`, size),
    ),
  'as many declarations as may be in scope, and a PrefixList': (size) =>
    nested(
      1,
      repeated((at) => `<y xmlns:${letter(at)}="a:${at}"/>`, size, most),
    ),
  'declarations on each element': (size) => repeated(() => `<x${listed(20, (at) => ` xmlns:q${at}="a:"`)}/>`, size),
  'one long namespace, declared anew by thousands of elements': longNamespace,
  'attributes against their order': (size) => repeated(() => `<x${listed(31, (at) => ` z${50 - at}=""`)}/>`, size),
  'identifiers everywhere': (size) => repeated((at) => `<x ID="i${at}" Id="j${at}" id="k${at}"/>`, size, most),
  'references in text': (size) => long('&lt;', size),
  'references that resolve to nothing': (size) => long('&a', size),
  'references that almost end': (size) => long('&#0000000', size),
  'references in attributes': (size) => long('&#10;', size).replace(/<x>([^<]*)<\/x>/g, '<x a="$1"/>'),
  'text that must be escaped': (size) => long('>', size),
  'carriage returns': (size) => long('\r', size),
  'text beyond the BMP': (size) => long('𝒜', size / 2),
  'white space in tags': (size) => `<x${' '.repeat(size)}/>`,
  'white space between attributes': (size) => repeated((at) => `<x\n\t a${at}\n=\n" "\n/>`, size, most),
  'brackets that might end a CDATA section': (size) => long(']] ', size),
  'tags that do not end': (size) => '<x '.repeat(size / 3),
  'end tags only': (size) => '</x>'.repeat(size / 4),
  'one long name': (size) => `<${'n'.repeat(size / 2)}></${'n'.repeat(size / 2)}>`,
  'long names': (size) => repeated((at) => `<${'n'.repeat(200)}${at}:${'m'.repeat(200)}/>`, size),
  'names that share their beginning': (size) =>
    repeated(() => `<x${listed(31, (at) => ` ${'a'.repeat(100)}${at}=""`)}/>`, size),
  'nested as deep as may be': (size) => repeated(() => `${'<x>'.repeat(24)}${'</x>'.repeat(24)}`, size, most / 24),
  'nested deeper than may be': (size) => '<x>'.repeat(size / 3),
  'many small elements': (size) => repeated(() => '<x/>', size, most),
  'more elements than may be': (size) => repeated(() => '<x/>', size),
  'quotation marks': (size) => repeated(() => `<x a='"""""""""""""""' b="''''''''''''''''"/>`, size, most),
}

/** `content` at a place of a response, found by regular expressions; the response as it is if it has no such place. */
export const hostilePlaces: Readonly<Record<string, (xml: string, content: string) => string>> = {
  /** What is digested. */
  'an AttributeValue': (xml, content) =>
    xml.replace(/<\/((?:[\w.-]+:)?)AttributeStatement\s*>/, (end, prefix: string) => {
      const value = `<${prefix}AttributeValue>${content}</${prefix}AttributeValue>`
      return `<${prefix}Attribute Name="z">${value}</${prefix}Attribute>${end}`
    }),
  /** What is canonicalised before anything is verified. */
  SignedInfo: (xml, content) => xml.replace(/<\/(?:[\w.-]+:)?SignedInfo>/, (end) => content + end),
  /** What no signature of the Assertion covers. */
  KeyInfo: (xml, content) => xml.replace(/<\/(?:[\w.-]+:)?KeyInfo>/, (end) => content + end),
  Status: (xml, content) => xml.replace(/<\/(?:[\w.-]+:)?Status\s*>/, (end) => content + end),
  'the end of the Response': (xml, content) => xml.replace(/<\/(?:[\w.-]+:)?Response\s*>\s*$/, (end) => content + end),
  'the start': (xml, content) => content + xml,
}

/** Documents that are hostile as a whole. */
export const hostileDocuments: Readonly<Record<string, (xml: string, size: number) => string>> = {
  'an XML declaration that does not end': (xml, size) => `<?xml version="1.0"${' '.repeat(size)}x?>${xml}`,
  'names that only their end spoils': (xml, size) =>
    xml.replace(/<\/((?:[\w.-]+:)?)AttributeStatement\s*>/, (_, prefix: string) =>
      repeated((at) => `<${prefix}Attribute Name="${'a '.repeat(100)}${at} "/>`, size),
    ),
  'one attribute many times': (xml, size) =>
    xml.replace(/<\/((?:[\w.-]+:)?)AttributeStatement\s*>/, (end, prefix: string) => {
      return (
        repeated(() => `<${prefix}Attribute Name="z"><${prefix}AttributeValue/></${prefix}Attribute>`, size, 2_400) +
        end
      )
    }),
  'many References': (xml, size) =>
    xml.replace(/<((?:[\w.-]+:)?)Reference [\s\S]*?<\/\1Reference>/, (own) =>
      own.repeat(Math.max(2, size / own.length)),
    ),
  'a long digest': (xml, size) =>
    xml.replace(/(DigestValue>)[^<]*/, (_, tag: string) => tag + 'A'.repeat(Math.min(longest, size))),
  'a long signature': (xml, size) =>
    xml.replace(/(SignatureValue>)[^<]*/, (_, tag: string) => tag + 'A'.repeat(Math.min(longest, size))),
  'a long signature in lines': (xml, size) =>
    xml.replace(/(SignatureValue>)[^<]*/, (_, tag: string) => tag + 'A\n'.repeat(Math.min(longest, size) / 2)),
  'nothing but markup': (_, size) => '<'.repeat(size),
  'nothing but spaces': (_, size) => ' '.repeat(size),
}

/**
 * Each content where it is digested, and where it is canonicalised before anybody has verified it; and the documents that are
 * hostile as a whole. By their names.
 */
export function hostileResponses(xml: string, size: number): ReadonlyMap<string, string> {
  const contents = Object.entries(hostileContents).flatMap(([what, content]) =>
    (['an AttributeValue', 'SignedInfo'] as const).map((where) => {
      return [`${what}, in ${where}`, hostilePlaces[where]?.(xml, content(size)) ?? ''] as const
    }),
  )
  return new Map([
    ...contents,
    ...Object.entries(hostileDocuments).map(([what, make]) => [what, make(xml, size)] as const),
  ])
}
