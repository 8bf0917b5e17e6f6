/**
 * The main module of a function's process: loads the handler that `_HANDLER` names from `LAMBDA_TASK_ROOT`, then handles one
 * event after the other as they come from the parent, as Lambda's own runtime does. Runs in the child.
 */
import { existsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import type { FromChild, ToChild } from './messages.ts'

const send = process.send?.bind(process)
const tell = (message: FromChild): void => void send?.(message)
// The function's own code has no parent to talk to.
Object.defineProperty(process, 'send', { value: undefined })
process.on('disconnect', () => process.exit(0))

type Handler = (event: unknown, context: object) => unknown

async function load(): Promise<Handler> {
  const [file = '', name = ''] = splitHandler(process.env._HANDLER ?? '')
  const folder = process.env.LAMBDA_TASK_ROOT ?? '.'
  const path = ['.mjs', '.js', '.cjs']
    .map((extension) => join(folder, `${file}${extension}`))
    .find((one) => existsSync(one))
  if (path === undefined) throw new Error(`Cannot find module '${file}'`)
  const module: Record<string, unknown> = await import(pathToFileURL(path).href)
  const handler = module[name] ?? (module.default as Record<string, unknown> | undefined)?.[name]
  if (typeof handler !== 'function') throw new Error(`${file}.${name} is undefined or not exported`)
  return handler as Handler
}

function splitHandler(handler: string): readonly [string, string] {
  const dot = handler.lastIndexOf('.')
  return [handler.slice(0, dot), handler.slice(dot + 1)]
}

function contextOf({ requestId, deadline }: Extract<ToChild, { event: unknown }>): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: process.env.STUDIO_GATE_TWIN_FUNCTION_ARN,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
}

/** To the function's log, as Lambda's runtime does: the parent reads this pipe. */
function report(error: unknown): void {
  writeSync(2, `${inspect(error)}\n`)
}

function failure(error: unknown): FromChild {
  const { name: errorType, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  return { failed: { errorType, errorMessage: message } }
}

try {
  const handler = await load()
  process.on('message', async (message: ToChild) => {
    if (!('event' in message)) return
    try {
      const response = await handler(message.event, contextOf(message))
      tell({ response: response ?? null })
    } catch (error) {
      report(error)
      tell(failure(error))
    }
  })
  tell({ ready: true })
} catch (error) {
  report(error)
  tell(failure(error))
}
