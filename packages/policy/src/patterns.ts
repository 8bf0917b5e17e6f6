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

type Fixed = readonly (Text | Wildcard)[]

/** How much of the text `?` takes there: one character, which may be two code units; nothing at the end, or where it must not be a colon. */
const taken = (text: string, at: number, { colons }: Wildcard): number => {
  const character = text.codePointAt(at)
  if (character === undefined || (!colons && character === 0x3a)) return 0
  return character > 0xffff ? 2 : 1
}

const anything: Wildcard = { kind: 'one', colons: true }

/** Retries from the last `*` only, which is enough when every `*` may stand for anything. */
const matchesGreedily = (pieces: Fixed, text: string): boolean => {
  let [at, place, star, resume] = [0, 0, -1, 0]
  for (;;) {
    const piece = pieces[place]
    let step = -1
    if (piece?.kind === 'many') {
      // At the end it takes whatever is left.
      if (place === pieces.length - 1) return true
      star = place++
      resume = at
      continue
    }
    if (piece?.kind === 'text') step = text.startsWith(piece.text, at) ? piece.text.length : -1
    else if (piece !== undefined) step = taken(text, at, piece) || -1
    else if (at === text.length) return true
    if (step >= 0) {
      at += step
      place++
      continue
    }
    if (star === -1 || resume >= text.length) return false
    resume += taken(text, resume, anything)
    at = resume
    place = star + 1
  }
}

/** Follows all ways to match at once: needed when a `*` must stop at a colon and an earlier one may have to take more. */
const matchesAllWays = (pieces: Fixed, text: string): boolean => {
  let ends = new Set([0])
  for (const piece of pieces) {
    const next = new Set<number>()
    for (const at of ends) {
      if (piece.kind === 'text') {
        if (text.startsWith(piece.text, at)) next.add(at + piece.text.length)
        continue
      }
      let end = at
      if (piece.kind === 'many') next.add(end)
      for (let step = taken(text, end, piece); step > 0; step = piece.kind === 'many' ? taken(text, end, piece) : 0) {
        end += step
        // From here on another way was followed already.
        if (next.has(end)) break
        next.add(end)
      }
    }
    if (next.size === 0) return false
    ends = next
  }
  return ends.has(text.length)
}

/** The pattern with its variables replaced by the request's values, taken literally; undefined when one has no value (3.27). */
export const substitute = (pattern: Pattern, resolve: Resolve): Fixed | undefined => {
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

const isFree = (pattern: Pattern): boolean => pattern.every((piece) => piece.kind !== 'many' || piece.colons)

const compileFixed = (pieces: Fixed): ((text: string) => boolean) => {
  const [first, second, third] = pieces
  if (first === undefined) return (text) => text === ''
  if (first.kind === 'text' && second === undefined) return (text) => text === first.text
  // Nearly every pattern in real policies is a prefix with one star at its end.
  if (first.kind === 'text' && second?.kind === 'many' && second.colons && third === undefined)
    return (text) => text.startsWith(first.text)
  const matches = isFree(pieces) ? matchesGreedily : matchesAllWays
  return (text) => matches(pieces, text)
}

/** Neighbouring texts joined, so that equal patterns have equal forms. */
const joined = (pieces: Fixed): Fixed => {
  const found: (Text | Wildcard)[] = []
  for (const piece of pieces) {
    const last = found.at(-1)
    if (piece.kind === 'text' && last?.kind === 'text') {
      found[found.length - 1] = { kind: 'text', text: last.text + piece.text }
    } else if (piece.kind !== 'text' || piece.text !== '') {
      found.push(piece)
    }
  }
  return found
}

/** Makes a matcher. A pattern with a variable that has no value and no fallback matches nothing. */
export const compile = (pattern: Pattern): Matcher => {
  if (!pattern.some((piece) => piece.kind === 'variable'))
    return compileFixed(joined(pattern.filter((piece) => piece.kind !== 'variable')))
  const matches = isFree(pattern) ? matchesGreedily : matchesAllWays
  return (text, resolve) => {
    const pieces = substitute(pattern, resolve)
    return pieces !== undefined && matches(pieces, text)
  }
}
