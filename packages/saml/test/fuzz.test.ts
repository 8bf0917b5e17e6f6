/** Fuzzing, the short run: every kind of document, by the generator that `npm run fuzz` uses. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentsFrom, each } from './fuzz/documents.ts'
import { createJudge, type Tally } from './fuzz/judge.ts'
import { keyNames, originalOf, worldOf } from './fuzz/original.ts'

const seed = 1

test('3000 documents: never a throw, a wrong accept, a false refusal or one that is too dear', (t) => {
  const tally: Tally = createJudge(seed).judge(0, 3_000)
  t.diagnostic(
    `${JSON.stringify(tally.documents)}: ${tally.refused} refused, ${tally.same} accepted with a genuine identity`,
  )
  t.diagnostic(
    `the dearest: ${tally.dearest.times.toFixed(1)} times a legitimate response of its size, ${tally.dearest.how}`,
  )
  assert.deepEqual(tally.findings, [])
  for (const [kind, count] of Object.entries(tally.documents)) assert.ok(count > 30, kind)
  assert.ok(tally.same > tally.documents.untouched && tally.refused > 1_000)
})

test('the documents of that run are signed with RSA and on every curve', () => {
  const world = worldOf(seed)
  const keys = Array.from({ length: Math.floor(3_000 / each) }, (_, number) => originalOf(world, number).key)
  assert.deepEqual([...new Set(keys)].toSorted(), keyNames.toSorted())
})

test('a seed and an index give one document, octet by octet', () => {
  const fields = (from: number) => {
    const documents: string[] = []
    for (const { samlResponse } of documentsFrom(worldOf(seed), from)) {
      if (documents.push(samlResponse) === 100) return documents
    }
    return documents
  }
  const [all, again, later] = [fields(0), fields(0), fields(70)]
  assert.deepEqual(again, all)
  assert.equal(later[0], all[70])
  assert.ok(new Set(all).size > 90)
})
