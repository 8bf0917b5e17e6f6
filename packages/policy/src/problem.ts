/** How `parsePolicy` says what is wrong with a document: every problem with its place, what stood there and what may stand there. */

/** One thing wrong with a policy document. Texts are bounded; they quote the document, never a request. */
export interface PolicyError {
  /** Place in the document, such as `Statement[2].Condition.IpAddres`; empty for the document itself. */
  readonly path: string
  /** What stood there, as JSON, cut at 120 characters. */
  readonly found: string
  /** What may stand there, in words. */
  readonly allowed: string
  /** One sentence of at most 300 characters: what is wrong and, where it can be guessed, what was meant. */
  readonly message: string
}

/** Collects problems while a document is read; reading goes on, so that one run shows all of them. */
export interface Problems {
  readonly errors: PolicyError[]
  report(path: string, found: unknown, allowed: string, message: string): void
}

const widest = 120
const longest = 300

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text)

/** A value as JSON in one line, cut at 120 characters. */
export const quoted = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value)
  return cut(text, widest)
}

/** An empty collection. */
export const noProblems = (): Problems => {
  const errors: PolicyError[] = []
  return {
    errors,
    report(path, found, allowed, message) {
      errors.push({ path, found: quoted(found), allowed, message: cut(message, longest) })
    },
  }
}

/** `, did you mean ...?` or nothing. */
export const suggestion = (meant: string | undefined): string =>
  meant === undefined ? '' : `; did you mean \`${meant}\`?`

/** A JSON object, not an array and not null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
