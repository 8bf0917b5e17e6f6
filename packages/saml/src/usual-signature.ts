/**
 * Signature as nearly all providers write it: no white space between its elements, no PrefixList, no Id but its own, at most one
 * certificate. What a key must have signed is then not cut out of the document but composed of the values that are used, so
 * that the octets cannot say anything else.
 */
import { rsaSha256, rsaSha256Uri, sha256, sha256Uri } from './algorithms.ts'
import { ncNameEnd, ordinaryTextEnd } from './characters.ts'
import { limits } from './cursor.ts'
import { type Element, isElement } from './nodes.ts'
import { copyWords, excerpt, type Source, sameWords, viewOf, word } from './octets.ts'
import type { Stated, UsualSignature } from './stated.ts'
import { ds, envelopedSignature, exclusiveC14n } from './vocabulary.ts'

/**
 * Reads a `ds:Signature` whose content begins at `at`. Undefined for every other element and form, and for all that would be
 * refused: they are parsed.
 */
export function readUsual(element: Element, at: number): UsualSignature | undefined {
  if (!isElement(element, ds, 'Signature')) return undefined
  const { source } = element
  for (const { received, canonical, tail } of usual) {
    for (const frame of received) {
      const values = readValues(source, at, frame)
      if (values !== undefined) return readTail(source, frame, values, canonical, tail)
    }
  }
  return undefined
}

/** A stretch of octets. */
interface Stretch {
  readonly start: number
  readonly end: number
}

/** A SignedInfo around its two values: the identifier and the digest. */
interface Frame {
  /** With a word behind the last stretch. */
  readonly view: DataView
  /** Of its start tag. */
  readonly tagEnd: number
  readonly begin: Stretch
  readonly middle: Stretch
  readonly end: Stretch
}

/** Where they stand, and where SignedInfo begins and ends. */
interface Values {
  readonly start: number
  readonly identifier: Stretch
  readonly digest: Stretch
  readonly end: number
}

/** Finds the values where all that stands around them is the frame, octet by octet. */
function readValues({ octets, view }: Source, start: number, frame: Frame): Values | undefined {
  const identifier = behind(view, start, frame.view, frame.begin)
  if (identifier === none) return undefined
  const identifierEnd = ncNameEnd(octets, identifier)
  const digest = behind(view, identifierEnd, frame.view, frame.middle)
  if (digest === none || identifierEnd === identifier) return undefined
  const digestEnd = ordinaryTextEnd(octets, digest)
  const end = behind(view, digestEnd, frame.view, frame.end)
  if (end === none) return undefined
  return {
    start,
    identifier: { start: identifier, end: identifierEnd },
    digest: { start: digest, end: digestEnd },
    end,
  }
}

const none = -1

/** Where a stretch ends that stands at `at` as it stands elsewhere; `none` if it does not. */
function behind(view: DataView, at: number, other: DataView, { start, end }: Stretch): number {
  const length = end - start
  return at + length <= view.byteLength && sameWords(view, at, other, start, length) ? at + length : none
}

/** What follows SignedInfo: SignatureValue, and perhaps KeyInfo with one certificate. */
interface Tail {
  readonly view: DataView
  readonly value: Stretch
  readonly valueEnd: Stretch
  readonly keyInfo: Stretch
  readonly keyInfoEnd: Stretch
  readonly end: Stretch
}

function readTail(
  source: Source,
  frame: Frame,
  values: Values,
  canonical: Frame,
  tail: Tail,
): UsualSignature | undefined {
  const { octets, view } = source
  const valueStart = behind(view, values.end, tail.view, tail.value)
  if (valueStart === none) return undefined
  const valueEnd = ordinaryTextEnd(octets, valueStart)
  const keyInfo = behind(view, valueEnd, tail.view, tail.valueEnd)
  if (keyInfo === none || valueEnd - valueStart > limits.text) return undefined
  const certificate = behind(view, keyInfo, tail.view, tail.keyInfo)
  const end = certificate === none ? keyInfo : certificateEnd(source, certificate, tail)
  if (end === none || behind(view, end, tail.view, tail.end) === none) return undefined
  const stated = state(source, values, canonical)
  if (stated === undefined) return undefined
  return {
    stated,
    contentStart: values.start + frame.tagEnd,
    contentEnd: values.end,
    statedStart: canonical.tagEnd,
    valueStart,
    valueEnd,
    end,
    elements: certificate === none ? 10 : 13,
  }
}

