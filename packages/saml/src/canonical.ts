/**
 * Exclusive XML Canonicalization 1.0 without comments (https://www.w3.org/TR/xml-exc-c14n/) of a subtree.
 *
 * Outside the trusted base: identity is read from what this writes, so a fault here can refuse, not mislead.
 */
import { NotAdmitted } from './cursor.ts'
import { namespaceOf } from './namespaces.ts'
import type { Attribute, Element } from './nodes.ts'
import { compareAttributes } from './xml.ts'

export interface Apex {
  readonly element: Element
  /** The text that the element was parsed from. */
  readonly source: string
  /** A child of `element` to leave out: the signature, for the enveloped-signature transform (XMLDSig 6.6.4). */
  readonly without: Element | undefined
  /** Prefixes handled as inclusive canonicalization does (section 3, PrefixList); `''` stands for `#default`. */
  readonly prefixes: readonly string[]
}

/** Namespaces that an output ancestor has declared: the innermost first. */
interface Rendered {
  readonly prefix: string
  readonly uri: string
  readonly outer: Rendered | undefined
}

/** What was written, and a stretch of the source that is canonical as it stands and not yet written. */
interface Writer {
  readonly source: string
  readonly without: Element | undefined
  readonly prefixes: readonly string[]
  /** Joined at the end: adding to one string would leave a rope, which is slow to digest and to parse. */
  readonly pieces: string[]
  /** Characters in `pieces`. */
  length: number
  from: number
  to: number
}

/** Longest canonical form, in characters: thousands of elements may each have to declare one long namespace anew. */
const longest = 1024 * 1024

/** The canonical text of the subtree; its UTF-8 form is what is digested. Throws `NotAdmitted` where it would be too long. */
export function canonicalize(apex: Apex): string {
  const { source, without, prefixes } = apex
  const writer: Writer = { source, without, prefixes, pieces: [], length: 0, from: -1, to: -1 }
  writeElement(writer, apex.element, undefined)
  flush(writer)
  return writer.pieces.join('')
}

function writeElement(writer: Writer, element: Element, outer: Rendered | undefined): void {
  const rendered = render(writer.prefixes, element, outer)
  if (element.canonical && rendered === outer) copy(writer, element.start, element.startTagEnd)
  else writeStartTag(writer, element, rendered, outer)
  for (const child of element.children) {
    if (child.kind === 'element') {
      if (child !== writer.without) writeElement(writer, child, rendered)
    } else if (child.canonical) copy(writer, child.start, child.end)
    else write(writer, escapeText(child.value))
  }
  if (element.endTag < element.end && element.canonical) copy(writer, element.endTag, element.end)
  else write(writer, `</${element.name}>`)
}

/** Takes over a stretch of the source; stretches that touch become one. */
function copy(writer: Writer, from: number, to: number): void {
  if (from !== writer.to) {
    flush(writer)
    writer.from = from
  }
  writer.to = to
}

function write(writer: Writer, text: string): void {
  flush(writer)
  push(writer, text)
}

function flush(writer: Writer): void {
  if (writer.from < writer.to) push(writer, writer.source.slice(writer.from, writer.to))
  writer.from = writer.to = -1
}

function push(writer: Writer, text: string): void {
  writer.length += text.length
  if (writer.length > longest) {
    throw new NotAdmitted('response-too-large', `its canonical form exceeds ${longest} characters`)
  }
  writer.pieces.push(text)
}

/** The declarations in force once those are written that the element needs here (section 3, rule 3). */
function render(prefixes: readonly string[], element: Element, outer: Rendered | undefined): Rendered | undefined {
  const { parent, attributes } = element
  // Most elements need what their parent has just been given: same prefix, nothing declared since, no other prefix.
  if (
    outer !== undefined &&
    element.scope === parent?.scope &&
    element.prefix === parent?.prefix &&
    attributes.every(isUnprefixed)
  ) {
    return outer
  }
  let rendered = renderPrefix(element.prefix, element, outer)
  for (const attribute of attributes) {
    if (attribute.prefix !== '') rendered = renderPrefix(attribute.prefix, element, rendered)
  }
  for (const prefix of prefixes) rendered = renderPrefix(prefix, element, rendered)
  return rendered
}

function isUnprefixed(attribute: Attribute): boolean {
  return attribute.prefix === ''
}

function renderPrefix(prefix: string, element: Element, rendered: Rendered | undefined): Rendered | undefined {
  // The prefix `xml` is never declared; one of the PrefixList that is not bound here needs nothing.
  const uri = prefix === 'xml' ? undefined : namespaceOf(prefix, element.scope)
  if (uri === undefined || uri === renderedUri(prefix, rendered)) return rendered
  return { prefix, uri, outer: rendered }
}

function renderedUri(prefix: string, rendered: Rendered | undefined): string | undefined {
  for (let inner = rendered; inner !== undefined; inner = inner.outer) if (inner.prefix === prefix) return inner.uri
  return prefix === '' ? '' : undefined
}

function writeStartTag(writer: Writer, element: Element, rendered: Rendered | undefined, outer: Rendered | undefined) {
  let tag = `<${element.name}`
  const declarations: Rendered[] = []
  for (let inner = rendered; inner !== outer && inner !== undefined; inner = inner.outer) declarations.push(inner)
  declarations.sort((left, right) => (left.prefix < right.prefix ? -1 : 1))
  for (const { prefix, uri } of declarations) {
    tag += prefix === '' ? ` xmlns="${escapeValue(uri)}"` : ` xmlns:${prefix}="${escapeValue(uri)}"`
  }
  for (const { name, value, canonical } of inOrder(element.attributes)) {
    tag += ` ${name}="${canonical ? value : escapeValue(value)}"`
  }
  write(writer, `${tag}>`)
}

function inOrder(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.length < 2 ? attributes : attributes.toSorted(compareAttributes)
}

/** Canonical XML 1.0, section 2.3: text nodes. */
function escapeText(value: string): string {
  return value.replace(/[&<>\r]/g, (character) => textEscapes[character] ?? character)
}

/** Canonical XML 1.0, section 2.3: attribute nodes. */
function escapeValue(value: string): string {
  if (!/[&<"\t\n\r]/.test(value)) return value
  return value.replace(/[&<"\t\n\r]/g, (character) => valueEscapes[character] ?? character)
}

const textEscapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' }
const valueEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}
