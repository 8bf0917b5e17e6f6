/** Hands work out to processes, a portion at a time. */
import { startWorker, type Worker } from '../bench/children.ts'

export interface Job<Portion extends object> {
  /** What each process runs: it answers one message with another. */
  readonly worker: URL
  readonly processes: number
  readonly portions: Iterable<Portion>
  readonly stop: AbortSignal
}

/** Until there are no more portions or `goOn` says no to an answer. Throws `Interrupted` when it is stopped. */
export async function handOut<Portion extends object, Answer>(
  { worker, processes, portions, stop }: Job<Portion>,
  goOn: (answer: Answer) => boolean,
): Promise<void> {
  const left = portions[Symbol.iterator]()
  let going = true
  const work = async (one: Worker) => {
    while (going) {
      const { done, value } = left.next()
      if (done === true) return
      going = goOn((await one.ask(value)) as Answer) && going
    }
  }
  const all = Array.from({ length: processes }, () => startWorker(worker, stop))
  try {
    await Promise.all(all.map(work))
  } finally {
    await Promise.all(all.map((one) => one.end()))
  }
}
