/** The two wire protocols that the twin's services speak: AWS JSON 1.0/1.1 and the XML query protocol. */
import type { IncomingMessage } from 'node:http'
import type { Answer } from './answer.ts'
import type { AwsError } from './operation.ts'
import type { SignatureFailure } from './sigv4.ts'

export interface Protocol {
  /** Name and raw input of the operation; `undefined` where the body does not parse. */
  read(request: IncomingMessage, body: Buffer): { readonly operation: string; readonly input: unknown } | undefined
  output(operation: string, output: Readonly<Record<string, unknown>>, requestId: string): Answer
  error(error: AwsError, requestId: string): Answer
  readonly signatureErrors: Readonly<Record<SignatureFailure, string>>
  readonly unknownOperation: string
  readonly unreadable: string
  /** Common name to the protocol's own, where they differ. */
  readonly validationError: string
}

/** JSON 1.0 or 1.1: the operation in `X-Amz-Target`, errors as `__type` with status 400 (1.1). */
export function jsonProtocol(version: '1.0' | '1.1', target: string): Protocol {
  const answer = (status: number, value: unknown, requestId: string, headers: Record<string, string> = {}): Answer => ({
    status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': requestId, ...headers },
    body: JSON.stringify(value),
  })
  return {
    read(request, body) {
      const [service, operation] = String(request.headers['x-amz-target'] ?? '').split('.')
      if (service !== target || !operation) return { operation: '', input: {} }
      try {
        return { operation, input: body.length === 0 ? {} : JSON.parse(body.toString('utf8')) }
      } catch {
        return undefined
      }
    },
    output: (_operation, output, requestId) => answer(200, output, requestId),
    error(error, requestId) {
      const type = error.code === 'AccessDenied' ? 'AccessDeniedException' : error.code
      const text = type === 'AccessDeniedException' ? { Message: error.message } : { message: error.message }
      return answer(400, { __type: type, ...text }, requestId, { 'x-amzn-errortype': type })
    },
    signatureErrors: {
      missing: 'MissingAuthenticationTokenException',
      incomplete: 'IncompleteSignatureException',
      'wrong-scope': 'InvalidSignatureException',
      'unknown-key': 'UnrecognizedClientException',
      mismatch: 'InvalidSignatureException',
      clock: 'InvalidSignatureException',
      'expired-token': 'ExpiredTokenException',
    },
    unknownOperation: 'UnknownOperationException',
    unreadable: 'SerializationException',
    validationError: 'ValidationException',
  }
}

/** Query protocol (STS, IAM): a form with `Action`, XML back. Sender errors about identity are 403, all others 400. */
export function queryProtocol(namespace: string): Protocol {
  const forbidden = new Set([
    'AccessDenied',
    'InvalidClientTokenId',
    'SignatureDoesNotMatch',
    'ExpiredToken',
    'MissingAuthenticationToken',
  ])
  const answer = (status: number, xml: string, requestId: string): Answer => ({
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: xml,
  })
  return {
    read(_request, body) {
      const form = new URLSearchParams(body.toString('utf8'))
      return { operation: form.get('Action') ?? '', input: Object.fromEntries(form) }
    },
    output: (operation, output, requestId) =>
      answer(
        200,
        `<${operation}Response xmlns="${namespace}">` +
          (Object.keys(output).length === 0 ? '' : `<${operation}Result>${toXml(output)}</${operation}Result>`) +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
        requestId,
      ),
    error: (error, requestId) =>
      answer(
        forbidden.has(error.code) ? 403 : error.code === 'NoSuchEntity' ? 404 : 400,
        `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type>` +
          toXml({ Code: error.code, Message: error.message }) +
          `</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
        requestId,
      ),
    signatureErrors: {
      missing: 'MissingAuthenticationToken',
      incomplete: 'IncompleteSignature',
      'wrong-scope': 'SignatureDoesNotMatch',
      'unknown-key': 'InvalidClientTokenId',
      mismatch: 'SignatureDoesNotMatch',
      clock: 'SignatureDoesNotMatch',
      'expired-token': 'ExpiredToken',
    },
    unknownOperation: 'InvalidAction',
    unreadable: 'MalformedInput',
    validationError: 'ValidationError',
  }
}

function toXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((element) => `<member>${toXml(element)}</member>`).join('')
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, content]) => `<${name}>${toXml(content)}</${name}>`)
      .join('')
  }
  return String(value).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
