/** Whether a deployment keeps Studio to the networks that its declaration names. */
import type { Intent } from '../intent.ts'
import type { Template } from '../template/index.ts'
import { difference, isEmpty, noAddress } from './address-set.ts'
import { letInAt } from './declared.ts'
import type { Deployment } from './deployment.ts'
import { type Door, endpointChanges, otherDoors, policyChanges, roleChanges, studioDoor } from './doors.ts'
import { speaksOf } from './formula.ts'
import { type Reach, reach } from './reach.ts'
import { type Origins, originsOf, originWords, type Region, type Undecided } from './region.ts'
import { namedIn, shortfallOf, shutOutWitness } from './shut-out.ts'
import type { Asked } from './subjects.ts'
import { fixedFor, policiesFor, resourcesOf, type Survey, surveyOf } from './survey.ts'
import { textMatches, tokensOf } from './texts.ts'
import type { ConfinedOptions, Confinement, Counterexample, DoorReach, Shortfall, ShutOut } from './verdict.ts'

/** What the declaration says of a resource: user profiles of the subject's own domain open from somewhere, all else from nowhere. */
const letInsOf = ({ declared }: Asked, resource: string) =>
  declared !== undefined && resource.includes(`:user-profile/${declared.domain}/`) ? declared.letIn : undefined

/** What of a reach is not let in. */
const excessOf = (found: Reach, asked: Asked, resource: string): Region => {
  const letIns = letInsOf(asked, resource)
  const beyond = (parts: readonly Origins[]): readonly Origins[] =>
    parts.flatMap(({ origin, addresses }) => {
      const rest = difference(addresses, letIns === undefined ? noAddress : letInAt(letIns, origin))
      return isEmpty(rest) ? [] : [originsOf(origin, rest)]
    })
  return { reached: beyond(found.reached), undecided: beyond(found.undecided), because: found.because }
}

const noExcess: Region = { reached: [], undecided: [], because: [] }
const noShortfall: Shortfall = { shut: [], undecided: [] }

const fromWhere = ({ origin, cidrs, everywhere }: Origins): string =>
  `${originWords(origin)}${everywhere || cidrs.length === 0 ? '' : ` at ${cidrs.slice(0, 3).join(', ')}${cidrs.length > 3 ? ' and more' : ''}`}`

const remedyOf = ({ options }: Survey, { kind, name }: Asked): string => {
  const file = options.scpFile ?? 'scp.json'
  if ((options.scps ?? []).length === 0)
    return `attach the service control policy ${file} to the account, and pass it to the prover`
  if (kind === 'any-other-principal')
    return `attach the service control policy ${file} as it was derived: the one given lets this through`
  if (kind === 'imported-role')
    return `give ${name} the boundary of the template, and declare it in the template to have it proved`
  return `narrow the policies of ${name} or its permissions boundary to what was derived from the declaration`
}

interface AtDoor {
  readonly doors: readonly DoorReach[]
  readonly counterexamples: readonly Counterexample[]
  readonly shutOut: readonly ShutOut[]
}

/** One subject at one door: a line for every resource that makes a difference. */
const atDoor = (run: Survey, asked: Asked, door: Door, resources: readonly string[], allowed: boolean): AtDoor => {
  const doors: DoorReach[] = []
  const counterexamples: Counterexample[] = []
  const shutOut: ShutOut[] = []
  const policies = policiesFor(run, asked)
  const subject = { kind: asked.kind, name: asked.name, arn: asked.arn }
  const { action } = door
  for (const resource of resources)
    for (const principal of asked.principals) {
      const letIns = letInsOf(asked, resource)
      const tellApart = letIns === undefined ? {} : { tellApart: namedIn(letIns) }
      const found = reach(principal, action, resource, policies, { fixed: fixedFor(asked), ...tellApart })
      const excess = allowed ? noExcess : excessOf(found, asked, resource)
      const shortfall = letIns === undefined ? noShortfall : shortfallOf(letIns, found, run.deployment)
      const [worst] = excess.reached
      const witness = worst === undefined ? undefined : found.witness(worst.origin, worst.addresses)
      const undecided = [...excess.undecided, ...shortfall.undecided]
      const verdict =
        witness !== undefined
          ? 'counterexample'
          : shortfall.shut.length > 0
            ? 'shut out'
            : undecided.length > 0 || worst !== undefined
              ? 'unknown'
              : 'confined'
      doors.push({ subject, door: action, resource, reach: found, excess, shortfall, verdict })
      if (worst !== undefined && witness !== undefined && counterexamples.length === 0) {
        const summary = `${asked.name} can do ${action} on ${resource} from ${fromWhere(worst)}`
        counterexamples.push({ ...witness, subject, door: action, summary, remedy: remedyOf(run, asked) })
      }
      const [lost] = shortfall.shut
      if (lost === undefined || shutOut.length > 0) continue
      const denied = shutOutWitness(run, asked, { action, resource }, lost, found)
      const summary = `${asked.name} cannot do ${action} on ${resource} from ${fromWhere(lost)}, which the declaration lets in`
      const remedy = `widen the wall that denies it to what was derived from the declaration, or take these origins from the declaration`
      if (denied !== undefined) shutOut.push({ ...denied, subject, door: action, summary, remedy })
    }
  return { doors, counterexamples, shutOut }
}

