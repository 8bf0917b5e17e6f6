import assert from 'node:assert/strict'
import { test } from 'node:test'
import { App, Aws, Stack } from 'aws-cdk-lib/core'
import { policyLimits, withinLimit } from '../src/policy-limits.ts'
import { SynthesisError } from '../src/synthesis-error.ts'

const policy = (action: string) => ({
  Version: '2012-10-17' as const,
  Statement: [{ Effect: 'Allow' as const, Action: action, Resource: '*' }],
})

test('the limit is the last size that passes', () => {
  const stack = new Stack(new App(), 'Sizes')
  const frame = JSON.stringify(policy('')).length
  for (const limit of Object.values(policyLimits)) {
    const largest = policy('a'.repeat(limit.characters - frame))
    assert.equal(withinLimit(stack, limit, largest), largest)
    assert.throws(() => withinLimit(stack, limit, policy('a'.repeat(limit.characters - frame + 1))), SynthesisError)
  }
})

test('ids that only a deployment knows count with the length that they will have', () => {
  const stack = new Stack(new App(), 'Sizes')
  const limit = { what: 'test policy', characters: JSON.stringify(policy('')).length + 11, remedy: 'none' }
  assert.throws(() => withinLimit(stack, limit, policy(Aws.ACCOUNT_ID)), /test policy of `Sizes`/)
  assert.ok(withinLimit(stack, { ...limit, characters: limit.characters + 1 }, policy(Aws.ACCOUNT_ID)))
})

test('several policies of one role count together', () => {
  const stack = new Stack(new App(), 'Sizes')
  const half = policy('a'.repeat(5_060))
  assert.ok(withinLimit(stack, policyLimits.inline, half))
  assert.throws(() => withinLimit(stack, policyLimits.inline, half, half), SynthesisError)
})
