/** Namespaces of every element and of every attribute: changed, rebound, relative, reserved, hoisted, undeclared. */
import { type AttributeMark, type ElementMark, type Markup, namespaceAt, put } from './markup.ts'
import { altering, type Family, type Mutator } from './mutation.ts'

type Declare = (markup: Markup, element: ElementMark) => string | undefined

/** Adds declarations, or other attributes, to the tag of every element; one of the same name is taken out first. */
function added(declare: Declare): Mutator {
  return altering(function* (markup) {
    for (const element of markup.elements) {
      const text = declare(markup, element)
      if (text === undefined) continue
      const name = /^ ([^=]*)=/.exec(text)?.[1]
      const old = element.attributes.find((attribute) => attribute.name === name)
      const without = old === undefined ? markup.xml : put(markup.xml, old.start, old.end, '')
      yield [`${element.name} at ${element.start}`, put(without, element.nameEnd, element.nameEnd, text)]
    }
  })
}

const ownDeclaration = ({ prefix }: ElementMark) => (prefix === '' ? 'xmlns' : `xmlns:${prefix}`)

/** Every declaration in the document, with the element that bears it. */
function* declarations({ elements }: Markup): Iterable<readonly [AttributeMark, ElementMark]> {
  for (const element of elements) {
    for (const attribute of element.attributes) if (/^xmlns(?::|$)/.test(attribute.name)) yield [attribute, element]
  }
}

/** Writes every declaration anew. */
function declared(write: (name: string, uri: string, markup: Markup) => string | undefined): Mutator {
  return altering(function* (markup) {
    for (const [attribute, element] of declarations(markup)) {
      const text = write(attribute.name, attribute.value, markup)
      if (text === undefined) continue
      const what = `${attribute.name} of ${element.name} at ${element.start}`
      yield [what, put(markup.xml, attribute.start, attribute.end, text)]
    }
  })
}

/** The element under another prefix, bound to `uri`, its own namespace if absent. */
function underPrefix(prefix: string, uri?: string): Mutator {
  return altering(function* ({ xml, elements }) {
    for (const element of elements) {
      const name = prefix === '' ? element.localName : `${prefix}:${element.localName}`
      const bound = uri ?? namespaceAt(element, element.prefix) ?? ''
      const declaration = prefix === '' ? 'xmlns' : `xmlns:${prefix}`
      const tag = xml.slice(element.nameEnd, element.startTagEnd).replace(new RegExp(` ${declaration}="[^"]*"`), '')
      const end = element.endTag < element.end ? `</${name}>` : ''
      const renamed = `<${name} ${declaration}="${bound}"${tag}${xml.slice(element.startTagEnd, element.endTag)}${end}`
      yield [`${element.name} at ${element.start}`, put(xml, element.start, element.end, renamed)]
    }
  })
}

/** Every attribute that is no declaration, under a prefix. */
function attributesUnder(prefix: string, uri: string | undefined): Mutator {
  return altering(function* ({ xml, elements }) {
    for (const element of elements) {
      for (const { name, start, end } of element.attributes) {
        if (/^xmlns(?::|$)/.test(name)) continue
        const own = xml
          .slice(start, end)
          .trim()
          .replace(/^[\w.-]+:/, '')
        const declaration = uri === undefined ? '' : ` xmlns:${prefix}="${uri}"`
        yield [
          `${name} of ${element.name} at ${element.start}`,
          put(xml, start, end, `${declaration} ${prefix}:${own}`),
        ]
      }
    }
  })
}

const samlNamespace = 'urn:oasis:names:tc:SAML:2.0:assertion'

