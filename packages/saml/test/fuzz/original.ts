/** Signed responses of two users, made from the seed: what every document of the fuzzing begins as. */
import { createTrust, type RequiredSignature, type Trust, type Verified } from '../../src/index.ts'
import type { Identity } from '../certificates.ts'
import { type EncryptSpec, encryptAssertion, encryptedAssertion } from '../encrypting.ts'
import { identityOf } from '../identity.ts'
import { freed, type Markup, markupOf, put } from '../mutators/markup.ts'
import type { Subject } from '../mutators/mutation.ts'
import { holderOf } from '../mutators/pieces.ts'
import { type Random, randomFrom } from '../random.ts'
import { type SignatureSpec, signElement } from '../signing.ts'
import { compose, scene } from './grammar.ts'
import { curveNames, seededEc, seededRsa } from './keys.ts'
import { meansFrom, sealOf, unwrap } from './sealing.ts'
import { prefixes, write } from './writing.ts'

/** What a seed makes once. */
export interface World {
  readonly seed: number
  readonly keys: Keys
  /** Of the same kinds, pinned nowhere. */
  readonly foreignKeys: Keys
}

type Keys = ReadonlyMap<KeyName, Identity>

/** The keys of the identity provider: `rsa` and those on curves. */
export type KeyName = (typeof keyNames)[number]
export const keyNames = ['rsa', ...curveNames] as const

/** A signed response as it is, and what it says. */
export interface Genuine {
  readonly xml: string
  /** Before its Assertion was encrypted; else the same. */
  readonly plain: string
  readonly identity: string
}

export interface Original {
  readonly alice: Genuine
  readonly bob: Genuine
  readonly trust: Trust
  readonly subject: Subject
  /** What mallory makes of it: the same response for another user, sound but for the key that signed it. */
  readonly forge: () => string
  /** What it is signed with. */
  readonly key: KeyName
  /** Where the Assertion is encrypted, and must be signed itself. */
  readonly sealed: Sealed | undefined
}

/** An identity provider that encrypts, and signs as its Response, whatever it is given for an Assertion. */
export interface Sealed {
  /** The Assertion, alone. */
  readonly subject: Subject
  readonly around: (plaintext: Buffer, random: Random) => string
}

export function worldOf(seed: number): World {
  const random = randomFrom(mixed(seed, -1))
  return { seed, keys: keysOf(random), foreignKeys: keysOf(random) }
}

function keysOf(random: Random): Keys {
  const rsa = seededRsa('identity provider', random)
  const ec = curveNames.map((curve) => [curve, seededEc('identity provider', curve, random, rsa)] as const)
  return new Map<KeyName, Identity>([['rsa', rsa], ...ec])
}

/** One number of two, so that neighbours have nothing in common. */
export function mixed(seed: number, index: number): number {
  let mix = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 0x7f4a7c15, 0xc2b2ae35)
  mix = Math.imul(mix ^ (mix >>> 15), 0x2c1b3c6d)
  return mix ^ (mix >>> 13)
}

interface Requirements {
  readonly signature: RequiredSignature
  readonly isEncrypted: boolean
  readonly keys: readonly KeyName[]
}

/** Judges what the world's identity provider signed with one of the keys that it has. */
export function trustOf({ keys }: World, { signature, isEncrypted, keys: pinned }: Requirements): Trust {
  return createTrust({
    idp: { entityId: scene.idp, certificates: pinned.map((name) => keys.get(name)?.certificate ?? '') },
    sp: { entityId: scene.sp, acsUrl: scene.acs },
    requiredSignature: signature,
    ...(isEncrypted
      ? { encryptedAssertions: { unwrapKey: unwrap, admitCbcBehindTheVerifiedSignature: true as const } }
      : {}),
  })
}

const users = ['alice', 'bob', 'mallory'] as const
const declarations = ['', '', '<?xml version="1.0" encoding="UTF-8"?>', "<?xml version='1.0'?>\n"]

