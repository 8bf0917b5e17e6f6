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
  readonly advice: string
}

const refusals: readonly GatewayRefusal[] = [
  {
    type: 'ACCESS_DENIED',
    code: 'network-not-admitted',
    title: 'Not from this network',
    advice:
      'SageMaker Studio can be opened from declared networks only. Connect to your company network and click the tile again.',
  },
  {
    type: 'MISSING_AUTHENTICATION_TOKEN',
    status: '404',
    code: 'no-such-address',
    title: 'Nothing here',
    advice: 'Open SageMaker Studio by its tile in your access portal.',
  },
  {
    type: 'THROTTLED',
    code: 'too-many-sign-ins',
    title: 'Too many sign-ins at once',
    advice: 'Wait a moment and click the tile again.',
  },
  {
    type: 'REQUEST_TOO_LARGE',
    code: 'request-too-large',
    title: 'The sign-in is too large',
    advice: 'Ask your administrator to map fewer groups into the sign-in.',
  },
  {
    type: 'INTEGRATION_TIMEOUT',
    code: 'gate-timed-out',
    title: 'The gate did not answer in time',
    advice: 'Click the tile again.',
  },
  {
    type: 'INTEGRATION_FAILURE',
    code: 'gate-failed',
    title: 'The gate could not be reached',
    advice: 'Click the tile again. If it stays like this, give the support id to your administrator.',
  },
  {
    type: 'DEFAULT_4XX',
    code: 'request-refused',
    title: 'The request was refused',
    advice: 'Open SageMaker Studio by its tile in your access portal.',
  },
  {
    type: 'DEFAULT_5XX',
    code: 'gate-failed',
    title: 'The gate could not answer',
    advice: 'Click the tile again. If it stays like this, give the support id to your administrator.',
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

function html({ title, advice, code }: GatewayRefusal): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><main><h1>${title}</h1><p>${advice}</p><p>Reason: <code>${code}</code><br>Support id: <code>${supportId}</code></p></main></body>
</html>
`
}

function json({ code, title }: GatewayRefusal): string {
  return JSON.stringify({ code, message: title, supportId })
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