function certificateEnd({ octets, view }: Source, start: number, tail: Tail): number {
  const end = ordinaryTextEnd(octets, start)
  return end - start > limits.text ? none : behind(view, end, tail.view, tail.keyInfoEnd)
}

/** What the values say, and the canonical octets made of them. */
function state(source: Source, values: Values, canonical: Frame): Stated | undefined {
  const { identifier, digest } = values
  const digestValue = excerpt(source, digest.start, digest.end)
  if (!sha256.base64.test(digestValue)) return undefined
  const uri = excerpt(source, identifier.start - 1, identifier.end)
  const info = { ok: true, algorithm: rsaSha256, uri, prefixes: [], digest: sha256, digestValue } as const
  return { ok: true, info, octets: compose(source, values, canonical) }
}

function compose({ view }: Source, { identifier, digest }: Values, frame: Frame): Buffer {
  const length = frame.end.end + identifier.end - identifier.start + digest.end - digest.start
  const octets = Buffer.allocUnsafe(length + word)
  const out = viewOf(octets)
  let at = write(frame.view, frame.begin, out, 0)
  at = write(view, identifier, out, at)
  at = write(frame.view, frame.middle, out, at)
  at = write(view, digest, out, at)
  write(frame.view, frame.end, out, at)
  return octets.subarray(0, length)
}

/** Returns where the next one is to be written. */
function write(from: DataView, { start, end }: Stretch, out: DataView, place: number): number {
  copyWords(from, start, end, out, place)
  return place + end - start
}

/** One octet sequence of several texts, a word of room behind them, and where each of them stands in it. */
function stretches<const Texts extends readonly string[]>(texts: Texts) {
  const ends = texts.map((_, at) => texts.slice(0, at + 1).join('').length)
  const all = ends.map((end, at): Stretch => ({ start: ends[at - 1] ?? 0, end }))
  const view = viewOf(Buffer.from(texts.join('') + '\0'.repeat(word)))
  return { view, all: all as unknown as { readonly [Index in keyof Texts]: Stretch } }
}

/** The frame of one prefix. `startTag` begins SignedInfo, `end` ends an element that is empty. */
function frameOf(prefix: string, startTag: string, end: (name: string) => string): Frame {
  const empty = (name: string, uri: string) => `<${prefix}${name} Algorithm="${uri}"${end(name)}`
  const transforms = empty('Transform', envelopedSignature) + empty('Transform', exclusiveC14n)
  const { view, all } = stretches([
    `${startTag}${empty('CanonicalizationMethod', exclusiveC14n)}${empty('SignatureMethod', rsaSha256Uri)}<${prefix}Reference URI="#`,
    `"><${prefix}Transforms>${transforms}</${prefix}Transforms>${empty('DigestMethod', sha256Uri)}<${prefix}DigestValue>`,
    `</${prefix}DigestValue></${prefix}Reference></${prefix}SignedInfo>`,
  ])
  return { view, tagEnd: startTag.length, begin: all[0], middle: all[1], end: all[2] }
}

function tailOf(prefix: string): Tail {
  const { view, all } = stretches([
    `<${prefix}SignatureValue>`,
    `</${prefix}SignatureValue>`,
    `<${prefix}KeyInfo><${prefix}X509Data><${prefix}X509Certificate>`,
    `</${prefix}X509Certificate></${prefix}X509Data></${prefix}KeyInfo>`,
    `</${prefix}Signature`,
  ])
  return { view, value: all[0], valueEnd: all[1], keyInfo: all[2], keyInfoEnd: all[3], end: all[4] }
}

/** One prefix throughout, which no declaration changes; empty elements all in one of both forms. */
const usual = ['ds:', '', 'dsig:'].map((prefix) => {
  const name = `<${prefix}SignedInfo`
  const declaration = prefix === '' ? 'xmlns' : `xmlns:${prefix.slice(0, -1)}`
  const endTag = (empty: string) => `></${prefix}${empty}>`
  return {
    received: [frameOf(prefix, `${name}>`, () => '/>'), frameOf(prefix, `${name}>`, endTag)],
    /** As exclusive canonicalization writes it, where it stands alone. */
    canonical: frameOf(prefix, `${name} ${declaration}="${ds}">`, endTag),
    tail: tailOf(prefix),
  }
})
