/** What a change of a deployment opens and closes: for a pull request. */
import type { Intent } from '../intent.ts'
import type { Template } from '../template/index.ts'
import { difference } from './address-set.ts'
import type { Witness } from './counterexample.ts'
import { otherDoors, studioDoor } from './doors.ts'
import { type Reach, reach } from './reach.ts'
import { addressesBy, type Origin, type Origins, tidied, type Undecided } from './region.ts'
import type { Asked } from './subjects.ts'
import { fixedFor, policiesFor, resourcesAt, type Survey, surveyOf } from './survey.ts'
import type { ConfinedOptions, Subject } from './verdict.ts'

/** One state of a deployment. */
export interface Side {
  readonly template: Template
  /** Tells which roles are the declaration's; without it every role is just a role. */
  readonly intent?: Intent
  readonly options?: ConfinedOptions
}

/** Origins that one subject gained or lost at one door. */
export interface Change {
  readonly subject: Subject
  readonly door: string
  readonly resource: string
  readonly origins: readonly Origins[]
  /** Allowed after the change where it opened something, before it where it closed something. */
  readonly witness: Witness
}

export interface Comparison {
  readonly opened: readonly Change[]
  readonly closed: readonly Change[]
  /** What could not be decided on either side: nothing is said to be closed, or not to be opened, there. */
  readonly unknown: readonly Undecided[]
}

const nobody: Intent = {
  identityProviders: [],
  networks: [],
  domains: [],
  executionRoles: [],
  rules: [],
  profiles: [],
  urlSeconds: 300,
  audience: '',
  acsUrlForm: 'endpoint-alias',
}

/** Places small enough to be the same on both sides. */
const cellsOf = (sides: readonly Reach[]): readonly Origin[] => {
  const named = (of: (reach: Reach) => readonly string[]) => [...new Set([...sides.flatMap(of), 'other'])]
  const [endpoints, vpcs] = [named((each) => each.named.endpoints), named((each) => each.named.vpcs)]
  return [
    { kind: 'internet' },
    ...endpoints.flatMap((endpoint) => vpcs.map((vpc): Origin => ({ kind: 'endpoint', endpoint, vpc }))),
    { kind: 'service', firstHop: 'internet' },
    { kind: 'service', firstHop: 'private' },
  ]
}

/** What is surely in `more` and surely not in `less`. */
const gained = (more: Reach, less: Reach, cells: readonly Origin[]): readonly Origins[] => {
  const [sure, perhaps] = [addressesBy(more.reached), addressesBy([...less.reached, ...less.undecided])]
  return tidied(cells.map((origin) => ({ origin, addresses: difference(sure(origin), perhaps(origin)) })))
}

const isNowhere = ({ reached, undecided }: Reach): boolean => reached.length === 0 && undecided.length === 0

/** The same subject on the other side: one that is missing there may do nothing there. */
const partnersIn = ({ subjects }: Survey): ((asked: Asked) => Asked) => {
  const byName = new Map(subjects.map((each) => [each.name, each]))
  return ({ kind, name, arn }) => byName.get(name) ?? { kind, name, arn, principals: [], identity: [], unseen: [] }
}

/**
 * Compares two states of a deployment, door by door: what became reachable, and what stopped being so, each with a request that `evaluate` allows on one
 * side. Subjects are the same if their logical ids are. Throws as `confined` does.
 */
export const compare = (before: Side, after: Side): Comparison => {
  const surveys = [before, after].map(({ template, intent = nobody, options = {} }) =>
    surveyOf(template, intent, options),
  )
  const [old, now] = surveys
  if (old === undefined || now === undefined) throw new TypeError('two sides are needed')
  const both = {
    deployment: now.deployment,
    shared: [...old.shared, ...now.shared],
    subjects: [...old.subjects, ...now.subjects],
  }
  const doors = [studioDoor, ...otherDoors].map((door) => ({ door, resources: resourcesAt(both, door) }))
  const unknown = new Map<string, Undecided>()
  const doubt = (each: Undecided): void => void unknown.set(`${each.policy} ${each.construct}`, each)
  for (const each of surveys.flatMap(({ problems }) => problems)) doubt(each)
  const [opened, closed]: [Change[], Change[]] = [[], []]
  const [wasOf, isOf] = [partnersIn(old), partnersIn(now)]
  const names = new Map(surveys.flatMap(({ subjects }) => subjects).map((subject) => [subject.name, subject]))
  for (const asked of names.values()) {
    const [was, is] = [wasOf(asked), isOf(asked)]
    const principals = new Map([...was.principals, ...is.principals].map((each) => [JSON.stringify(each), each]))
    const [policiesBefore, policiesAfter] = [policiesFor(old, was), policiesFor(now, is)]
    for (const { door, resources } of doors) {
      const { arns, complete } = resources([was, is])
      if (!complete)
        doubt({ policy: 'resources', construct: `the ways in which resources of ${door.action} are named` })
      for (const resource of arns)
        for (const principal of principals.values()) {
          const first = reach(principal, door.action, resource, policiesBefore, { fixed: fixedFor(was) })
          const second = reach(principal, door.action, resource, policiesAfter, { fixed: fixedFor(is) })
          if (isNowhere(first) && isNowhere(second)) continue
          const tellApart = {
            endpoints: [...first.named.endpoints, ...second.named.endpoints],
            vpcs: [...first.named.vpcs, ...second.named.vpcs],
          }
          const earlier = reach(principal, door.action, resource, policiesBefore, { fixed: fixedFor(was), tellApart })
          const later = reach(principal, door.action, resource, policiesAfter, { fixed: fixedFor(is), tellApart })
          for (const each of [...earlier.because, ...later.because]) doubt(each)
          const cells = cellsOf([earlier, later])
          const note = (list: Change[], more: Reach, less: Reach): void => {
            const origins = gained(more, less, cells)
            const [worst] = origins
            const witness = worst && more.witness(worst.origin, worst.addresses)
            if (witness === undefined) return
            const subject = { kind: asked.kind, name: asked.name, arn: asked.arn }
            list.push({ subject, door: door.action, resource, origins, witness })
          }
          note(opened, later, earlier)
          note(closed, earlier, later)
        }
    }
  }
  return { opened, closed, unknown: [...unknown.values()] }
}
