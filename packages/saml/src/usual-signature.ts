/**
 * Signature as nearly all providers write it: no white space between its elements, no PrefixList, no Id but its own, at most one
 * certificate. What a key must have signed is then not cut out of the document but composed of the values that are used, so
 * that the octets cannot say anything else.
 */
import { rsaSha256, rsaSha256Uri, sha256, sha256Uri } from './algorithms.ts'
import { ncNameEnd, ordinaryTextEnd } from './characters.ts'
import { limits } from './cursor.ts'
import { type Element, isElement } from './nodes.ts'
import { copyWords, excerpt, reads, type Source, sameWords, viewOf, word } from './octets.ts'
import type { UsualSignature } from './stated.ts'
import { ds, envelopedSignature, exclusiveC14n } from './vocabulary.ts'

/**
 * Reads a `ds:Signature` whose content begins at `at`. Undefined for every other element and form, for what exceeds a limit, and for
 * a SignedInfo that would be refused: they are parsed.
 */
export function readUsual(element: Element, at: number): UsualSignature | undefined {
  if (!isElement(element, ds, 'Signature')) return undefined
  const { source, start, tag } = element
  for (const { prefix, received, canonical, tail } of usual) {
    if (!reads(source.octets, start + 1, start + tag.localStart, prefix)) continue
    for (const frame of received) {
      const values = readValues(source, at, frame)
      if (values !== undefined) return readTail(source, at + frame.tagEnd, values, canonical, tail)
    }
  }
  return undefined
}

/** Octets of a document or of a form; a word may be read behind them. */
interface Stretch {
  readonly view: DataView
  readonly start: number
  readonly end: number
}

/** A SignedInfo around its two values: the identifier that its URI names, and the digest. */
interface Frame {
  /** Where its start tag ends. */
  readonly tagEnd: number
  readonly before: Stretch
  readonly between: Stretch
  readonly after: Stretch
}

/** The values, and where SignedInfo ends. */
interface Values {
  readonly identifier: Stretch
  readonly digest: Stretch
  readonly end: number
}

/** Finds the values where all that stands around them is the frame, octet by octet. */
function readValues({ octets, view }: Source, start: number, frame: Frame): Values | undefined {
  const identifier = behind(view, start, frame.before)
  if (identifier === none) return undefined
  const identifierEnd = ncNameEnd(octets, identifier)
  const digest = behind(view, identifierEnd, frame.between)
  // With its `#`, the identifier is the value of an attribute.
  if (digest === none || identifierEnd === identifier || identifierEnd - identifier >= limits.text) return undefined
  const digestEnd = ordinaryTextEnd(octets, digest)
  const end = behind(view, digestEnd, frame.after)
  if (end === none) return undefined
  return {
    identifier: { view, start: identifier, end: identifierEnd },
    digest: { view, start: digest, end: digestEnd },
    end,
  }
}

const none = -1

/** Where a stretch ends that stands at `at` as it stands elsewhere; `none` if it does not. */
function behind(view: DataView, at: number, stretch: Stretch): number {
  const { start, end } = stretch
  const length = end - start
  return at + length <= view.byteLength && sameWords(view, at, stretch.view, start, length) ? at + length : none
}

/** What follows SignedInfo: SignatureValue, and perhaps KeyInfo with one certificate. */
interface Tail {
  readonly value: Stretch
  readonly valueEnd: Stretch
  readonly keyInfo: Stretch
  readonly keyInfoEnd: Stretch
  readonly end: Stretch
}

function readTail(
  source: Source,
  contentStart: number,
  values: Values,
  canonical: Frame,
  tail: Tail,
): UsualSignature | undefined {
  const { octets, view } = source
  const valueStart = behind(view, values.end, tail.value)
  if (valueStart === none) return undefined
  const valueEnd = ordinaryTextEnd(octets, valueStart)
  const keyInfo = behind(view, valueEnd, tail.valueEnd)
  if (keyInfo === none || valueEnd - valueStart > limits.text) return undefined
  const certificate = behind(view, keyInfo, tail.keyInfo)
  const end = certificate === none ? keyInfo : certificateEnd(source, certificate, tail)
  if (end === none || behind(view, end, tail.end) === none) return undefined
  const { identifier, digest } = values
  const digestValue = excerpt(source, digest.start, digest.end)
  if (!sha256.base64.test(digestValue)) return undefined
  const uri = excerpt(source, identifier.start - 1, identifier.end)
  const composed = compose(values, canonical)
  return {
    stated: {
      ok: true,
      info: { ok: true, algorithm: rsaSha256, uri, prefixes: [], digest: sha256, digestValue },
      octets: composed,
    },
    contentStart,
    content: composed.subarray(canonical.tagEnd),
    contentEnd: values.end,
    valueStart,
    valueEnd,
    end,
    elements: certificate === none ? 10 : 13,
    levels: 4,
  }
}

