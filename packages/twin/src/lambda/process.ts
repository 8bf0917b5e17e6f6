/** One process of a function: one event at a time, killed when it takes too long, its output kept line by line. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { FunctionPlan } from '../deploy/site.ts'
import type { FromChild, ToChild } from './messages.ts'

/** What the process is given besides the plan of its function. */
export interface Surroundings {
  readonly plan: FunctionPlan
  /** Port of the proxy at the function's place in the network. */
  readonly proxyPort: number
  /** File with the twin's CA. */
  readonly caFile: string
  /** Folder that the function may write to, as `/tmp` in Lambda. */
  readonly scratch: string
  readonly region: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  /** Addresses of a name as the function's place sees it; empty when it does not resolve. */
  resolve(name: string): readonly string[]
  log(line: string): void
}

export type Outcome = { readonly response: unknown } | { readonly error: string }

export interface FunctionProcess {
  readonly pid: number | undefined
  readonly alive: boolean
  handle(event: unknown, requestId: string): Promise<Outcome>
  /** Resolves when the process has gone. */
  stop(): Promise<void>
}

/** Lambda gives a function ten seconds to load. */
const initMilliseconds = 10_000
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Starts a process; the handler is loaded meanwhile, and the first event waits for it. */
export function startProcess(surroundings: Surroundings): FunctionProcess {
  const { plan, log } = surroundings
  const child = spawn(process.execPath, nodeArguments(surroundings), {
    cwd: plan.folder,
    env: environment(surroundings),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', log)
  const gone = once(child, 'exit').catch(() => undefined)
  let alive = true
  child.on('error', () => {
    alive = false
  })
  void gone.then(() => {
    alive = false
  })
  const tell = (message: ToChild): void => {
    if (child.connected) child.send(message)
  }
  child.on('message', (message: FromChild) => {
    if ('lookup' in message) tell({ lookup: message.lookup, addresses: surroundings.resolve(message.name) })
  })
  const ready = nextAnswer(child, initMilliseconds, 'INIT')

  return {
    pid: child.pid,
    get alive() {
      return alive
    },
    async handle(event, requestId) {
      const started = await ready
      if (!('ready' in started)) {
        await kill(child, gone)
        return { error: errorOf(started) }
      }
      const milliseconds = plan.timeoutSeconds * 1000
      const answer = nextAnswer(child, milliseconds, requestId)
      tell({ event, requestId, deadline: Date.now() + milliseconds })
      const outcome = await answer
      if ('response' in outcome) return { response: outcome.response }
      // A handler that throws leaves its process as it was; everything else ends it.
      if (!('failed' in outcome)) {
        await kill(child, gone)
        log(errorOf(outcome))
      }
      return { error: errorOf(outcome) }
    },
    stop: () => kill(child, gone),
  }
}

type Answer = Exclude<FromChild, { readonly lookup: number }> | { readonly error: string }

/** The next message that is no lookup, or what Lambda reports when the process exits or takes too long. */
function nextAnswer(child: ChildProcess, milliseconds: number, requestId: string): Promise<Answer> {
  return new Promise((resolve) => {
    const finish = (answer: Answer): void => {
      clearTimeout(timer)
      child.off('message', onMessage).off('exit', onExit).off('error', onError)
      resolve(answer)
    }
    const onMessage = (message: FromChild): void => {
      if (!('lookup' in message)) finish(message)
    }
    const onExit = (code: number | null, signal: string | null): void =>
      finish({ error: `RequestId: ${requestId} Error: Runtime exited with error: ${signal ?? `exit status ${code}`}` })
    const onError = (error: Error): void => finish({ error: `RequestId: ${requestId} Error: ${error.message}` })
    const seconds = (milliseconds / 1000).toFixed(2)
    const timer = setTimeout(
      () => finish({ error: `${requestId} Task timed out after ${seconds} seconds` }),
      milliseconds,
    )
    child.on('message', onMessage).on('exit', onExit).on('error', onError)
  })
}

async function kill(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL')
    await gone
  }
}

function errorOf(answer: Answer): string {
  if ('error' in answer) return answer.error
  if ('failed' in answer) return `${answer.failed.errorType}: ${answer.failed.errorMessage}`
  return 'the process answered out of turn'
}

/** Node's permission model keeps the process from starting others, and from every file but its own and the twin's two modules. */
function nodeArguments({ plan, caFile, scratch }: Surroundings): readonly string[] {
  const readable = [plan.folder, here('.'), here('../../package.json'), caFile, scratch]
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${scratch}`,
    `--max-old-space-size=${plan.memoryMegabytes}`,
    '--import',
    new URL('preload.ts', import.meta.url).href,
    here('bootstrap.ts'),
  ]
}

/** The template's variables, and those that Lambda sets itself. Nothing of the twin's own environment. */
function environment({ plan, proxyPort, caFile, scratch, region, credentials }: Surroundings): Record<string, string> {
  const proxy = `http://127.0.0.1:${proxyPort}`
  return {
    ...plan.environment,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(plan.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: plan.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${plan.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'twin',
    AWS_REGION: region,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    HOME: scratch,
    LAMBDA_TASK_ROOT: plan.folder,
    LANG: 'en_US.UTF-8',
    TMPDIR: scratch,
    TZ: 'UTC',
    _HANDLER: plan.handler,
    NODE_EXTRA_CA_CERTS: caFile,
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    STUDIO_GATE_TWIN_FUNCTION_ARN: plan.arn,
    STUDIO_GATE_TWIN_PROXY_PORT: String(proxyPort),
  }
}
