/**
 * Wildcard patterns of IAM: `*` for any run of characters, `?` for exactly one (3.18, 3.22), and the policy variables between
 * them (3.26). A pattern is parsed once and then matched without regular expressions: time is at most the text's length times the
 * pattern's, whatever the pattern.
 */

/** Text as it is. */
export interface Text {
  readonly kind: 'text'
  readonly text: string
}

/** `*` or `?`. `colons`: whether it may stand for a colon, which separates the parts of an ARN. */
export interface Wildcard {
  readonly kind: 'many' | 'one'
  readonly colons: boolean
}

/** `${key}` or `${key, 'fallback'}`; the key in lower case, because key names are matched without regard to case (3.20). */
export interface Variable {
  readonly kind: 'variable'
  readonly key: string
  readonly fallback?: string
}

export type Pattern = readonly (Text | Wildcard | Variable)[]

/** The request's value of a variable's key, or undefined when it has none or several. */
export type Resolve = (key: string) => string | undefined

/** Whether a text matches; variables are resolved at that moment. */
export type Matcher = (text: string, resolve: Resolve) => boolean

/** One step of the machine below: a character to be met, or a wildcard. */
type Step = string | Wildcard

const stepsOf = (pattern: Pattern): readonly Step[] =>
  pattern.flatMap((piece): readonly Step[] => {
    if (piece.kind === 'text') return Array.from(piece.text)
    return piece.kind === 'variable' ? [] : [piece]
  })

const takes = (step: Step | undefined, character: string): boolean =>
  typeof step === 'object' ? step.colons || character !== ':' : step === character

const isMany = (step: Step | undefined): boolean => typeof step === 'object' && step.kind === 'many'

/** Retries from the last `*` only, which is enough when every `*` may stand for anything. */
const matchesGreedily = (steps: readonly Step[], text: readonly string[]): boolean => {
  let [at, step, star, resume] = [0, 0, -1, 0]
  while (at < text.length) {
    if (isMany(steps[step])) {
      star = step++
      resume = at
    } else if (takes(steps[step], text[at] ?? '')) {
      at++
      step++
    } else if (star === -1) {
      return false
    } else {
      step = star + 1
      at = ++resume
    }
  }
  while (isMany(steps[step])) step++
  return step === steps.length
}

/** Follows all ways to match at once: needed when a `*` must stop at a colon and an earlier one may have to take more. */
const matchesAllWays = (steps: readonly Step[], text: readonly string[]): boolean => {
  const reach = (states: Set<number>, from: number): Set<number> => {
    let at = from
    states.add(at)
    while (isMany(steps[at])) states.add(++at)
    return states
  }
  let states = reach(new Set(), 0)
  for (const character of text) {
    const next = new Set<number>()
    for (const at of states) if (takes(steps[at], character)) reach(next, isMany(steps[at]) ? at : at + 1)
    states = next
  }
  return states.has(steps.length)
}

/** The pattern with its variables replaced by the request's values, taken literally; undefined when one has no value (3.27). */
export const substitute = (pattern: Pattern, resolve: Resolve): Pattern | undefined => {
  const pieces: (Text | Wildcard)[] = []
  for (const piece of pattern) {
    if (piece.kind !== 'variable') {
      pieces.push(piece)
      continue
    }
    const text = resolve(piece.key) ?? piece.fallback
    if (text === undefined) return undefined
    pieces.push({ kind: 'text', text })
  }
  return pieces
}

const compileFixed = (pattern: Pattern): ((text: string) => boolean) => {
  const [first, second] = pattern
  const prefix = first?.kind === 'text' ? first.text : ''
  const rest = first?.kind === 'text' ? pattern.slice(1) : pattern
  if (rest.length === 0) return (text) => text === prefix
  const tail = first?.kind === 'text' ? second : first
  // Nearly every pattern in real policies is a prefix with one star at its end.
  if (rest.length === 1 && tail?.kind === 'many' && tail.colons) return (text) => text.startsWith(prefix)
  const steps = stepsOf(rest)
  const free = rest.every((piece) => piece.kind !== 'many' || piece.colons)
  const matches = free ? matchesGreedily : matchesAllWays
  return (text) => text.startsWith(prefix) && matches(steps, Array.from(text.slice(prefix.length)))
}

/** Neighbouring texts joined, so that equal patterns have equal forms. */
const joined = (pattern: Pattern): Pattern => {
  const pieces: (Text | Wildcard | Variable)[] = []
  for (const piece of pattern) {
    const last = pieces.at(-1)
    if (piece.kind === 'text' && last?.kind === 'text') {
      pieces[pieces.length - 1] = { kind: 'text', text: last.text + piece.text }
    } else if (piece.kind !== 'text' || piece.text !== '') {
      pieces.push(piece)
    }
  }
  return pieces
}

/** Makes a matcher. A pattern with a variable that has no value and no fallback matches nothing. */
export const compile = (pattern: Pattern): Matcher => {
  if (!pattern.some((piece) => piece.kind === 'variable')) return compileFixed(joined(pattern))
  return (text, resolve) => {
    const fixed = substitute(pattern, resolve)
    return fixed !== undefined && compileFixed(joined(fixed))(text)
  }
}
