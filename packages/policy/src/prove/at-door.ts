/** One subject at one door: from where it gets through, how that differs from the declaration, and requests that show it. */
import { difference, isEmpty, noAddress } from './address-set.ts'
import type { Target } from './changes.ts'
import { type LetIn, letInAt } from './declared.ts'
import { type Door, studioDoor } from './doors.ts'
import { type Reach, reach } from './reach.ts'
import { type Origins, originsOf, originWords, type Region } from './region.ts'
import { namedIn, shortfallOf, shutOutWitness } from './shut-out.ts'
import type { Asked } from './subjects.ts'
import { fixedFor, policiesFor, type Survey } from './survey.ts'
import type { Counterexample, DoorReach, Shortfall, ShutOut } from './verdict.ts'

/** What the declaration says of a door: user profiles of the subject's own domain open from somewhere, all else is closed. */
const letInsOf = ({ declared }: Asked, action: string, resource: string) =>
  declared !== undefined && action === studioDoor.action && resource.includes(`:user-profile/${declared.domain}/`)
    ? declared.letIn
    : undefined

/** What of a reach is not let in. */
export const excessOf = (found: Reach, letIns: readonly LetIn[] | undefined): Region => {
  const beyond = (parts: readonly Origins[]): readonly Origins[] =>
    parts.flatMap(({ origin, addresses }) => {
      const rest = difference(addresses, letIns === undefined ? noAddress : letInAt(letIns, origin))
      return isEmpty(rest) ? [] : [originsOf(origin, rest)]
    })
  return { reached: beyond(found.reached), undecided: beyond(found.undecided), because: found.because }
}

/** Of a line about something that no declaration lets in. */
export const noShortfall: Shortfall = { shut: [], undecided: [] }

/** A person's session of an execution role carries the own profile (1.36). */
const profileKey = ({ kind }: Asked, resource: string): Readonly<Record<string, string>> =>
  kind === 'execution-role' ? { 'sagemaker:UserProfileName': resource.split('/').slice(2).join('/') } : {}

/** An origin with the first of its blocks. */
export const fromWhere = ({ origin, cidrs, everywhere }: Origins): string =>
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

/** Lines of the table, and what contradicts the declaration. */
export interface Findings {
  readonly doors: readonly DoorReach[]
  readonly counterexamples: readonly Counterexample[]
  readonly shutOut?: readonly ShutOut[]
}

/** One subject at one door: a line for every resource that makes a difference. */
export const atDoor = (
  run: Survey,
  asked: Asked,
  door: Door,
  resources: readonly string[],
  about: Pick<Target, 'policy' | 'fixed'> = {},
): Required<Findings> => {
  const doors: DoorReach[] = []
  const counterexamples: Counterexample[] = []
  const shutOut: ShutOut[] = []
  const policies = { ...policiesFor(run, asked), ...(about.policy === undefined ? {} : { resource: about.policy }) }
  const fixed = { ...fixedFor(asked), ...about.fixed }
  const subject = { kind: asked.kind, name: asked.name, arn: asked.arn }
  const { action } = door
  for (const resource of resources)
    for (const principal of asked.principals) {
      const letIns = letInsOf(asked, action, resource)
      const tellApart = letIns === undefined ? {} : { tellApart: namedIn(letIns) }
      const found = reach(principal, action, resource, policies, { fixed, ...tellApart })
      const excess = excessOf(found, letIns)
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
      const { account } = run.deployment
      const keys = { ...fixed, ...profileKey(asked, resource) }
      const denied = shutOutWitness({ principal, action, resource, policies, account, keys }, lost, found)
      const summary = `${asked.name} cannot do ${action} on ${resource} from ${fromWhere(lost)}, which the declaration lets in`
      const remedy = `widen the wall that denies it to what was derived from the declaration, or take these origins from the declaration`
      if (denied !== undefined) shutOut.push({ ...denied, subject, door: action, summary, remedy })
    }
  return { doors, counterexamples, shutOut }
}
