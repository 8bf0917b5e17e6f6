/** Exit codes of the command, and the one shape in which it reports what went wrong. */

/** `fault` is a defect of Studio Gate itself; `interrupted` is 128 plus the number of SIGINT. */
export const exitCodes = { ok: 0, differs: 1, usage: 2, badInput: 3, fault: 70, interrupted: 130 } as const

export type ExitCode = number

/** A failure that a person can do something about. Its words hold no assertion, URL query, token or cookie. */
export class Trouble extends Error {
  override readonly name = 'Trouble'
  readonly where: string
  readonly todo: string
  readonly exitCode: ExitCode

  /** `what` went wrong, `where` (file and line, option, port), and what `todo` about it: lower case, no full stop. */
  constructor(what: string, where: string, todo: string, exitCode: ExitCode = exitCodes.badInput, cause?: unknown) {
    super(what, { cause })
    this.where = where
    this.todo = todo
    this.exitCode = exitCode
  }
}

/** The command ended because somebody pressed Ctrl-C or ended it by signal. Nothing is printed but one word. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** Rejects with `Interrupted` as soon as `stop` is aborted, whatever `work` does; else settles as `work` does. */
export function until<T>(stop: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const interrupt = () => reject(new Interrupted('interrupted'))
    if (stop.aborted) interrupt()
    stop.addEventListener('abort', interrupt, { once: true })
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', interrupt))
  })
}

const systemErrors: Readonly<Record<string, { readonly what: string; readonly todo: string }>> = {
  ENOENT: { what: 'there is no such file', todo: 'check the path' },
  EISDIR: { what: 'this is a folder, and a file is needed', todo: 'name a file in it' },
  EEXIST: { what: 'a file stands where a folder is needed', todo: 'choose another path' },
  ENOTDIR: { what: 'a part of this path is a file, and a folder is needed', todo: 'choose another path' },
  EACCES: { what: 'this account may not read or write here', todo: 'change the permissions or choose another path' },
  EPERM: { what: 'this account may not do that here', todo: 'change the permissions or choose another path' },
  EROFS: { what: 'this file system is read-only', todo: 'choose another path' },
  ENOSPC: { what: 'the disk is full', todo: 'make room or choose another path' },
  EADDRINUSE: {
    what: 'the port is in use',
    todo: 'end the program that holds it or choose another one with --port-base',
  },
}

/** What a system call reports, in a person's words; `undefined` for any other error. */
export function systemTrouble(error: unknown): Trouble | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const known = systemErrors[String(error.code)]
  if (known === undefined) return undefined
  const details = error as NodeJS.ErrnoException & { readonly port?: number }
  const where = details.path ?? (details.port === undefined ? details.syscall : `port ${details.port}`)
  return new Trouble(known.what, where ?? 'a system call', known.todo, exitCodes.badInput, error)
}
