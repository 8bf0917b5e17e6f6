/**
 * Exclusive XML Canonicalization 1.0 without comments (https://www.w3.org/TR/xml-exc-c14n/) of a subtree.
 *
 * Outside the trusted base: identity is read from what this writes, so a fault here can refuse, not mislead.
 */
import { inOrder } from './attribute-order.ts'
import { code } from './characters.ts'
import { type Binding, bindingNamed, xmlBinding } from './namespaces.ts'
import { type Attribute, attributeValue, type Element, type Tag, textValue } from './nodes.ts'
import { NotAdmitted } from './not-admitted.ts'
import { copyWords, reads, type Source, sameOctets, textBetween, viewOf, word } from './octets.ts'
import { type Refused, refuse } from './refusals.ts'
import type { UsualSignature } from './stated.ts'

export interface Apex {
  readonly element: Element
  /** A child of `element` to leave out: the signature, for the enveloped-signature transform (XMLDSig 6.6.4). */
  readonly without: Element | undefined
  /** Prefixes handled as inclusive canonicalization does (section 3, PrefixList); `''` stands for `#default`. */
  readonly prefixes: readonly string[]
}

export interface Canonical {
  readonly ok: true
  /** With a NUL behind them. */
  readonly octets: Buffer
  /** Where the inner subtree stands in them, and what it leaves out; at their beginning, of no length, if none was asked for. */
  readonly inner: Place
  readonly left: Place
}

interface Place {
  readonly start: number
  readonly end: number
}

/** Namespaces that an output ancestor has declared: the innermost first. */
interface Rendered {
  readonly binding: Binding
  readonly outer: Rendered | undefined
}

/** What was written, and a stretch of the source that is canonical as it stands and not yet written. */
interface Writer {
  readonly source: Source
  readonly apex: Apex
  /** Elements whose places in the output are asked for. */
  readonly inner: Element | undefined
  readonly left: Element | undefined
  /** With room for a word behind what is written, and to be written a word at a time. */
  out: Buffer
  view: DataView
  length: number
  from: number
  to: number
  /** The last start tag that had to be written anew, and where. */
  written: Written | undefined
  innerPlace: Place
  leftPlace: Place
}

interface Written {
  readonly tag: Tag
  readonly outer: Rendered | undefined
  readonly rendered: Rendered | undefined
  readonly start: number
  readonly end: number
}

/** Longest canonical form, in octets: thousands of elements may each have to declare one long namespace anew. */
const longest = 1024 * 1024

/** The canonical octets of the subtree, and where those of another one stand in them. Refused where they would be too many. */
export function canonicalize(apex: Apex, inner?: Apex): Canonical | Refused {
  const { element } = apex
  // The source is enough for nearly all; declarations that move inwards need more.
  const out = Buffer.allocUnsafe(element.end - element.start + 1024)
  const writer: Writer = {
    source: element.source,
    apex,
    inner: inner?.element,
    left: inner?.without,
    out,
    view: viewOf(out),
    length: 0,
    from: -1,
    to: -1,
    written: undefined,
    innerPlace: nowhere,
    leftPlace: nowhere,
  }
  try {
    writeElement(writer, element, undefined)
    writeOctet(writer, 0)
  } catch (error) {
    if (error instanceof NotAdmitted) return refuse(error.code, error.message)
    throw error
  }
  const { length, innerPlace, leftPlace } = writer
  return { ok: true, octets: writer.out.subarray(0, length), inner: innerPlace, left: leftPlace }
}

const nowhere: Place = { start: 0, end: 0 }

/**
 * Cuts out of the octets, in place, what the inner subtree leaves out. What then stands where it stood are its own canonical octets,
 * unless it uses a namespace that is declared around it.
 */
export function cutOut({ octets, inner, left }: Canonical): { readonly rest: Buffer; readonly inner: Buffer } {
  octets.copyWithin(left.start, left.end)
  const less = left.end - left.start
  return { rest: octets.subarray(0, octets.length - less), inner: octets.subarray(inner.start, inner.end - less) }
}

