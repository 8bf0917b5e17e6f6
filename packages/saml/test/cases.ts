/** Cases as data: a base shape, edits before and after signing, what is expected. Read from `vectors`, made at run time. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createTrust,
  type EncryptedAssertions,
  type RequiredSignature,
  type Trust,
  type TrustOptions,
  unwrapWith,
} from '../src/index.ts'
import { ecIdentity, type Identity, rsaIdentity } from './certificates.ts'
import { type EncryptSpec, encryptAssertion, gateKey, otherKey } from './encrypting.ts'
import { type Edit, edit, type SignatureSpec, signElement } from './signing.ts'

export interface Case {
  readonly name: string
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

/** Of the gate's keys. */
export const unwrapKey = unwrapWith([otherKey.privateKey, gateKey.privateKey])
const cbc = { admitCbcBehindTheVerifiedSignature: true } as const

const vectors = join(import.meta.dirname, 'vectors')

/** Every case of a folder of `vectors`, named by its file. */
export function readCases<T extends Case>(folder: string): readonly (T & { readonly file: string })[] {
  return readdirSync(join(vectors, folder)).flatMap((file) => {
    const cases = JSON.parse(readFileSync(join(vectors, folder, file), 'utf8')) as readonly T[]
    return cases.map((one) => ({ ...one, file }))
  })
}

export interface Made {
  readonly xml: string
  readonly samlResponse: string
  readonly trust: Trust
  readonly now: number
}

/** Signs and alters what the case describes. */
export function make(one: Case): Made {
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
  const field = (one.field ?? '{base64}').replace('{base64}', octets.toString('base64')).repeat(one.fieldTimes ?? 1)
  const trust = createTrust(optionsOf(one))
  return { xml, samlResponse: field, trust, now: made + (one.later ?? 0) * 1_000 }
}

/** What the case's trust is made of. */
export function optionsOf(one: Case): TrustOptions {
  return {
    idp: {
      entityId: parties.idp,
      certificates: (one.pinned ?? ['idp']).map((name) => keys.get(name)?.certificate ?? ''),
    },
    sp: { entityId: parties.sp, acsUrl: parties.acs },
    requiredSignature: one.required ?? 'either',
    ...(one.opens === undefined ? {} : { encryptedAssertions: opening(one.opens) }),
  }
}

/** The gate's key, as a trust that opens encryption has it. */
export function opening(opens: 'gcm' | 'cbc'): EncryptedAssertions {
  return { unwrapKey, ...(opens === 'cbc' ? cbc : {}) }
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

/** Fills in parties and times: `{t+60}` with milliseconds, `{s+60}` without, `{f+60}` with seven digits. */
function fillIn(text: string): string {
  return text
    .replace(/\{(idp|sp|acs)\}/g, (_, name: keyof typeof parties) => parties[name])
    .replace(/\{([tsf])([+-][0-9]+)\}/g, (_, form: string, seconds: string) => {
      const time = new Date(made + Number(seconds) * 1_000).toISOString()
      if (form === 's') return time.replace(/\.[0-9]+/, '')
      return form === 'f' ? time.replace('Z', '9876Z') : time
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
