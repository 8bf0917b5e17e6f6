/** One evaluator in a process of its own: neither its garbage nor its shapes of objects are charged to another. */
import { evaluate } from '@studio-gate/policy'
import { type Question, vectorQuestions } from '../test/interop/policy-vectors.ts'
import { randomQuestion } from '../test/interop/random-requests.ts'
import { iamSimulate, policiesOf } from './iam-simulate.ts'

export type Evaluator = 'studio-gate' | 'studio-gate, parsing too' | 'iam-simulate'

export type Ask =
  /** All vectors and `random` questions besides; answered with the verdicts. */
  | { readonly ask: 'prepare'; readonly evaluator: Evaluator; readonly random: number }
  /** The questions, by their places, that turns consist of. */
  | { readonly ask: 'keep'; readonly places: readonly number[] }
  | { readonly ask: 'turn'; readonly milliseconds: number }

/** CPU of all threads of the process: other people's load is not in it, its garbage collection is. */
export interface Turn {
  readonly decisions: number
  readonly cpuMicroseconds: number
}

/** One question, ready: everything that can be done before the request comes is done. Whether it is allowed. */
type Call = () => boolean

let calls: readonly Call[] = []

process.on('message', (ask: Ask) => {
  // An error ends the process with its stack; whoever asked sees it end.
  void answer(ask).then((reply) => process.send?.(reply))
})

async function answer(ask: Ask): Promise<readonly boolean[] | number | Turn> {
  if (ask.ask === 'turn') return turn(ask.milliseconds)
  if (ask.ask === 'keep') {
    calls = ask.places.flatMap((place) => calls[place] ?? [])
    return calls.length
  }
  const make = await maker(ask.evaluator)
  calls = questions(ask.random).map(make)
  return calls.map((call) => call())
}

function questions(random: number): readonly Question[] {
  return [
    ...vectorQuestions(),
    ...Array.from({ length: random }, (_, index) => ({
      ...randomQuestion(index + 1),
      name: `random ${index + 1}`,
      kind: 'resource' as const,
    })),
  ]
}

async function maker(evaluator: Evaluator): Promise<(question: Question) => Call> {
  if (evaluator === 'iam-simulate') {
    const judge = await iamSimulate()
    return ({ request, documents }) => {
      const judged = judge(documents)(request)
      return () => {
        try {
          return judged() === 'Allowed'
        } catch {
          return false
        }
      }
    }
  }
  return ({ request, documents, kind }) => {
    if (evaluator === 'studio-gate, parsing too')
      return () => evaluate(request, policiesOf(documents, kind)).effect === 'allow'
    const policies = policiesOf(documents, kind)
    return () => evaluate(request, policies).effect === 'allow'
  }
}

/** All questions, again and again. */
function turn(milliseconds: number): Turn {
  const before = process.cpuUsage()
  const end = performance.now() + milliseconds
  let decisions = 0
  let allowed = 0
  do {
    for (const call of calls) if (call()) allowed++
    decisions += calls.length
  } while (performance.now() < end)
  if (allowed === 0) throw new Error('not one request was allowed, so nothing was measured')
  const { user, system } = process.cpuUsage(before)
  return { decisions, cpuMicroseconds: user + system }
}
