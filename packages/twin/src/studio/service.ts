/** Studio: `<label>.studio.<region>.sagemaker.aws` of domains and spaces. Every request is asked about again (row 1.13). */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { consoleUrl } from '../console/service.ts'
import { type Answer, redirect, sendAnswer } from '../services/answer.ts'
import { httpFacts } from '../services/aws-service.ts'
import { denialMessage, reasonOf } from '../services/denial.ts'
import { cookieOf, pageAnswer } from '../services/page.ts'
import { callerArn } from '../services/principal.ts'
import type { JournalEntry, Origin, Service, World } from '../world.ts'
import { content } from './content.ts'
import { judgeApp, judgeUse, type UseVerdict } from './enforce.ts'
import { cookieName, enter } from './entry.ts'
import { canRedeem, grantOf, redeem } from './grants.ts'
import { plainPage, refusalPage } from './pages.ts'
import { type Place, placeOf, studioZone } from './places.ts'
import { kernelSockets } from './websocket.ts'

/** The service and what ends its open connections. */
export function studioService(world: World): { readonly service: Service; close(): void } {
  const sockets = kernelSockets(world)
  return {
    service: {
      name: 'studio',
      hostnames: [`*.${studioZone(world)}`],
      endpointService: `aws.sagemaker.${world.region}.studio`,
      async handle(request, response, origin) {
        sendAnswer(response, answer(visitOf(world, request, origin)))
      },
      upgrade: sockets.upgrade,
    },
    close: sockets.close,
  }
}

interface Visit {
  readonly world: World
  readonly request: IncomingMessage
  readonly origin: Origin
  readonly url: URL
  readonly requestId: string
  note(entry: Omit<JournalEntry, 'at' | 'host' | 'what' | 'requestId'>): void
}

function visitOf(world: World, request: IncomingMessage, origin: Origin): Visit {
  const requestId = randomUUID()
  const url = new URL(request.url ?? '/', 'https://studio.invalid')
  const what = `${request.method} ${(request.headers.host ?? '').split(':')[0]}${url.pathname}`
  return {
    world,
    request,
    origin,
    url,
    requestId,
    note: (entry) => world.journal.push({ at: world.now(), host: origin.host, what, requestId, ...entry }),
  }
}

function answer(visit: Visit): Answer {
  const { world, request, origin, url } = visit
  const place = placeOf(world, request.headers.host ?? '')
  if (!place) {
    visit.note({ outcome: 'refused', layer: 'service', reason: 'no domain or space has this host name' })
    return pageAnswer(404, plainPage('Not found', 'No domain or space has this address.'))
  }
  if (url.pathname === '/auth') return open(visit, place)
  const entry = enter(world, request, cookieOf(request.headers.cookie, cookieName), origin)
  if (entry.kind === 'signed-out') return signIn(visit, 'no open session')
  if (entry.kind === 'refused') return refuse(visit, entry.verdict)
  visit.note({ outcome: 'allowed', reason: reasonOf(entry.verdict), decision: entry.verdict.decision })
  return content(world, request, place, entry.grant)
}

/** `/auth?token=`: IAM first, as for every request; then the link's own limits. */
function open(visit: Visit, place: Place): Answer {
  const { world, request, origin, url } = visit
  const grant = grantOf(world, url.searchParams.get('token') ?? '')
  if (!grant || grant.domainId !== place.domain.id || grant.spaceName !== place.space?.name) {
    return signIn(visit, 'the link is not valid')
  }
  const http = httpFacts(request)
  const verdict = judgeUse(world, grant, origin, http)
  if (!verdict.allowed) return refuse(visit, verdict)
  if (!canRedeem(world, grant)) return signIn(visit, 'the link has expired or was used before')
  const appVerdict = judgeApp(world, grant, origin, http)
  if (appVerdict) return refuse(visit, appVerdict)
  visit.note({ outcome: 'allowed', reason: reasonOf(verdict), decision: verdict.decision })
  return redirect(302, grant.landing, {
    'set-cookie': `${cookieName}=${redeem(world, grant)}; Path=/; Secure; HttpOnly; SameSite=Lax`,
  })
}

function refuse(visit: Visit, verdict: UseVerdict): Answer {
  const layer = verdict.layer ?? 'IAM at use'
  visit.note({ outcome: 'refused', layer, reason: reasonOf(verdict), decision: verdict.decision })
  const caller = callerArn(visit.world, verdict.principalOf.credential)
  const message = denialMessage(caller, verdict.action, verdict.resource, verdict.decision)
  return pageAnswer(403, refusalPage(message, layer, visit.requestId))
}

function signIn(visit: Visit, reason: string): Answer {
  visit.note({ outcome: 'refused', layer: 'service', reason })
  return redirect(302, consoleUrl(visit.world))
}
