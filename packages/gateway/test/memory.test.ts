import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryReplayStore } from '../src/adapters/memory.ts'
import { memoryRequestStore } from '../src/adapters/requests.ts'

test('one claim until the entry has expired', async () => {
  let now = 1_000_000
  const store = memoryReplayStore({ now: () => now })
  assert.equal(await store.claim('a', 1_060), 'claimed')
  assert.equal(await store.claim('a', 9_999), 'seen')
  now = 1_060_999
  assert.equal(await store.claim('a', 1_060), 'seen', 'still within its last second')
  now = 1_061_000
  assert.equal(await store.claim('a', 1_100), 'claimed')
})

test('a full store lets nobody in rather than forget', async () => {
  let now = 1_000_000
  const store = memoryReplayStore({ now: () => now }, 2)
  await store.claim('a', 1_100)
  await store.claim('b', 1_100)
  await assert.rejects(store.claim('c', 1_100), /2 live entries/)
  assert.equal(await store.claim('a', 1_100), 'seen')
  now = 1_200_000
  assert.equal(await store.claim('c', 1_300), 'claimed', 'expired entries make room')
})

test('without times nothing is claimed', async () => {
  await assert.rejects(memoryReplayStore({ now: () => Number.NaN }).claim('a', 1_060), /needs times/)
  await assert.rejects(memoryReplayStore({ now: () => 1_000_000 }).claim('a', Number.NaN), /needs times/)
})

test('a request is taken once, by its browser, until it has expired', async () => {
  let now = 1_000_000
  const store = memoryRequestStore({ now: () => now })
  await store.open('a', 'mine', 1_600)
  await store.open('b', 'mine', 1_600)
  assert.equal(await store.take('a', 'theirs'), 'unknown')
  assert.equal(await store.take('a', 'mine'), 'taken')
  assert.equal(await store.take('a', 'mine'), 'unknown')
  now = 1_601_000
  assert.equal(await store.take('b', 'mine'), 'unknown')
})

test('the oldest request makes room', async () => {
  const store = memoryRequestStore({ now: () => 0 }, 2)
  for (const key of ['a', 'b', 'c']) await store.open(key, 'mine', 600)
  assert.equal(await store.take('a', 'mine'), 'unknown')
  assert.equal(await store.take('b', 'mine'), 'taken')
  assert.equal(await store.take('c', 'mine'), 'taken')
})
