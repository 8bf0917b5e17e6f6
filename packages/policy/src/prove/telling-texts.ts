/** Which texts tell a list of tests apart: a search through what all of them make of a text, character by character. */
import { spread, step, type TextTest, type Token } from './texts.ts'

/** All tests side by side, as one row of tokens with a gap after each test; only places that are still alive are carried along. */
interface Row {
  readonly tokens: readonly (Token | undefined)[]
  readonly folded: readonly boolean[]
  /** Place of the gap after a test, which a text has reached if it matches. */
  readonly ends: ReadonlySet<number>
  readonly start: readonly number[]
}

const rowOf = (tests: readonly TextTest[]): Row => {
  const tokens: (Token | undefined)[] = []
  const folded: boolean[] = []
  const ends = new Set<number>()
  const start: number[] = []
  for (const test of tests) {
    const first = tokens.length
    for (const token of test.tokens) {
      tokens.push(token)
      folded.push(test.fold)
    }
    ends.add(tokens.length)
    tokens.push(undefined)
    folded.push(false)
    spread(tokens, first, start)
  }
  return { tokens, folded, ends, start }
}

/** A character that stands in no test: what texts hold that no policy speaks of. */
const strangerTo = ({ tokens, folded }: Row): string => {
  const written = new Set(
    tokens.flatMap((token, place) =>
      typeof token !== 'string' ? [] : folded[place] ? [token, token.toLowerCase(), token.toUpperCase()] : [token],
    ),
  )
  return [...'xzqjkvw0123456789yub_'].find((character) => !written.has(character)) ?? '\u{1f511}'
}

/** The characters after which something else is alive than after any other; `stranger` stands for the others. */
const charactersAt = ({ tokens, folded }: Row, places: readonly number[], stranger: string, colons: boolean) => {
  // First, so that of texts which nothing tells apart a readable one is found.
  const characters = new Set([stranger])
  for (const place of places) {
    const token = tokens[place]
    if (typeof token === 'string') {
      characters.add(token)
      // One letter may be several in the other case, and then is none that a text could hold there.
      for (const other of folded[place] ? [token.toLowerCase(), token.toUpperCase()] : [])
        if (Array.from(other).length === 1) characters.add(other)
    } else if (token !== undefined && 'many' in token && !token.colons) characters.add(':')
  }
  // Names of resources cannot hold any.
  if (!colons) characters.delete(':')
  return characters
}

/** Places visited, at least, and for each token; patterns that are alive side by side can multiply. */
const [leastWork, workPerToken] = [400_000, 100]

/**
 * Texts that tell the tests apart: for every combination of answers that some text after `prefix` can give, one such text. `complete` is false
 * when there were too many to look for. Without `colons` no text after `prefix` holds one.
 */
export const tellingTexts = (
  tests: readonly TextTest[],
  prefix = '',
  colons = true,
): { readonly texts: readonly string[]; readonly complete: boolean } => {
  const row = rowOf(tests)
  const stranger = strangerTo(row)
  const fold = (place: number): boolean => row.folded[place] === true
  let start = row.start
  for (const character of prefix) start = step(row.tokens, start, character, fold)
  const answers = new Map<string, string>()
  const seen = new Set<string>()
  let work = leastWork + workPerToken * row.tokens.length
  let complete = true
  let level: { readonly places: readonly number[]; readonly text: string }[] = [{ places: start, text: prefix }]
  while (level.length > 0) {
    const next: typeof level = []
    for (const { places, text } of level) {
      const answer = places.filter((place) => row.ends.has(place)).join()
      if (!answers.has(answer) || answers.get(answer) === prefix) answers.set(answer, text)
      for (const character of charactersAt(row, places, stranger, colons)) {
        work -= places.length
        const reached = step(row.tokens, places, character, fold)
        const key = reached.join()
        if (seen.has(key)) continue
        seen.add(key)
        next.push({ places: reached, text: text + character })
      }
      if (work > 0) continue
      complete = false
      break
    }
    level = complete ? next : []
  }
  return { texts: [...new Set([prefix, ...answers.values()])], complete }
}
