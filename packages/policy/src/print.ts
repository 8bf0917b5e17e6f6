import type { Policy, Statement } from './document.ts'
import { elements } from './elements.ts'
import type { Principals } from './principals.ts'
import type { ConditionJson, OneOrMany, PolicyJson, PrincipalJson, StatementJson } from './vocabulary.ts'

const oneOrMany = (values: readonly string[]): OneOrMany<string> => (values.length === 1 ? (values[0] ?? '') : values)

const principalOf = ({ everyone, accounts, arns, services, federated }: Principals): PrincipalJson => {
  if (everyone === 'all') return '*'
  const aws = [...(everyone === 'aws' ? ['*'] : []), ...accounts, ...arns]
  return Object.fromEntries(
    Object.entries({ AWS: aws, Service: [...services], Federated: [...federated] })
      .filter(([, names]) => names.length > 0)
      .map(([kind, names]) => [kind, oneOrMany(names)]),
  )
}

const conditionOf = (conditions: Statement['conditions']): ConditionJson => {
  const blocks: Record<string, Record<string, OneOrMany<string>>> = {}
  for (const { operator, written, expected } of conditions)
    blocks[operator.written] = { ...blocks[operator.written], [written]: oneOrMany(expected) }
  return blocks
}

const statementOf = ({ ref, effect, principals, actions, resources, conditions }: Statement): StatementJson => ({
  ...(ref.sid === undefined ? {} : { Sid: ref.sid }),
  Effect: effect,
  ...(principals === undefined ? {} : { [principals.not ? 'NotPrincipal' : 'Principal']: principalOf(principals) }),
  [actions.not ? 'NotAction' : 'Action']: oneOrMany(actions.written),
  ...(elements[ref.kind].resource === 'none'
    ? {}
    : { [resources.not ? 'NotResource' : 'Resource']: oneOrMany(resources.written) }),
  ...(conditions.length === 0 ? {} : { Condition: conditionOf(conditions) }),
})

/**
 * The document of a policy, in one form: what `parsePolicy` read, with its statements in order, values as texts, and lists of one as that
 * one. `Id` decides nothing and is not kept. Read again, it is the same policy.
 */
export const printPolicy = ({ allows, denies }: Policy): PolicyJson => {
  const statements = [...allows, ...denies].sort((a, b) => a.ref.index - b.ref.index)
  return {
    Version: statements.some(({ variables }) => variables) ? '2012-10-17' : '2008-10-17',
    Statement: statements.map(statementOf),
  }
}
