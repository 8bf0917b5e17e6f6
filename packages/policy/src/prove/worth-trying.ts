/** Which of the values of a key are worth trying: of those that all tests take alike one is enough, and none that another is at least as good as. */
import type { ContextValue } from '../vocabulary.ts'
import { variablesOf } from './candidates.ts'
import { answerTo } from './reading.ts'
import type { Test } from './residual.ts'

type Value = ContextValue | undefined

/** Answers asked for at most; comparing more values than this with more tests costs more than it saves. */
const mostAnswers = 100_000
/** Kinds of values compared with each other at most. */
const mostKinds = 64

/** Whether every test that `one` satisfies is satisfied by `other`. */
const isNoBetter = (one: string, other: string): boolean => {
  for (let at = 0; at < one.length; at++) if (one[at] === '1' && other[at] !== '1') return false
  return true
}

/** Values in their order; the first of its kind stays. All of them where the key is compared with another one, whose value decides, too. */
export const worthTrying = (tests: readonly Test[], key: string, values: readonly Value[]): readonly Value[] => {
  const asking = tests.filter(({ waits }) => waits.includes(key))
  if (values.length * asking.length > mostAnswers) return values
  const conditions: { readonly condition: NonNullable<Test['condition']>; readonly test: Test }[] = []
  for (const test of asking) {
    const { condition, leaf } = test
    if (condition === undefined || condition.key !== key || variablesOf({ condition, leaf }).length > 0) return values
    conditions.push({ condition, test })
  }
  const kinds = new Map<string, Value>()
  for (const value of values) {
    const kind = conditions
      .map(({ condition, test }) =>
        answerTo(condition, value, test.leaf.statement, () => undefined) === test.wanted ? '1' : '0',
      )
      .join('')
    if (!kinds.has(kind)) kinds.set(kind, value)
  }
  const all = [...kinds]
  if (all.length > mostKinds) return all.map(([, value]) => value)
  return all
    .filter(([kind]) => !all.some(([other]) => other !== kind && isNoBetter(kind, other)))
    .map(([, value]) => value)
}