/** A user profile of every declared domain that no policy tells apart. */
const profilesOf = ({ deployment, subjects }: Survey, arns: readonly string[]): readonly string[] => {
  const { partition, region, account } = deployment
  const domains = new Set(subjects.flatMap(({ declared }) => declared?.domain ?? []))
  return [...domains]
    .map((domain) => `arn:${partition}:sagemaker:${region}:${account}:user-profile/${domain}/`)
    .filter((start) => !arns.some((arn) => arn.startsWith(start)))
    .map((start) => `${start}somebody`)
}

const isTrusted = (run: Survey, arn: string): boolean =>
  (run.intent.trustedAdministrators ?? []).some((pattern) => textMatches(tokensOf(pattern, false, true), arn))

/** Who of the subjects can change a wall. Known roles must not; anybody else must not if the declaration names who may. */
const wallChanges = (run: Survey, subjects: readonly Asked[], roles: readonly string[]) => {
  const { partition, region, account } = run.deployment
  const endpoints = Object.keys(run.deployment.endpoints).map(
    (id) => `arn:${partition}:ec2:${region}:${account}:vpc-endpoint/${id}`,
  )
  const targets = [
    ...roleChanges.flatMap((action) => roles.map((arn) => ({ action, arn }))),
    ...policyChanges.flatMap((action) => run.deployment.managedPolicies.map((arn) => ({ action, arn }))),
    ...endpointChanges.flatMap((action) => endpoints.map((arn) => ({ action, arn }))),
  ]
  const strict = run.intent.trustedAdministrators !== undefined
  const doors: DoorReach[] = []
  const counterexamples: Counterexample[] = []
  for (const asked of subjects) {
    if (asked.kind === 'any-other-principal' && !strict) continue
    if (isTrusted(run, asked.arn)) continue
    const others = {
      ...asked,
      principals: asked.principals.filter(
        (each) => !('roleArn' in each && isTrusted(run, each.roleArn)) && !('arn' in each && isTrusted(run, each.arn)),
      ),
    }
    for (const { action, arn } of targets) {
      const policies = policiesFor(run, asked)
      const speaks = [...policies.identity].some((policy) =>
        policy.allows.some((each) => speaksOf(each, action.toLowerCase())),
      )
      if (!speaks && (policies.unseen ?? []).length === 0) continue
      const found = atDoor(run, others, { action, prefix: '' }, [arn], false)
      doors.push(...found.doors)
      if (found.counterexamples.length === 0) continue
      counterexamples.push(
        ...found.counterexamples.map((each) => ({
          ...each,
          remedy:
            asked.kind === 'any-other-principal'
              ? 'deny it in a service control policy to all but the trusted administrators, or declare no trusted administrators and trust whoever may change policies'
              : `take the permission from ${asked.name}, or name it among the trusted administrators`,
        })),
      )
      break
    }
  }
  return { doors, counterexamples }
}

