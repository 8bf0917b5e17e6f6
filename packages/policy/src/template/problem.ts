/** What is wrong at one place of a template: where, what stands there, what may stand there. */
export interface TemplateProblem {
  /** Such as `Resources.Gate.Properties.Policy.Fn::Join[1]`. */
  readonly path: string
  /** What stands there, shortened to a few words. */
  readonly found: string
  /** What may stand there. */
  readonly allowed: string
  /** The whole sentence, path included. */
  readonly message: string
}

/** Thrown by `resolveValue` when a template cannot mean anything: bad configuration, found only once values are known. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  readonly problem: TemplateProblem

  constructor(problem: TemplateProblem) {
    super(problem.message)
    this.problem = problem
  }
}

/** Puts a problem into words. */
export function problemAt(path: string, found: string, allowed: string): TemplateProblem {
  return { path, found, allowed, message: `${path === '' ? 'template' : path}: found ${found}; allowed: ${allowed}` }
}

/** A value in a few words: kinds for lists and maps, text in backticks and cut at 60 characters. */
export function inWords(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') {
    const keys = Object.keys(value)
    return keys.length === 0
      ? 'an empty map'
      : `a map with ${keys.slice(0, 4).join(', ')}${keys.length > 4 ? ', ...' : ''}`
  }
  const text = String(value)
  return `\`${text.length > 60 ? `${text.slice(0, 57)}...` : text}\``
}

/** Extends a path by a key or an index. */
export function at(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  return path === '' ? key : `${path}.${key}`
}
