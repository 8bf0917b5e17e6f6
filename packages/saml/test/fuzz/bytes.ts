/** Mutations that know little of XML: characters, tags and ranges, torn out, put elsewhere, exchanged. */
import type { Random } from '../random.ts'

const fragments = [
  '<!---->',
  '<![CDATA[x]]>',
  '<?x y?>',
  '<!DOCTYPE x>',
  '&#x1;',
  '&amp;',
  '&lt;',
  '&x;',
  '\0',
  '\r',
  '\n',
  ' ',
  '<',
  '>',
  '"',
  "'",
  ']]>',
  '/>',
  '</',
  ' xmlns="urn:x"',
  ' xmlns:saml2="urn:x"',
  ' xmlns:ns="1"',
  ' ID="x"',
  ' xml:id="x"',
  'é',
  '<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>',
  '<x/>',
  'mallory',
  '1',
  '=',
  ':',
  '#',
  'xmlns:a="urn:a"',
  '\ud800',
  '\uffff',
  '\ufeff',
]

type Kind = (xml: string, random: Random) => string

/** What a mutation does to a document; ranges often lie on element borders, where wrapping attacks live. */
const kinds: readonly Kind[] = [
  (xml, random) => splice(xml, random.below(xml.length), 0, random.pick(fragments)),
  (xml, random) => splice(xml, random.below(xml.length), 1 + random.below(8), ''),
  (xml, random) => splice(xml, random.below(xml.length), 1, String.fromCharCode(random.below(256))),
  (xml, random) => {
    const [from, to] = element(xml, random)
    return splice(xml, from, to - from, '')
  },
  (xml, random) => {
    const [from, to] = element(xml, random)
    return splice(xml, tagEnd(xml, random), 0, xml.slice(from, to))
  },
  (xml, random) => {
    const [from, to] = element(xml, random)
    const copy = xml.slice(from, to).replaceAll('alice', 'mallory').replace(/ID="/, 'ID="x')
    return splice(xml, tagEnd(xml, random), 0, copy)
  },
  (xml, random) => {
    const [from, to] = element(xml, random)
    const moved = xml.slice(from, to)
    const rest = splice(xml, from, to - from, '')
    return splice(rest, tagEnd(rest, random), 0, moved)
  },
  (xml, random) => {
    const [from, to] = element(xml, random)
    const [at, end] = element(xml, random)
    return splice(xml, at, end - at, xml.slice(from, to))
  },
  (xml, random) => splice(xml, xml.indexOf('alice', random.below(xml.length)), 5, 'mallory'),
]

/** The document with one mutation. */
export function byteMutation(xml: string, random: Random): string {
  return xml === '' ? xml : random.pick(kinds)(xml, random)
}

function splice(text: string, at: number, length: number, put: string): string {
  return at < 0 ? text : text.slice(0, at) + put + text.slice(at + length)
}

function tagEnd(xml: string, random: Random): number {
  return xml.indexOf('>', random.below(xml.length)) + 1
}

/** The range of some element: from a start tag to the next end tag of its name. */
function element(xml: string, random: Random): readonly [from: number, to: number] {
  const from = xml.indexOf('<', random.below(xml.length))
  const name = /^<([\w:.-]+)/.exec(xml.slice(from, from + 60))?.[1]
  const end = name === undefined ? -1 : xml.indexOf(`</${name}`, from)
  const close = end < 0 ? -1 : xml.indexOf('>', end)
  return close < 0 ? [0, 0] : [from, close + 1]
}
