/** Who can change a wall. Roles and users of the template must not; anybody else must not if the declaration names who may. */
import type { Statement } from '../document.ts'
import { mustParsePolicy } from '../parse.ts'
import { atDoor, type Findings } from './at-door.ts'
import { changes, type Part, type Target } from './changes.ts'
import { speaksOf } from './formula.ts'
import type { ReachPolicies } from './question.ts'
import type { Asked } from './subjects.ts'
import { policiesFor, type Survey } from './survey.ts'
import { textMatches, tokensOf } from './texts.ts'
import type { Counterexample, DoorReach } from './verdict.ts'

const trusts = ({ intent }: Survey, arn: string): boolean =>
  (intent.trustedAdministrators ?? []).some((pattern) => textMatches(tokensOf(pattern, false, true), arn))

/** An administrator of this account for each pattern that means one: whoever becomes it, or changes it, moves walls in its name. */
const administrators = ({ intent, deployment }: Survey): readonly Target[] =>
  (intent.trustedAdministrators ?? []).flatMap((pattern) => {
    const [, partition = '', , , account = '', ...name] = pattern.split(':')
    const here = (account === '*' || account === deployment.account) && [deployment.partition, '*'].includes(partition)
    const arn = `arn:${deployment.partition}:iam::${deployment.account}:${name.join(':').replaceAll(/[*?]/g, 'x')}`
    return here ? [{ part: 'administrator' as const, arn }] : []
  })

const statementsOf = ({ identity, boundary, scps, endpoints = {} }: ReachPolicies): readonly Statement[] =>
  [
    ...identity,
    ...(boundary ? [boundary] : []),
    ...scps.flat(),
    ...Object.values(endpoints).flatMap(({ policy }) => policy ?? []),
  ].flatMap(({ allows, denies }) => [...allows, ...denies])

/** One action of each kind that the statements tell apart: what they treat alike has one answer. */
const toldApart = (actions: readonly string[], statements: readonly Statement[]): readonly string[] => {
  const alike = new Map<string, string>()
  for (const action of actions) {
    const lower = action.toLowerCase()
    const kind = statements.map((statement) => (speaksOf(statement, lower) ? '1' : '0')).join('')
    const key = `${lower.slice(0, lower.indexOf(':'))} ${lower === 'sts:assumerole'} ${kind}`
    if (!alike.has(key)) alike.set(key, action)
  }
  return [...alike.values()]
}

const remedyFor = ({ kind, name }: Asked): string =>
  kind === 'any-other-principal'
    ? 'deny it in a service control policy to all but the trusted administrators, as the derived one does, or declare no trusted administrators and trust whoever may change policies'
    : `take the permission from ${name}, or name it among the trusted administrators`

/** `gate`: whether an ARN is that of the gate's own function, which writes its table and makes profiles. */
export const wallChanges = (run: Survey, walls: readonly Target[], gate: (arn: string) => boolean): Findings => {
  const { partition, account } = run.deployment
  const targets = [...walls, ...administrators(run)]
  // Its own trust policy is out of sight, and may name the whole account.
  const trust = mustParsePolicy(
    {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'sts:AssumeRole',
      },
    },
    'trust',
    'trust of an administrator, assumed: the whole account',
  )
  const doors: DoorReach[] = []
  const counterexamples: Counterexample[] = []
  for (const asked of run.subjects) {
    if (asked.kind === 'any-other-principal' && run.intent.trustedAdministrators === undefined) continue
    // Whatever its name: a role that the walls confine is no administrator.
    if (asked.declared === undefined && trusts(run, asked.arn)) continue
    const others = {
      ...asked,
      principals: asked.principals.filter(
        (each) =>
          asked.declared !== undefined ||
          (!('roleArn' in each && trusts(run, each.roleArn)) && !('arn' in each && trusts(run, each.arn))),
      ),
    }
    const policies = policiesFor(run, asked)
    const speaks = (action: string): boolean =>
      (policies.unseen ?? []).length > 0 ||
      policies.identity.some(({ allows }) => allows.some((each) => speaksOf(each, action.toLowerCase())))
    const asks = new Map<Part, readonly string[]>()
    found: for (const { part, arn, policy, fixed = {} } of targets) {
      let actions = asks.get(part)
      if (actions === undefined) {
        const { actions: every, byTheGate = [] } = changes[part]
        const own = every.filter((action) => speaks(action) && !(gate(asked.arn) && byTheGate.includes(action)))
        // A key's own policy tells actions apart, too.
        actions = part === 'key' ? own : toldApart(own, own.length === 0 ? [] : statementsOf(policies))
        asks.set(part, actions)
      }
      for (const action of actions) {
        const resource = action === 'sts:AssumeRole' ? trust : policy
        const about = { fixed, ...(resource === undefined ? {} : { policy: resource }) }
        const found = atDoor(run, others, { action, prefix: '' }, [arn], about)
        for (const each of found.doors) doors.push(each)
        for (const each of found.counterexamples) counterexamples.push({ ...each, remedy: remedyFor(asked) })
        // One way to move the walls is as good as all.
        if (found.counterexamples.length > 0) break found
      }
    }
  }
  return { doors, counterexamples }
}

/** What a verdict leans on, in words. */
export const trustWords = ({ intent, deployment }: Survey): readonly string[] => [
  ...(intent.trustedAdministrators === undefined
    ? [
        `whoever of account ${deployment.account} may change IAM policies, endpoint policies and roles; name them as trusted administrators to have everybody else proved unable`,
      ]
    : intent.trustedAdministrators.map((arn) => `the administrators ${arn}, and whoever can act as one of them`)),
  ...deployment.defaults,
]
