/** From what the SDK throws to the ports' `Failure`. The SDK has retried by then (standard mode). */
import type { Answer, Failure } from '../core/ports.ts'

/** Error names of SageMaker, STS and KMS, and Node's names for a service that cannot be reached. Others are `unexpected`. */
const kinds: Readonly<Record<string, Failure['kind']>> = {
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestLimitExceeded: 'throttled',
  AccessDenied: 'access-denied',
  AccessDeniedException: 'access-denied',
  ResourceNotFound: 'not-found',
  NotFoundException: 'not-found',
  ResourceLimitExceeded: 'limit-exceeded',
  TimeoutError: 'unavailable',
  ServiceUnavailable: 'unavailable',
  InternalFailure: 'unavailable',
  InternalServerError: 'unavailable',
  KMSInternalException: 'unavailable',
  KeyUnavailableException: 'unavailable',
  DependencyTimeoutException: 'unavailable',
  ECONNREFUSED: 'unavailable',
  ECONNRESET: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  ENETUNREACH: 'unavailable',
  ENOTFOUND: 'unavailable',
  EAI_AGAIN: 'unavailable',
  ETIMEDOUT: 'unavailable',
}

/** Makes one call. `expected` turns errors that are answers, such as "not found", into values. */
export async function call<T>(
  operation: string,
  make: () => Promise<T>,
  expected: Readonly<Record<string, T>> = {},
): Promise<Answer<T>> {
  try {
    return { ok: true, value: await make() }
  } catch (error) {
    const names = errorNames(error)
    for (const name of names) {
      if (Object.hasOwn(expected, name)) return { ok: true, value: expected[name] as T }
    }
    const known = names.find((name) => Object.hasOwn(kinds, name))
    const kind = (known === undefined ? undefined : kinds[known]) ?? 'unexpected'
    return { ok: false, failure: { kind, operation, detail: describe(error, names) } }
  }
}

function errorNames(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return []
  const { code } = error as Error & { readonly code?: unknown }
  return [error.name, ...(typeof code === 'string' ? [code] : [])]
}

function describe(error: unknown, names: readonly string[]): string {
  if (!(error instanceof Error)) return 'no error object'
  // A parser's message quotes what it could not parse, and an answer may hold a presigned URL or credentials.
  const unreadable = error instanceof SyntaxError || '$responseBodyText' in error
  return `${names.join('/')}: ${unreadable ? 'the answer could not be read' : error.message}`
}
