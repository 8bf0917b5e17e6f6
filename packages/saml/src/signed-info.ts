/** SignedInfo, read from its own canonical octets: exactly the content that XML Signature has for SAML (checks C2-C4). */
import { digestAlgorithms, signatureAlgorithms } from './algorithms.ts'
import { withoutSpace } from './base64.ts'
import { canonicalize } from './canonical.ts'
import { isNcName } from './characters.ts'
import {
  attributeOf,
  childElements,
  type Element,
  hasAttributesBeside,
  holdsText,
  isElement,
  localNameOf,
  textOf,
} from './nodes.ts'
import { type Refused, refuse, shown } from './refusals.ts'
import type { SignedInfo, Stated } from './stated.ts'
import { ds, envelopedSignature, exclusiveC14n } from './vocabulary.ts'
import { parseXml } from './xml.ts'

/** Most tokens of a PrefixList, and its longest text. */
const prefixLimits = { tokens: 16, characters: 512 } as const

/**
 * Canonicalises a `ds:SignedInfo` and reads all that is used of it from those octets. `admitsWeak` comes from the loudly named
 * option of the trust.
 */
export function readSignedInfo(signedInfo: Element, admitsWeak: boolean): Stated | Refused {
  const [method] = childElements(signedInfo)
  if (method === undefined) return refuse('signed-info-structure', 'found an empty SignedInfo')
  const canonicalization = readCanonicalization(method, 'canonicalization-method')
  if (!canonicalization.ok) return canonicalization
  const { prefixes } = canonicalization
  const canonical = canonicalize({ element: signedInfo, without: undefined, prefixes })
  if (!canonical.ok) return canonical
  const { octets } = canonical
  const parsed = parseXml(octets)
  if (!parsed.ok) return refuse('octets-root', `SignedInfo cannot be read back: ${parsed.refusal.detail}`)
  const content = readContent(parsed.root, admitsWeak)
  if (!content.ok) return content
  if (content.ownPrefixes.join(' ') !== prefixes.join(' ')) {
    return refuse('octets-root', 'SignedInfo reads back with another PrefixList')
  }
  return { ok: true, info: content.info, octets: octets.subarray(0, -1) }
}

interface Content {
  readonly ok: true
  readonly info: SignedInfo
  /** PrefixList of the CanonicalizationMethod: how SignedInfo itself was canonicalised. */
  readonly ownPrefixes: readonly string[]
}

function readContent(signedInfo: Element, admitsWeak: boolean): Content | Refused {
  const parts = exactly(signedInfo, ['Id'], ['CanonicalizationMethod', 'SignatureMethod', 'Reference'])
  if (!parts.ok) return parts
  const [canonicalization, method, reference] = parts.children
  const own = readCanonicalization(canonicalization, 'canonicalization-method')
  if (!own.ok) return own
  const algorithmUri = readAlgorithm(method)
  if (typeof algorithmUri !== 'string') return algorithmUri
  const algorithm = signatureAlgorithms.get(algorithmUri)
  if (algorithm === undefined || (algorithm.weak && !admitsWeak)) {
    return refuse('signature-algorithm', `found ${shown(algorithmUri)}`)
  }
  const target = readReference(reference, admitsWeak)
  return target.ok ? { ok: true, info: { ...target, algorithm }, ownPrefixes: own.prefixes } : target
}

type Target = Pick<SignedInfo, 'ok' | 'uri' | 'prefixes' | 'digest' | 'digestValue'>

function readReference(reference: Element, admitsWeak: boolean): Target | Refused {
  const parts = exactly(reference, ['URI', 'Id'], ['Transforms', 'DigestMethod', 'DigestValue'])
  if (!parts.ok) return parts
  const [transforms, method, value] = parts.children
  const canonicalization = readTransforms(transforms)
  if (!canonicalization.ok) return canonicalization
  const digestUri = readAlgorithm(method)
  if (typeof digestUri !== 'string') return digestUri
  const digest = digestAlgorithms.get(digestUri)
  if (digest === undefined || (digest.weak && !admitsWeak))
    return refuse('digest-algorithm', `found ${shown(digestUri)}`)
  const text = textOf(value)
  if (text === undefined || value.tag.attributes !== undefined) return unexpected(value)
  const digestValue = withoutSpace(text)
  if (!digest.base64.test(digestValue)) return refuse('digest-malformed', `expected ${digest.length} octets`)
  return {
    ok: true,
    uri: attributeOf(reference, 'URI') ?? '',
    prefixes: canonicalization.prefixes,
    digest,
    digestValue,
  }
}

