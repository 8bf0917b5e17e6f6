/**
 * The prover's own reading of the texts in policies: characters, wildcards, variables (3.17, 3.18, 3.22, 3.26), how they match, and
 * which texts tell a list of them apart. Nothing here is shared with the evaluator.
 */

/** A character; `*` or `?`, which may or may not stand for a colon; or a variable with its fallback. */
export type Token =
  | string
  | { readonly many: boolean; readonly colons: boolean }
  | { readonly variable: string; readonly fallback?: string }

export type Tokens = readonly Token[]

/** A variable's value: a text, `undefined` when the key has none or several, `open` while it is not chosen yet. */
export const open: unique symbol = /* @__PURE__ */ Symbol('open')
export type Open = typeof open
export type Lookup = (key: string) => string | undefined | Open

/** Reads a text of a policy that `parsePolicy` accepted. */
export const tokensOf = (text: string, variables: boolean, wildcards: boolean): Tokens => {
  const tokens: Token[] = []
  const characters = Array.from(text)
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (variables && character === '$' && characters[at + 1] === '{') {
      const end = characters.indexOf('}', at)
      const inside = characters.slice(at + 2, end).join('')
      const comma = inside.indexOf(", '")
      if (inside === '*' || inside === '?' || inside === '$') tokens.push(inside)
      else if (comma === -1) tokens.push({ variable: inside.toLowerCase() })
      else tokens.push({ variable: inside.slice(0, comma).toLowerCase(), fallback: inside.slice(comma + 3, -1) })
      at = end
    } else if (wildcards && (character === '*' || character === '?')) {
      tokens.push({ many: character === '*', colons: true })
    } else {
      tokens.push(character)
    }
  }
  return tokens
}

/** Keeps wildcards before the fifth colon within their part; `atEnd`: a `*` that ends the region or the account is free (3.22). */
export const withinParts = (tokens: Tokens, atEnd: boolean): Tokens => {
  let part = 0
  return tokens.map((token, index) => {
    if (token === ':') part++
    if (typeof token === 'string' || 'variable' in token || part >= 5) return token
    const free = atEnd && token.many && (part === 3 || part === 4) && tokens[index + 1] === ':'
    return { many: token.many, colons: free }
  })
}

export const colonsIn = (tokens: Tokens): number => tokens.filter((token) => token === ':').length

export const variablesIn = (tokens: Tokens): readonly string[] =>
  tokens.flatMap((token) => (typeof token === 'object' && 'variable' in token ? [token.variable] : []))

/**
 * Variables replaced by their values, literally. Undefined: one has no value, so nothing matches. `open`: one is not chosen yet.
 * `inParts`: a value with a colon before the fifth colon can be no part of an ARN.
 */
export const filled = (tokens: Tokens, lookup: Lookup, inParts = false): Tokens | undefined | Open => {
  const out: Token[] = []
  let part = 0
  let unchosen = false
  for (const token of tokens) {
    if (token === ':') part++
    if (typeof token === 'string' || !('variable' in token)) {
      out.push(token)
      continue
    }
    const found = lookup(token.variable)
    if (found === open) {
      unchosen = true
      continue
    }
    const value = found ?? token.fallback
    if (value === undefined || (inParts && part < 5 && value.includes(':'))) return undefined
    out.push(...Array.from(value))
  }
  return unchosen ? open : out
}

const isMany = (token: Token | undefined): boolean => typeof token === 'object' && 'many' in token && token.many

const step = (tokens: Tokens, states: ReadonlySet<number>, character: string, fold: boolean): Set<number> => {
  const next = new Set<number>()
  for (const at of states) {
    const token = tokens[at]
    if (typeof token === 'string') {
      if (token === character || (fold && token.toLowerCase() === character.toLowerCase())) spread(tokens, at + 1, next)
    } else if (token !== undefined && 'many' in token && (token.colons || character !== ':')) {
      spread(tokens, token.many ? at : at + 1, next)
    }
  }
  return next
}

const spread = (tokens: Tokens, at: number, into: Set<number>): Set<number> => {
  into.add(at)
  for (let next = at; isMany(tokens[next]); ) into.add(++next)
  return into
}

