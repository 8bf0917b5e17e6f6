/**
 * SignedInfo as nearly all providers write it: no white space, no PrefixList, no Id. What a key must have signed is then not cut
 * out of the document but composed of the values that are used, so that the octets cannot say anything else.
 */
import { digestAlgorithms, signatureAlgorithms } from './algorithms.ts'
import type { Element } from './nodes.ts'
import { excerpt } from './octets.ts'
import type { Stated } from './signed-info.ts'
import { ds, envelopedSignature, exclusiveC14n } from './vocabulary.ts'

/** Reads a `ds:SignedInfo`. Undefined for every other form, and for all that would be refused: both are for `signed-info.ts`. */
export function readUsual(signedInfo: Element): Stated | undefined {
  const found = received.exec(excerpt(signedInfo.source, signedInfo.start, signedInfo.end))
  if (found === null) return undefined
  const prefix = found[1] ?? ''
  const algorithmUri = found[2] ?? ''
  const uri = found[3] ?? ''
  const digestUri = found[4] ?? ''
  const digestValue = found[5] ?? ''
  const algorithm = signatureAlgorithms.get(algorithmUri)
  const digest = digestAlgorithms.get(digestUri)
  if (algorithm === undefined || algorithm.weak || digest === undefined || digest.weak) return undefined
  if (!digest.base64.test(digestValue)) return undefined
  const { begin, reference, digesting, value, end } = prefix === 'ds:' ? withDs : canonical(prefix)
  const text = begin + algorithmUri + reference + uri + digesting + digestUri + value + digestValue + end
  const info = { ok: true, algorithm, uri, prefixes: [], digest, digestValue } as const
  return { ok: true, info, octets: Buffer.from(text, 'latin1') }
}

interface Frame {
  readonly begin: string
  readonly reference: string
  readonly digesting: string
  readonly value: string
  readonly end: string
}

/** The text around the values. `start` begins the element, `end` ends one that is empty. */
function frameOf(prefix: string, start: string, end: (name: string) => string): Frame {
  const empty = (name: string, uri: string) => `<${prefix}${name} Algorithm="${uri}"${end(name)}`
  const transforms = empty('Transform', envelopedSignature) + empty('Transform', exclusiveC14n)
  return {
    begin: `${start}${empty('CanonicalizationMethod', exclusiveC14n)}<${prefix}SignatureMethod Algorithm="`,
    reference: `"${end('SignatureMethod')}<${prefix}Reference URI="`,
    digesting: `"><${prefix}Transforms>${transforms}</${prefix}Transforms><${prefix}DigestMethod Algorithm="`,
    value: `"${end('DigestMethod')}<${prefix}DigestValue>`,
    end: `</${prefix}DigestValue></${prefix}Reference></${prefix}SignedInfo>`,
  }
}

/** As exclusive canonicalization writes it, where it stands alone. */
function canonical(prefix: string): Frame {
  const declaration = prefix === '' ? 'xmlns' : `xmlns:${prefix.slice(0, -1)}`
  return frameOf(prefix, `<${prefix}SignedInfo ${declaration}="${ds}">`, (name) => `></${prefix}${name}>`)
}

const withDs = canonical('ds:')

/** As it is received: one prefix throughout, which no declaration changes, and empty elements in either form. */
const received = receivedForm()

function receivedForm(): RegExp {
  const ncName = '[A-Za-z_][A-Za-z0-9_.-]*'
  const { begin, reference, digesting, value, end } = frameOf(
    '\\1',
    `<((?:${ncName}:)?)SignedInfo>`,
    (name) => `(?:/>|></\\1${name}>)`,
  )
  const form = `^${begin}([^"]*)${reference}(#${ncName})${digesting}([^"]*)${value}([A-Za-z0-9+/=]*)${end}$`
  return new RegExp(form.replaceAll('.', '\\.'))
}
