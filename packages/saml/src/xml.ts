/**
 * A strict, namespace-aware parser of the subset of XML 1.0 that SAML needs: elements, attributes, text, the five
 * predefined entities and character references. Names are ASCII, namespaces absolute URIs (checks G1 and G3).
 *
 * One pass over octets. Names that are not known and values stay where they are until somebody asks for them.
 */
import { compareAttributes, inOrder } from './attribute-order.ts'
import { code, ncNameEnd, ordinaryTextEnd, ordinaryValueEnd, resolveReferences, spaceEnd } from './characters.ts'
import { bindingOf, declare, isXmlns } from './namespaces.ts'
import type { Attribute, Element, Text, XmlDocument } from './nodes.ts'
import { NotAdmitted } from './not-admitted.ts'
import { type Source, sameOctets, textBetween } from './octets.ts'
import { type Refused, refuse } from './refusals.ts'

/** Limits of check G1. `text` is in octets, for one text or one attribute value; attributes include declarations. */
export const limits = { depth: 32, elements: 5_000, attributes: 32, text: 64 * 1024 } as const

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is its purpose.
const control = /[\0-\x08\x0b-\x1f]/

type Growing<T> = { -readonly [K in keyof T]: T[K] }

interface OpenElement extends Growing<Omit<Element, 'parent' | 'children' | 'attributes'>> {
  readonly parent: OpenElement | undefined
  attributes: OpenAttribute | undefined
  children: OpenElement | OpenText | undefined
  /** The last child so far. */
  last: OpenElement | OpenText | undefined
}

type OpenText = Growing<Text>

interface OpenAttribute extends Growing<Omit<Attribute, 'next'>> {
  next: OpenAttribute | undefined
}

/** The reading position, and the value that was read last. */
interface Cursor {
  readonly source: Source
  /** Of the source. */
  readonly octets: Buffer
  at: number
  /** Of the attribute value read last. */
  valueStart: number
  canonical: boolean
  resolved: string | undefined
}

/**
 * Parses `octets[start, length - 1)`; the last octet is NUL, which no rule admits. They must have passed the gate or come from the
 * canonical writer: that they are UTF-8, without U+FFFE and U+FFFF, is known by then.
 */
export function parseXml(octets: Buffer, start = 0): XmlDocument | Refused {
  try {
    return parseDocument({
      source: { octets, text: undefined },
      octets,
      at: start,
      valueStart: 0,
      canonical: true,
      resolved: undefined,
    })
  } catch (error) {
    if (!(error instanceof NotAdmitted)) throw error
    // UTF-16, for one, is better called by its octets than by the grammar's first surprise.
    const isControl =
      error.code === 'xml-malformed' && control.test(octets.toString('latin1', start, octets.length - 1))
    return refuse(isControl ? 'control-character' : error.code, error.message)
  }
}

