/** Documents of cases: a base shape, edits before and after signing. Shares nothing with what judges them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RequiredSignature } from '../src/index.ts'
import { ecIdentity, type Identity, rsaIdentity } from './certificates.ts'
import { type EncryptSpec, encryptAssertion } from './encrypting.ts'
import { type Edit, edit, type SignatureSpec, signElement } from './signing.ts'

export interface Case {
  readonly name: string
  /** Where it was seen: advisories, products. */
  readonly why?: string
  /** File of `vectors/shapes`, without its ending. */
  readonly shape: string
  readonly before?: readonly Edit[]
  readonly sign?: readonly SignatureSpec[]
  /** Between the signatures of the Assertion and of the Response. */
  readonly encrypt?: EncryptSpec
  /** What the trust admits; absent: no encryption. */
  readonly opens?: 'gcm' | 'cbc'
  readonly after?: readonly Edit[]
  /** A document made of the pieces of the signed one, such as `{assertion}`: see `compose`. */
  readonly document?: string
  /** Octets before the document, in hexadecimal; and the encoding of the document, UTF-8 if absent. */
  readonly octets?: string
  readonly encoding?: 'utf16le' | 'latin1'
  /** The form field, made of `{base64}`. */
  readonly field?: string
  readonly fieldTimes?: number
  /** Wraps the base64 after 76 characters with this; pads the form field with spaces to this length. */
  readonly lineEnd?: '\n' | '\r\n'
  readonly fieldLength?: number
  readonly required?: RequiredSignature
  /** Names of the pinned keys; `idp` alone if absent. */
  readonly pinned?: readonly string[]
  /** Seconds between the document's making and its judging. */
  readonly later?: number
}

/** What the gate of these cases is. */
export const parties = {
  idp: 'https://idp.example/saml',
  sp: 'https://gate.example/audience',
  acs: 'https://gate.example/gate/saml',
} as const

/** A fixed instant: nothing in the verifier reads a clock. 2026-03-01T12:00:00.250Z. */
export const made = Date.UTC(2026, 2, 1, 12, 0, 0, 250)

export const keys: ReadonlyMap<string, Identity> = new Map([
  ['idp', rsaIdentity('identity provider')],
  ['next', rsaIdentity('identity provider, next')],
  ['foreign', rsaIdentity('identity provider')],
  ['p256', ecIdentity('identity provider', 'prime256v1')],
  ['p384', ecIdentity('identity provider', 'secp384r1')],
  ['p521', ecIdentity('identity provider', 'secp521r1')],
])

export const vectors = join(import.meta.dirname, 'vectors')

export interface Written {
  readonly xml: string
  readonly samlResponse: string
}

const known = new Map<string, Written>()

/** Signs and alters what the case describes; the same case is written once. */
export function write(one: Case): Written {
  const key = JSON.stringify(one)
  const written = known.get(key) ?? writeAnew(one)
  known.set(key, written)
  return written
}

function writeAnew(one: Case): Written {
  const shape = readFileSync(join(vectors, 'shapes', `${one.shape}.xml`), 'utf8').trimEnd()
  const fill = (text: string) => fillIn(text)
  const edits = (list: readonly Edit[] | undefined) =>
    (list ?? []).map((e) => ({ ...e, find: fill(e.find), put: fill(e.put) }))
  const unsigned = edit(fill(shape), edits(one.before))
  const specs = (one.sign ?? []).map((spec) => ({ ...spec, ...(spec.edits ? { edits: edits(spec.edits) } : {}) }))
  const signed = one.encrypt === undefined ? signAll(specs, unsigned) : signAround(specs, unsigned, one.encrypt)
  const composed = one.document === undefined ? signed : compose(signed, fill(one.document))
  const xml = edit(composed, edits(one.after))
  const octets = Buffer.concat([Buffer.from(one.octets ?? '', 'hex'), Buffer.from(xml, one.encoding ?? 'utf8')])
  const { lineEnd } = one
  const base64 = octets.toString('base64').replace(/.{76}/g, (line) => (lineEnd === undefined ? line : line + lineEnd))
  const field = (one.field ?? '{base64}').replace('{base64}', base64).repeat(one.fieldTimes ?? 1)
  return { xml, samlResponse: field.padEnd(one.fieldLength ?? 0) }
}

function signAll(specs: readonly SignatureSpec[], xml: string): string {
  return specs.reduce((signed, spec) => signElement(signed, spec, keys), xml)
}

