/** The documents of the fuzzing: a seed and an index give one, the same in every run. */
import { hostileContents, hostileDocuments, hostilePlaces } from '../hostile.ts'
import { keyless } from '../mutators/keyless.ts'
import { freed, markupOf, put } from '../mutators/markup.ts'
import type { Mutation, Mutator, Subject } from '../mutators/mutation.ts'
import { holderOf } from '../mutators/pieces.ts'
import { type Random, randomFrom } from '../random.ts'
import { byteMutation } from './bytes.ts'
import { mixed, type Original, originalOf, type Sealed, type World } from './original.ts'

export type Kind = 'untouched' | 'forged' | 'mutated' | 'plaintext' | 'bytes' | 'field' | 'hostile'

export interface FuzzDocument {
  readonly kind: Kind
  /** How it was made. */
  readonly how: string
  /** The form field `SAMLResponse`. */
  readonly samlResponse: string
  /** Of its XML, in octets. */
  readonly size: number
  readonly original: Original
  /** The identity that it must be accepted with, where it must be. */
  readonly mustSay?: string
}

/** So many documents are made of one original, because signing is dear. */
export const each = 64

/** Largest hostile document, in octets: just inside the form's limit. */
const largest = 190_000

const mutators: readonly (readonly [name: string, mutate: Mutator])[] = Object.values(keyless).flatMap((family) =>
  Object.entries(family),
)

/** The documents from an index on, in order. */
export function* documentsFrom(world: World, index: number): Iterable<FuzzDocument> {
  let [at, original] = [Math.floor(index / each), originalOf(world, Math.floor(index / each))]
  for (let next = index; ; next++) {
    if (Math.floor(next / each) !== at) {
      at = Math.floor(next / each)
      original = originalOf(world, at)
    }
    yield documentOf(original, next % each, randomFrom(mixed(world.seed, next)))
  }
}

function documentOf(original: Original, slot: number, random: Random): FuzzDocument {
  if (slot < 2) {
    const { xml, identity } = slot === 0 ? original.alice : original.bob
    return { ...made('untouched', slot === 0 ? 'alice' : 'bob', xml, original), mustSay: identity }
  }
  if (slot === 2) return hostile(original, random)
  if (slot < 6) return inBase64(original, random)
  if (slot === 6) return forged(original, random)
  if (slot < 20) {
    const [how, xml] = bytes(original.alice.xml, random)
    return made('bytes', how, xml, original)
  }
  if (slot < 36 && original.sealed !== undefined) return plaintext(original, original.sealed, random)
  const { how, document, field } = mutated(original.subject, random)
  const result = made('mutated', how, document, original)
  return field === undefined ? result : { ...result, samlResponse: field(result.samlResponse) }
}

function made(kind: Kind, how: string, document: string | Buffer, original: Original): FuzzDocument {
  const octets = Buffer.from(document)
  return { kind, how, samlResponse: octets.toString('base64'), size: octets.length, original }
}

/** Every digest is right; every signature is by a key that is not pinned, or the genuine one of another text. */
function forged(original: Original, random: Random): FuzzDocument {
  const xml = original.forge()
  const way = random.below(3)
  if (way === 0) return made('forged', 'signed with a foreign key', xml, original)
  if (way === 1) {
    const [genuine, forgery] = [original.subject.markup, markupOf(xml)]
    const { start, end } = holderOf(genuine)
    const document = put(genuine.xml, start, end, freed(forgery, holderOf(forgery)))
    return made('forged', 'in the place of the genuine assertion', document, original)
  }
  const values = /(?<=SignatureValue>)[^<]+/g
  const genuine = original.alice.xml.match(values) ?? []
  const document = xml.replace(values, () => genuine.shift() ?? '')
  return made('forged', 'with genuine signatures of another text', document, original)
}

