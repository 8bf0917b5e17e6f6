/** A process of `npm run agree`: judges the seeds that it is asked about, up to the first disagreement. */
import { type Disagreement, judgeSeed, newTally, type Tally } from '../packages/policy/test/agreement/judge.ts'

export interface Seeds {
  readonly first: number
  readonly count: number
}

export interface Answer {
  readonly tally: Tally
  readonly disagreement?: Disagreement
}

function judge({ first, count }: Seeds): Answer {
  const tally = newTally()
  for (let seed = first; seed < first + count; seed++) {
    const disagreement = judgeSeed(seed, tally)
    if (disagreement !== undefined) return { tally, disagreement }
  }
  return { tally }
}

process.on('message', (seeds: Seeds) => process.send?.(judge(seeds)))
// Ctrl-C goes to the whole group; the process that asked ends this one.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit())
