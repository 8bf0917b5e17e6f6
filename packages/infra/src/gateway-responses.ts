/**
 * What API Gateway says in our name where it refuses before the gate runs (row 4.17). Constant words and the request id
 * only: the service's own messages quote paths and ARNs, and its templates cannot escape them.
 */

interface GatewayRefusal {
  /** API Gateway's response type. */
  readonly type: string
  /** Absent: the service's own status. */
  readonly status?: string
  readonly code: string
  readonly title: string
  readonly what: string
  readonly todo: string
}

const start = 'the Studio tile in your portal, or your sign-in address'
const tryAgain = `Go back to where you began (${start}) and try again.`
const again = `${tryAgain} If it stays like this, give the support id to your administrator.`
const openByStart = `Open SageMaker Studio by ${start}.`

const refusals: readonly GatewayRefusal[] = [
  {
    type: 'ACCESS_DENIED',
    code: 'network-not-admitted',
    title: 'Not from this network',
    what: 'SageMaker Studio can be opened from declared networks only. This request did not come from one, or is no sign-in.',
    todo: `Connect to your company network. ${tryAgain}`,
  },
  {
    type: 'MISSING_AUTHENTICATION_TOKEN',
    status: '404',
    code: 'no-such-address',
    title: 'Nothing here',
    what: 'Studio Gate has no page at this address.',
    todo: openByStart,
  },
  {
    type: 'THROTTLED',
    code: 'too-many-sign-ins',
    title: 'Too many sign-ins at once',
    what: 'Studio Gate did not look at this one.',
    todo: `Wait a moment. ${tryAgain}`,
  },
  {
    type: 'REQUEST_TOO_LARGE',
    code: 'request-too-large',
    title: 'The sign-in is too large',
    what: 'Your identity provider sent more than Studio Gate reads.',
    todo: 'Ask your administrator to map fewer groups into the sign-in.',
  },
  {
    type: 'INTEGRATION_TIMEOUT',
    code: 'gate-timed-out',
    title: 'No answer in time',
    what: 'Studio Gate took too long over this sign-in.',
    todo: again,
  },
  {
    type: 'INTEGRATION_FAILURE',
    code: 'gate-failed',
    title: 'Studio Gate could not be reached',
    what: 'The sign-in was not judged.',
    todo: again,
  },
  {
    type: 'DEFAULT_4XX',
    code: 'request-refused',
    title: 'The request was refused',
    what: 'It is not a sign-in that Studio Gate understands.',
    todo: openByStart,
  },
  {
    type: 'DEFAULT_5XX',
    code: 'gate-failed',
    title: 'Studio Gate could not answer',
    what: 'The sign-in was not completed.',
    todo: again,
  },
]

/** Static header values stand in single quotes, so no value may hold one itself. */
const headers: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  // Sandbox forbids script, forms and the parent's origin without a quoted source list.
  'Content-Security-Policy': 'sandbox',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

const supportId = '$context.requestId'

/** No `#` and no `$` but the support id: what the service substitutes in a template is not specified in full. */
const style =
  'body{margin:0;min-height:100vh;display:grid;place-items:center;background:rgb(242,244,246);color:rgb(22,25,31);font:1.0625rem/1.55 system-ui,sans-serif}' +
  'main{max-width:36rem;margin:1.5rem;padding:2.25rem 2.5rem;background:white;border:1px solid rgb(213,219,219);border-top:4px solid rgb(11,107,203);border-radius:.5rem}' +
  'h1{margin:0 0 .75rem;font-size:1.5rem}dt{color:rgb(84,91,100)}dd{margin:0 0 .5rem;font-family:monospace}'

function html({ title, what, todo, code }: GatewayRefusal): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style></head>
<body><main><p>Studio Gate</p><h1>${title}</h1><p>${what}</p><p>${todo}</p>
<dl><dt>Code</dt><dd>${code}</dd><dt>Support id</dt><dd>${supportId}</dd></dl></main></body>
</html>
`
}

function json({ code, title, what, todo }: GatewayRefusal): string {
  return JSON.stringify({ code, title, what, todo, supportId })
}

export interface GatewayResponse {
  readonly responseType: string
  readonly statusCode?: string
  readonly responseParameters: Readonly<Record<string, string>>
  readonly responseTemplates: Readonly<Record<string, string>>
}

/** Properties of the `AWS::ApiGateway::GatewayResponse` resources. */
export const gatewayResponses: readonly GatewayResponse[] = refusals.map((refusal) => ({
  responseType: refusal.type,
  ...(refusal.status ? { statusCode: refusal.status } : {}),
  responseParameters: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
  ),
  responseTemplates: { 'text/html': html(refusal), 'application/json': json(refusal) },
}))
