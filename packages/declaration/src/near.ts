/** Spelling help: the known word that a typo was most probably meant to be. */

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  const cell = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= one.length; i++) {
    rows[i] = [i]
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1]
      const swapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      const best = Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + (same ? 0 : 1))
      rows[i]?.push(swapped ? Math.min(best, cell(i - 2, j - 2) + 1) : best)
    }
  }
  return cell(one.length, other.length)
}

const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '')

/** The nearest of the known words, if it is near: at most one mistake in three letters, not counting case and punctuation. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = plain(word.slice(0, 80))
  const ranked = known
    .map((candidate) => ({ candidate, far: distance(wanted, plain(candidate)) }))
    .filter(({ candidate, far }) => far <= Math.max(1, Math.floor(Math.min(wanted.length, candidate.length) / 3)))
    .toSorted((a, b) => a.far - b.far)
  return ranked[0]?.candidate
}

/** The start of a fix for an unknown word: `write X` for a near one, else the choice. */
export function choose(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return near === undefined ? `write one of ${inList(known)}` : `did you mean \`${near}\`?`
}

/** Words in backticks with commas. */
export function inList(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ')
}
