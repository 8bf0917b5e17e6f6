/** Forged and misused responses, posted from the very host that may sign in: only the verifier stands in their way. */
import { forgeries } from '@studio-gate/twin'
import type { Observed, Scenario, Stage } from '../outcome.ts'
import { open, post, postedForm, seen, signIn, signInAtGate, watch } from './steps.ts'

const host = 'private-host'

/** Genuine responses in the wrong place. */
type Misuse = 'replayed' | 'broughtFromElsewhere' | 'answerOfAnotherBrowser'

interface Forgery {
  readonly id: keyof typeof forgeries | Misuse
  readonly title: string
  readonly code: string
}

const table: readonly Forgery[] = [
  { id: 'unsigned', title: 'A response without any signature', code: 'signature-missing' },
  { id: 'otherKey', title: 'A response signed with another key', code: 'signature-invalid' },
  { id: 'userNameAltered', title: 'The user name altered after signing', code: 'digest-mismatch' },
  { id: 'audienceAltered', title: 'A response for another audience', code: 'audience-mismatch' },
  { id: 'expired', title: 'A response that has expired', code: 'expired' },
  { id: 'replayed', title: 'A response used for the second time', code: 'replayed' },
  { id: 'wrapped', title: 'Signature wrapping (XSW)', code: 'assertion-count' },
  {
    id: 'broughtFromElsewhere',
    title: 'A genuine response that another page makes the browser post (login CSRF)',
    code: 'origin-not-accepted',
  },
  {
    id: 'answerOfAnotherBrowser',
    title: "The answer to another browser's request (login CSRF)",
    code: 'request-unknown',
  },
]

export const forged: readonly Scenario[] = table.map(({ id, title, code }) => ({
  id: `forged-${id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  title,
  host,
  expected: { result: 'refused', layer: 'gate code', code },
  restsOn: 'documented',
  facts: [],
  run: (stage) => {
    if (isMisuse(id)) return misuses[id](stage)
    return posted(stage, forgeries[id](stage.twin, 'alice'))
  },
}))

/** A response that the directory issues to bob, for bob to put into somebody else's browser. */
function ownResponse({ twin }: Stage): string {
  const [application] = twin.directory.applications()
  const user = twin.directory.users.find(({ name }) => name === 'bob')
  if (application === undefined || user === undefined) throw new Error('the directory has no application or no bob')
  return twin.directory.issue(application, user, { now: twin.world.now() })
}

async function posted(stage: Stage, samlResponse: string): Promise<Observed> {
  const page = await stage.browserAt(host)
  const journal = watch(stage)
  await post(page, stage.twin.outputs.AcsUrl ?? '', samlResponse)
  return seen(page, journal.since(host))
}

/** A genuine sign-in, whose form is then posted a second time. */
async function replayed(stage: Stage): Promise<Observed> {
  const page = await stage.browserAt(host)
  const { url, fields } = await postedForm(page, () => signIn(stage, page, 'alice'))
  const second = await stage.browserAt(host)
  // From a page of the portal: a reload or the back button would post it from there again.
  await open(second, stage.twin.portalUrl)
  const journal = watch(stage)
  await post(second, url, fields.get('SAMLResponse') ?? '')
  return seen(second, journal.since(host))
}

/** Bob asks in one browser, keeps the answer from being posted there, and gives it to another browser. */
async function answerOfAnotherBrowser(stage: Stage): Promise<Observed> {
  const page = await stage.browserAt(host)
  await page.route('**/saml', (route) => route.abort())
  const { url, fields } = await postedForm(page, () => signInAtGate(stage, page, 'bob'))
  const second = await stage.browserAt(host)
  const journal = watch(stage)
  await post(second, url, fields.get('SAMLResponse') ?? '')
  return seen(second, journal.since(host))
}

const misuses: Readonly<Record<Misuse, (stage: Stage) => Promise<Observed>>> = {
  replayed,
  broughtFromElsewhere: (stage) => posted(stage, ownResponse(stage)),
  answerOfAnotherBrowser,
}

function isMisuse(id: Forgery['id']): id is Misuse {
  return id in misuses
}
