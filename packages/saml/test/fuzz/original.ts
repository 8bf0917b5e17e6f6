/** Signed responses of two users, made from the seed: what every document of the fuzzing begins as. */
import { createTrust, type RequiredSignature, type Trust, type Verified } from '../../src/index.ts'
import type { Identity } from '../certificates.ts'
import { identityOf } from '../identity.ts'
import { type Markup, markupOf } from '../mutators/markup.ts'
import type { Subject } from '../mutators/mutation.ts'
import { type Random, randomFrom } from '../random.ts'
import { type SignatureSpec, signElement } from '../signing.ts'
import { compose, type Said, scene } from './grammar.ts'
import { seededRsa } from './keys.ts'
import { prefixes, write } from './writing.ts'

/** What a seed makes once. */
export interface World {
  readonly seed: number
  readonly keys: ReadonlyMap<string, Identity>
}

/** A signed response as it is, and what it says. */
export interface Genuine {
  readonly xml: string
  readonly identity: string
}

export interface Original {
  readonly alice: Genuine
  readonly bob: Genuine
  readonly trust: Trust
  readonly subject: Subject
}

export function worldOf(seed: number): World {
  const random = randomFrom(mixed(seed, -1))
  return { seed, keys: new Map([['idp', seededRsa('identity provider', random)]]) }
}

/** One number of two, so that neighbours have nothing in common. */
export function mixed(seed: number, index: number): number {
  let mix = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 0x7f4a7c15, 0xc2b2ae35)
  mix = Math.imul(mix ^ (mix >>> 15), 0x2c1b3c6d)
  return mix ^ (mix >>> 13)
}

/** Judges what the world's identity provider signed. */
export function trustOf({ keys }: World, requiredSignature: RequiredSignature): Trust {
  return createTrust({
    idp: { entityId: scene.idp, certificates: [keys.get('idp')?.certificate ?? ''] },
    sp: { entityId: scene.sp, acsUrl: scene.acs },
    requiredSignature,
  })
}

/** The originals of a number. */
export function originalOf(world: World, number: number): Original {
  const random = randomFrom(mixed(world.seed, -2 - number))
  const signed: readonly Signable[] = random.pick(signings)
  const specs = signed.map((of) => specOf(of, random))
  const choices = randomFrom(mixed(world.seed, -2 - number) ^ 1).below(2 ** 31)
  const [alice, bob] = ['alice', 'bob'].map((user) => {
    // The same choices twice: two responses that differ in nothing but the user.
    const { root, said } = compose(user, signed.includes('Response'), randomFrom(choices))
    const declaration = random.pick(['', '', '<?xml version="1.0" encoding="UTF-8"?>', "<?xml version='1.0'?>\n"])
    const xml = declaration + write(root, randomFrom(choices + 1))
    return genuine(
      specs.reduce((document, spec) => signElement(document, spec, world.keys), xml),
      said,
    )
  })
  if (alice === undefined || bob === undefined) throw new Error('two users')
  const needed = signed.length === 2 ? 'both' : signed[0] === 'Response' ? 'response' : 'assertion'
  const trust = trustOf(world, random.pick(['either', needed]))
  const markup = markupOf(alice.xml)
  const others: readonly Markup[] = [markupOf(bob.xml)]
  return {
    alice,
    bob,
    trust,
    subject: { name: `original ${number}`, markup, plain: markup, isEncrypted: false, others, signed },
  }
}

function genuine(xml: string, said: Said): Genuine {
  return { xml, identity: identityOf({ ok: true, assertion: said as unknown as Verified['assertion'] }) }
}

type Signable = 'Response' | 'Assertion'

const signings: readonly (readonly Signable[])[] = [['Assertion'], ['Response'], ['Assertion', 'Response']]

/** How a product might sign: algorithm, prefix, PrefixList, KeyInfo. */
function specOf(of: Signable, random: Random): SignatureSpec {
  const count = random.pick([0, 0, 0, 1, 2, 16])
  const listed = Array.from({ length: count }, () =>
    random.pick([...prefixes.filter((prefix) => prefix !== ''), '#default', 'nowhere']),
  )
  const prefix = random.pick(['ds', 'ds', '', 'dsig', 'saml', 'x-y'])
  const [open, colon] = prefix === '' ? ['', ''] : [`:${prefix}`, `${prefix}:`]
  return {
    of,
    ...random.pick(algorithms),
    prefixList: listed.join(' '),
    ...(random.below(3) === 0 ? { keyInfo: 'none' } : {}),
    edits: [
      { find: 'xmlns:ds=', put: `xmlns${open}=`, all: true },
      { find: '<ds:', put: `<${colon}`, all: true },
      { find: '</ds:', put: `</${colon}`, all: true },
    ],
  }
}

/** RSA alone: its signatures are the same in every run, those by elliptic curves are not. */
const algorithms: readonly Required<Pick<SignatureSpec, 'algorithm' | 'digest'>>[] = [
  { algorithm: 'rsa-sha256', digest: 'sha256' },
  { algorithm: 'rsa-sha256', digest: 'sha256' },
  { algorithm: 'rsa-sha384', digest: 'sha384' },
  { algorithm: 'rsa-sha512', digest: 'sha512' },
]
