/** Finds what somebody probably meant to type. */

/** Edits (insert, delete, replace, swap neighbours) between two words; the optimal string alignment distance. */
export const editDistance = (a: string, b: string): number => {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let best = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      )
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (before[column - 2] ?? Number.POSITIVE_INFINITY) + 1)
      }
      current.push(best)
    }
    before = previous
    previous = current
  }
  return previous[b.length] ?? 0
}

/**
 * The candidate nearest to `word`, or undefined when none is near: at most three edits and at most a third of the word,
 * letter case not counted. Words over 64 characters have no near spelling.
 */
export const nearSpelling = (word: string, candidates: Iterable<string>): string | undefined => {
  if (word.length > 64) return undefined
  const lower = word.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.min(3, Math.max(1, Math.floor(word.length / 3))) + 1
  for (const candidate of candidates) {
    const edits = editDistance(lower, candidate.toLowerCase())
    if (edits < bestDistance) {
      best = candidate
      bestDistance = edits
    }
  }
  return best
}
