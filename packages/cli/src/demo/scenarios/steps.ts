/** What a person does at a host of the twin, and how the world says what became of it. */
import { explain } from '@studio-gate/policy'
import type { JournalEntry } from '@studio-gate/twin'
import type { Page, Request } from 'playwright-core'
import { tile } from '../../twin-session.ts'
import type { Observed, Stage } from '../outcome.ts'

/** Bound of each wait in milliseconds: long for two busy cores, short for a person. */
export const patience = 20_000

/** Logs in to the access portal and clicks the tile. Returns when the browser has followed where that leads. */
export async function signIn(stage: Stage, page: Page, name: string): Promise<void> {
  await page.goto(stage.twin.portalUrl, { timeout: patience })
  await logIn(stage, page, name)
  await Promise.all([
    page
      .waitForURL((url) => !isPortal(url), { timeout: patience, waitUntil: 'domcontentloaded' })
      .catch(unlessNoConnection),
    page.getByText(tile, { exact: true }).first().click(),
  ])
}

/** Opens the gate's own login address and logs in at the portal that it leads to. Returns as `signIn` does. */
export async function signInAtGate(stage: Stage, page: Page, name: string): Promise<void> {
  await page.goto(loginUrl(stage), { timeout: patience })
  await Promise.all([
    page
      .waitForURL((url) => !isPortal(url), { timeout: patience, waitUntil: 'domcontentloaded' })
      .catch(unlessNoConnection),
    logIn(stage, page, name),
  ])
}

/** Beside the ACS: the route of the first identity provider that the gate asks. */
function loginUrl({ twin }: Stage): string {
  const routes = [...twin.world.apis.values()].flatMap((api) => [...api.routes.keys()])
  const path = routes.find((route) => route.startsWith('GET /login/'))?.slice('GET '.length)
  if (path === undefined) throw new Error('the declaration has no identity provider with `signInRequests`')
  return (twin.outputs.AcsUrl ?? '').replace(/\/saml$/, path)
}

async function logIn(stage: Stage, page: Page, name: string): Promise<void> {
  const person = stage.people.find((candidate) => candidate.name === name)
  if (person === undefined) throw new Error(`nobody in the demo's directory is called \`${name}\``)
  await page.getByLabel('User name').fill(person.name)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

function isPortal(url: URL): boolean {
  return url.hostname.endsWith('.awsapps.com') || url.hostname.startsWith('portal.sso.')
}

/** An address that does not answer is an outcome here, not an error. */
function unlessNoConnection(error: unknown): void {
  if (!(error instanceof Error && error.message.includes('net::ERR_'))) throw error
}

/** Opens an address, and returns also when nothing answers there. */
export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url, { timeout: patience, waitUntil: 'domcontentloaded' }).catch(unlessNoConnection)
}

/**
 * Signs in at a host but stops at Studio's door: the presigned URL of the gate's redirect, not opened. Kept in memory only.
 * The redirect is taken at the response, because what a browser follows by itself cannot be stopped as a request.
 */
export async function mintedUrl(stage: Stage, host: string, name: string): Promise<string> {
  const page = await stage.browserAt(host)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Fetch.enable', { patterns: [{ urlPattern: '*/saml', requestStage: 'Response' }] })
  const location = new Promise<string | undefined>((resolve) => {
    devtools.on('Fetch.requestPaused', ({ requestId, responseHeaders = [] }) => {
      resolve(responseHeaders.find((header) => header.name.toLowerCase() === 'location')?.value)
      void devtools.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
    })
  })
  // The stopped redirect ends the sign-in with an error, which is an outcome only if nothing was redirected.
  const stopped = signIn(stage, page, name).catch((error: unknown) => error)
  const url = await Promise.race([location, stopped.then(() => undefined)])
  await stopped
  if (url === undefined) throw new Error(`the gate did not redirect at ${host}`)
  return url
}

/** The form that the identity provider makes the browser post: address and fields. Kept in memory only. */
export async function postedForm(
  page: Page,
  act: () => Promise<void>,
): Promise<{ readonly url: string; readonly fields: URLSearchParams }> {
  const [request] = await Promise.all([page.waitForRequest(isAcsPost, { timeout: patience }), act()])
  return { url: request.url(), fields: new URLSearchParams(request.postData() ?? '') }
}

function isAcsPost(request: Request): boolean {
  return request.method() === 'POST' && new URL(request.url()).pathname.endsWith('/saml')
}

/** Posts a response to the ACS as a browser would: a form on the page's present origin, submitted. */
export async function post(page: Page, url: string, samlResponse: string): Promise<void> {
  await page.setContent(
    '<form method="post" id="form"><input type="hidden" name="SAMLResponse"><button>Post</button></form>',
  )
  const before = page.url()
  await page.locator('#form').evaluate((form, action) => form.setAttribute('action', action), url)
  await page.locator('input').evaluate((input, value) => input.setAttribute('value', value), samlResponse)
  await Promise.all([
    page.waitForURL((at) => at.href !== before, { timeout: patience, waitUntil: 'domcontentloaded' }),
    page.locator('button').click(),
  ])
}

/** The journal from here on: call before acting, then ask what happened at a host. */
export function watch(stage: Stage): { since(host: string): readonly JournalEntry[] } {
  const start = stage.twin.world.journal.length
  return { since: (host) => stage.twin.world.journal.slice(start).filter((entry) => entry.host === host) }
}

/** What a page shows once a browser has arrived: inside Studio, or else the last refusal that the world wrote down. */
export async function seen(page: Page, entries: readonly JournalEntry[]): Promise<Observed> {
  const screenshot = await picture(page)
  const studio = page.getByTestId('studio')
  if ((await studio.count()) > 0) {
    return { result: 'inside', reason: `Studio shows ${await shown(page)}`, ...decided(entries.at(-1)), ...screenshot }
  }
  return { ...refusal(entries), ...screenshot }
}

async function shown(page: Page): Promise<string> {
  const text = async (id: string) => (await page.getByTestId(id).first().textContent())?.trim()
  return `domain ${await text('domain')}, user profile ${await text('user-profile')}`
}

export async function picture(page: Page): Promise<{ readonly screenshot?: string }> {
  const png = await page.screenshot({ timeout: patience }).catch(() => undefined)
  return png === undefined ? {} : { screenshot: png.toString('base64') }
}

/** The last refusal among the entries. Throws when there is none: then nothing is known, which is no outcome. */
export function refusal(entries: readonly JournalEntry[]): Observed {
  const entry = entries.findLast((candidate) => candidate.outcome === 'refused')
  if (entry === undefined) {
    const last = entries.at(-1)
    throw new Error(`neither Studio nor a refusal${last ? `; last: ${last.what}: ${last.reason}` : ''}`)
  }
  // The twin journals the code that the gate answered as the reason.
  const code = entry.layer === 'gate code' ? { code: entry.reason } : {}
  return {
    result: 'refused',
    ...(entry.layer === undefined ? {} : { layer: entry.layer }),
    ...code,
    reason: [entry.reason, ...behind(entry)].join(' '),
    ...decided(entry),
  }
}

export function decided(entry: JournalEntry | undefined): { readonly decision?: readonly string[] } {
  if (entry?.decision === undefined) return {}
  return { decision: [...explain(entry.decision), ...behind(entry)] }
}

/** Where the endpoint's policy refused: what stands behind it. */
function behind({ behindEndpoint }: JournalEntry): readonly string[] {
  return behindEndpoint === undefined ? [] : ['Without that policy:', ...explain(behindEndpoint)]
}
