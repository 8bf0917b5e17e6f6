/** Judges every mutation of accepted vectors, counts them and prints the counts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimedIssuer, verifyResponse } from '../../src/index.ts'
import { type Case, make, parties } from '../cases.ts'
import { identityOf } from '../identity.ts'
import { families } from './families.ts'
import type { Attacked, Mutation, Mutator } from './mutation.ts'
import { subjectOf } from './subjects.ts'

/** What a run must have made, so that a mutator that falls silent is noticed. */
export interface Expected {
  /** Documents in all: far below what is made, far above what is left when a family makes nothing. */
  readonly least: number
  /** Mutators that find nothing to do in these vectors, as `family: name`. */
  readonly idle: readonly string[]
  /** One document in so many is judged, others for each vector: where they are large. */
  readonly oneIn?: number
}

/** Idle where nothing is encrypted. */
export const aboutCiphertexts: readonly string[] = [
  "another user: the other's ciphertext",
  "another user: the other's content key",
  'attacker: judged by who opens no encryption',
  'encryption: the Assertion in the place of the EncryptedAssertion',
  'encryption: parts of the ciphertext altered',
  'encryption: a ciphertext with a shorter tag (CVE-2026-32313)',
  'encryption: a ciphertext with its blocks exchanged',
  'encryption: another algorithm of encryption',
  'encryption: a CipherReference',
]

type Named = Case & { readonly file: string }

interface Count {
  made: number
  /** Accepted, with the identity of a genuine response. */
  same: number
}

const mutators: readonly (readonly [name: string, mutate: Mutator<Attacked>])[] = Object.entries(families).flatMap(
  ([family, named]) => Object.entries(named).map(([name, mutate]) => [`${family}: ${name}`, mutate] as const),
)

/** One test for each vector, and one that prints and judges the counts. */
export function mutateEvery(vectors: readonly Named[], expected: Expected): void {
  const counts = new Map<string, Count>(mutators.map(([name]) => [name, { made: 0, same: 0 }]))
  for (const [at, one] of vectors.entries()) {
    test(`every mutation of ${one.name}`, () => mutate(one, at, counts, expected.oneIn ?? 1))
  }
  test('every mutator makes documents, and most of them are refused', (t) => {
    const all = [...counts.values()].reduce((sum, { made }) => sum + made, 0)
    const same = [...counts.values()].reduce((sum, count) => sum + count.same, 0)
    for (const [name, count] of counts) {
      const [made, refused] = [count.made, count.made - count.same].map((figure) => String(figure).padStart(6))
      t.diagnostic(`${made} made, ${refused} refused, ${String(count.same).padStart(5)} the same: ${name}`)
    }
    t.diagnostic(
      `${all} documents by ${counts.size} mutators of ${vectors.length} vectors: ${all - same} refused, ${same} accepted with the identity of a genuine response`,
    )
    const idle = [...counts].filter(([, { made }]) => made === 0).map(([name]) => name)
    assert.deepEqual(idle.sort(), expected.idle.toSorted())
    assert.ok(all > expected.least, `${all} documents`)
    assert.ok(same > 0 && same < all / 4, `${same} of ${all} were accepted`)
  })
}

function mutate(one: Named, at: number, counts: ReadonlyMap<string, Count>, oneIn: number): void {
  const { xml, samlResponse, trust, now } = make(one)
  const original = verifyResponse(samlResponse, trust, now)
  assert.ok(original.ok)
  const subject = subjectOf(one, xml)
  const others = subject.others.map((other) => verifyResponse(base64(other.xml), trust, now))
  const genuine = new Set([original, ...others].map((verdict) => (verdict.ok ? identityOf(verdict) : '')))
  assert.ok(others.every(({ ok }) => ok) && genuine.size === 3, 'the others are genuine and say something else')
  const share = shareOf(one) * oneIn
  let index = at
  for (const [name, mutator] of mutators) {
    const count = counts.get(name)
    assert.ok(count !== undefined)
    for (const mutation of mutator(subject)) {
      if (index++ % share !== 0) continue
      count.made++
      const field = fieldOf(mutation)
      const verdict = verifyResponse(field, mutation.trust ?? trust, now + (mutation.later ?? 0) * 1_000)
      if (!verdict.ok) continue
      count.same++
      const where = () => `${name}: ${mutation.what}\n${mutation.document}`
      assert.ok(mutation.refused !== true, where())
      assert.ok(genuine.has(identityOf(verdict)), where())
      assert.equal(claimedIssuer(field), parties.idp, where())
    }
  }
}

/** Every document; but one in four, others for each vector, where cryptography alone takes a millisecond. */
function shareOf({ encrypt, pinned = [] }: Case): number {
  return encrypt !== undefined || pinned.includes('p384') || pinned.includes('p521') ? 4 : 1
}

function base64(document: string | Buffer): string {
  return Buffer.from(document).toString('base64')
}

function fieldOf({ document, field }: Mutation): string {
  return field === undefined ? base64(document) : field(base64(document))
}
