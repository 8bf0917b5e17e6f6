/**
 * SignedInfo as nearly all providers write it: no white space, no PrefixList, no Id. What a key must have signed is then not cut
 * out of the document but composed of the values that are used, so that the octets cannot say anything else.
 */
import { digestAlgorithms, signatureAlgorithms } from './algorithms.ts'
import { type Element, namespaceOf } from './nodes.ts'
import { excerpt } from './octets.ts'
import type { Stated } from './signed-info.ts'
import { ds, envelopedSignature, exclusiveC14n } from './vocabulary.ts'

/** Undefined for every other form, and for all that would be refused: both are for `signed-info.ts`. */
export function readUsual(signedInfo: Element): Stated | undefined {
  const found = received.exec(excerpt(signedInfo.source, signedInfo.start, signedInfo.end))
  if (found === null || namespaceOf(signedInfo) !== ds) return undefined
  const [, prefix = '', algorithmUri = '', id = '', digestUri = '', digestValue = ''] = found
  const algorithm = signatureAlgorithms.get(algorithmUri)
  const digest = digestAlgorithms.get(digestUri)
  if (algorithm === undefined || algorithm.weak || digest === undefined || digest.weak) return undefined
  if (!digest.base64.test(digestValue)) return undefined
  const [begin, reference, digesting, value, end] = prefix === 'ds:' ? withDs : canonical(prefix)
  const text = begin + algorithmUri + reference + id + digesting + digestUri + value + digestValue + end
  const info = { ok: true, algorithm, uri: `#${id}`, prefixes: [], digest, digestValue } as const
  return { ok: true, info, octets: Buffer.from(text, 'latin1') }
}

type Frame = readonly [begin: string, reference: string, digesting: string, value: string, end: string]

/** The text around the values. `start` begins the element, `end` ends one that is empty. */
function frameOf(prefix: string, start: string, end: (name: string) => string): Frame {
  const empty = (name: string, uri: string) => `<${prefix}${name} Algorithm="${uri}"${end(name)}`
  const transforms = empty('Transform', envelopedSignature) + empty('Transform', exclusiveC14n)
  return [
    `${start}${empty('CanonicalizationMethod', exclusiveC14n)}<${prefix}SignatureMethod Algorithm="`,
    `"${end('SignatureMethod')}<${prefix}Reference URI="#`,
    `"><${prefix}Transforms>${transforms}</${prefix}Transforms><${prefix}DigestMethod Algorithm="`,
    `"${end('DigestMethod')}<${prefix}DigestValue>`,
    `</${prefix}DigestValue></${prefix}Reference></${prefix}SignedInfo>`,
  ]
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
  const frame = frameOf('\\1', `<((?:${ncName}:)?)SignedInfo>`, (name) => `(?:/>|></\\1${name}>)`)
  const [begin, reference, digesting, value, end] = frame.map((text) => text.replaceAll('.', '\\.'))
  return new RegExp(`^${begin}([^"]*)${reference}(${ncName})${digesting}([^"]*)${value}([A-Za-z0-9+/=]*)${end}$`)
}
