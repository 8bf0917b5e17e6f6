/** Namespaces in XML 1.0: declarations, the scope they make, and what a prefix is bound to (check G3). */
import type { RefusalCode } from './refusals.ts'

export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'

/** Namespaces in scope: a list from the innermost declaration outwards. The prefix `''` is the default namespace. */
export interface Scope {
  readonly prefix: string
  readonly uri: string
  readonly outer: Scope | undefined
}

/**
 * An absolute URI in printable ASCII. Canonical XML (section 1.3) is undefined for relative ones, and implementations
 * that returned nothing for them let one signature fit every document (CVE-2025-66568, -66578, -66475).
 */
const absoluteUri = /^[A-Za-z][A-Za-z0-9+.-]*:[!#-%(-;=?-~]*$/

/** The scope with one more declaration, or the code that refuses it. `outer` is the scope around the element. */
export function declare(
  scope: Scope | undefined,
  outer: Scope | undefined,
  prefix: string,
  uri: string,
): Scope | RefusalCode {
  if (prefix === 'xml' || prefix === 'xmlns' || uri === xmlNamespace || uri === xmlnsNamespace) {
    return 'namespace-reserved'
  }
  // Only the default namespace can be undeclared (section 5).
  if (uri === '' ? prefix !== '' : !absoluteUri.test(uri)) return 'namespace-malformed'
  for (let inner = scope; inner !== outer && inner !== undefined; inner = inner.outer) {
    if (inner.prefix === prefix) return 'attribute-repeated'
  }
  return { prefix, uri, outer: scope }
}

/** What a prefix is bound to. The default namespace is `''` where none is declared; an unbound prefix is undefined. */
export function namespaceOf(prefix: string, scope: Scope | undefined): string | undefined {
  for (let inner = scope; inner !== undefined; inner = inner.outer) {
    if (inner.prefix === prefix) return inner.uri
  }
  if (prefix === '') return ''
  return prefix === 'xml' ? xmlNamespace : undefined
}
