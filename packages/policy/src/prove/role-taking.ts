/** Who may become a minting or execution role: nobody but the gate's function and SageMaker, as the trust policies say. */
import type { Policy } from '../document.ts'
import { mustParsePolicy } from '../parse.ts'
import { fullAwsAccess } from '../services.ts'
import type { Principal } from '../vocabulary.ts'
import { type Findings, noShortfall } from './at-door.ts'
import { type Caller, callerFacts } from './facts.ts'
import { names, speaksOf } from './formula.ts'
import type { ReachPolicies } from './question.ts'
import { reach } from './reach.ts'
import type { Undecided } from './region.ts'
import { policiesFor, type Survey } from './survey.ts'
import type { Counterexample, DoorReach, Subject } from './verdict.ts'

/** Somebody who could take a role, in one way. */
interface Taker {
  readonly subject: Subject
  readonly principal: Principal
  readonly action: string
  readonly policies: ReachPolicies
}

const federatedActions = ['sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity']

/** An account that is no other: for a trust policy that names everybody. */
const anyAccount = '000000000000'

/** Outside of the account: other accounts, services and identity providers that the trust policy names. Nothing is known that holds them back. */
const outsiders = (run: Survey, trust: Policy, expected: ReadonlySet<string>): readonly Taker[] => {
  const { account, partition } = run.deployment
  const everything = mustParsePolicy(fullAwsAccess, 'identity', 'Allow *:*')
  const takers: Taker[] = []
  const take = (name: string, principal: Principal, action: string): void => {
    const foreign = principal.kind === 'role-session' || principal.kind === 'user'
    const policies = { identity: foreign ? [everything] : [], scps: [], rcps: [], endpoints: run.deployment.endpoints }
    takers.push({ subject: { kind: 'outsider', name, arn: name }, principal, action, policies })
  }
  const session = (roleArn: string): Principal => ({ kind: 'role-session', roleArn, sessionName: '*' })
  for (const statement of trust.allows) {
    const { principals } = statement
    if (principals === undefined) continue
    if (speaksOf(statement, 'sts:assumerole')) {
      const accounts = principals.everyone === 'no' ? [...principals.accounts] : [anyAccount]
      for (const id of accounts)
        if (id !== account)
          take(
            principals.everyone === 'no' ? `account ${id}` : 'any account',
            session(`arn:${partition}:iam::${id}:role/somebody`),
            'sts:AssumeRole',
          )
      for (const arn of principals.arns) {
        const [, , service, , id, name = ''] = arn.split(':')
        if (id === account) continue
        const [, role = '', sessionName = ''] = name.split('/')
        if (service === 'sts')
          take(
            arn,
            { kind: 'role-session', roleArn: `arn:${partition}:iam::${id}:role/${role}`, sessionName },
            'sts:AssumeRole',
          )
        else take(arn, name.startsWith('user/') ? { kind: 'user', arn } : session(arn), 'sts:AssumeRole')
      }
      for (const service of principals.services)
        if (!expected.has(service)) take(service, { kind: 'service', service }, 'sts:AssumeRole')
    }
    for (const action of federatedActions)
      if (speaksOf(statement, action.toLowerCase())) {
        const anybody = principals.everyone === 'no' ? [] : ['any identity provider']
        for (const provider of [...principals.federated, ...anybody])
          take(`whom ${provider} vouches for`, { kind: 'federated', provider }, action)
      }
  }
  return takers
}

const insiders = (run: Survey): readonly (Taker & { readonly caller: Caller })[] =>
  run.subjects.flatMap((asked) =>
    asked.principals.map((principal) => ({
      caller: callerFacts(principal),
      subject: { kind: asked.kind, name: asked.name, arn: asked.arn },
      principal,
      action: 'sts:AssumeRole',
      policies: policiesFor(run, asked),
    })),
  )

/** `gate`: ARN of the role of the gate's function, which may become a minting role, and which only Lambda may become. */
export const roleTaking = (
  run: Survey,
  gate: (arn: string) => boolean,
): Findings & { readonly unknown: readonly Undecided[] } => {
  const doors: DoorReach[] = []
  const counterexamples: Counterexample[] = []
  const unknown: Undecided[] = []
  const everybody = insiders(run)
  const byArn = new Map(run.subjects.map((each) => [each.arn, each]))
  for (const { arn, logicalId, trust } of run.deployment.principals) {
    const target = byArn.get(arn)
    if (target === undefined || (target.declared === undefined && !gate(arn))) continue
    if (trust === undefined) {
      unknown.push({ policy: `${logicalId}/trust`, construct: 'a trust policy that cannot be read' })
      continue
    }
    // An execution role is for jobs of other services, too: whichever runs as it is held by the same walls.
    const services =
      target.kind === 'execution-role'
        ? [...trust.allows].flatMap(({ principals }) => [...(principals?.services ?? [])])
        : []
    const expected = new Set(gate(arn) ? ['lambda.amazonaws.com'] : services)
    const others = everybody.filter(
      ({ subject, caller }) =>
        subject.arn !== arn &&
        !(target.kind === 'minting-role' && gate(subject.arn)) &&
        // Whom no statement names is refused, whatever its own policies say.
        trust.allows.some((statement) => names(statement, caller)),
    )
    const shown = new Set<string>()
    for (const { subject, principal, action, policies } of [...others, ...outsiders(run, trust, expected)]) {
      if (shown.has(subject.name)) continue
      const found = reach(principal, action, arn, { ...policies, resource: trust })
      const [first] = found.reached
      if (first === undefined && found.undecided.length === 0) continue
      const witness = first === undefined ? undefined : found.witness(first.origin, first.addresses)
      const verdict = witness === undefined ? 'unknown' : 'counterexample'
      doors.push({ subject, door: action, resource: arn, reach: found, excess: found, shortfall: noShortfall, verdict })
      if (witness === undefined) continue
      shown.add(subject.name)
      const summary = `${subject.name} can become ${logicalId}`
      const remedy = `let the trust policy of ${logicalId} name nobody but whom the declaration needs`
      counterexamples.push({ ...witness, subject, door: action, summary, remedy })
    }
  }
  return { doors, counterexamples, unknown }
}
