/** Whether a deployment keeps Studio to the networks that its declaration names. */
import type { Intent } from '../intent.ts'
import type { Template } from '../template/index.ts'
import { trustWords, wallChanges } from './administration.ts'
import { atDoor, type Findings } from './at-door.ts'
import { otherDoors, studioDoor } from './doors.ts'
import type { Undecided } from './region.ts'
import { roleTaking } from './role-taking.ts'
import type { Asked } from './subjects.ts'
import { resourcesAt, type Survey, surveysOf } from './survey.ts'
import type { ConfinedOptions, Confinement, Contradiction, Counterexample, DoorReach, ShutOut } from './verdict.ts'
import { wayIn } from './way-in.ts'

/** A user profile of the domain that is the subject's own, where no policy tells its profiles apart. */
const profileOf = ({ deployment }: Survey, { declared }: Asked, arns: readonly string[]): readonly string[] => {
  if (declared === undefined) return []
  const { partition, region, account } = deployment
  const start = `arn:${partition}:sagemaker:${region}:${account}:user-profile/${declared.domain}/`
  return arns.some((arn) => arn.startsWith(start)) ? [] : [`${start}somebody`]
}

const judge = (survey: Survey): Omit<Confinement, 'verdict'> => {
  const { deployment, subjects, options } = survey
  options.done?.('survey')
  const unknown: Undecided[] = [...survey.problems]
  const doors: DoorReach[] = []
  const counterexamples: Counterexample[] = []
  const shutOut: ShutOut[] = []
  const take = (found: Findings): void => {
    for (const each of found.doors) doors.push(each)
    for (const each of found.counterexamples) counterexamples.push(each)
    for (const each of found.shutOut ?? []) shutOut.push(each)
  }
  for (const door of [studioDoor, ...otherDoors]) {
    const resources = resourcesAt(survey, door)
    for (const asked of subjects) {
      const { arns, complete } = resources([asked])
      if (!complete || arns.length === 0)
        unknown.push({ policy: 'resources', construct: `the ways in which resources of ${door.action} are named` })
      take(atDoor(survey, asked, door, door === studioDoor ? [...arns, ...profileOf(survey, asked, arns)] : arns))
    }
  }
  options.done?.('doors')
  const { gateRoles } = deployment
  const confinedRoles = subjects.flatMap(({ declared, arn }) => (declared === undefined ? [] : [arn]))
  const roles = [...confinedRoles, ...gateRoles].map((arn) => ({ part: 'role' as const, arn }))
  take(wallChanges(survey, [...roles, ...deployment.targets], (arn) => gateRoles.has(arn)))
  options.done?.('changes of walls')
  // The gate's function is the only one that the derived trust names; a trust that names another is a counterexample.
  const taking = roleTaking(survey, (arn) => gateRoles.has(arn))
  take(taking)
  const entering = wayIn(survey)
  take(entering)
  options.done?.('taking of roles')
  const doubts = doors.flatMap(({ verdict, excess }) => (verdict === 'unknown' ? excess.because : []))
  return {
    trusting: trustWords(survey),
    doors,
    counterexamples,
    shutOut,
    unknown: [...unknown, ...taking.unknown, ...entering.unknown, ...doubts],
  }
}

/** Findings of all worlds: once what is found in each, else with what it takes. */
const together = (
  worlds: readonly (readonly [assumed: readonly string[], findings: readonly Contradiction[]])[],
): readonly Contradiction[] => {
  const everywhere = (summary: string): boolean =>
    worlds.every(([, findings]) => findings.some((each) => each.summary === summary))
  return worlds.flatMap(([assumed, findings], index) =>
    findings.flatMap((each) => {
      if (everywhere(each.summary)) return index === 0 ? [each] : []
      return [{ ...each, summary: `${each.summary}, if ${assumed.join(' and ')}` }]
    }),
  )
}

/**
 * Judges a template against its declaration, over every principal of the template, and a symbolic other one that may do everything (`Allow *:*`) but for
 * SCPs, endpoint policies and trust policies: each door of rows 1.27 to 1.31, at every kind of resource, from every origin. The account is taken to be
 * a member account: SCPs do not bind the management account. `proved`: what the declaration lets in is reachable, and nothing else is.
 * `counterexample`: each entry of `counterexamples` is a request that `evaluate` allows, each of `shutOut` one that it denies. `unknown`: something could not be seen or understood, and `unknown` names it. Throws TypeError for
 * parameters that the template refuses, and TemplateError where a function of the template cannot mean anything.
 */
export const confined = (template: Template, intent: Intent, options: ConfinedOptions = {}): Confinement => {
  const worlds = surveysOf(template, intent, options).map(({ assumed, survey }) => ({ ...judge(survey), assumed }))
  const doors = worlds.flatMap((each) => each.doors)
  const counterexamples = together(worlds.map((each) => [each.assumed, each.counterexamples]))
  const shutOut = together(worlds.map((each) => [each.assumed, each.shutOut]))
  const doubts = worlds.flatMap((each) => each.unknown)
  const unknown = [...new Map(doubts.map((each) => [`${each.policy} ${each.construct}`, each])).values()]
  return {
    verdict:
      counterexamples.length + shutOut.length > 0
        ? 'counterexample'
        : unknown.length > 0 || doors.some(({ verdict }) => verdict === 'unknown')
          ? 'unknown'
          : 'proved',
    trusting: worlds[0]?.trusting ?? [],
    doors,
    counterexamples,
    shutOut,
    unknown,
  }
}