function writeElement(writer: Writer, element: Element, outer: Rendered | undefined): void {
  const { tag, start, endTag, end } = element
  const { nameEnd, length } = tag
  const { written } = writer
  let rendered: Rendered | undefined
  if (tag === written?.tag && outer === written.outer) {
    rendered = written.rendered
    repeat(writer, written)
  } else {
    rendered = render(writer, element, outer)
    if (!tag.canonical || rendered !== outer) writeStartTag(writer, element, rendered, outer)
    else if (endTag < end) copy(writer, start, start + length + 1)
    else {
      copy(writer, start, start + length)
      writeOctet(writer, code.greater)
    }
  }
  if (element.usual !== undefined) writeUsual(writer, element.usual, start + length + 1)
  for (let child = element.children; child !== undefined; child = child.next) {
    if (child.kind === 'element') {
      if (child === writer.inner) writer.innerPlace = writePlaced(writer, child, rendered)
      else if (child === writer.left) writer.leftPlace = writePlaced(writer, child, rendered)
      else if (child !== writer.apex.without) writeElement(writer, child, rendered)
    } else if (child.canonical) copy(writer, child.start, child.end)
    else write(writer, escapeText(textValue(element, child)))
  }
  // `</`, the name and `>`, if no white space stands before it.
  if (end - endTag === nameEnd + 2) copy(writer, endTag, end)
  else {
    writeOctet(writer, code.less)
    writeOctet(writer, code.slash)
    copy(writer, start + 1, start + nameEnd)
    writeOctet(writer, code.greater)
  }
}

/** The content of a Signature of the usual form, which uses no namespace but its own: all but SignedInfo as it stands. */
function writeUsual(writer: Writer, usual: UsualSignature, start: number): void {
  const { content, contentStart, contentEnd, end } = usual
  copy(writer, start, contentStart)
  flush(writer)
  reserve(writer, content.length)
  writer.length += content.copy(writer.out, writer.length)
  copy(writer, contentEnd, end)
}

function writePlaced(writer: Writer, element: Element, outer: Rendered | undefined): Place {
  flush(writer)
  const start = writer.length
  writeElement(writer, element, outer)
  flush(writer)
  return { start, end: writer.length }
}

/** Writes a start tag once more, as it was written before. */
function repeat(writer: Writer, { start, end }: Written): void {
  flush(writer)
  const size = end - start
  reserve(writer, size)
  if (size > short) writer.out.copyWithin(writer.length, start, end)
  else copyWords(writer.view, start, end, writer.view, writer.length)
  writer.length += size
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
  reserve(writer, Buffer.byteLength(text))
  writer.length += writer.out.write(text, writer.length)
}

function writeOctet(writer: Writer, octet: number): void {
  flush(writer)
  reserve(writer, 1)
  writer.out[writer.length++] = octet
}

/** Below this many octets, a loop is done before a native copy has begun. */
const short = 256

function flush(writer: Writer): void {
  const { source, from, to } = writer
  if (from >= to) return
  const size = to - from
  reserve(writer, size)
  const { out, length } = writer
  if (size > short || to + word > source.octets.length) source.octets.copy(out, length, from, to)
  else copyWords(source.view, from, to, writer.view, length)
  writer.length = length + size
  writer.from = writer.to = -1
}

function reserve(writer: Writer, octets: number): void {
  const needed = writer.length + octets
  if (needed + word <= writer.out.length) return
  if (needed > longest) {
    throw new NotAdmitted('response-too-large', `its canonical form exceeds ${longest} octets`)
  }
  const larger = Buffer.allocUnsafe(Math.min(2 * needed, longest) + word)
  writer.out.copy(larger, 0, 0, writer.length)
  writer.out = larger
  writer.view = viewOf(larger)
}

/** The declarations in force once those are written that the element needs here (section 3, rule 3). */
function render(writer: Writer, element: Element, outer: Rendered | undefined): Rendered | undefined {
  const { parent, tag } = element
  const { binding, scope } = tag
  const { octets } = writer.source
  const isApex = element === writer.apex.element
  // Most elements need what their parent has just been given.
  let rendered = isApex || binding !== parent?.tag.binding ? renderBinding(octets, binding, outer) : outer
  for (let attribute = tag.attributes; attribute !== undefined; attribute = attribute.next) {
    if (attribute.binding !== undefined) rendered = renderBinding(octets, attribute.binding, rendered)
  }
  if (writer.apex.prefixes.length === 0) return rendered
  return isApex ? renderListed(writer, scope, rendered) : renderDeclared(writer, scope, parent?.tag.scope, rendered)
}

/** What the PrefixList names at the apex. One that is not bound there needs nothing. */
function renderListed({ source, apex }: Writer, scope: Binding | undefined, outer: Rendered | undefined) {
  let rendered = outer
  for (const prefix of apex.prefixes) {
    rendered = renderBinding(source.octets, bindingNamed(source.octets, prefix, scope), rendered)
  }
  return rendered
}

