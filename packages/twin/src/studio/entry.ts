/** Whether a request with a session cookie may go on: the session is open, and IAM still allows it from here. */
import type { IncomingMessage } from 'node:http'
import { httpFacts } from '../services/aws-service.ts'
import type { Origin, World } from '../world.ts'
import { judgeUse, type UseVerdict } from './enforce.ts'
import { type Grant, sessionOf } from './grants.ts'
import { placeOf } from './places.ts'

export const cookieName = 'studio-session'

export type Entry =
  | { readonly kind: 'open'; readonly grant: Grant; readonly verdict: UseVerdict }
  | { readonly kind: 'refused'; readonly grant: Grant; readonly verdict: UseVerdict }
  /** No session, an ended one, or one of another host. */
  | { readonly kind: 'signed-out' }

export function enter(world: World, request: IncomingMessage, cookie: string | undefined, origin: Origin): Entry {
  const session = sessionOf(world, cookie)
  if (!session || session.endsAt <= world.now()) return { kind: 'signed-out' }
  const place = placeOf(world, request.headers.host ?? '')
  const { grant } = session
  if (place?.domain.id !== grant.domainId || place.space?.name !== grant.spaceName) return { kind: 'signed-out' }
  const verdict = judgeUse(world, grant, origin, httpFacts(request))
  return { kind: verdict.allowed ? 'open' : 'refused', grant, verdict }
}
