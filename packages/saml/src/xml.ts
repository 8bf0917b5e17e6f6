/**
 * A strict, namespace-aware parser of the subset of XML 1.0 that SAML needs: elements, attributes, text, the five
 * predefined entities and character references. Names are ASCII, namespaces absolute URIs (checks G1 and G3).
 *
 * One pass over octets. Names that are not known and values stay where they are until somebody asks for them.
 */
import { type Growing, type OpenTag, readAttributes } from './attributes.ts'
import { code, ordinaryTextEnd, spaceEnd } from './characters.ts'
import { type Cursor, checkLength, limits, malformed, notName, readName, resolved, unexpected } from './cursor.ts'
import { type Binding, bindingOf } from './namespaces.ts'
import type { Element, Tag, Text, XmlDocument } from './nodes.ts'
import { NotAdmitted } from './not-admitted.ts'
import { sameWords, sourceOf, textBetween } from './octets.ts'
import { type Refused, refuse } from './refusals.ts'
import type { UsualSignature } from './stated.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is its purpose.
const control = /[\0-\x08\x0b-\x1f]/

/** Reads the whole content of an open element in one go, from `at` on; undefined where it is to be parsed. */
type ReadWhole = (element: Element, at: number) => UsualSignature | undefined

/** How a document is read, beside the grammar. */
export interface Manner {
  readonly readWhole: ReadWhole | undefined
  /** How many texts are made of their own octets, before all octets are made one text. */
  readonly singleTexts: number
}

const whatIsDigested: Manner = { readWhole: undefined, singleTexts: 0 }

interface OpenElement extends Growing<Omit<Element, 'parent' | 'children'>> {
  readonly parent: OpenElement | undefined
  children: OpenElement | OpenText | undefined
}

type OpenText = Growing<Text>

/**
 * Parses `octets[start, length - 1)`; the last octet is NUL, which no rule admits. They must have passed the gate or come from the
 * canonical writer: that they are UTF-8, without U+FFFE and U+FFFF, is known by then.
 */
export function parseXml(octets: Buffer, start = 0, manner = whatIsDigested): XmlDocument | Refused {
  try {
    return parseDocument(
      {
        source: sourceOf(octets, manner.singleTexts),
        octets,
        at: start,
        valueStart: 0,
        canonical: true,
        resolved: undefined,
      },
      manner.readWhole,
    )
  } catch (error) {
    if (!(error instanceof NotAdmitted)) throw error
    // UTF-16, for one, is better called by its octets than by the grammar's first surprise.
    const isControl =
      error.code === 'xml-malformed' && control.test(octets.toString('latin1', start, octets.length - 1))
    return refuse(isControl ? 'control-character' : error.code, error.message)
  }
}

function parseDocument(cursor: Cursor, readWhole: ReadWhole | undefined): XmlDocument {
  const { octets } = cursor
  cursor.at = spaceEnd(octets, cursor.at)
  const root = readStartTag(cursor, undefined, [])
  const elements: OpenElement[] = [root]
  let depth = 1
  let count = 1
  let open = root.end < 0 ? root : undefined
  // The last child so far of the element that is open.
  let last: OpenElement | OpenText | undefined
  while (open !== undefined) {
    const text = readText(cursor)
    if (text !== undefined) {
      append(open, last, text)
      last = text
    }
    if (octets[cursor.at + 1] === code.slash) {
      readEndTag(cursor, open)
      last = open
      open = open.parent
      depth--
      continue
    }
    if (depth === limits.depth) throw new NotAdmitted('too-deep', `expected at most ${limits.depth} levels`)
    const element = readStartTag(cursor, open, elements)
    elements.push(element)
    append(open, last, element)
    last = element
    count++
    if (element.end < 0) {
      open = element
      last = undefined
      depth++
      const usual = readWhole?.(element, cursor.at)
      if (usual !== undefined && depth + usual.levels <= limits.depth) {
        element.usual = usual
        cursor.at = usual.end
        count += usual.elements
      }
    }
    if (count > limits.elements) throw new NotAdmitted('too-many-elements', `expected at most ${limits.elements}`)
  }
  cursor.at = spaceEnd(octets, cursor.at)
  if (cursor.at !== octets.length - 1) {
    if (octets[cursor.at] === code.less) throw notName(cursor, cursor.at + 1)
    throw malformed(cursor, 'content behind the root element')
  }
  return { ok: true, root, elements }
}