/** The Assertion's signature goes into the ciphertext, the Response's around it. */
function signAround(specs: readonly SignatureSpec[], xml: string, encrypt: EncryptSpec): string {
  const inner = signAll(
    specs.filter(({ of }) => of === 'Assertion'),
    xml,
  )
  const outer = specs.filter(({ of }) => of === 'Response')
  return signAll(outer, encryptAssertion(inner, encrypt))
}

/** Digits behind those of milliseconds in the forms of a time. */
const finer: Readonly<Record<string, string>> = { u: '987', f: '9876', n: '987654' }

/** Fills in parties and times: `{t+60}` with milliseconds, `{s+60}` without, with six `{u+60}`, seven `{f+60}` or nine `{n+60}` digits. */
function fillIn(text: string): string {
  return text
    .replace(/\{(idp|sp|acs)\}/g, (_, name: keyof typeof parties) => parties[name])
    .replace(/\{([tsufn])([+-][0-9]+)\}/g, (_, form: string, seconds: string) => {
      const time = new Date(made + Number(seconds) * 1_000).toISOString()
      if (form === 's') return time.replace(/\.[0-9]+/, '')
      return time.replace('Z', `${finer[form] ?? ''}Z`)
    })
}

/** Replaces the names of pieces by the pieces of a signed document, from which wrapped ones are made. */
function compose(signed: string, document: string): string {
  const response = signed.replace(/^<\?[^>]*\?>\s*/, '')
  const assertion = /<(\w+:)?Assertion[\s>][\s\S]*<\/\1Assertion>/.exec(response)?.[0] ?? ''
  const signature = /<(\w+:)?Signature[\s>][\s\S]*?<\/\1Signature>/
  const outer = response.replace(assertion, '')
  const responseSignature = signature.exec(outer)?.[0] ?? ''
  const assertionSignature = signature.exec(assertion)?.[0] ?? ''
  const bareAssertion = assertion.replace(assertionSignature, '')
  const evil = bareAssertion.replace(/\bID="[^"]*"/, 'ID="evil"').replaceAll('alice', 'mallory')
  const responseHead = outer.slice(0, outer.lastIndexOf('</')).replace(responseSignature, '')
  const bare = splitAtIssuer(bareAssertion)
  const table: Readonly<Record<string, string>> = {
    /** The Response as it was signed, and without its own signature. */
    response,
    bareResponse: response.replace(responseSignature, ''),
    /** Start tag, Issuer and Status; cut where a signature belongs; end tag. */
    responseHead,
    responseHeadTo: splitAtIssuer(responseHead).head,
    responseHeadFrom: splitAtIssuer(responseHead).tail,
    responseEnd: outer.slice(outer.lastIndexOf('</')),
    /** The signatures, and without their end tags. */
    responseSignature,
    responseSignatureOpen: responseSignature.replace(/<\/[^<]*$/, ''),
    assertionSignature,
    assertionSignatureOpen: assertionSignature.replace(/<\/[^<]*$/, ''),
    /** The Assertion as it was signed, and without its signature, cut into parts. */
    assertion,
    bareAssertion,
    bareAssertionHead: bare.head,
    bareAssertionTail: bare.tail,
    bareAssertionBody: bare.tail.slice(0, bare.tail.lastIndexOf('</')),
    bareAssertionEnd: bare.tail.slice(bare.tail.lastIndexOf('</')),
    bareAssertionOpen: bareAssertion.slice(0, bareAssertion.indexOf('>') + 1),
    bareAssertionIssuerOn: bareAssertion.slice(bareAssertion.indexOf('>') + 1),
    /** The Assertion as an attacker wishes it, unsigned; cut where a signature belongs. */
    evil,
    evilHead: splitAtIssuer(evil).head,
    evilTail: splitAtIssuer(evil).tail,
  }
  return document.replace(/\{(\w+)\}/g, (_, name: string) => {
    const piece = table[name]
    if (piece === undefined || piece === '') throw new Error(`no piece ${name}`)
    return piece
  })
}

/** Cuts behind the first Issuer, where a signature belongs. */
function splitAtIssuer(element: string): { readonly head: string; readonly tail: string } {
  const end = element.search(/<\/(\w+:)?Issuer>/)
  const at = end < 0 ? 0 : element.indexOf('>', end) + 1
  return { head: element.slice(0, at), tail: element.slice(at) }
}
