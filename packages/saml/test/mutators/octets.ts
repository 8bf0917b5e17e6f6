/** The same document in other octets: byte order marks, encodings, line ends, junk around it, and other base64. */
import type { Family, Mutation, Mutator } from './mutation.ts'

function octets(make: (xml: string) => Buffer | string | undefined, refused?: true): Mutator {
  return function* ({ name, markup }) {
    const document = make(markup.xml)
    if (document !== undefined) yield { what: name, document, ...(refused === true ? { refused } : {}) }
  }
}

function field(make: (base64: string) => string, refused?: true): Mutator {
  return function* ({ name, markup }): Iterable<Mutation> {
    yield { what: name, document: markup.xml, field: make, ...(refused === true ? { refused } : {}) }
  }
}

const bare = (xml: string) => xml.replace(/^<\?[^>]*\?>\s*/, '')
const declaredAs = (encoding: string, version = '1.0') => {
  return (xml: string) => `<?xml version="${version}" encoding="${encoding}"?>${bare(xml)}`
}
const hex = (text: string) => Buffer.from(text, 'hex')
const swapped = (xml: string) => Buffer.from(xml, 'utf16le').swap16()

export const octetFamily: Family = {
  'a byte order mark': octets((xml) => Buffer.concat([hex('efbbbf'), Buffer.from(xml)]), true),
  'a byte order mark as a character': octets((xml) => `\ufeff${bare(xml)}`, true),
  'UTF-16LE': octets((xml) => Buffer.from(declaredAs('UTF-16')(xml), 'utf16le'), true),
  'UTF-16LE with a mark': octets((xml) => Buffer.concat([hex('fffe'), Buffer.from(bare(xml), 'utf16le')]), true),
  'UTF-16BE': octets((xml) => swapped(declaredAs('UTF-16BE')(xml)), true),
  'UTF-16BE with a mark': octets((xml) => Buffer.concat([hex('feff'), swapped(bare(xml))]), true),
  'UTF-32': octets((xml) => Buffer.from([...bare(xml)].join('\0\0\0').concat('\0\0\0')), true),
  'UTF-16 declared': octets(declaredAs('UTF-16'), true),
  'UTF-7 declared': octets(declaredAs('UTF-7'), true),
  'ISO-8859-1 declared': octets(declaredAs('ISO-8859-1'), true),
  'US-ASCII declared': octets(declaredAs('US-ASCII'), true),
  'IBM037 declared': octets(declaredAs('IBM037'), true),
  'UTF-8 declared': octets(declaredAs('utf-8')),
  'XML 1.1': octets(declaredAs('UTF-8', '1.1'), true),
  'UTF-7': octets((xml) => declaredAs('UTF-7')(xml).replaceAll('<', '+ADw-'), true),
  'ISO-8859-1': octets((xml) => {
    return /[^\0-\x7f]/.test(xml) ? Buffer.from(xml, 'latin1') : undefined
  }),
  'two declarations': octets((xml) => `<?xml version="1.0"?>${declaredAs('UTF-8')(xml)}`, true),
  'a declaration behind white space': octets((xml) => ` ${declaredAs('UTF-8')(xml)}`, true),
  'a declaration at the end': octets((xml) => `${bare(xml)}<?xml version="1.0"?>`, true),
  'white space around it': octets((xml) => `\n\t ${bare(xml)} \r\n`),
  'text before it': octets((xml) => `x${bare(xml)}`, true),
  'text behind it': octets((xml) => `${xml}x`, true),
  'NUL behind it': octets((xml) => `${xml}\0`, true),
  'another root behind it': octets((xml) => xml + bare(xml).replaceAll('alice', 'mallory'), true),
  'another root before it': octets((xml) => bare(xml).replaceAll('alice', 'mallory') + bare(xml), true),
  'an overlong <': octets((xml) => {
    const [head = '', ...tail] = bare(xml).split('<Attribute')
    return Buffer.concat([Buffer.from(head), hex('c0bc'), Buffer.from(tail.join('<Attribute'))])
  }, true),
  'a surrogate in UTF-8': octets((xml) => Buffer.concat([Buffer.from(xml), hex('eda080')]), true),
  'CRLF for each space in tags': octets((xml) => xml.replace(/" (?=[\w:]+=")/g, '"\r\n')),
  'CR for each line feed': octets((xml) => (xml.includes('\n') ? xml.replace(/\r?\n/g, '\r') : undefined)),
  'CRLF for each line feed': octets((xml) => (xml.includes('\n') ? xml.replace(/\r?\n/g, '\r\n') : undefined)),
  'a DOCTYPE': octets((xml) => `<!DOCTYPE x>${bare(xml)}`, true),
  'a DOCTYPE with default attributes': octets((xml) => {
    return `<!DOCTYPE x [<!ATTLIST Assertion ID ID #IMPLIED><!ATTLIST NameID Format CDATA "x">]>${bare(xml)}`
  }, true),
  'expanding entities': octets((xml) => {
    const entities = Array.from({ length: 9 }, (_, at) => `<!ENTITY e${at + 1} "&e${at};&e${at};&e${at};&e${at};">`)
    return `<!DOCTYPE x [<!ENTITY e0 "x">${entities.join('')}]>${bare(xml).replace('</', '&e9;</')}`
  }, true),
  'a comment before the root': octets((xml) => `<!-- -->${bare(xml)}`, true),
  'a comment behind the root': octets((xml) => `${xml}<!-- -->`, true),
  'an instruction behind the root': octets((xml) => `${xml}<?x y?>`, true),
  'base64 in URL form': field((base64) => base64.replaceAll('+', '-').replaceAll('/', '_')),
  'base64 in lines': field((base64) => base64.replace(/.{76}/g, '$&\r\n')),
  'base64 without padding': field((base64) => base64.replaceAll('=', '')),
  'base64 with more padding': field((base64) => `${base64}=`, true),
  'base64 with a character more': field((base64) => `${base64}A`, true),
  'base64 twice': field((base64) => base64 + base64, true),
  'base64 of base64': field((base64) => Buffer.from(base64).toString('base64'), true),
  'base64 with junk': field((base64) => `${base64.slice(0, 40)}!${base64.slice(40)}`, true),
  'base64 with a no-break space': field((base64) => `${base64.slice(0, 40)}\u00a0${base64.slice(40)}`, true),
  'base64 encoded for a URL': field((base64) => encodeURIComponent(`${base64}=`), true),
  'no base64': field(() => '', true),
}
