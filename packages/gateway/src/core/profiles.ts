/** The person's user profile: made at the first sign-in, awaited for a bounded time, checked before anything is minted. */
import { ownerTagKeys } from '@studio-gate/policy'
import type { Clock, Failure, ProfileFacts, ProfileOrder, Profiles } from './ports.ts'
import { type GateCode, type Refusal, refuse } from './refusals.ts'

/** Upper bound of the wait for `InService`, well under API Gateway's 29 s (row 4.10). */
export const profileWaitMilliseconds = 15_000
const firstPause = 250
const longestPause = 2_000

type Ready = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal }

/** What each status means for a sign-in; statuses that nobody documented are refused (row 5.17). */
const statuses: Readonly<Record<string, 'ready' | 'wait' | 'profile-failed' | 'profile-being-deleted'>> = {
  InService: 'ready',
  Pending: 'wait',
  Updating: 'wait',
  Deleting: 'profile-being-deleted',
  Failed: 'profile-failed',
  Update_Failed: 'profile-failed',
  Delete_Failed: 'profile-failed',
}

/**
 * Two first sign-ins at once make one profile: SageMaker lets one create it, the other finds it in use and waits as well.
 * Owner and execution role are read from SageMaker even when this sign-in made the profile, so there is one path to trust.
 */
export async function ensureProfile(wanted: ProfileOrder, profiles: Profiles, clock: Clock): Promise<Ready> {
  const deadline = clock.now() + profileWaitMilliseconds
  let created = false
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    const described = await profiles.describe(wanted.domainId, wanted.name)
    if (!described.ok) return refuseFailure(described.failure)
    if (described.value === 'absent') {
      if (!created) {
        const made = await profiles.create(wanted)
        if (!made.ok) return refuseFailure(made.failure)
        created = true
      }
    } else {
      const meaning = Object.hasOwn(statuses, described.value.status)
        ? statuses[described.value.status]
        : 'profile-failed'
      if (meaning === 'ready') return checkProfile(wanted, described.value, profiles)
      if (meaning !== 'wait')
        return refuse(meaning ?? 'profile-failed', `\`${wanted.name}\` has status \`${described.value.status}\``)
    }
    if (clock.now() + pause > deadline) {
      return refuse(
        'profile-being-prepared',
        `\`${wanted.name}\` was not InService after ${profileWaitMilliseconds / 1000} s`,
      )
    }
    await clock.sleep(pause)
  }
}

/** Owner before role: whose profile it is matters more than how it is set up. */
async function checkProfile(wanted: ProfileOrder, found: ProfileFacts, profiles: Profiles): Promise<Ready> {
  const tags = await profiles.tags(found.arn)
  if (!tags.ok) return refuseFailure(tags.failure)
  for (const key of Object.values(ownerTagKeys)) {
    const [tag, expected] = [tags.value[key], wanted.tags[key]]
    if (tag === undefined || tag !== expected) {
      const state = tag === undefined ? 'is absent' : 'names another owner'
      return refuse('profile-owner-mismatch', `tag \`${key}\` of \`${wanted.name}\` ${state}`)
    }
  }
  if (found.executionRole !== wanted.executionRole) {
    const roles = `\`${found.executionRole ?? 'none'}\`, the rule names \`${wanted.executionRole}\``
    return refuse('profile-role-mismatch', `execution role of \`${wanted.name}\` is ${roles}`)
  }
  return { ok: true }
}

const failureCodes: Readonly<Record<Failure['kind'], GateCode>> = {
  throttled: 'aws-throttled',
  'access-denied': 'aws-access-denied',
  'not-found': 'domain-not-found',
  'limit-exceeded': 'profile-limit-reached',
  unavailable: 'aws-unavailable',
  unexpected: 'aws-failed',
}

/** The refusal for a call that failed; callers with a code of their own name it. */
export function refuseFailure(
  failure: Failure,
  codes: Readonly<Partial<Record<Failure['kind'], GateCode>>> = {},
): { readonly ok: false; readonly refusal: Refusal } {
  return refuse(codes[failure.kind] ?? failureCodes[failure.kind], `${failure.operation}: ${failure.detail}`)
}
