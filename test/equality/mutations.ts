/** Every small change of a policy document: a statement, value, key or resource less; a block one bit narrower, or wider. */
import type { PolicyJson } from '@studio-gate/policy'

export interface Mutation {
  /** What was done and where, such as `UseFromOffice: aws:VpcSourceIp 10.0.0.0/8 wider`. */
  readonly name: string
  readonly changed: PolicyJson
}

type Json = Record<string, unknown>

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

/** The block with another prefix length. Address bits beyond it are zeroed, as policies must have them. */
const resized = (cidr: string, by: 1 | -1): string | undefined => {
  const [base = '', prefix = ''] = cidr.split('/')
  const bits = Number(prefix) + by
  if (base.includes(':') || bits < 0 || bits > 32) return undefined
  const value = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const kept = Math.floor(value / 2 ** (32 - bits)) * 2 ** (32 - bits)
  return `${[24, 16, 8, 0].map((shift) => Math.floor(kept / 2 ** shift) % 256).join('.')}/${bits}`
}

/** Changes of one statement; each gets a copy of its own to change. */
function* changesOf(statement: Json): Iterable<{ readonly name: string; readonly changed: Json }> {
  const copy = (name: string, change: (statement: Json) => void) => {
    const changed = structuredClone(statement)
    change(changed)
    return { name, changed }
  }
  for (const element of ['Action', 'NotAction', 'Resource']) {
    const values = listOf(statement[element] ?? [])
    if (values.length < 2) continue
    for (const [index, value] of values.entries())
      yield copy(`${element} without ${JSON.stringify(value)}`, (changed) => {
        changed[element] = values.filter((_, at) => at !== index)
      })
  }
  const condition = (statement.Condition ?? {}) as Record<string, Json>
  for (const [operator, keys] of Object.entries(condition))
    for (const [key, written] of Object.entries(keys)) {
      const values = listOf(written)
      const set = (name: string, value: readonly unknown[] | undefined) =>
        copy(name, (changed) => {
          const block = (changed.Condition as Record<string, Json>)[operator] ?? {}
          if (value === undefined) delete block[key]
          else block[key] = value
          if (Object.keys(block).length === 0) delete (changed.Condition as Json)[operator]
          if (Object.keys(changed.Condition as Json).length === 0) delete changed.Condition
        })
      yield set(`without ${operator} ${key}`, undefined)
      for (const [index, value] of values.entries()) {
        if (values.length > 1)
          yield set(
            `${operator} ${key} without ${JSON.stringify(value)}`,
            values.filter((_, at) => at !== index),
          )
        if (!operator.includes('IpAddress') || typeof value !== 'string') continue
        for (const [by, word] of [
          [1, 'narrower'],
          [-1, 'wider'],
        ] as const) {
          const other = resized(value, by)
          if (other !== undefined)
            yield set(
              `${operator} ${key} ${value} ${word}`,
              values.map((each, at) => (at === index ? other : each)),
            )
        }
      }
    }
}

/** Of the statements whose text `speaks`. */
export function* mutationsOf(policy: PolicyJson, speaks: (text: string) => boolean): Iterable<Mutation> {
  const statements = listOf(policy.Statement) as readonly Json[]
  const whole = (list: readonly Json[]) => ({ ...policy, Statement: list }) as unknown as PolicyJson
  for (const [index, statement] of statements.entries()) {
    if (!speaks(JSON.stringify(statement))) continue
    const sid = String(statement.Sid ?? index)
    if (statements.length > 1)
      yield { name: `${sid}: gone`, changed: whole(statements.filter((_, at) => at !== index)) }
    for (const { name, changed } of changesOf(statement))
      yield { name: `${sid}: ${name}`, changed: whole(statements.map((each, at) => (at === index ? changed : each))) }
  }
}
