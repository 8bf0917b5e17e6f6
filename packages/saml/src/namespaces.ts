/** Namespaces in XML 1.0: declarations, the scope they make, and what a prefix is bound to (check G3). */
import { excerpt, reads, type Source, sameOctets } from './octets.ts'
import type { RefusalCode } from './refusals.ts'

import { ds, exclusiveC14n, saml, samlp, xenc } from './vocabulary.ts'

export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'

/** What responses declare most, so that no string is made of it; by length, to find it at once. Order is of no meaning. */
const usual = [
  saml,
  samlp,
  ds,
  exclusiveC14n,
  xenc,
  'http://www.w3.org/2001/XMLSchema',
  'http://www.w3.org/2001/XMLSchema-instance',
]

/** A declaration, and the scope that it makes: itself and what it was declared within. */
export interface Binding {
  /** Where it stands: `xmlns:prefix="uri"` in [start, end). */
  readonly start: number
  readonly end: number
  /** Empty for the default namespace. */
  readonly prefixStart: number
  readonly prefixEnd: number
  /** Empty: undeclares the default namespace. */
  readonly uri: string
  /** It stands in canonical form. */
  readonly canonical: boolean
  readonly outer: Binding | undefined
  /** Declarations from here outwards, those that inner ones hide included. */
  readonly size: number
}

/** Most declarations in scope at one place (check G1): every prefix is looked up in the list, so its length is a factor of the cost. */
export const largestScope = 32

/** What the prefix `xml` is bound to everywhere, without a declaration. */
export const xmlBinding: Binding = {
  start: 0,
  end: 0,
  prefixStart: 0,
  prefixEnd: 0,
  uri: xmlNamespace,
  canonical: true,
  outer: undefined,
  size: 0,
}

/**
 * Whether a text is an absolute URI, as far as its characters tell. Canonical XML (section 1.3) is undefined for relative ones, and
 * implementations that returned nothing for them let one signature fit every document (CVE-2025-66568, -66578, -66475).
 */
function isAbsoluteUri(uri: string): boolean {
  return absoluteUri.test(uri)
}

/** Brackets only stand around IPv6 addresses, which no namespace is named after (RFC 3986 sections 2, 3.1 and 3.2.2). */
const absoluteUri = /^[A-Za-z][A-Za-z0-9+.-]*:[!$-;=?-Z_a-z~]*(?:#[!$-;=?-Z_a-z~]*)?$/

/** What the parser has read of a declaration: `xmlns:prefix="value"` in [start, at). */
interface Declared {
  readonly source: Source
  readonly at: number
  readonly valueStart: number
  /** It stands in canonical form. */
  readonly canonical: boolean
  /** The value where references and white space in it stand for something else. */
  readonly resolved: string | undefined
}

/** The scope with one more declaration, or the code that refuses it. `outer` is the scope around the element. */
export function declare(
  { source, at: end, valueStart, canonical, resolved }: Declared,
  start: number,
  prefixStart: number,
  prefixEnd: number,
  scope: Binding | undefined,
  outer: Binding | undefined,
): Binding | RefusalCode {
  const { octets } = source
  const known = resolved === undefined ? usualName(octets, valueStart, end - 1) : undefined
  const uri = known ?? resolved ?? excerpt(source, valueStart, end - 1)
  if (uri === xmlNamespace || uri === xmlnsNamespace || isReserved(octets, prefixStart, prefixEnd)) {
    return 'namespace-reserved'
  }
  // Only the default namespace can be undeclared (section 5).
  if (known === undefined && (uri === '' ? prefixStart < prefixEnd : !isAbsoluteUri(uri))) return 'namespace-malformed'
  for (let inner = scope; inner !== outer && inner !== undefined; inner = inner.outer) {
    if (sameOctets(octets, prefixStart, prefixEnd, inner.prefixStart, inner.prefixEnd)) return 'attribute-repeated'
  }
  const size = scope === undefined ? 1 : scope.size + 1
  if (size > largestScope) return 'too-many-namespaces'
  return { start, end, prefixStart, prefixEnd, uri, canonical, outer: scope, size }
}

function usualName(octets: Buffer, start: number, end: number): string | undefined {
  for (const name of usual) if (reads(octets, start, end, name)) return name
  return undefined
}

/** The declaration in force for a prefix; the default namespace is undeclared where there is none. */
export function bindingOf(
  octets: Buffer,
  prefixStart: number,
  prefixEnd: number,
  scope: Binding | undefined,
): Binding | undefined {
  for (let inner = scope; inner !== undefined; inner = inner.outer) {
    if (sameOctets(octets, prefixStart, prefixEnd, inner.prefixStart, inner.prefixEnd)) return inner
  }
  return isXml(octets, prefixStart, prefixEnd) ? xmlBinding : undefined
}

/** The same for a prefix that stands elsewhere. */
export function bindingNamed(octets: Buffer, prefix: string, scope: Binding | undefined): Binding | undefined {
  for (let inner = scope; inner !== undefined; inner = inner.outer) {
    if (reads(octets, inner.prefixStart, inner.prefixEnd, prefix)) return inner
  }
  return prefix === 'xml' ? xmlBinding : undefined
}

/** `xml`, whose binding is fixed (section 3). */
function isXml(octets: Buffer, start: number, end: number): boolean {
  return reads(octets, start, end, 'xml')
}

/** `xmlns`, which is bound to no prefix but declares them (section 3). */
export function isXmlns(octets: Buffer, start: number, end: number): boolean {
  return reads(octets, start, end, 'xmlns')
}

function isReserved(octets: Buffer, start: number, end: number): boolean {
  return isXml(octets, start, end) || isXmlns(octets, start, end)
}
