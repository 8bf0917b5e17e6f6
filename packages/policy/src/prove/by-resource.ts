/** Statements of many by the resource that is asked about: those whose patterns begin otherwise need not be asked. */
import type { Policy, Statement } from '../document.ts'

interface ByStart {
  /** Statements by a text that some resource of theirs begins with, up to the first wildcard or variable. */
  readonly starts: ReadonlyMap<string, readonly Statement[]>
  /** How long those texts are. */
  readonly lengths: readonly number[]
  readonly anywhere: readonly Statement[]
}

/** Fewer are asked one by one. */
const many = 32

const indexes = new WeakMap<readonly Statement[], ByStart>()

const startOf = (written: string): string =>
  written.slice(0, (/[*?$]/.exec(written) ?? { index: written.length }).index)

const indexOf = (statements: readonly Statement[]): ByStart => {
  const starts = new Map<string, Statement[]>()
  const anywhere: Statement[] = []
  for (const statement of statements) {
    const { resources } = statement
    const own = new Set(resources.written.map(startOf))
    // The path of an API without the API begins like no ARN (4.4).
    if (resources.not || own.has('') || resources.written.some((written) => written.startsWith('execute-api:'))) {
      anywhere.push(statement)
      continue
    }
    for (const start of own) {
      const list = starts.get(start)
      if (list === undefined) starts.set(start, [statement])
      else list.push(statement)
    }
  }
  return { starts, lengths: [...new Set([...starts.keys()].map(({ length }) => length))], anywhere }
}

/** Those of the statements that may speak of the resource: all that do, and perhaps others. */
export const mayMean = (statements: readonly Statement[], resource: string): readonly Statement[] => {
  if (statements.length < many) return statements
  let index = indexes.get(statements)
  if (index === undefined) {
    index = indexOf(statements)
    indexes.set(statements, index)
  }
  const { starts, lengths, anywhere } = index
  return [...new Set([...anywhere, ...lengths.flatMap((length) => starts.get(resource.slice(0, length)) ?? [])])]
}

const flattened = new WeakMap<readonly Policy[], Record<'allows' | 'denies', readonly Statement[]>>()

/** The statements of several policies as one list, always the same one. */
export const statementsOf = (policies: readonly Policy[], effect: 'allows' | 'denies'): readonly Statement[] => {
  const [only, ...others] = policies
  if (only !== undefined && others.length === 0) return only[effect]
  let found = flattened.get(policies)
  if (found === undefined) {
    found = { allows: policies.flatMap(({ allows }) => allows), denies: policies.flatMap(({ denies }) => denies) }
    flattened.set(policies, found)
  }
  return found[effect]
}