/** Whether a text without open variables matches; `fold`: letter case aside. */
export const textMatches = (tokens: Tokens, text: string, fold = false): boolean => {
  const characters = Array.from(text)
  let at = 0
  // Up to the first wildcard there is one way only.
  for (let token = tokens[at]; typeof token === 'string'; token = tokens[++at]) {
    const character = characters[at]
    if (character === undefined) return false
    if (character !== token && !(fold && character.toLowerCase() === token.toLowerCase())) return false
  }
  if (at === tokens.length) return at === characters.length
  const last = tokens[at]
  if (at === tokens.length - 1 && typeof last === 'object' && 'many' in last && last.many && last.colons) return true
  let states = spread(tokens, at, new Set())
  for (const character of characters.slice(at)) {
    states = step(tokens, states, character, fold)
    if (states.size === 0) return false
  }
  return states.has(tokens.length)
}

/** The values of a variable with which the tokens can match the text, whatever the other variables are. */
export const fillings = (tokens: Tokens, variable: string, text: string): readonly string[] => {
  const at = tokens.findIndex(
    (token) => typeof token === 'object' && 'variable' in token && token.variable === variable,
  )
  if (at === -1) return []
  const loose = tokens.map(
    (token): Token => (typeof token === 'object' && 'variable' in token ? { many: true, colons: true } : token),
  )
  const [before, after] = [loose.slice(0, at), loose.slice(at + 1)]
  const characters = Array.from(text)
  const ends = characters.map((_, index) => index).concat(characters.length)
  const starts = ends.filter((end) => textMatches(before, characters.slice(0, end).join('')))
  const stops = ends.filter((end) => textMatches(after, characters.slice(end).join('')))
  const found = starts.flatMap((start) =>
    stops.filter((stop) => stop >= start).map((stop) => characters.slice(start, stop).join('')),
  )
  return [...new Set(found)]
}

/** One test of a text, its variables filled. */
export interface TextTest {
  readonly tokens: Tokens
  readonly fold: boolean
}

const stateLimit = 4000

/** A character that stands in no test: what texts hold that no policy speaks of. */
const strangerTo = (alphabet: ReadonlySet<string>): string =>
  [...'xzqjkvw0123456789yub_'].find((character) => !alphabet.has(character)) ?? '\u{1f511}'

/**
 * Texts that tell the tests apart: for every combination of answers that some text after `prefix` can give, one such text. `complete` is false
 * when there were too many to look for. Without `colons` no text after `prefix` holds one.
 */
export const tellingTexts = (
  tests: readonly TextTest[],
  prefix = '',
  colons = true,
): { readonly texts: readonly string[]; readonly complete: boolean } => {
  const characters = tests.flatMap(({ tokens, fold }) =>
    tokens.flatMap((token) =>
      typeof token === 'string' ? (fold ? [token, token.toLowerCase(), token.toUpperCase()] : [token]) : [],
    ),
  )
  const alphabet = new Set(characters.filter((character) => Array.from(character).length === 1))
  alphabet.add(strangerTo(alphabet))
  // Between the wildcards of an ARN a colon is like no other character; names of resources cannot hold any.
  if (colons) alphabet.add(':')
  else alphabet.delete(':')
  const advance = (states: readonly ReadonlySet<number>[], character: string) =>
    tests.map(({ tokens, fold }, index) => step(tokens, states[index] ?? new Set(), character, fold))
  let start: readonly ReadonlySet<number>[] = tests.map(({ tokens }) => spread(tokens, 0, new Set()))
  for (const character of prefix) start = advance(start, character)
  const keyOf = (states: readonly ReadonlySet<number>[]): string =>
    states.map((set) => [...set].sort((a, b) => a - b).join(',')).join(';')
  const answers = new Map<string, string>()
  const seen = new Set<string>()
  let complete = true
  let level: { readonly states: readonly ReadonlySet<number>[]; readonly text: string }[] = [
    { states: start, text: prefix },
  ]
  while (level.length > 0) {
    const next: typeof level = []
    for (const { states, text } of level) {
      const answer = tests.map(({ tokens }, index) => (states[index]?.has(tokens.length) ? '1' : '0')).join('')
      if (!answers.has(answer) || answers.get(answer) === prefix) answers.set(answer, text)
      if (seen.size > stateLimit) {
        complete = false
        break
      }
      for (const character of alphabet) {
        const reached = advance(states, character)
        const key = keyOf(reached)
        if (seen.has(key)) continue
        seen.add(key)
        next.push({ states: reached, text: text + character })
      }
    }
    level = complete ? next : []
  }
  return { texts: [...new Set([prefix, ...answers.values()])], complete }
}
