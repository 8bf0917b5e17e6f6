/**
 * A strict, namespace-aware parser of the subset of XML 1.0 that SAML needs: elements, attributes, text, the five
 * predefined entities and character references. Names are ASCII, namespaces absolute URIs (checks G1 and G3).
 *
 * One pass. Stretches are skipped with `indexOf`, whose native search costs a twentieth of a loop over `charCodeAt`.
 */
import { code, codeAt, isSpace, resolveReferences } from './characters.ts'
import { type Cursor, cursorAt, malformed, NotAdmitted, nextOf, readName, skipSpace } from './cursor.ts'
import { declare, namespaceOf } from './namespaces.ts'
import type { Attribute, Element, Text, XmlDocument } from './nodes.ts'
import { type Refused, refuse } from './refusals.ts'

/** Limits of check G1. `text` is in characters, for one text or one attribute value; attributes include declarations. */
export const limits = { depth: 32, elements: 5_000, attributes: 32, text: 64 * 1024 } as const

type Growing<T> = { -readonly [K in keyof T]: T[K] }

interface OpenElement extends Growing<Omit<Element, 'children' | 'attributes' | 'parent'>> {
  readonly parent: OpenElement | undefined
  children: (Element | Text)[]
  attributes: Growing<Attribute>[]
}

/**
 * Stand in for lists that stay empty. An empty literal that is pushed to reserves room for sixteen; a list that begins
 * as a literal of one does not, and most elements hold one text.
 */
const noChildren: (Element | Text)[] = []
const noAttributes: Growing<Attribute>[] = []

/**
 * Parses a text from `start` on. It must have passed the gate or come from the canonical writer: the production Char is
 * checked there, for the whole text at once; what references stand for is checked here.
 */
export function parseXml(text: string, start = 0): XmlDocument | Refused {
  try {
    // XML 1.0 section 2.11. Rare, so the copy is made only where it is needed.
    if (text.includes('\r')) return parseDocument(text.slice(start).replace(/\r\n?/g, '\n'), 0)
    return parseDocument(text, start)
  } catch (error) {
    if (error instanceof NotAdmitted) return refuse(error.code, error.message)
    throw error
  }
}

function parseDocument(text: string, start: number): XmlDocument {
  if (text.includes(']]>')) throw new NotAdmitted('xml-malformed', 'found `]]>`')
  const cursor = cursorAt(text, start)
  skipSpace(cursor)
  const root = readStartTag(cursor, undefined)
  const elements: Element[] = [root]
  let depth = 1
  let open = root.end < 0 ? root : undefined
  while (open !== undefined) {
    readText(cursor, open)
    if (codeAt(text, cursor.at + 1) === code.slash) {
      readEndTag(cursor, open)
      open = open.parent
      depth--
      continue
    }
    if (depth === limits.depth) throw new NotAdmitted('too-deep', `expected at most ${limits.depth} levels`)
    const element = readStartTag(cursor, open)
    if (elements.push(element) > limits.elements) {
      throw new NotAdmitted('too-many-elements', `expected at most ${limits.elements}`)
    }
    append(open, element)
    if (element.end < 0) {
      open = element
      depth++
    }
  }
  skipSpace(cursor)
  if (cursor.at !== text.length) throw malformed(cursor, 'content behind the root element')
  return { ok: true, root, elements, source: text }
}

/** Reads `<name attributes>` or `<name attributes/>`; `end` is -1 while the element is open. */
function readStartTag(cursor: Cursor, parent: OpenElement | undefined): OpenElement {
  const { text } = cursor
  const start = cursor.at
  if (codeAt(text, start) !== code.less) throw malformed(cursor, 'expected `<`')
  cursor.at++
  const name = readName(cursor)
  const colon = cursor.colon
  const prefix = colon < 0 ? '' : name.slice(0, colon)
  const element: OpenElement = {
    kind: 'element',
    name,
    prefix,
    localName: colon < 0 ? name : name.slice(colon + 1),
    namespace: '',
    attributes: noAttributes,
    scope: parent?.scope,
    parent,
    children: noChildren,
    start,
    startTagEnd: -1,
    endTag: -1,
    end: -1,
    canonical: true,
  }
  readAttributes(cursor, element)
  const namespace = namespaceOf(prefix, element.scope)
  if (namespace === undefined) throw new NotAdmitted('namespace-unbound', 'found on an element')
  element.namespace = namespace
  const empty = codeAt(text, cursor.at) === code.slash
  if (empty) {
    cursor.at++
    if (codeAt(text, cursor.at) !== code.greater) throw malformed(cursor, 'expected `/>`')
    element.canonical = false
  }
  element.startTagEnd = ++cursor.at
  if (empty) element.endTag = element.end = cursor.at
  return element
}

function append(parent: OpenElement, child: Element | Text): void {
  if (parent.children === noChildren) parent.children = [child]
  else parent.children.push(child)
}

