import type { PolicyJson, StatementJson } from '../vocabulary.ts'

/**
 * Several policies that together say what one says, each of which `fits`: for identity policies and for SCPs of one level, where AWS takes the
 * statements of all together. Statements stay whole as long as they can; a longer one is split by its resources, never by what it negates.
 * Undefined: one statement does not fit however it is split.
 */
export function splitPolicy(
  policy: PolicyJson,
  fits: (part: PolicyJson) => boolean,
): readonly PolicyJson[] | undefined {
  const alone = (statement: StatementJson): PolicyJson => ({ ...policy, Statement: [statement] })
  const parts: StatementJson[][] = []
  const waiting: StatementJson[] = Array.isArray(policy.Statement)
    ? [...policy.Statement]
    : [policy.Statement as StatementJson]
  for (let statement = waiting.shift(); statement !== undefined; statement = waiting.shift()) {
    const last = parts.at(-1)
    if (last !== undefined && fits({ ...policy, Statement: [...last, statement] })) last.push(statement)
    else if (fits(alone(statement))) parts.push([statement])
    else {
      const halves = halved(statement)
      if (halves === undefined) return undefined
      waiting.unshift(...halves)
    }
  }
  return parts.map((statements) => ({ ...policy, Statement: statements }))
}

/** By resources: what one half or the other speaks of is what the whole speaks of, whether it allows or denies. */
function halved(statement: StatementJson): readonly [StatementJson, StatementJson] | undefined {
  const { Resource: resources, Sid: sid } = statement
  if (!Array.isArray(resources) || resources.length < 2) return undefined
  const middle = Math.ceil(resources.length / 2)
  // A Sid stands once in a policy, and both halves may come to stand in one.
  const half = (mark: string, part: readonly string[]): StatementJson => ({
    ...statement,
    ...(sid === undefined ? {} : { Sid: `${sid}${mark}` }),
    Resource: part,
  })
  return [half('A', resources.slice(0, middle)), half('B', resources.slice(middle))]
}