export const namespaces: Family = {
  "an element's prefix bound to another namespace": added((_, element) => ` ${ownDeclaration(element)}="urn:x"`),
  "an element's prefix bound to a relative namespace": added((_, element) => ` ${ownDeclaration(element)}="1"`),
  "an element's prefix bound to an empty namespace": added((_, element) => ` ${ownDeclaration(element)}=""`),
  "an element's prefix bound to the namespace of SAML 1.0": added((_, element) => {
    return ` ${ownDeclaration(element)}="urn:oasis:names:tc:SAML:1.0:assertion"`
  }),
  "an element's prefix bound to what it is bound to": added((_, element) => {
    const uri = namespaceAt(element, element.prefix)
    return uri === undefined ? undefined : ` ${ownDeclaration(element)}="${uri}"`
  }),
  "an element's prefix bound twice": added((_, element) => {
    return ` ${ownDeclaration(element)}="urn:x" ${ownDeclaration(element)}="${samlNamespace}"`
  }),
  'a default namespace': added(() => ' xmlns="urn:x"'),
  'the default namespace of assertions': added(() => ` xmlns="${samlNamespace}"`),
  'no default namespace': added(() => ' xmlns=""'),
  'a relative namespace (CVE-2025-66568)': added(() => ' xmlns:ns="1"'),
  'a relative namespace that looks like a path': added(() => ' xmlns:ns="../x"'),
  'a namespace that nothing uses': added(() => ' xmlns:unused="urn:unused"'),
  'the prefix xml bound': added(() => ' xmlns:xml="urn:x"'),
  'the prefix xml bound to its own': added(() => ' xmlns:xml="http://www.w3.org/XML/1998/namespace"'),
  'the prefix xmlns bound': added(() => ' xmlns:xmlns="urn:x"'),
  'the namespace of xml under another prefix': added(() => ' xmlns:q="http://www.w3.org/XML/1998/namespace"'),
  'the namespace of xmlns under another prefix': added(() => ' xmlns:q="http://www.w3.org/2000/xmlns/"'),
  'an unbound prefix': added(() => ' unbound:a="x"'),
  'xml:base': added(() => ' xml:base="http://192.0.2.1/"'),
  'xml:id of the Assertion': added((_, element) => (element.localName === 'Assertion' ? undefined : ' xml:id="evil"')),
  'an element under another prefix of its namespace': underPrefix('other'),
  'an element in its namespace by default': underPrefix(''),
  'an element in no namespace': underPrefix('', ''),
  'an element in another namespace': underPrefix('other', 'urn:x'),
  'an element in the namespace of assertions': underPrefix('other', samlNamespace),
  'an element in the namespace of the protocol': underPrefix('other', 'urn:oasis:names:tc:SAML:2.0:protocol'),
  'an element in the namespace of signatures': underPrefix('other', 'http://www.w3.org/2000/09/xmldsig#'),
  'an attribute in the namespace of assertions': attributesUnder('other', samlNamespace),
  'an attribute in another namespace': attributesUnder('other', 'urn:x'),
  'an attribute in the namespace of xml': attributesUnder('xml', undefined),
  'an attribute in no known namespace': attributesUnder('unbound', undefined),
  'a declaration deleted': declared(() => ''),
  'a declaration of another namespace': declared((name) => ` ${name}="urn:x"`),
  'a declaration of a relative namespace': declared((name) => ` ${name}="saml"`),
  'a declaration in other case': declared((name, uri) => ` ${name}="${uri.toUpperCase()}"`),
  'a declaration with a slash more': declared((name, uri) => ` ${name}="${uri}/"`),
  'a declaration with a space': declared((name, uri) => ` ${name}=" ${uri}"`),
  'a declaration with references': declared((name, uri) => {
    return uri === '' ? undefined : ` ${name}="&#${uri.charCodeAt(0)};${uri.slice(1)}"`
  }),
  'a declaration under another prefix': declared((name, uri) => ` ${name.includes(':') ? name : 'xmlns:d'}x="${uri}"`),
  'a declaration of an unused prefix beside it': declared((name, uri) => ` ${name}="${uri}" xmlns:unused="${uri}"`),
  'a declaration moved to the root': altering(function* (markup) {
    const { xml, root } = markup
    for (const [attribute, element] of declarations(markup)) {
      if (element === root || root.attributes.some(({ name }) => name === attribute.name)) continue
      const text = xml.slice(attribute.start, attribute.end)
      const without = put(xml, attribute.start, attribute.end, '')
      yield [`${attribute.name} of ${element.name} at ${element.start}`, put(without, root.nameEnd, root.nameEnd, text)]
    }
  }),
  'a declaration repeated at every element below': altering(function* (markup) {
    for (const [attribute, element] of declarations(markup)) {
      let document = markup.xml
      for (const inner of markup.elements.toReversed()) {
        const below = inner.start > element.start && inner.end < element.end
        if (!below || inner.attributes.some(({ name }) => name === attribute.name)) continue
        const text = markup.xml.slice(attribute.start, attribute.end)
        document = put(document, inner.nameEnd, inner.nameEnd, text)
      }
      yield [`${attribute.name} of ${element.name} at ${element.start}`, document]
    }
  }),
}
