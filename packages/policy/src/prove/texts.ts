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

const sameCharacter = (token: string, character: string, fold: boolean): boolean =>
  token === character || (fold && token.toLowerCase() === character.toLowerCase())

/** Adds a place, and those behind the `*` that stand there. Places come in ascending order, so what was added already is at the end. */
export const spread = (tokens: readonly (Token | undefined)[], place: number, into: number[]): void => {
  const last = into.at(-1) ?? -1
  if (place <= last) return
  into.push(place)
  for (let at = place; isMany(tokens[at]); ) into.push(++at)
}

/** All places in the tokens that are reached from `places`, both ascending, with one more character. */
export const step = (
  tokens: readonly (Token | undefined)[],
  places: readonly number[],
  character: string,
  fold: (place: number) => boolean,
): readonly number[] => {
  const next: number[] = []
  for (const place of places) {
    const token = tokens[place]
    if (typeof token === 'string') {
      if (sameCharacter(token, character, fold(place))) spread(tokens, place + 1, next)
    } else if (token !== undefined && 'many' in token && (token.colons || character !== ':')) {
      spread(tokens, token.many ? place : place + 1, next)
    }
  }
  return next
}

/** Whether a text without open variables matches; `fold`: letter case aside. */
export const textMatches = (tokens: Tokens, text: string, fold = false): boolean => {
  // Up to the first wildcard there is one way only.
  let [place, from] = [0, 0]
  for (let token = tokens[0]; typeof token === 'string'; token = tokens[++place]) {
    const character = text.slice(from, from + token.length)
    if (character === '' || !sameCharacter(token, character, fold)) return false
    from += token.length
  }
  if (place === tokens.length) return from === text.length
  const last = tokens[place]
  if (place === tokens.length - 1 && typeof last === 'object' && 'many' in last && last.many && last.colons) return true
  const places: number[] = []
  spread(tokens, place, places)
  let reached: readonly number[] = places
  for (const character of text.slice(from)) {
    reached = step(tokens, reached, character, () => fold)
    if (reached.length === 0) return false
  }
  return reached.at(-1) === tokens.length
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
