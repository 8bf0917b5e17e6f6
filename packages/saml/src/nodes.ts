/** The tree that the parser makes, and the few questions that are asked of it. Names are compared as namespace + local name. */
import type { Scope } from './namespaces.ts'

export interface Attribute {
  readonly name: string
  readonly prefix: string
  readonly localName: string
  /** Empty: in no namespace, as all attributes of SAML and XML Signature are. */
  readonly namespace: string
  readonly value: string
  /** Its value stands in the source in canonical form. */
  readonly canonical: boolean
}

/** A text between two tags, references resolved. Two texts never follow each other. */
export interface Text {
  readonly kind: 'text'
  readonly value: string
  /** Where it stands in the source. */
  readonly start: number
  readonly end: number
  /** It stands in the source in canonical form. */
  readonly canonical: boolean
}

export interface Element {
  readonly kind: 'element'
  readonly name: string
  readonly prefix: string
  readonly localName: string
  readonly namespace: string
  /** In the order of the source, without namespace declarations. */
  readonly attributes: readonly Attribute[]
  readonly scope: Scope | undefined
  readonly parent: Element | undefined
  readonly children: readonly (Element | Text)[]
  /** Where the start tag stands in the source: [start, startTagEnd). */
  readonly start: number
  readonly startTagEnd: number
  /** Where the end tag stands: [endTag, end); empty if the start tag is `<name/>`. */
  readonly endTag: number
  readonly end: number
  /** Both tags stand in the source in canonical form, provided that they declare no namespace. */
  readonly canonical: boolean
}

export interface XmlDocument {
  readonly ok: true
  readonly root: Element
  /** Every element, in document order. */
  readonly elements: readonly Element[]
  /** The text with line ends normalised; the positions of nodes refer to it. */
  readonly source: string
}

export function isElement(element: Element, namespace: string, localName: string): boolean {
  return element.localName === localName && element.namespace === namespace
}

/** The child elements, in document order. */
export function childElements(parent: Element): readonly Element[] {
  const found: Element[] = []
  for (const child of parent.children) if (child.kind === 'element') found.push(child)
  return found
}

/** The child elements of one name, in document order. */
export function childrenNamed(parent: Element, namespace: string, localName: string): readonly Element[] {
  const found: Element[] = []
  for (const child of parent.children) {
    if (child.kind === 'element' && isElement(child, namespace, localName)) found.push(child)
  }
  return found
}

/** Whether text other than white space stands directly in the element. */
export function holdsText(parent: Element): boolean {
  return parent.children.some((child) => child.kind === 'text' && !/^[\t\n\r ]*$/.test(child.value))
}

/** The value of the attribute of this name that is in no namespace. */
export function attributeOf(element: Element, localName: string): string | undefined {
  for (const attribute of element.attributes) {
    if (attribute.localName === localName && attribute.namespace === '') return attribute.value
  }
  return undefined
}

/** The whole text of an element that holds nothing else; undefined if it has element content. */
export function textOf(element: Element): string | undefined {
  const [only, more] = element.children
  if (only === undefined) return ''
  return only.kind === 'text' && more === undefined ? only.value : undefined
}