/** The originals of a number. */
export function originalOf(world: World, number: number): Original {
  const random = randomFrom(mixed(world.seed, -2 - number))
  const product = productOf(random)
  const { signed, key, seal } = product
  const choices = randomFrom(mixed(world.seed, -2 - number) ^ 1).below(2 ** 31)
  // The same choices each time: responses that differ in nothing but the user.
  const signedFor = (user: (typeof users)[number], declaration: string, keys: Keys): Genuine => {
    const { root, said } = compose(user, signed.includes('Response'), randomFrom(choices))
    const plain = sign(declaration + write(root, randomFrom(choices + 1)), 'Assertion', product, keys)
    const means = meansFrom(randomFrom(choices + 2 + users.indexOf(user)))
    const xml = sign(seal === undefined ? plain : encryptAssertion(plain, seal, means), 'Response', product, keys)
    const identity = identityOf({ ok: true, assertion: said as unknown as Verified['assertion'] })
    return { xml, plain: seal === undefined ? xml : plain, identity }
  }
  const alice = signedFor('alice', random.pick(declarations), world.keys)
  const bob = signedFor('bob', random.pick(declarations), world.keys)
  const needed = signed.length === 2 ? 'both' : signed[0] === 'Response' ? 'response' : 'assertion'
  const signature: RequiredSignature = random.pick(['either', needed])
  const isEncrypted = seal !== undefined
  return {
    alice,
    bob,
    trust: trustOf(world, { signature, isEncrypted, keys: key === 'rsa' ? ['rsa'] : ['rsa', key] }),
    key,
    forge: () => signedFor('mallory', '', world.foreignKeys).xml,
    subject: {
      name: `original ${number}`,
      markup: markupOf(alice.xml),
      plain: markupOf(alice.plain),
      isEncrypted,
      others: [markupOf(bob.xml)],
      signed,
    },
    sealed: isEncrypted && signature === 'both' ? sealedBy(product, alice.plain, bob.plain, world.keys) : undefined,
  }
}

/** The document with the signature of one of its elements, if the product signs that. */
function sign(xml: string, of: Signable, { specs }: Product, keys: Keys): string {
  return specs.filter((spec) => spec.of === of).reduce((document, spec) => signElement(document, spec, keys), xml)
}

function sealedBy(product: Product, plain: string, other: string, keys: Keys): Sealed {
  const alone = (markup: Markup) => markupOf(freed(markup, holderOf(markup)))
  const whole = markupOf(plain)
  const markup = alone(whole)
  const { start, end } = holderOf(whole)
  return {
    subject: {
      name: 'an Assertion',
      markup,
      plain: markup,
      isEncrypted: false,
      others: [alone(markupOf(other))],
      signed: ['Assertion'],
    },
    around: (plaintext, random) => {
      const encrypted = encryptedAssertion(plaintext, product.seal ?? {}, meansFrom(random))
      return sign(put(plain, start, end, encrypted), 'Response', product, keys)
    },
  }
}

/** How a product issues responses. */
interface Product {
  readonly signed: readonly Signable[]
  readonly key: KeyName
  readonly specs: readonly SignatureSpec[]
  /** Undefined: it encrypts nothing. */
  readonly seal: EncryptSpec | undefined
}

function productOf(random: Random): Product {
  const seal = random.below(4) === 0 ? sealOf(random) : undefined
  const signed: readonly Signable[] = random.pick(seal === undefined ? signings : sealedSignings)
  const key: KeyName = random.below(8) === 0 ? random.pick(keyNames) : 'rsa'
  return { signed, key, specs: signed.map((of) => specOf(of, key, random)), seal }
}

type Signable = 'Response' | 'Assertion'

const signings: readonly (readonly Signable[])[] = [['Assertion'], ['Response'], ['Assertion', 'Response']]
/** Around what is encrypted, the Response is always signed. */
const sealedSignings = signings.filter((signed) => signed.includes('Response'))

/** How a product might sign: algorithm, prefix, PrefixList, KeyInfo. */
function specOf(of: Signable, key: KeyName, random: Random): SignatureSpec {
  const count = random.pick([0, 0, 0, 1, 2, 16])
  const listed = Array.from({ length: count }, () =>
    random.pick([...prefixes.filter((prefix) => prefix !== ''), '#default', 'nowhere']),
  )
  const prefix = random.pick(['ds', 'ds', '', 'dsig', 'saml', 'x-y'])
  const [open, colon] = prefix === '' ? ['', ''] : [`:${prefix}`, `${prefix}:`]
  return {
    of,
    key,
    ...random.pick(key === 'rsa' ? rsaAlgorithms : ecAlgorithms),
    prefixList: listed.join(' '),
    ...(random.below(3) === 0 ? { keyInfo: 'none' } : {}),
    edits: [
      { find: 'xmlns:ds=', put: `xmlns${open}=`, all: true },
      { find: '<ds:', put: `<${colon}`, all: true },
      { find: '</ds:', put: `</${colon}`, all: true },
    ],
  }
}

type Algorithms = readonly Required<Pick<SignatureSpec, 'algorithm' | 'digest'>>[]

const rsaAlgorithms: Algorithms = [
  { algorithm: 'rsa-sha256', digest: 'sha256' },
  { algorithm: 'rsa-sha256', digest: 'sha256' },
  { algorithm: 'rsa-sha384', digest: 'sha384' },
  { algorithm: 'rsa-sha512', digest: 'sha512' },
]

/** Each for any curve: a longer hash is cut off, a shorter one is not. */
const ecAlgorithms: Algorithms = [
  { algorithm: 'ecdsa-sha256', digest: 'sha256' },
  { algorithm: 'ecdsa-sha384', digest: 'sha384' },
  { algorithm: 'ecdsa-sha512', digest: 'sha512' },
]
