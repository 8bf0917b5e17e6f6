/**
 * Where everything stands in a well-formed response, for altering it. By regular expressions, so that it shares no reading of
 * XML with the verifier; for documents without comments, CDATA and instructions other than the XML declaration.
 */

export interface AttributeMark {
  /** As written, declarations included. */
  readonly name: string
  readonly value: string
  /** From the white space before the name to behind the closing quotation mark. */
  readonly start: number
  readonly end: number
  /** The value without its quotation marks. */
  readonly valueStart: number
  readonly valueEnd: number
}

export interface ElementMark {
  readonly name: string
  readonly prefix: string
  readonly localName: string
  readonly attributes: readonly AttributeMark[]
  readonly parent: ElementMark | undefined
  readonly children: readonly ElementMark[]
  readonly start: number
  /** Behind the name in the start tag. */
  readonly nameEnd: number
  readonly startTagEnd: number
  /** Where the end tag begins; `end` for an empty-element tag. */
  readonly endTag: number
  readonly end: number
}

export interface TextMark {
  readonly raw: string
  readonly start: number
  readonly end: number
  readonly parent: ElementMark
}

export interface Markup {
  readonly xml: string
  readonly root: ElementMark
  /** In document order. */
  readonly elements: readonly ElementMark[]
  /** Texts that are not white space only. */
  readonly texts: readonly TextMark[]
  /** Every place before and behind a tag. */
  readonly places: readonly number[]
}

type Open = { -readonly [K in keyof ElementMark]: ElementMark[K] } & { children: ElementMark[] }

/** Marks everything in a document, or in the text of one element. */
export function markupOf(xml: string): Markup {
  const elements: Open[] = []
  const texts: TextMark[] = []
  const places = new Set<number>()
  const open: Open[] = []
  let behind = 0
  for (const tag of xml.matchAll(/<(\/?)([\w.:-]+)((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>/g)) {
    const [whole, closes, name = '', inside = '', empty] = tag
    const [start, end] = [tag.index, tag.index + whole.length]
    const parent = open.at(-1)
    places.add(start).add(end)
    const raw = xml.slice(behind, start)
    if (parent !== undefined && raw.trim() !== '') texts.push({ raw, start: behind, end: start, parent })
    behind = end
    if (closes === '/') {
      const closed = open.pop()
      if (closed === undefined || closed.name !== name) throw new Error(`an end tag of ${name} that closes nothing`)
      closed.endTag = start
      closed.end = end
      continue
    }
    const nameEnd = start + 1 + name.length
    const colon = name.indexOf(':')
    const element: Open = {
      name,
      prefix: colon < 0 ? '' : name.slice(0, colon),
      localName: name.slice(colon + 1),
      attributes: attributesOf(inside, nameEnd),
      parent,
      children: [],
      start,
      nameEnd,
      startTagEnd: end,
      endTag: end,
      end,
    }
    if (parent === undefined && elements.length > 0) throw new Error('two roots')
    parent?.children.push(element)
    elements.push(element)
    if (empty !== '/') open.push(element)
  }
  const [root] = elements
  if (root === undefined || open.length > 0) throw new Error('not one whole element')
  return { xml, root, elements, texts, places: [...places] }
}

function attributesOf(inside: string, from: number): readonly AttributeMark[] {
  return [...inside.matchAll(/\s+([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map((found) => {
    const [whole, name = '', double, single] = found
    const value = double ?? single ?? ''
    const end = from + found.index + whole.length
    return { name, value, start: from + found.index, end, valueStart: end - 1 - value.length, valueEnd: end - 1 }
  })
}

/** The first element of a local name, in the document or below an element. */
export function find(markup: Markup, localName: string, within: ElementMark = markup.root): ElementMark | undefined {
  return markup.elements.find(
    (one) => one.localName === localName && one.start >= within.start && one.end <= within.end,
  )
}

export function findAll(markup: Markup, localName: string): readonly ElementMark[] {
  return markup.elements.filter((one) => one.localName === localName)
}

export function attributeOf(element: ElementMark | undefined, attribute: string): string | undefined {
  return element?.attributes.find(({ name }) => name === attribute)?.value
}

/** The namespace that a prefix is bound to at an element. */
export function namespaceAt(element: ElementMark | undefined, prefix: string): string | undefined {
  const declaration = prefix === '' ? 'xmlns' : `xmlns:${prefix}`
  for (let at = element; at !== undefined; at = at.parent) {
    const value = attributeOf(at, declaration)
    if (value !== undefined) return value
  }
  return undefined
}

/** The element as text that means the same anywhere: with the declarations that it had from its ancestors. */
export function freed(markup: Markup, element: ElementMark): string {
  const declared = new Set(element.attributes.map(({ name }) => name))
  let added = ''
  for (let at = element.parent; at !== undefined; at = at.parent) {
    for (const { name, value } of at.attributes) {
      if (!/^xmlns(?::|$)/.test(name) || declared.has(name)) continue
      declared.add(name)
      added += ` ${name}="${value}"`
    }
  }
  return markup.xml.slice(element.start, element.nameEnd) + added + markup.xml.slice(element.nameEnd, element.end)
}

/** The text with the range [from, to) replaced. */
export function put(text: string, from: number, to: number, by: string): string {
  return text.slice(0, from) + by + text.slice(to)
}
