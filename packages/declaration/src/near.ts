/** Spelling help: the known word that a typo was most probably meant to be. */
import { editDistance } from '@studio-gate/policy'

const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '')

/** The nearest of the known words, if it is near: at most one mistake in three letters, not counting case and punctuation. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = plain(word.slice(0, 80))
  const ranked = known
    .map((candidate) => ({ candidate, far: editDistance(wanted, plain(candidate)) }))
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