function certificateEnd({ octets, view }: Source, start: number, tail: Tail): number {
  const end = ordinaryTextEnd(octets, start)
  return end - start > limits.text ? none : behind(view, end, tail.keyInfoEnd)
}

/** The canonical octets of a SignedInfo. */
function compose({ identifier, digest }: Values, { before, between, after }: Frame): Buffer {
  const length = after.end + identifier.end - identifier.start + digest.end - digest.start
  const octets = Buffer.allocUnsafe(length + word)
  const out = viewOf(octets)
  let at = write(before, out, 0)
  at = write(identifier, out, at)
  at = write(between, out, at)
  at = write(digest, out, at)
  write(after, out, at)
  return octets.subarray(0, length)
}

/** Returns where the next one is to be written. */
function write({ view, start, end }: Stretch, out: DataView, place: number): number {
  copyWords(view, start, end, out, place)
  return place + end - start
}

/** The octets of several texts, one behind the other. */
function stretches<const Texts extends readonly string[]>(texts: Texts) {
  const view = viewOf(Buffer.from(texts.join('') + '\0'.repeat(word)))
  const ends = texts.map((_, at) => texts.slice(0, at + 1).join('').length)
  const all = ends.map((end, at): Stretch => ({ view, start: ends[at - 1] ?? 0, end }))
  // There is one for each, which the type of an array does not remember.
  return all as unknown as { readonly [Index in keyof Texts]: Stretch }
}

/** The frame of one prefix. `startTag` begins SignedInfo, `end` ends an element that is empty. */
function frameOf(prefix: string, startTag: string, end: (name: string) => string): Frame {
  const empty = (name: string, uri: string) => `<${prefix}${name} Algorithm="${uri}"${end(name)}`
  const transforms = empty('Transform', envelopedSignature) + empty('Transform', exclusiveC14n)
  const methods = empty('CanonicalizationMethod', exclusiveC14n) + empty('SignatureMethod', rsaSha256Uri)
  const digestMethod = empty('DigestMethod', sha256Uri)
  const [before, between, after] = stretches([
    `${startTag}${methods}<${prefix}Reference URI="#`,
    `"><${prefix}Transforms>${transforms}</${prefix}Transforms>${digestMethod}<${prefix}DigestValue>`,
    `</${prefix}DigestValue></${prefix}Reference></${prefix}SignedInfo>`,
  ])
  return { tagEnd: startTag.length, before, between, after }
}

function tailOf(prefix: string): Tail {
  const [value, valueEnd, keyInfo, keyInfoEnd, end] = stretches([
    `<${prefix}SignatureValue>`,
    `</${prefix}SignatureValue>`,
    `<${prefix}KeyInfo><${prefix}X509Data><${prefix}X509Certificate>`,
    `</${prefix}X509Certificate></${prefix}X509Data></${prefix}KeyInfo>`,
    `</${prefix}Signature`,
  ])
  return { value, valueEnd, keyInfo, keyInfoEnd, end }
}

/** One prefix throughout, the Signature's own, which no declaration changes; empty elements all in one of both forms. */
const usual = ['ds:', '', 'dsig:'].map((prefix) => {
  const name = `<${prefix}SignedInfo`
  const declaration = prefix === '' ? 'xmlns' : `xmlns:${prefix.slice(0, -1)}`
  const endTag = (empty: string) => `></${prefix}${empty}>`
  return {
    prefix,
    received: [frameOf(prefix, `${name}>`, () => '/>'), frameOf(prefix, `${name}>`, endTag)],
    /** As exclusive canonicalization writes it, where it stands alone. */
    canonical: frameOf(prefix, `${name} ${declaration}="${ds}">`, endTag),
    tail: tailOf(prefix),
  }
})