/** Further in, the PrefixList only concerns what is declared there: `scope` without what `around` holds. */
function renderDeclared(
  { source, apex }: Writer,
  scope: Binding | undefined,
  around: Binding | undefined,
  outer: Rendered | undefined,
): Rendered | undefined {
  let rendered = outer
  for (let inner = scope; inner !== around && inner !== undefined; inner = inner.outer) {
    const { prefixStart, prefixEnd } = inner
    if (apex.prefixes.some((prefix) => reads(source.octets, prefixStart, prefixEnd, prefix))) {
      rendered = renderBinding(source.octets, inner, rendered)
    }
  }
  return rendered
}

function renderBinding(
  octets: Buffer,
  binding: Binding | undefined,
  rendered: Rendered | undefined,
): Rendered | undefined {
  // The prefix `xml` is never declared. No binding: no default namespace is in scope, so no output ancestor has declared one.
  if (binding === undefined || binding === xmlBinding) return rendered
  const { prefixStart, prefixEnd, uri } = binding
  for (let inner = rendered; inner !== undefined; inner = inner.outer) {
    const other = inner.binding
    if (other === binding) return rendered
    if (sameOctets(octets, prefixStart, prefixEnd, other.prefixStart, other.prefixEnd)) {
      return other.uri === uri ? rendered : { binding, outer: rendered }
    }
  }
  return uri === '' ? rendered : { binding, outer: rendered }
}

function writeStartTag(writer: Writer, element: Element, rendered: Rendered | undefined, outer: Rendered | undefined) {
  const { start, tag } = element
  const { nameEnd, attributes, ordered } = tag
  const { octets } = writer.source
  flush(writer)
  const from = writer.length
  copy(writer, start, start + nameEnd)
  if (rendered !== undefined && rendered.outer === outer) writeDeclaration(writer, rendered.binding)
  else for (const binding of declarations(octets, rendered, outer)) writeDeclaration(writer, binding)
  if (ordered) {
    for (let one = attributes; one !== undefined; one = one.next) writeAttribute(writer, element, one)
  } else {
    for (const attribute of inOrder(octets, start, attributes)) writeAttribute(writer, element, attribute)
  }
  writeOctet(writer, code.greater)
  writer.written = { tag, outer, rendered, start: from, end: writer.length }
}

function writeDeclaration(writer: Writer, binding: Binding): void {
  if (binding.canonical) copyBehindSpace(writer, binding.start, binding.end)
  else write(writer, declaration(writer.source.octets, binding))
}

function writeAttribute(writer: Writer, element: Element, attribute: Attribute): void {
  const { start } = element
  if (attribute.canonical) copyBehindSpace(writer, start + attribute.start, start + attribute.end)
  else {
    copyBehindSpace(writer, start + attribute.start, start + attribute.nameEnd)
    write(writer, `="${escapeValue(attributeValue(element, attribute))}"`)
  }
}

/** Takes over a stretch with a space before it, which is there in most sources. */
function copyBehindSpace(writer: Writer, from: number, to: number): void {
  if (writer.source.octets[from - 1] === code.space) copy(writer, from - 1, to)
  else {
    writeOctet(writer, code.space)
    copy(writer, from, to)
  }
}

/** Those that are new, in the order of their prefixes (Canonical XML 1.0, section 2.2). */
function declarations(octets: Buffer, rendered: Rendered | undefined, outer: Rendered | undefined) {
  const found: Binding[] = []
  for (let inner = rendered; inner !== outer && inner !== undefined; inner = inner.outer) found.push(inner.binding)
  if (found.length < 2) return found
  return found.sort((left, right) => (prefixOf(octets, left) < prefixOf(octets, right) ? -1 : 1))
}

function prefixOf(octets: Buffer, { prefixStart, prefixEnd }: Binding): string {
  return textBetween(octets, prefixStart, prefixEnd)
}

function declaration(octets: Buffer, binding: Binding): string {
  const prefix = prefixOf(octets, binding)
  return ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeValue(binding.uri)}"`
}

/** Canonical XML 1.0, section 2.3: text nodes. Whole texts at a time: a function called for each character is ten times slower. */
function escapeText(value: string): string {
  return escaped(value, [
    ['&', '&amp;'],
    ['<', '&lt;'],
    ['>', '&gt;'],
    ['\r', '&#xD;'],
  ])
}

/** Canonical XML 1.0, section 2.3: attribute nodes. */
function escapeValue(value: string): string {
  return escaped(value, [
    ['&', '&amp;'],
    ['<', '&lt;'],
    ['"', '&quot;'],
    ['\t', '&#x9;'],
    ['\n', '&#xA;'],
    ['\r', '&#xD;'],
  ])
}

/** The first pair is for `&`, which the others' replacements begin with. */
function escaped(value: string, pairs: readonly (readonly [character: string, reference: string])[]): string {
  return pairs.reduce((text, [character, reference]) => text.replaceAll(character, reference), value)
}
