import { editDistance } from '@studio-gate/policy'

/** `did you mean ...`: the nearest of a few known words, if one is near enough. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((candidate) => ({ candidate, edits: editDistance(word, candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(candidate.length / 3)))
    .toSorted((a, b) => a.edits - b.edits)
  return nearest && `did you mean \`${nearest.candidate}\`?`
}
