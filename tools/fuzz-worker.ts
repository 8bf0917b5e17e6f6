/** A process of the fuzzing: judges the ranges of documents that it is asked for, one at a time. */
import { createJudge, type Judge } from '../packages/saml/test/fuzz/judge.ts'

export interface Range {
  readonly seed: number
  readonly from: number
  readonly count: number
}

let judge: Judge | undefined

process.on('message', ({ seed, from, count }: Range) => {
  judge ??= createJudge(seed)
  process.send?.(judge.judge(from, count))
})
// Ctrl-C goes to the whole group; the process that asked ends this one.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit())
