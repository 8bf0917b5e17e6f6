/** Cases of exclusive canonicalization; the apex is the element whose ID is `a`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vectors } from './documents.ts'

export interface CanonicalCase {
  readonly name: string
  readonly xml: string
  /** PrefixList; `''` for `#default`. */
  readonly prefixes?: readonly string[]
  readonly octets: string
  /** Why libxml2 writes other ones. */
  readonly unlikeLibxml2?: string
}

/** `{text*3}` stands for the text three times. */
function repeat(text: string): string {
  return text.replace(/\{([^*]+)\*([0-9]+)\}/g, (_, piece: string, times: string) => piece.repeat(Number(times)))
}

export const canonicalCases: readonly CanonicalCase[] = (
  JSON.parse(readFileSync(join(vectors, 'canonical', 'cases.json'), 'utf8')) as readonly CanonicalCase[]
).map((one) => ({ ...one, xml: repeat(one.xml), octets: repeat(one.octets) }))
