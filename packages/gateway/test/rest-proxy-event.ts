import type { RestProxyEvent } from '../src/adapters/rest-proxy.ts'

/** As API Gateway sends it for a private REST API (rows 4.7, 4.9), with what a hostile client would add. */
export function proxyEvent(change: Partial<RestProxyEvent>): RestProxyEvent {
  const contentType = 'application/x-www-form-urlencoded'
  const event = {
    resource: '/saml',
    path: '/saml',
    httpMethod: 'POST',
    headers: { 'content-type': contentType, 'X-Forwarded-For': '10.200.0.1', Cookie: 'c=1' },
    multiValueHeaders: { 'Content-Type': [contentType], 'X-Forwarded-For': ['10.200.0.1'], Cookie: ['c=1'] },
    queryStringParameters: null,
    requestContext: {
      requestId: 'api-request-1',
      stage: 'gate',
      identity: { sourceIp: '10.100.10.7', vpceId: 'vpce-0api', vpcId: 'vpc-0' },
    },
    body: null,
    isBase64Encoded: false,
    ...change,
  }
  return event
}
