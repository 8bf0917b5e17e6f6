/** An AWS service from a table of operations: reads, authenticates, validates, runs, journals, answers. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Origin, Service, World } from '../world.ts'
import { sendAnswer } from './answer.ts'
import { readBody } from './body.ts'
import type { HttpFacts } from './context.ts'
import { reasonOf } from './denial.ts'
import { type Asked, type AwsError, failure, makeCall, type Operation, type Outcome } from './operation.ts'
import type { Protocol } from './protocol.ts'
import { checkShape } from './shape.ts'
import { checkSignature, type Scope } from './sigv4.ts'

export interface AwsServiceTable {
  readonly name: string
  readonly hostnames: readonly string[]
  readonly endpointService?: string
  readonly scope: Scope
  readonly protocol: Protocol
  readonly operations: readonly Operation[]
}

/** Largest request body of the control plane. */
const bodyLimit = 1024 * 1024

export function awsService(world: World, table: AwsServiceTable): Service {
  const operations = new Map(table.operations.map((operation) => [operation.name, operation]))
  return {
    name: table.name,
    hostnames: table.hostnames,
    ...(table.endpointService !== undefined && { endpointService: table.endpointService }),
    async handle(request, response, origin) {
      const requestId = randomUUID()
      const body = await readBody(request, bodyLimit)
      const asked: Asked[] = []
      const { name, outcome } =
        body === 'too-large'
          ? { name: 'oversized request', outcome: failure('RequestEntityTooLarge', 'Request is too large') }
          : await perform(world, table, operations, request, body, origin, requestId, asked)
      journal(world, origin, requestId, name, outcome, asked)
      const { protocol } = table
      const answer =
        'error' in outcome ? protocol.error(outcome.error, requestId) : protocol.output(name, outcome.output, requestId)
      sendAnswer(response, answer)
    },
  }
}

async function perform(
  world: World,
  table: AwsServiceTable,
  operations: ReadonlyMap<string, Operation>,
  request: IncomingMessage,
  body: Buffer,
  origin: Origin,
  requestId: string,
  asked: Asked[],
): Promise<{ name: string; outcome: Outcome }> {
  const { protocol } = table
  const read = protocol.read(request, body)
  const name = read?.operation || 'unnamed operation'
  const signature = await checkSignature(world, request, body, table.scope)
  if (!signature.ok) return { name, outcome: failure(protocol.signatureErrors[signature.failure], signature.message) }
  if (!read) return { name, outcome: failure(protocol.unreadable, 'The request body could not be read.') }
  const operation = operations.get(read.operation)
  if (!operation) {
    return { name, outcome: failure(protocol.unknownOperation, `The twin does not model ${table.name}:${name}.`) }
  }
  const checked = checkShape(read.input, operation.shape)
  if (!checked.ok) {
    const code = checked.code === 'ValidationException' ? protocol.validationError : checked.code
    return { name, outcome: failure(code, checked.message) }
  }
  const call = makeCall({ world, credential: signature.credential, origin, http: httpFacts(request), requestId }, asked)
  return { name, outcome: await operation.run(checked.input as never, call) }
}

/** The headers that become condition keys. */
export function httpFacts(request: IncomingMessage): HttpFacts {
  const { 'user-agent': userAgent, referer } = request.headers
  return { ...(userAgent !== undefined && { userAgent }), ...(referer !== undefined && { referer }) }
}

function journal(
  world: World,
  origin: Origin,
  requestId: string,
  name: string,
  outcome: Outcome,
  asked: readonly Asked[],
): void {
  const error: AwsError | undefined = 'error' in outcome ? outcome.error : undefined
  const deciding = error?.verdict ?? (error ? undefined : asked[0]?.verdict)
  const resource = asked[0]?.resource.split(':').slice(5).join(':')
  world.journal.push({
    at: world.now(),
    host: origin.host,
    what: resource ? `${name} ${resource}` : name,
    outcome: error ? 'refused' : 'allowed',
    ...(error && { layer: error.verdict?.layer ?? 'service' }),
    reason: deciding ? reasonOf(deciding) : (error?.code ?? 'needs no permission'),
    ...(deciding && { decision: deciding.decision }),
    ...(deciding?.behindEndpoint && { behindEndpoint: deciding.behindEndpoint }),
    requestId,
  })
}