/** One to three mutations, one upon the other; now and then of octets at the end. */
function mutated(original: Subject, random: Random): Mutated {
  const names: string[] = []
  let subject = original
  let document: string | Buffer = subject.markup.xml
  let field: Mutation['field']
  for (let times = random.pick([1, 1, 1, 2, 2, 3]); times > 0; times--) {
    const [name, mutate] = random.pick(mutators)
    const mutation =
      names.length === 0 ? pickOf(mutate(subject), random) : orNothing(() => pickOf(mutate(subject), random))
    if (mutation === undefined) continue
    names.push(`${name}: ${mutation.what}`)
    document = mutation.document
    field = mutation.field
    const readable = typeof document === 'string' && field === undefined && times > 1
    const next = readable ? remarked(subject, document.toString()) : undefined
    if (next === undefined) break
    subject = next
  }
  if (typeof document === 'string' && random.below(8) === 0) {
    const [how, xml] = bytes(document, random)
    names.push(how)
    document = xml
  }
  return { how: names.join('; '), document, field }
}

interface Mutated {
  readonly how: string
  readonly document: string | Buffer
  readonly field: Mutation['field']
}

/** Mutations of an Assertion that was then encrypted, in a Response that was then signed: its own signature has to tell. */
function plaintext(original: Original, { subject, around }: Sealed, random: Random): FuzzDocument {
  const { how, document } = plaintextMutation(subject, random)
  return made('plaintext', how, around(Buffer.from(document), random), original)
}

function plaintextMutation(subject: Subject, random: Random): Omit<Mutated, 'field'> {
  if (random.below(2) === 0) return mutated(subject, random)
  const [how, document] = bytes(subject.markup.xml, random)
  return { how, document }
}

/** The document as the subject of another mutation, while it can still be read. */
function remarked(subject: Subject, xml: string): Subject | undefined {
  const markup = orNothing(() => markupOf(xml))
  return markup && { ...subject, markup, plain: markup }
}

/** A mutator may find nothing of what it looks for in a document that others have been at. */
function orNothing<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

/** One of all that a generator makes, each as likely as the next. */
function pickOf(mutations: Iterable<Mutation>, random: Random): Mutation | undefined {
  let picked: Mutation | undefined
  let count = 0
  for (const mutation of mutations) {
    // Those that are about time and trust, not about a document, have no place here.
    if (mutation.later !== undefined || mutation.trust !== undefined) continue
    if (random.below(++count) === 0) picked = mutation
  }
  return picked
}

function bytes(xml: string, random: Random): readonly [how: string, xml: string] {
  let result = xml
  const times = 1 + random.below(4)
  for (let at = 0; at < times; at++) result = byteMutation(result, random)
  return [`${times} mutations of characters`, result]
}

function inBase64(original: Original, random: Random): FuzzDocument {
  const document = made('field', 'characters of base64', original.alice.xml, original)
  let { samlResponse } = document
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = random.below(samlResponse.length)
    const text = random.pick([
      'A',
      '=',
      '-',
      '_',
      ' ',
      '\r\n',
      'é',
      '%',
      '\0',
      '+',
      '/',
      '==',
      samlResponse.slice(0, 40),
    ])
    samlResponse = samlResponse.slice(0, at) + text + samlResponse.slice(at + random.below(6))
  }
  return { ...document, samlResponse }
}

function hostile(original: Original, random: Random): FuzzDocument {
  // As many small ones as large ones: sizes by powers of two.
  const size = Math.floor(largest / 2 ** (random.below(600) / 100)) - original.alice.xml.length
  const room = Math.max(1_000, size)
  const { xml } = original.alice
  if (random.below(6) === 0) {
    const [how, make] = random.pick(Object.entries(hostileDocuments))
    return made('hostile', how, make(xml, room), original)
  }
  const [what, content] = random.pick(Object.entries(hostileContents))
  const [where, put] = random.pick(Object.entries(hostilePlaces))
  const text = content(room)
  const document = put(xml, text)
  // Not every response has every place.
  if (document === xml) return made('hostile', `${what}, in the start`, text + xml, original)
  return made('hostile', `${what}, in ${where}`, document, original)
}
