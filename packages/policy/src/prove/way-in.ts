/**
 * The way to a URL: a browser reaches the gate, and the gate becomes a minting role (design, section 1). Whoever the declaration lets in is shut out
 * as surely by a wall on that way as by one at the door. That nobody else becomes such a role is asked elsewhere.
 */
import { functionName } from '../names.ts'
import { excessOf, type Findings, fromWhere } from './at-door.ts'
import { addressesOf, type LetIn, pairsOf } from './declared.ts'
import { reach } from './reach.ts'
import type { Region, Undecided } from './region.ts'
import { namedIn, shortfallOf, shutOutWitness, type Wanted } from './shut-out.ts'
import { policiesFor, type Survey } from './survey.ts'
import type { Counterexample, DoorReach, ShutOut, Subject } from './verdict.ts'

const noExcess: Region = { reached: [], undecided: [], because: [] }

/** A step that must be possible from all of these origins. */
interface Step extends Wanted {
  readonly subject: Subject
  readonly letIns: readonly LetIn[]
  /** What is lost without it, as a sentence's end. */
  readonly lost: string
  /** What is amiss where it is possible from elsewhere, too; absent: that is asked of everybody in another place. */
  readonly wider?: string
}

/** Every browser in a network that some rule names reaches the assertion consumer service, but for those on the internet: it is private. */
const toTheGate = ({ deployment, intent }: Survey): readonly Step[] => {
  const { api, account, endpoints, endpointsOf } = deployment
  if (api === undefined) return []
  const networks = pairsOf(intent)
    .flatMap((pair) => pair.networks)
    .filter(({ kind }) => kind !== 'publicCidr')
  const through = endpointsOf.get('execute-api') ?? []
  const letIns = through.flatMap((endpoint) =>
    networks.map((network): LetIn => ({ kind: 'endpoint', endpoint, addresses: addressesOf(network) })),
  )
  const { policy: resource } = api
  return [
    {
      subject: { kind: 'outsider', name: 'a browser', arn: 'a browser' },
      principal: { kind: 'anonymous' },
      action: 'execute-api:Invoke',
      resource: api.resource,
      policies: { identity: [], scps: [], rcps: [], endpoints, ...(resource === undefined ? {} : { resource }) },
      account,
      keys: {},
      letIns,
      lost: `by the policy of ${api.logicalId}: nobody there can sign in`,
      wider: `let the policy of ${api.logicalId} name the declared networks and their endpoint only`,
    },
  ]
}

/** The gate's function becomes every minting role, in the person's name, through the endpoint of STS. */
const toTheRoles = (run: Survey): readonly Step[] => {
  const { deployment, subjects, options } = run
  const { account, partition, region, endpointsOf, functionSubnets: addresses } = deployment
  const letIns = (endpointsOf.get('sts') ?? []).map((endpoint): LetIn => ({ kind: 'endpoint', endpoint, addresses }))
  const gate = subjects.filter(({ arn }) => deployment.gateRoles.has(arn))
  const name = functionName(options.stackName ?? 'StudioGate')
  const keys = {
    'lambda:SourceFunctionArn': `arn:${partition}:lambda:${region}:${account}:function:${name}`,
    'sts:SourceIdentity': 'somebody',
  }
  const minting = new Set(subjects.flatMap(({ kind, arn }) => (kind === 'minting-role' ? [arn] : [])))
  return deployment.principals.flatMap(({ arn, logicalId, trust }) => {
    if (trust === undefined || !minting.has(arn)) return []
    return gate.flatMap((asked) =>
      asked.principals.flatMap((principal) =>
        ['sts:AssumeRole', 'sts:SetSourceIdentity'].map(
          (action): Step => ({
            subject: { kind: asked.kind, name: asked.name, arn: asked.arn },
            principal,
            action,
            resource: arn,
            policies: { ...policiesFor(run, asked), resource: trust },
            account,
            keys,
            letIns,
            lost: `so that nobody gets a URL of ${logicalId}`,
          }),
        ),
      ),
    )
  })
}

/** Steps that a wall denies, and a gate that can be reached from beyond the declared networks. One line of the table for each. Templates without a gate, or without endpoints of their own, have none that could be judged. */
export const wayIn = (run: Survey): Findings & { readonly unknown: readonly Undecided[] } => {
  const doors: DoorReach[] = []
  const counterexamples: Counterexample[] = []
  const shutOut: ShutOut[] = []
  const unknown: Undecided[] = []
  for (const { subject, letIns, lost, wider, ...wanted } of [...toTheGate(run), ...toTheRoles(run)]) {
    const { principal, action, resource, policies, keys } = wanted
    if (letIns.length === 0) continue
    const found = reach(principal, action, resource, policies, { fixed: keys, tellApart: namedIn(letIns) })
    const shortfall = shortfallOf(letIns, found, run.deployment)
    const excess = wider === undefined ? noExcess : excessOf(found, letIns)
    if (shortfall.undecided.length + excess.undecided.length > 0) unknown.push(...found.because)
    const row = { subject, door: action, resource, reach: found, excess, shortfall }
    const [worst] = excess.reached
    const beyond = worst && found.witness(worst.origin, worst.addresses)
    if (worst !== undefined && beyond !== undefined && wider !== undefined) {
      doors.push({ ...row, verdict: 'counterexample' })
      const summary = `${subject.name} can do ${action} on ${resource} from ${fromWhere(worst)}`
      counterexamples.push({ ...beyond, subject, door: action, summary, remedy: wider })
    }
    const [first] = shortfall.shut
    const witness = first && shutOutWitness(wanted, first, found)
    if (first === undefined || witness === undefined) continue
    doors.push({ ...row, verdict: 'shut out' })
    const summary = `${subject.name} cannot do ${action} on ${resource} from ${fromWhere(first)}, ${lost}`
    const remedy = 'let the wall that denies it say what was derived from the declaration'
    shutOut.push({ ...witness, subject, door: action, summary, remedy })
  }
  return { doors, counterexamples, shutOut, unknown }
}
