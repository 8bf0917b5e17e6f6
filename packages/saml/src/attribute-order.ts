/** The order that Canonical XML gives attributes. */
import type { Attribute } from './nodes.ts'

/** The order of Canonical XML 1.0, section 2.2, in an element that begins at `start`: by namespace, then by local name; zero only for the same name. */
export function compareAttributes(octets: Buffer, start: number, left: Attribute, right: Attribute): number {
  if (left.binding !== right.binding) {
    const [outer, inner] = [left.binding?.uri ?? '', right.binding?.uri ?? '']
    if (outer !== inner) return outer < inner ? -1 : 1
  }
  const end = start + left.nameEnd
  const otherEnd = start + right.nameEnd
  for (let at = start + left.localStart, other = start + right.localStart; ; at++, other++) {
    if (at === end) return other === otherEnd ? 0 : -1
    if (other === otherEnd) return 1
    const difference = (octets[at] ?? 0) - (octets[other] ?? 0)
    if (difference !== 0) return difference
  }
}

/** The attributes of an element in that order, from its first one in the source on. */
export function inOrder(octets: Buffer, start: number, first: Attribute | undefined): readonly Attribute[] {
  const attributes: Attribute[] = []
  let isAscending = true
  for (let attribute = first, last = first; attribute !== undefined; last = attribute, attribute = attribute.next) {
    isAscending &&= attribute === first || last === undefined || compareAttributes(octets, start, last, attribute) < 0
    attributes.push(attribute)
  }
  return isAscending ? attributes : attributes.sort((left, right) => compareAttributes(octets, start, left, right))
}