function append(parent: OpenElement, last: OpenElement | OpenText | undefined, child: OpenElement | OpenText): void {
  if (last === undefined) parent.children = child
  else last.next = child
}

/** Reads `<name attributes>` or `<name attributes/>`; `end` is -1 while the element is open. `before`: all that began before. */
function readStartTag(cursor: Cursor, parent: OpenElement | undefined, before: readonly OpenElement[]): OpenElement {
  const { source, octets, at: start } = cursor
  if (octets[start] !== code.less) throw malformed(cursor, 'expected `<`')
  const scope = parent?.tag.scope
  const tag = sameTag(cursor, scope, before) ?? readTag(cursor, scope)
  const element: OpenElement = {
    kind: 'element',
    source,
    tag,
    parent,
    children: undefined,
    usual: undefined,
    next: undefined,
    start,
    endTag: -1,
    end: -1,
  }
  const at = start + tag.length
  if (octets[at] === code.greater) {
    cursor.at = at + 1
    return element
  }
  cursor.at = at + 1
  if (octets[at + 1] !== code.greater) throw malformed(cursor, 'expected `/>`')
  cursor.at = element.endTag = element.end = at + 2
  return element
}

/**
 * The tag of an element before this one, if it stands here octet by octet once more and was read in the same scope. Values of
 * attributes begin so, hundreds of them where somebody is in many groups: each like the one before it, or the one before their attribute.
 */
function sameTag(cursor: Cursor, scope: Binding | undefined, before: readonly OpenElement[]): Tag | undefined {
  const { length } = before
  // What stands at -1 would be looked up as a name, at the price of a whole start tag.
  if (length < 2) return undefined
  return repeated(cursor, scope, before[length - 1]) ?? repeated(cursor, scope, before[length - 2])
}

function repeated(
  { source, octets, at }: Cursor,
  scope: Binding | undefined,
  element: OpenElement | undefined,
): Tag | undefined {
  if (element === undefined || element.parent?.tag.scope !== scope) return undefined
  const { tag, start } = element
  const end = octets[at + tag.length]
  const isEnd = end === code.greater || end === code.slash
  return isEnd && sameWords(source.view, at, source.view, start, tag.length) ? tag : undefined
}

function readTag(cursor: Cursor, outer: Binding | undefined): Tag {
  const { octets, at: start } = cursor
  const colon = readName(cursor, start + 1)
  const tag: OpenTag = {
    binding: undefined,
    scope: outer,
    attributes: undefined,
    localStart: colon < 0 ? 1 : colon + 1 - start,
    nameEnd: cursor.at - start,
    length: -1,
    canonical: true,
    ordered: true,
  }
  readAttributes(cursor, start, tag)
  tag.length = cursor.at - start
  tag.binding = bindingOf(octets, start + 1, colon < 0 ? start + 1 : colon, tag.scope)
  if (tag.binding === undefined && colon >= 0) throw new NotAdmitted('namespace-unbound', 'found on an element')
  return tag
}

/** Reads the text up to the next tag, if there is any. */
function readText(cursor: Cursor): OpenText | undefined {
  const { octets, at: start } = cursor
  const end = ordinaryTextEnd(octets, start)
  if (octets[end] !== code.less) return readUnusualText(cursor, end)
  if (end === start) return undefined
  checkLength(end - start)
  cursor.at = end
  return { kind: 'text', start, end, canonical: true, resolved: undefined, next: undefined }
}

/** Reads the text on from `from`, the first octet that does not stand for itself. */
function readUnusualText(cursor: Cursor, from: number): OpenText {
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
  return { kind: 'text', start, end: at, canonical: false, resolved: value, next: undefined }
}

function readEndTag(cursor: Cursor, open: OpenElement): void {
  const {
    octets,
    source: { view },
  } = cursor
  open.endTag = cursor.at
  const start = cursor.at + 2
  const length = open.tag.nameEnd - 1
  const end = start + length
  if (end >= octets.length || !sameWords(view, start, view, open.start + 1, length)) {
    throw malformed(cursor, 'an end tag of another name')
  }
  cursor.at = spaceEnd(octets, end)
  if (octets[cursor.at] !== code.greater) throw malformed(cursor, 'expected `>`')
  open.end = ++cursor.at
}