/** Reads attributes and declarations up to `>` or `/`. */
function readAttributes(cursor: Cursor, element: OpenElement): void {
  const { text } = cursor
  // `<` may not stand inside a tag, so a value that ends behind the next one is malformed.
  const nextTag = nextOf(cursor.less, text, cursor.at)
  const outer = element.scope
  for (let count = 1; ; count++) {
    const gap = cursor.at
    skipSpace(cursor)
    const next = codeAt(text, cursor.at)
    if (next === code.greater || next === code.slash) {
      if (cursor.at !== gap) element.canonical = false
      break
    }
    if (cursor.at === gap) throw malformed(cursor, 'expected white space, `>` or `/>`')
    if (cursor.at !== gap + 1 || codeAt(text, gap) !== code.space) element.canonical = false
    if (count > limits.attributes) {
      throw new NotAdmitted('too-many-attributes', `expected at most ${limits.attributes}`)
    }
    const name = readName(cursor)
    const colon = cursor.colon
    const prefix = colon < 0 ? '' : name.slice(0, colon)
    const localName = colon < 0 ? name : name.slice(colon + 1)
    const value = readValue(cursor, element, nextTag)
    const { plain } = cursor
    if (name === 'xmlns' || prefix === 'xmlns') {
      const declared = declare(element.scope, outer, prefix === '' ? '' : localName, value)
      if (typeof declared === 'string') throw new NotAdmitted(declared, 'found in a declaration')
      element.scope = declared
      element.canonical = false
    } else {
      const attribute = { name, prefix, localName, namespace: '', value, canonical: plain }
      if (element.attributes === noAttributes) element.attributes = [attribute]
      else element.attributes.push(attribute)
    }
  }
  resolveAttributes(element)
}

/** Binds prefixes, refuses repetitions (Namespaces in XML, section 6.3), and sees whether the order is canonical. */
function resolveAttributes(element: OpenElement): void {
  const { attributes } = element
  let previous: Attribute | undefined
  let ascending = true
  for (const attribute of attributes) {
    if (attribute.prefix !== '') {
      const namespace = namespaceOf(attribute.prefix, element.scope)
      if (namespace === undefined) throw new NotAdmitted('namespace-unbound', 'found on an attribute')
      attribute.namespace = namespace
    }
    ascending &&= previous === undefined || compareAttributes(previous, attribute) < 0
    previous = attribute
  }
  if (ascending) return
  element.canonical = false
  const sorted = attributes.toSorted(compareAttributes)
  const repeated = sorted.some(
    (attribute, at) => at > 0 && compareAttributes(sorted[at - 1] ?? attribute, attribute) === 0,
  )
  if (repeated) throw new NotAdmitted('attribute-repeated', 'found on one element')
}

/** The order of Canonical XML 1.0, section 2.2: by namespace, then by local name; zero only for the same name. */
export function compareAttributes(left: Attribute, right: Attribute): number {
  if (left.namespace !== right.namespace) return left.namespace < right.namespace ? -1 : 1
  if (left.localName === right.localName) return 0
  return left.localName < right.localName ? -1 : 1
}

/** Reads `="value"` and normalises the value (XML 1.0, section 3.3.3, for CDATA attributes). */
function readValue(cursor: Cursor, element: OpenElement, nextTag: number): string {
  const { text } = cursor
  if (codeAt(text, cursor.at) !== code.equals) {
    skipSpace(cursor)
    if (codeAt(text, cursor.at) !== code.equals) throw malformed(cursor, 'expected `=`')
    element.canonical = false
  }
  cursor.at++
  if (isSpace(codeAt(text, cursor.at))) {
    skipSpace(cursor)
    element.canonical = false
  }
  const quote = codeAt(text, cursor.at)
  cursor.plain = quote === code.quotationMark
  if (quote === code.apostrophe) element.canonical = false
  else if (quote !== code.quotationMark) throw malformed(cursor, 'expected a quoted value')
  const start = cursor.at + 1
  const end = text.indexOf(quote === code.apostrophe ? "'" : '"', start)
  if (end < 0 || end > nextTag) throw malformed(cursor, 'an attribute value that does not end before `<`')
  checkLength(end - start)
  cursor.at = end + 1
  const raw = text.slice(start, end)
  if (
    nextOf(cursor.ampersand, text, start) >= end &&
    nextOf(cursor.lineFeed, text, start) >= end &&
    nextOf(cursor.tab, text, start) >= end
  ) {
    return raw
  }
  element.canonical = cursor.plain = false
  return resolved(cursor, raw.replace(/[\t\n]/g, ' '))
}

/** Reads the text up to the next tag, if there is any. */
function readText(cursor: Cursor, parent: OpenElement): void {
  const { text } = cursor
  const start = cursor.at
  const end = nextOf(cursor.less, text, start)
  if (end === text.length) throw malformed(cursor, 'an element that does not end')
  if (end === start) return
  checkLength(end - start)
  cursor.at = end
  const raw = text.slice(start, end)
  const plain = nextOf(cursor.ampersand, text, start) >= end
  const canonical = plain && nextOf(cursor.greater, text, start) >= end
  append(parent, { kind: 'text', value: plain ? raw : resolved(cursor, raw), start, end, canonical })
}

function readEndTag(cursor: Cursor, open: OpenElement): void {
  const { text } = cursor
  open.endTag = cursor.at
  const end = cursor.at + 2 + open.name.length
  if (text.slice(cursor.at + 2, end) !== open.name) throw malformed(cursor, 'an end tag of another name')
  cursor.at = end
  if (codeAt(text, cursor.at) !== code.greater) {
    skipSpace(cursor)
    if (codeAt(text, cursor.at) !== code.greater) throw malformed(cursor, 'expected `>`')
    open.canonical = false
  }
  open.end = ++cursor.at
}

function checkLength(length: number): void {
  if (length > limits.text) {
    throw new NotAdmitted('text-too-long', `found ${length} characters, expected at most ${limits.text}`)
  }
}

function resolved(cursor: Cursor, raw: string): string {
  const value = resolveReferences(raw)
  if (value === undefined) throw malformed(cursor, 'a reference to no character')
  return value
}
