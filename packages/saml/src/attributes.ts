/** Attributes and declarations of a start tag (XML 1.0 section 3.1, Namespaces in XML sections 3 to 6). */
import { compareAttributes, inOrder } from './attribute-order.ts'
import { code, ordinaryValueEnd, spaceEnd } from './characters.ts'
import { type Cursor, checkLength, isControl, limits, malformed, readName, resolved, unexpected } from './cursor.ts'
import { bindingOf, declare, isXmlns } from './namespaces.ts'
import type { Attribute, Tag } from './nodes.ts'
import { NotAdmitted } from './not-admitted.ts'
import { textBetween } from './octets.ts'

/** What the parser has not finished yet. */
export type Growing<T> = { -readonly [K in keyof T]: T[K] }

export interface OpenAttribute extends Growing<Omit<Attribute, 'next'>> {
  next: OpenAttribute | undefined
}

export interface OpenTag extends Growing<Omit<Tag, 'attributes'>> {
  attributes: OpenAttribute | undefined
}

/** Reads attributes and declarations up to `>` or `/`, of a tag that begins at `origin`. Its scope is still the one around it. */
export function readAttributes(cursor: Cursor, origin: number, tag: OpenTag): void {
  const { octets } = cursor
  const { scope: outer } = tag
  let last: OpenAttribute | undefined
  let isSimple = true
  for (let count = 1; ; count++) {
    const gap = cursor.at
    if (octets[gap] === code.greater) break
    const start = spaceEnd(octets, gap)
    const first = octets[start]
    if (first === code.greater || first === code.slash) {
      cursor.at = start
      if (start !== gap) tag.canonical = false
      break
    }
    cursor.at = start
    if (start === gap) throw malformed(cursor, 'expected white space, `>` or `/>`')
    if (start !== gap + 1 || octets[gap] !== code.space) tag.canonical = false
    if (count > limits.attributes) {
      throw new NotAdmitted('too-many-attributes', `expected at most ${limits.attributes}`)
    }
    const colon = readName(cursor, start)
    const nameEnd = cursor.at
    readValue(cursor)
    const { valueStart, canonical, resolved, at: end } = cursor
    if (!canonical) tag.canonical = false
    if (isXmlns(octets, start, colon < 0 ? nameEnd : colon)) {
      const prefixStart = colon < 0 ? nameEnd : colon + 1
      const declared = declare(cursor, start, prefixStart, nameEnd, tag.scope, outer)
      if (typeof declared === 'string') throw new NotAdmitted(declared, 'found in a declaration')
      tag.scope = declared
      tag.canonical = false
      continue
    }
    const localStart = colon < 0 ? start : colon + 1
    const attribute: OpenAttribute = {
      binding: undefined,
      start: start - origin,
      localStart: localStart - origin,
      nameEnd: nameEnd - origin,
      valueStart: valueStart - origin,
      end: end - origin,
      canonical,
      resolved,
      next: undefined,
    }
    if (last === undefined) tag.attributes = attribute
    else {
      last.next = attribute
      isSimple = false
    }
    last = attribute
    if (colon >= 0) isSimple = false
  }
  if (!isSimple) resolveAttributes(octets, origin, tag)
}

/** Binds prefixes, refuses repetitions (Namespaces in XML, section 6.3), and sees whether the order is canonical. */
function resolveAttributes(octets: Buffer, start: number, tag: OpenTag): void {
  let previous: OpenAttribute | undefined
  let ascending = true
  for (let attribute = tag.attributes; attribute !== undefined; attribute = attribute.next) {
    if (attribute.localStart > attribute.start) {
      attribute.binding = bindingOf(octets, start + attribute.start, start + attribute.localStart - 1, tag.scope)
      if (attribute.binding === undefined) throw new NotAdmitted('namespace-unbound', 'found on an attribute')
    }
    ascending &&= previous === undefined || compareAttributes(octets, start, previous, attribute) < 0
    previous = attribute
  }
  if (ascending) return
  tag.canonical = tag.ordered = false
  const sorted = inOrder(octets, start, tag.attributes)
  const repeated = sorted.some(
    (attribute, at) => at > 0 && compareAttributes(octets, start, sorted[at - 1] ?? attribute, attribute) === 0,
  )
  if (repeated) throw new NotAdmitted('attribute-repeated', 'found on one element')
}

/** Reads `="value"`. Nearly all are canonical as they stand, and those take a way that is short enough to be inlined. */
function readValue(cursor: Cursor): void {
  const { octets, at } = cursor
  const start = at + 2
  const isUsual = octets[at] === code.equals && octets[at + 1] === code.quotationMark
  const end = isUsual ? ordinaryValueEnd(octets, start) : at
  if (octets[end] !== code.quotationMark) {
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
