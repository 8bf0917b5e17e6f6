import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, ProfileFacts, Profiles } from '../src/core/ports.ts'
import { ensureProfile, profileWaitMilliseconds } from '../src/core/profiles.ts'

const tags = { 'studio-gate:identity-provider': 'https://idp.example', 'studio-gate:subject': 'alice' }
const wanted = { domainId: 'd-x', name: 'alice', executionRole: 'role', tags }

/** SageMaker in which `alice` has the status that `at` names for the time since the start, in ms. */
function sagemaker(
  at: (elapsed: number) => string,
  create: Answer<'created' | 'exists'> = { ok: true, value: 'created' },
) {
  let now = 1_000_000
  const calls = { describe: 0, create: 0 }
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms
    },
  }
  const profiles: Profiles = {
    async describe(): Promise<Answer<ProfileFacts | 'absent'>> {
      calls.describe++
      const status = at(now - 1_000_000)
      return { ok: true, value: status === 'absent' ? 'absent' : { arn: 'arn', status, executionRole: 'role' } }
    },
    async create() {
      calls.create++
      return create
    },
    tags: async () => ({ ok: true, value: { ...tags, team: 'somebody added this' } }),
  }
  return { profiles, clock, calls, elapsed: () => now - 1_000_000 }
}

const cases: readonly (readonly [string, (elapsed: number) => string, string, number])[] = [
  ['there already', () => 'InService', 'ready', 0],
  ['made now', (ms) => (ms === 0 ? 'absent' : ms < 4_000 ? 'Pending' : 'InService'), 'ready', 1],
  ['not visible at once after it was made', (ms) => (ms < 2_000 ? 'absent' : 'InService'), 'ready', 1],
  ['just in time', (ms) => (ms < profileWaitMilliseconds - 2_000 ? 'Pending' : 'InService'), 'ready', 0],
  ['being updated', (ms) => (ms < 1_000 ? 'Updating' : 'InService'), 'ready', 0],
  ['too late', (ms) => (ms < profileWaitMilliseconds + 1 ? 'Pending' : 'InService'), 'profile-being-prepared', 0],
  ['never visible', () => 'absent', 'profile-being-prepared', 1],
  ['fails while it is made', (ms) => (ms < 1_000 ? 'Pending' : 'Failed'), 'profile-failed', 0],
  ['removed meanwhile', (ms) => (ms < 1_000 ? 'Pending' : 'Deleting'), 'profile-being-deleted', 0],
]

for (const [name, at, expected, created] of cases) {
  test(`a profile ${name}`, async () => {
    const { profiles, clock, calls, elapsed } = sagemaker(at)
    const ready = await ensureProfile(wanted, profiles, clock)
    assert.equal(ready.ok ? 'ready' : ready.refusal.code, expected)
    assert.equal(calls.create, created)
    assert.ok(elapsed() <= profileWaitMilliseconds, `waited ${elapsed()} ms`)
    assert.ok(calls.describe <= 15, `${calls.describe} calls`)
  })
}

test('a profile that somebody else makes at the same time is awaited like one’s own', async () => {
  const { profiles, clock } = sagemaker((ms) => (ms < 1_000 ? 'absent' : 'InService'), { ok: true, value: 'exists' })
  assert.deepEqual(await ensureProfile(wanted, profiles, clock), { ok: true })
})
