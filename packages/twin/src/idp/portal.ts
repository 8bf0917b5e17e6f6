/** The access portal: sign in with user name and password, a page of tiles, and a form that carries the response to the ACS. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Answer, redirect, sendAnswer } from '../services/answer.ts'
import { readBody } from '../services/body.ts'
import { cookieOf, type Page, pageAnswer } from '../services/page.ts'
import type { Service, World } from '../world.ts'
import { readPostedRequest, readRedirectedRequest } from './authn-request.ts'
import type { Directory, User } from './directory.ts'
import { handoverPage, loginPage, requestRefusedPage, tilesPage } from './portal-pages.ts'

const cookieName = 'x-twin-portal-session'
const sessionMilliseconds = 8 * 3600 * 1000
const formLimit = 16 * 1024
/** Of the portal: where an application's request is answered. */
const requestPath = '/start/request'

interface Portal {
  readonly world: World
  readonly directory: Directory
  readonly sessions: Map<string, { readonly user: User; readonly endsAt: number }>
  /** Forms that came to the sign-on URL, by the word that the browser carries on to the portal. */
  readonly posted: Map<string, URLSearchParams>
}

/** Serves `<id>.awsapps.com` (people) and `portal.sso.<region>.amazonaws.com` (metadata; sign-in URLs lead to the portal). */
export function portalService(world: World, directory: Directory): Service {
  const portal: Portal = { world, directory, sessions: new Map(), posted: new Map() }
  const ssoHost = `portal.sso.${world.region}.amazonaws.com`
  return {
    name: 'portal',
    hostnames: [directory.portalHost, ssoHost],
    async handle(request, response, origin) {
      const url = new URL(request.url ?? '/', 'https://portal.invalid')
      const answer =
        hostOf(request) === ssoHost
          ? request.method === 'POST'
            ? await postedAnswer(portal, request, url)
            : ssoAnswer(directory, url)
          : url.pathname === '/login' && request.method === 'POST'
            ? await signIn(portal, request, origin.host)
            : portalAnswer(portal, signedIn(portal, request), url)
      sendAnswer(response, answer)
    },
  }
}

/** The sign-on URL: a request is carried on to the portal, where people sign in; without one it leads to the tiles. */
function ssoAnswer(directory: Directory, { pathname, search }: URL): Answer {
  if (pathname === `/saml/metadata/${directory.instanceId}`) {
    return {
      status: 200,
      headers: { 'content-type': 'application/samlmetadata+xml' },
      body: directory.metadataXml,
    }
  }
  const asks = pathname === `/saml/assertion/${directory.instanceId}` && new URLSearchParams(search).has('SAMLRequest')
  return redirect(303, asks ? `https://${directory.portalHost}${requestPath}${search}` : directory.portalUrl)
}

/** The same for a request in a form, which is kept, since the portal has another host. */
async function postedAnswer({ directory, posted }: Portal, request: IncomingMessage, url: URL): Promise<Answer> {
  const body = await readBody(request, formLimit)
  if (url.pathname !== `/saml/assertion/${directory.instanceId}` || body === 'too-large')
    return portalPage(400, requestRefusedPage('no request for authentication is taken here'))
  const word = randomBytes(16).toString('hex')
  posted.set(word, new URLSearchParams(body.toString('utf8')))
  return redirect(303, `https://${directory.portalHost}${requestPath}?posted=${word}`)
}

function portalAnswer(portal: Portal, user: User | undefined, { pathname, search }: URL): Answer {
  const { world, directory } = portal
  if (pathname === requestPath) return requestAnswer(portal, user, search)
  if (!user) return portalPage(200, loginPage('/start'))
  const tile = /^\/start\/application\/(\d+)$/.exec(pathname)?.[1]
  const application = tile === undefined ? undefined : directory.applications()[Number(tile)]
  if (!application) return portalPage(200, tilesPage(user, directory.applications()))
  return portalPage(200, handoverPage(application, directory.issue(application, user, { now: world.now() })))
}

/** An application's request: judged first, then the person signs in unless there is a session, then the answer goes out. */
function requestAnswer({ world, directory, posted }: Portal, user: User | undefined, search: string): Answer {
  const form = posted.get(new URLSearchParams(search).get('posted') ?? '')
  const request = form === undefined ? readRedirectedRequest(search) : readPostedRequest(form)
  if ('problem' in request) return portalPage(400, requestRefusedPage(request.problem))
  const application = directory
    .applications()
    .find(({ audience, acsUrl }) => audience === request.issuer && acsUrl === request.acsUrl)
  if (!application) return portalPage(403, requestRefusedPage('no application has this issuer and ACS URL'))
  const { requestCertificate } = application
  if (requestCertificate !== undefined && !request.signedUnder(requestCertificate))
    return portalPage(403, requestRefusedPage('the request is not signed with the key of the application'))
  if (!user) return portalPage(200, loginPage(`${requestPath}${search}`))
  const { relayState } = request
  const response = directory.issue(application, user, { now: world.now(), inResponseTo: request.id })
  return portalPage(200, handoverPage({ ...application, relayState }, response))
}

async function signIn({ world, directory, sessions }: Portal, request: IncomingMessage, host: string): Promise<Answer> {
  const body = await readBody(request, formLimit)
  const form = new URLSearchParams(body === 'too-large' ? '' : body.toString('utf8'))
  const name = form.get('username') ?? ''
  const user = directory.users.find((candidate) => candidate.name === name)
  const right = user !== undefined && sameText(form.get('password') ?? '', user.password)
  world.journal.push({
    at: world.now(),
    host,
    what: 'sign-in at the access portal',
    outcome: right ? 'allowed' : 'refused',
    ...(!right && { layer: 'service' as const }),
    reason: right ? 'user name and password are right' : 'user name or password is wrong',
  })
  const next = form.get('next') ?? ''
  const path = next === requestPath || next.startsWith(`${requestPath}?`) ? next : '/start'
  if (!right) return portalPage(401, loginPage(path, 'User name or password is not right. Try again.', name))
  const cookie = randomBytes(32).toString('base64url')
  sessions.set(cookie, { user, endsAt: world.now() + sessionMilliseconds })
  return redirect(303, path, { 'set-cookie': `${cookieName}=${cookie}; Path=/; Secure; HttpOnly; SameSite=Lax` })
}

function signedIn({ world, sessions }: Portal, request: IncomingMessage): User | undefined {
  const session = sessions.get(cookieOf(request.headers.cookie, cookieName) ?? '')
  return session && session.endsAt > world.now() ? session.user : undefined
}

function hostOf(request: IncomingMessage): string {
  return (request.headers.host ?? '').split(':')[0] ?? ''
}

function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(left), digest(right))
}

/** Unlike other pages this one lets the browser name its origin, so that a form posted from it carries `Origin`. */
function portalPage(status: number, page: Page): Answer {
  const answer = pageAnswer(status, page)
  return { ...answer, headers: { ...answer.headers, 'referrer-policy': 'strict-origin' } }
}