function parseDocument(cursor: Cursor): XmlDocument {
  const { octets } = cursor
  cursor.at = spaceEnd(octets, cursor.at)
  const root = readStartTag(cursor, undefined)
  const elements: OpenElement[] = [root]
  let depth = 1
  let open = root.end < 0 ? root : undefined
  while (open !== undefined) {
    readText(cursor, open)
    if (octets[cursor.at + 1] === code.slash) {
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
  cursor.at = spaceEnd(octets, cursor.at)
  if (cursor.at !== octets.length - 1) {
    if (octets[cursor.at] === code.less) throw notName(cursor, cursor.at + 1)
    throw malformed(cursor, 'content behind the root element')
  }
  return { ok: true, root, elements }
}

function append(parent: OpenElement, child: OpenElement | OpenText): void {
  if (parent.last === undefined) parent.children = child
  else parent.last.next = child
  parent.last = child
}

/** Reads `<name attributes>` or `<name attributes/>`; `end` is -1 while the element is open. */
function readStartTag(cursor: Cursor, parent: OpenElement | undefined): OpenElement {
  const { octets, at: start } = cursor
  if (octets[start] !== code.less) throw malformed(cursor, 'expected `<`')
  const colon = readName(cursor, start + 1)
  const nameEnd = cursor.at
  const localStart = colon < 0 ? start + 1 : colon + 1
  const scope = parent?.scope
  const element: OpenElement = {
    kind: 'element',
    source: cursor.source,
    localStart,
    binding: undefined,
    scope,
    parent,
    attributes: undefined,
    children: undefined,
    last: undefined,
    next: undefined,
    start,
    nameEnd,
    startTagEnd: -1,
    endTag: -1,
    end: -1,
    canonical: true,
    ordered: true,
  }
  readAttributes(cursor, element)
  const binding = bindingOf(octets, start + 1, colon < 0 ? start + 1 : colon, element.scope)
  if (binding !== undefined) element.binding = binding
  else if (colon >= 0) throw new NotAdmitted('namespace-unbound', 'found on an element')
  if (octets[cursor.at] === code.slash) {
    if (octets[++cursor.at] !== code.greater) throw malformed(cursor, 'expected `/>`')
    element.startTagEnd = element.endTag = element.end = ++cursor.at
  } else element.startTagEnd = ++cursor.at
  return element
}

/** Reads a QName (Namespaces in XML, section 4) and returns the place of its colon, or -1. */
function readName(cursor: Cursor, start: number): number {
  const { octets } = cursor
  const end = ncNameEnd(octets, start)
  if (end === start) throw notName(cursor, start)
  if (octets[end] !== code.colon) {
    cursor.at = end
    return -1
  }
  cursor.at = ncNameEnd(octets, end + 1)
  if (cursor.at === end + 1) throw malformed(cursor, 'expected a name behind its prefix')
  return end
}

/** Reads attributes and declarations up to `>` or `/`. */
function readAttributes(cursor: Cursor, element: OpenElement): void {
  const { octets } = cursor
  const outer = element.scope
  let last: OpenAttribute | undefined
  let isSimple = true
  for (let count = 1; ; count++) {
    const gap = cursor.at
    if (octets[gap] === code.greater) break
    const start = spaceEnd(octets, gap)
    const first = octets[start]
    if (first === code.greater || first === code.slash) {
      cursor.at = start
      if (start !== gap) element.canonical = false
      break
    }
    cursor.at = start
    if (start === gap) throw malformed(cursor, 'expected white space, `>` or `/>`')
    if (start !== gap + 1 || octets[gap] !== code.space) element.canonical = false
    if (count > limits.attributes) {
      throw new NotAdmitted('too-many-attributes', `expected at most ${limits.attributes}`)
    }
    const colon = readName(cursor, start)
    const nameEnd = cursor.at
    readValue(cursor)
    const { valueStart, canonical, resolved, at: end } = cursor
    if (!canonical) element.canonical = false
    if (isXmlns(octets, start, colon < 0 ? nameEnd : colon)) {
      const prefixStart = colon < 0 ? nameEnd : colon + 1
      const declared = declare(cursor, start, prefixStart, nameEnd, element.scope, outer)
      if (typeof declared === 'string') throw new NotAdmitted(declared, 'found in a declaration')
      element.scope = declared
      element.canonical = false
      continue
    }
    const attribute: OpenAttribute = {
      binding: undefined,
      start,
      localStart: colon < 0 ? start : colon + 1,
      nameEnd,
      valueStart,
      end,
      canonical,
      resolved,
      next: undefined,
    }
    if (last === undefined) element.attributes = attribute
    else {
      last.next = attribute
      isSimple = false
    }
    last = attribute
    if (colon >= 0) isSimple = false
  }
  if (!isSimple) resolveAttributes(octets, element)
}

/** Binds prefixes, refuses repetitions (Namespaces in XML, section 6.3), and sees whether the order is canonical. */
function resolveAttributes(octets: Buffer, element: OpenElement): void {
  let previous: OpenAttribute | undefined
  let ascending = true
  for (let attribute = element.attributes; attribute !== undefined; attribute = attribute.next) {
    if (attribute.localStart > attribute.start) {
      attribute.binding = bindingOf(octets, attribute.start, attribute.localStart - 1, element.scope)
      if (attribute.binding === undefined) throw new NotAdmitted('namespace-unbound', 'found on an attribute')
    }
    ascending &&= previous === undefined || compareAttributes(octets, previous, attribute) < 0
    previous = attribute
  }
  if (ascending) return
  element.canonical = element.ordered = false
  const sorted = inOrder(octets, element.attributes)
  const repeated = sorted.some(
    (attribute, at) => at > 0 && compareAttributes(octets, sorted[at - 1] ?? attribute, attribute) === 0,
  )
  if (repeated) throw new NotAdmitted('attribute-repeated', 'found on one element')
}

/** Reads `="value"`. Nearly all are canonical as they stand, and those take a way that is short enough to be inlined. */
function readValue(cursor: Cursor): void {
  const { octets, at } = cursor
  const start = at + 2
  const end = ordinaryValueEnd(octets, start)
  if (octets[at] !== code.equals || octets[at + 1] !== code.quotationMark || octets[end] !== code.quotationMark) {
    readUnusualValue(cursor)
    return
  }
  checkLength(end - start)
  cursor.valueStart = start
  cursor.at = end + 1
  cursor.canonical = true
  cursor.resolved = undefined
}

/** Reads any value and normalises it (XML 1.0, section 3.3.3, for CDATA attributes). */
function readUnusualValue(cursor: Cursor): void {
  const { octets } = cursor
  let at = cursor.at
  let canonical = true
  if (octets[at] !== code.equals) {
    at = cursor.at = spaceEnd(octets, at)
    if (octets[at] !== code.equals) throw malformed(cursor, 'expected `=`')
    canonical = false
  }
  const quoteAt = spaceEnd(octets, at + 1)
  const quote = octets[quoteAt]
  if (quoteAt !== at + 1 || quote === code.apostrophe) canonical = false
  cursor.at = quoteAt
  if (quote !== code.quotationMark && quote !== code.apostrophe) throw malformed(cursor, 'expected a quoted value')
  const start = quoteAt + 1
  let isPlain = true
  for (at = ordinaryValueEnd(octets, start); octets[at] !== quote; at = ordinaryValueEnd(octets, at + 1)) {
    const found = octets[at] ?? 0
    isPlain &&= found === code.quotationMark || found === code.apostrophe
    // In canonical form, only the quotation mark is written otherwise.
    canonical &&= found === code.apostrophe
    if (found === code.less || isControl(found)) throw unexpected(cursor, at, 'an attribute value')
  }
  checkLength(at - start)
  cursor.valueStart = start
  cursor.at = at + 1
  cursor.canonical = canonical
  cursor.resolved = isPlain ? undefined : resolved(cursor, textBetween(octets, start, at).replace(/[\t\n]/g, ' '))
}

/** Reads the text up to the next tag, if there is any. */
function readText(cursor: Cursor, parent: OpenElement): void {
  const { octets, at: start } = cursor
  const at = ordinaryTextEnd(octets, start)
  if (octets[at] === code.less) {
    if (at === start) return
    checkLength(at - start)
    cursor.at = at
    append(parent, { kind: 'text', start, end: at, canonical: true, resolved: undefined, next: undefined })
  } else readUnusualText(cursor, parent, at)
}

/** Reads the text on from `from`, the first octet that does not stand for itself. */
function readUnusualText(cursor: Cursor, parent: OpenElement, from: number): void {
  const { octets, at: start } = cursor
  let at = from
  let isPlain = true
  for (; octets[at] !== code.less; at = ordinaryTextEnd(octets, at + 1)) {
    const found = octets[at] ?? 0
    if (found === code.ampersand) isPlain = false
    else if (found !== code.greater) throw unexpected(cursor, at, 'an element')
    else if (octets[at - 1] === code.bracket && octets[at - 2] === code.bracket && at - 2 >= start) {
      throw malformed(cursor, 'found `]]>`')
    }
  }
  checkLength(at - start)
  cursor.at = at
  const value = isPlain ? undefined : resolved(cursor, textBetween(octets, start, at))
  append(parent, { kind: 'text', start, end: at, canonical: false, resolved: value, next: undefined })
}

function readEndTag(cursor: Cursor, open: OpenElement): void {
  const { octets } = cursor
  open.endTag = cursor.at
  const start = cursor.at + 2
  const end = start + open.nameEnd - open.start - 1
  if (end >= octets.length || !sameOctets(octets, start, end, open.start + 1, open.nameEnd)) {
    throw malformed(cursor, 'an end tag of another name')
  }
  cursor.at = spaceEnd(octets, end)
  if (octets[cursor.at] !== code.greater) throw malformed(cursor, 'expected `>`')
  open.end = ++cursor.at
}

/** What `<!` may begin, and the code that refuses it. */
const markup = [
  ['!--', 'comment'],
  ['![CDATA[', 'cdata'],
  ['!DOCTYPE', 'doctype'],
  ['!', 'entity-declaration'],
  ['?', 'processing-instruction'],
] as const

function notName({ octets }: Cursor, at: number): NotAdmitted {
  const found = textBetween(octets, at, at + 8)
  const [, refusal] = markup.find(([start]) => found.startsWith(start)) ?? []
  if (refusal !== undefined) return new NotAdmitted(refusal, `found at octet ${at - 1}`)
  return new NotAdmitted('xml-malformed', `expected a name, at octet ${at}`)
}

function unexpected({ octets }: Cursor, at: number, where: string): NotAdmitted {
  if (at === octets.length - 1) return new NotAdmitted('xml-malformed', `${where} that does not end`)
  if (octets[at] !== code.less) return new NotAdmitted('control-character', `found in ${where}, at octet ${at}`)
  return new NotAdmitted('xml-malformed', `${where} that does not end before \`<\`, at octet ${at}`)
}

function isControl(octet: number): boolean {
  return octet < code.space && octet !== code.tab && octet !== code.lineFeed
}

function malformed({ at }: Cursor, problem: string): NotAdmitted {
  return new NotAdmitted('xml-malformed', `${problem}, at octet ${at}`)
}

function checkLength(length: number): void {
  if (length > limits.text) {
    throw new NotAdmitted('text-too-long', `found ${length} octets, expected at most ${limits.text}`)
  }
}

function resolved(cursor: Cursor, raw: string): string {
  const value = resolveReferences(raw)
  if (value === undefined) throw malformed(cursor, 'a reference to no character')
  return value
}
