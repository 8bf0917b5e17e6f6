/** Everybody that `confined` asks about: the principals of the template, the roles that the declaration imports, and one symbolic anybody else. */
import type { Policy } from '../document.ts'
import type { Intent } from '../intent.ts'
import { executionRoleName, mintingRoleName } from '../names.ts'
import { mustParsePolicy } from '../parse.ts'
import { fullAwsAccess } from '../services.ts'
import type { Principal } from '../vocabulary.ts'
import { type LetIn, letInFor, pairsOf } from './declared.ts'
import type { Deployment } from './deployment.ts'
import { questionOf, textTest } from './reading.ts'
import { tellingTexts } from './telling-texts.ts'
import { open, type TextTest } from './texts.ts'
import type { Subject } from './verdict.ts'

/** A subject with all that is known of it. */
export interface Asked extends Subject {
  readonly principals: readonly Principal[]
  readonly identity: readonly Policy[]
  readonly boundary?: Policy
  readonly unseen: readonly string[]
  /** Domain that it may open, and from where; absent: none. */
  readonly declared?: { readonly domain: string; readonly letIn: readonly LetIn[] }
}

const roleSession = (roleArn: string): Principal => ({ kind: 'role-session', roleArn, sessionName: '*' })

/** ARNs of roles of the account that the SCPs and endpoint policies tell apart, without those of the template. */
const othersIn = (deployment: Deployment, policies: readonly Policy[], known: ReadonlySet<string>) => {
  const tests: TextTest[] = []
  for (const policy of policies)
    for (const statement of [...policy.allows, ...policy.denies]) {
      for (const condition of statement.conditions) {
        if (condition.key !== 'aws:principalarn') continue
        const question = questionOf(condition.operator.written)
        if (question.family !== 'text') continue
        for (const value of condition.expected) {
          const test = textTest(question, value, statement.variables, () => undefined)
          if (test !== undefined && test !== open) tests.push(test)
        }
      }
    }
  const prefix = (kind: string) => `arn:${deployment.partition}:iam::${deployment.account}:${kind}/`
  // The template's own roles are told apart, so that nobody else is taken for one of them.
  const own = [...known].map((arn): TextTest => ({ tokens: Array.from(arn), fold: false }))
  const found = ['role', 'user'].map((kind) => tellingTexts([...tests, ...own], prefix(kind), false))
  const arns = found.flatMap(({ texts }) => texts).filter((arn) => !known.has(arn) && !arn.endsWith('/'))
  return { arns, complete: found.every(({ complete }) => complete) }
}

/** All subjects, and whether the symbolic one stands for everybody else with certainty. */
export const subjectsOf = (
  deployment: Deployment,
  intent: Intent,
  stackName: string,
  walls: readonly Policy[],
): { readonly subjects: readonly Asked[]; readonly complete: boolean } => {
  const roleArn = (name: string) => `arn:${deployment.partition}:iam::${deployment.account}:role/${name}`
  const domainIdOf = (name: string): string => {
    const id = intent.domains.find((domain) => domain.name === name)?.id
    return id === undefined || id === 'deployed' ? (deployment.domainIds[0] ?? 'd-none') : id
  }
  const duties = new Map<
    string,
    { kind: 'minting-role' | 'execution-role'; declared: NonNullable<Asked['declared']> }
  >()
  const imported: string[] = []
  for (const { pair, networks, executionRoles } of pairsOf(intent)) {
    const domain = domainIdOf(pair.domain)
    duties.set(roleArn(mintingRoleName(stackName, pair)), {
      kind: 'minting-role',
      declared: { domain, letIn: letInFor('minting', networks, deployment) },
    })
    for (const name of executionRoles) {
      const role = intent.executionRoles.find((each) => each.name === name)?.role
      const arn = role === undefined || role === 'deployed' ? roleArn(executionRoleName(stackName, name)) : role
      if (arn === role) imported.push(arn)
      duties.set(arn, {
        kind: 'execution-role',
        declared: { domain, letIn: letInFor('execution', networks, deployment) },
      })
    }
  }
  const own = deployment.principals.map(({ logicalId, kind, arn, identity, boundary, unseen }): Asked => {
    const duty = duties.get(arn)
    return {
      kind: duty?.kind ?? (kind === 'user' ? 'user' : 'other-role'),
      name: logicalId,
      arn,
      principals: [kind === 'user' ? { kind: 'user', arn } : roleSession(arn)],
      identity,
      ...(boundary === undefined ? {} : { boundary }),
      unseen,
      ...(duty === undefined ? {} : { declared: duty.declared }),
    }
  })
  const foreign = imported
    .filter((arn) => !deployment.principals.some((each) => each.arn === arn))
    .map((arn): Asked => {
      const declared = duties.get(arn)?.declared
      const seen = { identity: [], unseen: [`policies of the imported role ${arn}`], ...(declared ? { declared } : {}) }
      return { kind: 'imported-role', name: arn, arn, principals: [roleSession(arn)], ...seen }
    })
  // A template that makes some of the declaration's roles must make them all; one that makes none is of something else.
  const made = own.some(({ declared }) => declared !== undefined)
  const absent = [...duties]
    .filter(([arn]) => made && ![...own, ...foreign].some((each) => each.arn === arn))
    .map(
      ([arn, { kind, declared }]): Asked => ({
        kind,
        name: `${arn.slice(arn.lastIndexOf('/') + 1)} (not in the template)`,
        arn,
        principals: [roleSession(arn)],
        identity: [],
        unseen: [],
        declared,
      }),
    )
  const known = new Set([...own, ...foreign].map(({ arn }) => arn))
  const others = othersIn(deployment, walls, known)
  const anybody = others.arns.map(
    (arn): Principal => (arn.includes(':user/') ? { kind: 'user', arn } : roleSession(arn)),
  )
  const anyOther: Asked = {
    kind: 'any-other-principal',
    name: 'any other principal of this account',
    arn: roleArn('*'),
    principals: [...anybody, { kind: 'root', accountId: deployment.account }],
    identity: [mustParsePolicy(fullAwsAccess, 'identity', 'Allow *:*')],
    unseen: [],
  }
  return { subjects: [...own, ...foreign, ...absent, anyOther], complete: others.complete }
}
