/**
 * What holds of every policy that can be written, on the policies that prover and evaluator are held against each other with: every operator,
 * qualifier, element, layer and kind of principal (`agreement/constructs.ts`).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  evaluate,
  mustParsePolicy,
  type Policies,
  type Policy,
  type PolicyJson,
  type PolicyKind,
  printPolicy,
  type Reach,
  type Request,
  type StatementJson,
} from '@studio-gate/policy'
import { type Constructs, count, expected } from './agreement/constructs.ts'
import { drawQuestion, type Question } from './agreement/policies.ts'
import { drawRequest } from './agreement/requests.ts'
import { type Generator, generator } from './generator.ts'

const questions = 2500
const requestsEach = 6
/** The requests are drawn without a region: the edges of the blocks are among their addresses anyway. */
const nowhere: Reach = {
  reached: [],
  undecided: [],
  because: [],
  named: { endpoints: [], vpcs: [] },
  witness: () => undefined,
}

type Document = PolicyJson & { readonly Statement: readonly StatementJson[] }

/** A policy in its place, and how to put another there. */
interface Place {
  readonly kind: PolicyKind
  readonly document: Document
  readonly withChanged: (changed: Document) => Policies
}

const listOf = (policy: Policy): Document => printPolicy(policy) as Document

const placesOf = (policies: Policies): readonly Place[] => {
  const { identity, scps, rcps } = policies
  const read = (kind: PolicyKind, document: Document) => mustParsePolicy(document, kind, kind)
  const single = (['session', 'boundary', 'resource', 'endpoint'] as const).flatMap((name): readonly Place[] => {
    const policy = policies[name]
    if (policy === undefined) return []
    const { kind } = policy
    return [
      { kind, document: listOf(policy), withChanged: (changed) => ({ ...policies, [name]: read(kind, changed) }) },
    ]
  })
  const levels = (name: 'scps' | 'rcps', kind: PolicyKind) =>
    (name === 'scps' ? scps : rcps).flatMap((level, at) =>
      level.map(
        (policy, index): Place => ({
          kind,
          document: listOf(policy),
          withChanged: (changed) => ({
            ...policies,
            [name]: policies[name].with(at, level.with(index, read(kind, changed))),
          }),
        }),
      ),
    )
  return [
    ...identity.map(
      (policy, at): Place => ({
        kind: 'identity',
        document: listOf(policy),
        withChanged: (changed) => ({ ...policies, identity: identity.with(at, read('identity', changed)) }),
      }),
    ),
    ...single,
    ...levels('scps', 'scp'),
    ...levels('rcps', 'rcp'),
  ]
}

/** Asks `change` about every drawn request; undefined: nothing to change there. */
const always = (
  change: (random: Generator, place: Place, question: Question) => Document | undefined,
  judge: (before: boolean, after: boolean) => boolean,
): { readonly changed: number; readonly allowed: number; readonly different: number } => {
  const seen = { changed: 0, allowed: 0, different: 0 }
  for (let seed = 1; seed <= questions; seed++) {
    const random = generator(seed)
    const question = drawQuestion(random)
    for (let round = 0; round < requestsEach; round++) {
      const { request, policies } = drawRequest(random, question, nowhere)
      const places = placesOf(policies)
      const place = places[random.below(places.length)]
      const document = place && change(random, place, question)
      if (place === undefined || document === undefined) continue
      const allows = (all: Policies, asked: Request): boolean => evaluate(asked, all).effect === 'allow'
      const [before, after] = [allows(policies, request), allows(place.withChanged(document), request)]
      seen.changed++
      if (before) seen.allowed++
      if (before !== after) seen.different++
      assert.ok(
        judge(before, after),
        `seed ${seed}: ${before} before, ${after} after ${JSON.stringify({ request, document })}`,
      )
    }
  }
  return seen
}

/** A statement of the question's own kind and making, with the effect that is wanted. */
const another = (
  question: Question,
  kind: PolicyKind,
  effect: string,
  random: Generator,
): StatementJson | undefined => {
  const all = question.documents
    .filter(([each]) => each === kind)
    .flatMap(([, { Statement: statements }]) => statements as readonly StatementJson[])
  const found = all[random.below(all.length)]
  if (found === undefined || (effect === 'Allow' && 'NotPrincipal' in found)) return undefined
  const { Sid: _, ...rest } = found
  return { ...rest, Effect: effect as 'Allow' | 'Deny' }
}

const enough = (seen: ReturnType<typeof always>, different: boolean): void => {
  assert.ok(seen.changed > 5000 && seen.allowed > 300, JSON.stringify(seen))
  assert.equal(seen.different > 0, different, JSON.stringify(seen))
}

test('one more Deny never allows more', (context) => {
  const seen = always(
    (random, { kind, document }, question) => {
      const deny = another(question, kind, 'Deny', random)
      return deny && { ...document, Statement: [...document.Statement, deny] }
    },
    (before, after) => before || !after,
  )
  context.diagnostic(JSON.stringify(seen))
  enough(seen, true)
})

test('one Allow less never allows more', (context) => {
  const seen = always(
    (random, { document }) => {
      const allows = document.Statement.filter(({ Effect: effect }) => effect === 'Allow')
      const gone = allows[random.below(allows.length)]
      if (gone === undefined || document.Statement.length === 1) return undefined
      return { ...document, Statement: document.Statement.filter((each) => each !== gone) }
    },
    (before, after) => before || !after,
  )
  context.diagnostic(JSON.stringify(seen))
  assert.ok(seen.changed > 2000 && seen.different > 0, JSON.stringify(seen))
})

test('the order of statements, of values and of keys never matters', (context) => {
  const seen = always(
    (random, { document }) => ({
      ...document,
      Statement: random.shuffled(document.Statement).map((statement) => shuffledIn(random, statement)),
    }),
    (before, after) => before === after,
  )
  context.diagnostic(JSON.stringify(seen))
  enough(seen, false)
})

const shuffledIn = (random: Generator, value: StatementJson): StatementJson => {
  const walk = (each: unknown): unknown => {
    if (Array.isArray(each)) return random.shuffled(each)
    if (typeof each !== 'object' || each === null) return each
    return Object.fromEntries(random.shuffled(Object.entries(each)).map(([key, inner]) => [key, walk(inner)]))
  }
  return walk(value) as StatementJson
}

/** A parsed policy without its functions: all that was read. */
const contentOf = (policy: Policy): unknown =>
  JSON.parse(JSON.stringify(policy, (_, value) => (value instanceof Set ? [...value].sort() : value)))

test('a policy that is printed and read again is the same policy', (context) => {
  const constructs: Constructs = {}
  let documents = 0
  for (let seed = 1; seed <= questions; seed++) {
    const question = drawQuestion(generator(seed))
    count(constructs, question, nowhere)
    for (const [kind, document] of question.documents) {
      const read = mustParsePolicy(document, kind, 'p')
      const printed = printPolicy(read)
      const again = mustParsePolicy(printed, kind, 'p')
      assert.deepEqual(contentOf(again), contentOf(read), `seed ${seed}: ${JSON.stringify(document)}`)
      assert.deepEqual(printPolicy(again), printed)
      documents++
    }
  }
  context.diagnostic(JSON.stringify({ documents }))
  const written = expected.filter(
    (each) => !/^(reached|IPv6 reached|(internet|endpoint|service) (allow|deny)$)/.test(each),
  )
  assert.deepEqual(
    written.filter((each) => constructs[each] === undefined),
    [],
  )
})