/** C4: enveloped-signature, then exclusive canonicalization; no third, no other order. */
function readTransforms(transforms: Element): Prefixes | Refused {
  const [enveloped, canonicalization, more] = childElements(transforms)
  if (
    enveloped === undefined ||
    canonicalization === undefined ||
    more !== undefined ||
    transforms.tag.attributes !== undefined ||
    holdsText(transforms) ||
    !isElement(enveloped, ds, 'Transform') ||
    !isElement(canonicalization, ds, 'Transform')
  ) {
    return refuse('transforms', `found ${childElements(transforms).length}, expected two`)
  }
  const first = readAlgorithm(enveloped)
  if (typeof first !== 'string') return first
  if (first !== envelopedSignature) return refuse('transforms', `found ${shown(first)} first`)
  return readCanonicalization(canonicalization, 'transforms')
}

interface Prefixes {
  readonly ok: true
  readonly prefixes: readonly string[]
}

/** The PrefixList of a CanonicalizationMethod or Transform that must name exclusive C14N without comments. */
function readCanonicalization(
  method: Element,
  otherwise: 'canonicalization-method' | 'transforms',
): Prefixes | Refused {
  const algorithm = attributeOf(method, 'Algorithm')
  if (algorithm !== exclusiveC14n) return refuse(otherwise, `found ${shown(algorithm)}, expected exclusive C14N`)
  const [inclusive, more] = childElements(method)
  if (method.tag.attributes?.next !== undefined || more !== undefined || holdsText(method)) return unexpected(method)
  if (inclusive === undefined) return { ok: true, prefixes: [] }
  const list = attributeOf(inclusive, 'PrefixList') ?? ''
  const isList = isElement(inclusive, exclusiveC14n, 'InclusiveNamespaces') && inclusive.children === undefined
  if (!isList || inclusive.tag.attributes?.next !== undefined) return unexpected(inclusive)
  const tokens = list.split(/[\t\n\r ]+/).filter((token) => token !== '')
  if (tokens.length > prefixLimits.tokens || list.length > prefixLimits.characters) {
    return refuse('prefix-list', `found ${tokens.length} prefixes, expected at most ${prefixLimits.tokens}`)
  }
  const faulty = tokens.find((token) => token !== '#default' && !isNcName(token))
  if (faulty !== undefined) return refuse('prefix-list', `found ${shown(faulty)}`)
  return { ok: true, prefixes: tokens.map((token) => (token === '#default' ? '' : token)) }
}

/** The Algorithm of an element that has nothing else: no parameters, such as HMACOutputLength, are admitted. */
function readAlgorithm(method: Element): string | Refused {
  const empty = method.children === undefined && method.tag.attributes?.next === undefined
  return (empty ? attributeOf(method, 'Algorithm') : undefined) ?? unexpected(method)
}

type Parts<Names extends readonly string[]> = { readonly [Index in keyof Names]: Element }

/** C2: the children are exactly these elements of XML Signature, in this order; no other text, no other attribute. */
function exactly<const Names extends readonly string[]>(
  parent: Element,
  attributes: readonly string[],
  names: Names,
): { readonly ok: true; readonly children: Parts<Names> } | Refused {
  const children = childElements(parent)
  const matches =
    children.length === names.length && children.every((child, at) => isElement(child, ds, names[at] ?? ''))
  if (!matches || holdsText(parent) || hasAttributesBeside(parent, attributes)) {
    return unexpected(parent)
  }
  // The lengths were compared, which the type of an array does not remember.
  return { ok: true, children: children as unknown as Parts<Names> }
}

function unexpected(element: Element): Refused {
  return refuse('signed-info-structure', `found unexpected or missing content in ${shown(localNameOf(element))}`)
}
