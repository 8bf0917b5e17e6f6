/** Namespaces in XML 1.0: declarations, the scope they make, and what a prefix is bound to (check G3). */
import { code, codeAt, ncNameEnd } from './characters.ts'
import type { RefusalCode } from './refusals.ts'

export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'

/** Namespaces in scope: a list from the innermost declaration outwards. The prefix `''` is the default namespace. */
export interface Scope {
  readonly prefix: string
  readonly uri: string
  readonly outer: Scope | undefined
  /** Declarations from here outwards, those that inner ones hide included. */
  readonly size: number
}

/** Most declarations in scope at one place (check G1): every prefix is looked up in the list, so its length is a factor of the cost. */
export const largestScope = 32

/**
 * Whether a text is an absolute URI, as far as its characters tell. Canonical XML (section 1.3) is undefined for relative ones, and
 * implementations that returned nothing for them let one signature fit every document (CVE-2025-66568, -66578, -66475).
 */
function isAbsoluteUri(uri: string): boolean {
  const scheme = ncNameEnd(uri, 0)
  if (scheme === 0 || codeAt(uri, scheme) !== code.colon) return false
  for (let at = scheme + 1; at < uri.length; at++) if (!standsInUri(uri.charCodeAt(at))) return false
  return uri.indexOf('#') === uri.lastIndexOf('#')
}

/** Brackets only stand around IPv6 addresses, which no namespace is named after (RFC 3986 sections 2 and 3.2.2). */
function standsInUri(character: number): boolean {
  if (character >= 97) return character <= 122 || character === 126
  if (character >= 63) return character <= 90 || character === 95
  return (
    character > code.space && character !== code.quotationMark && character !== code.less && character !== code.greater
  )
}

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
  if (uri === '' ? prefix !== '' : !isAbsoluteUri(uri)) return 'namespace-malformed'
  for (let inner = scope; inner !== outer && inner !== undefined; inner = inner.outer) {
    if (inner.prefix === prefix) return 'attribute-repeated'
  }
  const size = (scope?.size ?? 0) + 1
  return size > largestScope ? 'too-many-namespaces' : { prefix, uri, outer: scope, size }
}

/** What a prefix is bound to. The default namespace is `''` where none is declared; an unbound prefix is undefined. */
export function namespaceOf(prefix: string, scope: Scope | undefined): string | undefined {
  for (let inner = scope; inner !== undefined; inner = inner.outer) {
    if (inner.prefix === prefix) return inner.uri
  }
  if (prefix === '') return ''
  return prefix === 'xml' ? xmlNamespace : undefined
}
