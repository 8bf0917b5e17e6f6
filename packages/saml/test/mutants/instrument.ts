/** Sources in which every mutation can be switched on: one module graph serves them all, but for those of constants. */
import type { Entry, Mutation } from './mutations.ts'

/** What instrumented sources ask, under this name in the global object. */
export const switchName = 'studioGateMutants'

/** Which mutation is in force, and which places were passed: `hits` by number of the mutation, `entered` by function. */
export interface Switch {
  active: number
  readonly hits: Uint8Array
  readonly entered: Uint8Array
}

export interface Numbered extends Mutation {
  readonly number: number
}

interface Insertion {
  readonly at: number
  /** Closing texts come before opening ones; of those that open, the longest first; of those that close, the shortest. */
  readonly order: number
  readonly text: string
}

/** The text of a module. `only` is the one mutation of a constant that is in force in it. */
export function instrument(
  text: string,
  mutations: readonly Numbered[],
  entries: readonly (Entry & { readonly number: number })[],
  only?: Numbered,
): string {
  const insertions: Insertion[] = []
  const around = (start: number, end: number, opening: string, closing: string) => {
    insertions.push({ at: start, order: text.length * 2 - (end - start), text: opening })
    insertions.push({ at: end, order: end - start, text: closing })
  }
  for (const { start, end, block, number } of entries) {
    if (block) insertions.push({ at: start + 1, order: text.length * 3, text: `;$e(${number});` })
    else around(start, end, `($e(${number}),`, ')')
  }
  const switched = mutations.filter(({ constant }) => constant === undefined)
  for (const group of Map.groupBy(switched, ({ start, end }) => `${start}-${end}`).values()) {
    const [{ start, end, form, number, becomes }] = group as [Numbered, ...Numbered[]]
    if (form === 'statement') around(start, end, `{if(!$m(${number})){`, '}}')
    else if (form === 'member')
      around(start, end, `[$m(${number})?${becomes}[0]:'${text.slice(start, end).trim().slice(1)}']/*`, '*/')
    else around(start, end, `(${group.map((one) => `$m(${one.number})?(${one.becomes}):`).join('')}(`, '))')
  }
  const head =
    `const $s=globalThis.${switchName};` +
    'const $m=(n)=>{$s.hits[n]=1;return $s.active===n};const $e=(n)=>{$s.entered[n]=1};'
  return head + written(text, insertions, only)
}

function written(text: string, insertions: readonly Insertion[], only: Numbered | undefined): string {
  const outside = insertions.filter(({ at }) => only === undefined || at <= only.start || at >= only.end)
  const pieces: string[] = []
  let from = 0
  const copyTo = (at: number) => {
    if (only !== undefined && from <= only.start && at >= only.end) {
      pieces.push(text.slice(from, only.start), only.becomes)
      from = only.end
    }
    pieces.push(text.slice(from, at))
    from = at
  }
  for (const insertion of outside.toSorted((a, b) => a.at - b.at || a.order - b.order)) {
    copyTo(insertion.at)
    pieces.push(insertion.text)
  }
  copyTo(text.length)
  return pieces.join('')
}
