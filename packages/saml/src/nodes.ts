/** The tree that the parser makes, and the few questions that are asked of it. Names are compared as namespace + local name. */
import type { Binding } from './namespaces.ts'
import { excerpt, reads, type Source } from './octets.ts'
import type { UsualSignature } from './stated.ts'

/** Places are octets, counted from the `<` of the element's start tag: what is not asked for never becomes a string. */
export interface Attribute {
  /** Of its prefix; undefined: in no namespace, as all attributes of SAML and XML Signature are. */
  readonly binding: Binding | undefined
  /** Where `name="value"` stands: the name in [start, nameEnd), its local part from `localStart` on, the value in [valueStart, end - 1). */
  readonly start: number
  readonly localStart: number
  readonly nameEnd: number
  readonly valueStart: number
  readonly end: number
  /** `name="value"` stands in canonical form. */
  readonly canonical: boolean
  /** The value where references and white space in it stand for something else. */
  readonly resolved: string | undefined
  /** The next one of the element. */
  readonly next: Attribute | undefined
}

/** A text between two tags. Two texts never follow each other. */
export interface Text {
  readonly kind: 'text'
  readonly start: number
  readonly end: number
  /** It stands in the source in canonical form. */
  readonly canonical: boolean
  /** The value where references in it stand for something else. */
  readonly resolved: string | undefined
  /** What follows it in the same element. */
  readonly next: Element | Text | undefined
}

/** What a start tag says. Elements share one whose start tags are octet by octet the same, in one scope. */
export interface Tag {
  /** Of its prefix; undefined: in no namespace. */
  readonly binding: Binding | undefined
  /** The innermost declaration in scope. */
  readonly scope: Binding | undefined
  /** The first one, in the order of the source; namespace declarations are no attributes. */
  readonly attributes: Attribute | undefined
  /** Counted from the `<`: the name in [1, nameEnd), its local part from `localStart` on, all but the `>` or `/>` in [0, length). */
  readonly localStart: number
  readonly nameEnd: number
  readonly length: number
  /** It stands in the source in canonical form, up to its `>` or `/>`, as long as the output declares nothing there. */
  readonly canonical: boolean
  /** The attributes stand in the order of canonical form. */
  readonly ordered: boolean
}

export interface Element {
  readonly kind: 'element'
  readonly source: Source
  readonly tag: Tag
  readonly parent: Element | undefined
  /** The first one, in the order of the source. */
  readonly children: Element | Text | undefined
  /** A Signature that was read in one go: it has no children. */
  readonly usual: UsualSignature | undefined
  /** What follows it in the same element. */
  readonly next: Element | Text | undefined
  readonly start: number
  /** Where the end tag stands: [endTag, end); empty if the start tag is `<name/>`. */
  readonly endTag: number
  readonly end: number
}

export interface XmlDocument {
  readonly ok: true
  readonly root: Element
  /** Every element, in document order, but those in a Signature that was read in one go. */
  readonly elements: readonly Element[]
}

/** Names are compared octet by octet, and only where they are asked for: most of a response never becomes a string. */
export function isElement(element: Element, namespace: string, localName: string): boolean {
  const { source, start, tag } = element
  const { localStart, nameEnd } = tag
  return reads(source.octets, start + localStart, start + nameEnd, localName) && namespace === namespaceOf(element)
}

/** The name of an element as it is written, with its prefix. */
export function nameOf({ source, start, tag }: Element): string {
  return excerpt(source, start + 1, start + tag.nameEnd)
}

export function localNameOf({ source, start, tag }: Element): string {
  return excerpt(source, start + tag.localStart, start + tag.nameEnd)
}

/** Empty: in no namespace. */
export function namespaceOf({ tag: { binding } }: Element): string {
  return binding === undefined ? '' : binding.uri
}

/** The child elements, in document order. */
export function childElements(parent: Element): readonly Element[] {
  const found: Element[] = []
  for (let child = parent.children; child !== undefined; child = child.next) {
    if (child.kind === 'element') found.push(child)
  }
  return found
}

/** The child elements of one name, in document order. */
export function childrenNamed(parent: Element, namespace: string, localName: string): readonly Element[] {
  const found: Element[] = []
  for (let child = parent.children; child !== undefined; child = child.next) {
    if (child.kind === 'element' && isElement(child, namespace, localName)) found.push(child)
  }
  return found
}

/** Whether text other than white space stands directly in the element. */
export function holdsText(parent: Element): boolean {
  for (let child = parent.children; child !== undefined; child = child.next) {
    if (child.kind === 'text' && !/^[\t\n\r ]*$/.test(textValue(parent, child))) return true
  }
  return false
}

/** What a text of the element says, references resolved. */
export function textValue({ source }: Element, { resolved, start, end }: Text): string {
  return resolved ?? excerpt(source, start, end)
}

/** What an attribute of the element says, references resolved. */
export function attributeValue({ source, start }: Element, { resolved, valueStart, end }: Attribute): string {
  return resolved ?? excerpt(source, start + valueStart, start + end - 1)
}

/** The value of the attribute of this name that is in no namespace. */
export function attributeOf(element: Element, localName: string): string | undefined {
  const found = attributeNamed(element, localName)
  return found && attributeValue(element, found)
}

/** The attribute of this name that is in no namespace. */
export function attributeNamed(element: Element, localName: string): Attribute | undefined {
  for (let attribute = element.tag.attributes; attribute !== undefined; attribute = attribute.next) {
    if (isNamed(element, attribute, localName)) return attribute
  }
  return undefined
}

/** Whether an attribute has this name, without a prefix: then it is in no namespace. */
function isNamed({ source, start }: Element, attribute: Attribute, localName: string): boolean {
  return reads(source.octets, start + attribute.start, start + attribute.nameEnd, localName)
}

/** Whether the element has attributes other than those of these names in no namespace. */
export function hasAttributesBeside(element: Element, localNames: readonly string[]): boolean {
  for (let attribute = element.tag.attributes; attribute !== undefined; attribute = attribute.next) {
    const one = attribute
    if (!localNames.some((name) => isNamed(element, one, name))) return true
  }
  return false
}

/** The whole text of an element that holds nothing else; undefined if it has element content. */
export function textOf(element: Element): string | undefined {
  const { children } = element
  if (children === undefined) return ''
  return children.kind === 'text' && children.next === undefined ? textValue(element, children) : undefined
}
