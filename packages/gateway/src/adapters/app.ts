/** The routes, alike on every front door. */
import { Hono } from 'hono/tiny'
import type { SignInNetwork } from '../core/network.ts'
import { refusalPage, safeHeaders } from '../core/pages.ts'
import { type RefusalCode, refuse } from '../core/refusals.ts'
import type { Gate } from '../core/settings.ts'
import { signIn } from '../core/sign-in.ts'
import { startSignIn } from '../core/sign-in-request.ts'

/** One request in, one response out. `network` comes from the front door, never from the request. */
export type App = (request: Request, network: SignInNetwork) => Promise<Response>

export function createApp(gate: Gate): App {
  const hono = new Hono<{ Bindings: SignInNetwork }>()
  const answer = (
    request: Request,
    network: SignInNetwork,
    code: RefusalCode,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    refusalPage(refuse(code, '').refusal, {
      accept: request.headers.get('accept'),
      supportId: network.requestId,
      headers,
    })

  hono.post('/saml', ({ req, env }) => signIn(req.raw, env, gate))
  hono.all('/saml', ({ req, env }) => answer(req.raw, env, 'method-not-allowed', { allow: 'POST' }))
  hono.get('/login/:name', async ({ req, env }) => {
    // Hono gives HEAD to this handler too, and a request that nobody follows would only fill the store.
    if (req.method !== 'GET') return answer(req.raw, env, 'method-not-allowed', { allow: 'GET' })
    const started = await startSignIn(req.param('name'), req.raw.headers, gate)
    if (started instanceof Response) return started
    return answer(req.raw, env, started.refusal.code)
  })
  hono.all('/login/:name', ({ req, env }) => answer(req.raw, env, 'method-not-allowed', { allow: 'GET' }))
  // Says that the process serves, and nothing else: it is reachable without signing in.
  hono.get('/health', () => Response.json({ status: 'ok' }, { headers: safeHeaders }))
  hono.all('/health', ({ req, env }) => answer(req.raw, env, 'method-not-allowed', { allow: 'GET, HEAD' }))
  hono.notFound(({ req, env }) => answer(req.raw, env, 'not-found'))
  // Hono's own handler would write the error to the log, message and all.
  hono.onError((_, { req, env }) => answer(req.raw, env, 'internal-error'))
  return async (request, network) => hono.fetch(request, network)
}
