/**
 * Our evaluator beside one that we did not write, `@cloud-copilot/iam-simulate`: on every vector of `packages/policy`, and on random
 * policies and requests. Both must allow the same; where they do not, `iam-simulate-differences.json` says which AWS source
 * decides for us. `STUDIO_GATE_SEEDS=FIRST-LAST` asks other random questions.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { createTerminal } from '@studio-gate/cli'
import { evaluate, type Request } from '@studio-gate/policy'
import { type Documents, iamSimulate, policiesOf } from '../../bench/iam-simulate.ts'
import { installPeers } from '../../bench/peers.ts'
import { vectorQuestions } from './policy-vectors.ts'
import { randomQuestion } from './random-requests.ts'
import { missing } from './requirement.ts'

interface Difference {
  /** What decides, in AWS's own documentation, and the row of the fact list where there is one. */
  readonly source: string
  readonly peer: string
  /** Vectors in which the peer decides otherwise, as `file: case`. */
  readonly cases: readonly string[]
}

const file = new URL('./iam-simulate-differences.json', import.meta.url)
const differences = JSON.parse(readFileSync(file, 'utf8')) as readonly Difference[]
const recorded = differences.flatMap(({ cases }) => cases)

/** Which random questions, and how many of them may take how long. */
const [first = 1, last = 20_000] = (process.env.STUDIO_GATE_SEEDS ?? '1-20000').split('-').map(Number)
const seconds = 40

function oursOf(request: Request, documents: Documents, kind: 'resource' | 'trust'): 'Allowed' | 'Denied' {
  return evaluate(request, policiesOf(documents, kind)).effect === 'allow' ? 'Allowed' : 'Denied'
}

const absent = await installPeers(createTerminal(), new AbortController().signal).then(
  () => undefined,
  (error: Error) => error.message,
)
const skip = missing([{ name: 'iam-simulate', present: () => absent === undefined, how: absent ?? '' }])

describe('beside iam-simulate', { skip }, async () => {
  if (skip !== false) return
  const judge = await iamSimulate()
  const theirsOf = (request: Request, documents: Documents): 'Allowed' | 'Denied' | `throws: ${string}` => {
    try {
      return judge(documents)(request)() === 'Allowed' ? 'Allowed' : 'Denied'
    } catch (error) {
      return `throws: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  it('every vector is decided alike, or its difference is recorded', () => {
    const differing = new Set<string>()
    const alike = { Allowed: 0, Denied: 0 }
    for (const { name, request, documents, kind } of vectorQuestions()) {
      const ours = oursOf(request, documents, kind)
      if (theirsOf(request, documents) === ours) alike[ours]++
      else differing.add(name)
    }
    assert.deepEqual([...differing].filter((name) => !recorded.includes(name)).sort(), [], 'not recorded')
    assert.deepEqual(recorded.filter((name) => !differing.has(name)).sort(), [], 'recorded, but decided alike')
    assert.ok(alike.Allowed > 100 && alike.Denied > 100, JSON.stringify(alike))
  })

  it('every recorded difference names what decides it, once', () => {
    assert.equal(new Set(recorded).size, recorded.length)
    for (const { source, peer, cases } of differences)
      assert.ok(source.length > 10 && peer.length > 10 && cases.length > 0, JSON.stringify(cases))
  })

  it(`random requests ${first} to ${last} are decided alike`, () => {
    const end = performance.now() + seconds * 1000
    const alike = { Allowed: 0, Denied: 0 }
    let seed = first
    for (; seed <= last && performance.now() < end; seed++) {
      const { request, documents } = randomQuestion(seed)
      const ours = oursOf(request, documents, 'resource')
      const theirs = theirsOf(request, documents)
      if (ours !== theirs) assert.equal(ours, theirs, `seed ${seed}: ${JSON.stringify({ request, documents })}`)
      alike[ours]++
    }
    const asked = seed - first
    assert.ok(asked >= Math.min(5_000, last - first + 1), `only ${asked} requests in ${seconds} s`)
    assert.ok(asked < 1_000 || Math.min(alike.Allowed, alike.Denied) > asked / 20, JSON.stringify(alike))
  })
})
