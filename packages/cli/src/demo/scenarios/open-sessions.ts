/** What becomes of a session that is already open: its cookie elsewhere, its WebSocket when the role's policy changes. */
import type { Observed, Scenario, Stage } from '../outcome.ts'
import { open, patience, picture, refusal, seen, signIn, watch } from './steps.ts'

const atUse = { result: 'refused', layer: 'IAM at use' } as const

export const openSessions: readonly Scenario[] = [
  {
    id: 'carried-cookie',
    title: "An open session's cookie, carried to the public host",
    host: 'public-host',
    expected: atUse,
    restsOn: 'documented',
    facts: ['1.13', '1.14'],
    run: carriedCookie,
  },
  {
    id: 'websocket-cut',
    title: "A WebSocket is open while the role's policy changes",
    host: 'private-host',
    expected: atUse,
    restsOn: 'studio.websocket',
    facts: ['1.13', '1.21'],
    run: policyChanges,
  },
  {
    id: 'websocket-stays',
    title: 'The same, if frames are checked only when it connects',
    host: 'private-host',
    expected: { result: 'inside' },
    restsOn: 'studio.websocket',
    facts: ['1.13', '1.21'],
    switches: { 'studio.websocket': 'at-connect' },
    run: policyChanges,
  },
  {
    id: 'websocket-policy-at-mint',
    title: 'The same, if policies count as they were at mint',
    host: 'private-host',
    expected: { result: 'inside' },
    restsOn: 'studio.policy',
    facts: ['1.21'],
    switches: { 'studio.policy': 'at-mint' },
    run: policyChanges,
  },
]

async function carriedCookie(stage: Stage): Promise<Observed> {
  const origin = await stage.browserAt('private-host')
  await signIn(stage, origin, 'alice')
  const address = new URL(origin.url())
  const cookies = (await origin.context().cookies()).filter((cookie) => address.hostname.endsWith(cookie.domain))
  if (cookies.length === 0) throw new Error('the open session has no cookie to carry')
  const thief = await stage.browserAt('public-host')
  await thief.context().addCookies(cookies)
  const journal = watch(stage)
  await open(thief, address.origin)
  return seen(thief, journal.since('public-host'))
}

/** An administrator takes the use statements out of the minting role while the person works, then puts them back. */
async function policyChanges(stage: Stage): Promise<Observed> {
  const page = await stage.browserAt('private-host')
  await signIn(stage, page, 'alice')
  const kernel = page.getByTestId('kernel')
  await kernel.filter({ hasText: /^kernel connected/i }).waitFor({ timeout: patience })
  const journal = watch(stage)
  stage.say("an administrator changes the minting role's policy")
  const restore = await withoutUse(stage)
  try {
    const cut = await kernel
      .filter({ hasText: /disconnected/i })
      .waitFor({ timeout: 3_000 })
      .then(
        () => true,
        () => false,
      )
    const screenshot = await picture(page)
    if (!cut)
      return { result: 'inside', reason: 'the kernel stays connected for three seconds of frames', ...screenshot }
    return { ...refusal(journal.since('private-host')), ...screenshot }
  } finally {
    restore()
  }
}

async function withoutUse(stage: Stage): Promise<() => void> {
  const { roles } = stage.twin.world
  const minting = [...roles.values()].filter((role) => role.name.includes('-mint-'))
  const before = minting.map((role) => ({ role, policies: role.policies }))
  for (const { role, policies } of before) {
    role.policies = policies.map((policy) => ({
      ...policy,
      document: {
        ...policy.document,
        Statement: [policy.document.Statement].flat().filter((statement) => !statement.Sid?.startsWith('UseFrom')),
      },
    }))
  }
  return () => {
    for (const { role, policies } of before) role.policies = policies
  }
}