/** Who may become a minting or execution role: nobody but the gate's function and SageMaker (the trust policies). */
const roleTaking = (run: Survey, subjects: readonly Asked[], gate: (arn: string) => boolean) => {
  const doors: DoorReach[] = []
  const counterexamples: Counterexample[] = []
  const unknown: Undecided[] = []
  for (const { arn, logicalId, trust } of run.deployment.principals) {
    const target = subjects.find((each) => each.arn === arn)
    if (target?.declared === undefined) continue
    if (trust === undefined)
      unknown.push({ policy: `${logicalId}/trust`, construct: 'a trust policy that cannot be read' })
    for (const asked of subjects) {
      if (trust === undefined || asked.arn === arn || (target.kind === 'minting-role' && gate(asked.arn))) continue
      const policies = { ...policiesFor(run, asked), resource: trust }
      for (const principal of asked.principals) {
        const found = reach(principal, 'sts:AssumeRole', arn, policies)
        const [first] = found.reached
        const witness = first === undefined ? undefined : found.witness(first.origin, first.addresses)
        if (first === undefined && found.undecided.length === 0) continue
        const subject = { kind: asked.kind, name: asked.name, arn: asked.arn }
        const verdict = witness === undefined ? 'unknown' : 'counterexample'
        doors.push({
          subject,
          door: 'sts:AssumeRole',
          resource: arn,
          reach: found,
          excess: found,
          shortfall: noShortfall,
          verdict,
        })
        if (witness === undefined) continue
        const summary = `${asked.name} can become ${logicalId}`
        const remedy = `let the trust policy of ${logicalId} name nobody but whom the declaration needs`
        counterexamples.push({ ...witness, subject, door: 'sts:AssumeRole', summary, remedy })
        break
      }
    }
  }
  return { doors, counterexamples, unknown }
}

const trustWords = (intent: Intent, account: string): readonly string[] =>
  intent.trustedAdministrators === undefined
    ? [
        `whoever of account ${account} may change IAM policies, endpoint policies and roles; name them as trusted administrators to have everybody else proved unable`,
      ]
    : intent.trustedAdministrators.map((arn) => `the administrators ${arn}`)

/**
 * Judges a template against its declaration, over every principal of the template, and a symbolic other one that may do everything (`Allow *:*`) but for
 * SCPs, endpoint policies and trust policies: each door of rows 1.27 to 1.31, at every kind of resource, from every origin. The account is taken to be
 * a member account: SCPs do not bind the management account. `proved`: what the declaration lets in is reachable, and nothing else is.
 * `counterexample`: each entry of `counterexamples` is a request that `evaluate` allows, each of `shutOut` one that it denies. `unknown`: something could not be seen or understood, and `unknown` names it. Throws TypeError for
 * parameters that the template refuses, and TemplateError where a function of the template cannot mean anything.
 */
export const confined = (template: Template, intent: Intent, options: ConfinedOptions = {}): Confinement => {
  const survey = surveyOf(template, intent, options)
  const { deployment, subjects } = survey
  const unknown: Undecided[] = [...survey.problems]
  const doors: DoorReach[] = []
  const counterexamples: Counterexample[] = []
  const shutOut: ShutOut[] = []
  const take = (found: Omit<AtDoor, 'shutOut'> & Partial<AtDoor>): void => {
    doors.push(...found.doors)
    counterexamples.push(...found.counterexamples)
    shutOut.push(...(found.shutOut ?? []))
  }
  for (const door of [studioDoor, ...otherDoors]) {
    const { arns, complete: all } = resourcesOf(survey, survey.policies, door)
    if (!all || arns.length === 0)
      unknown.push({ policy: 'resources', construct: `the ways in which resources of ${door.action} are named` })
    const asDeclared = door === studioDoor ? profilesOf(survey, arns) : []
    for (const asked of subjects) take(atDoor(survey, asked, door, [...arns, ...asDeclared], false))
  }
  const walls = subjects.filter(({ declared }) => declared !== undefined)
  take(
    wallChanges(
      survey,
      subjects,
      walls.map(({ arn }) => arn),
    ),
  )
  // The gate's function is the only one that the derived trust names; a trust that names another is a counterexample.
  const taking = roleTaking(survey, subjects, (arn) => gateRoles(template, deployment).has(arn))
  take(taking)
  unknown.push(
    ...taking.unknown,
    ...doors.flatMap(({ verdict, excess }) => (verdict === 'unknown' ? excess.because : [])),
  )
  const distinct = [...new Map(unknown.map((each) => [`${each.policy} ${each.construct}`, each])).values()]
  return {
    verdict:
      counterexamples.length + shutOut.length > 0
        ? 'counterexample'
        : distinct.length > 0 || doors.some(({ verdict }) => verdict === 'unknown')
          ? 'unknown'
          : 'proved',
    trusting: trustWords(intent, deployment.account),
    doors,
    counterexamples,
    shutOut,
    unknown: distinct,
  }
}

/** Roles of the template's functions: only they may be trusted by a minting role. */
const gateRoles = (template: Template, { principals }: Deployment): ReadonlySet<string> => {
  const named = new Set(
    [...template.resources.values()]
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .flatMap(({ properties }) => JSON.stringify(properties.Role ?? null).match(/[A-Za-z0-9]+/g) ?? []),
  )
  return new Set(principals.filter(({ logicalId }) => named.has(logicalId)).map(({ arn }) => arn))
}
