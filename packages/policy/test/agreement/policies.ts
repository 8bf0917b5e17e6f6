/** Random policies of every layer around one target, as documents and as read. */
import {
  type Policy,
  type PolicyKind,
  type Principal,
  parsePolicy,
  type ReachOptions,
  type ReachPolicies,
} from '@studio-gate/policy'
import type { Generator } from '../generator.ts'
import { condition, type Json, some } from './conditions.ts'
import { account, otherAccount, principals, role, type Target, targets, usual, vouchedFor } from './targets.ts'

/** One question, with everything that has a say on it. */
export interface Question {
  readonly target: Target
  readonly principal: Principal
  readonly policies: ReachPolicies
  readonly options: ReachOptions
  /** The documents of `policies`, each with its kind, for whoever counts or shows them. */
  readonly documents: readonly (readonly [PolicyKind, Json])[]
}

const session = `arn:aws:sts::${account}:assumed-role/a/s`

const principalElement = (random: Generator, kind: PolicyKind, effect: string): Json => {
  if (kind !== 'trust' && effect === 'Deny' && random.chance(20))
    return { NotPrincipal: { AWS: [...(kind === 'endpoint' ? [] : [account]), role, session] } }
  const named = random.pick<unknown>([
    '*',
    { AWS: '*' },
    { AWS: role },
    { AWS: [session, `arn:aws:iam::${account}:user/u`] },
    kind === 'endpoint' ? { AWS: '*' } : { AWS: some(random, [account, `arn:aws:iam::${otherAccount}:root`]) },
    { Service: ['lambda.amazonaws.com', 'sagemaker.amazonaws.com'] },
    { AWS: `arn:aws:iam::${otherAccount}:role/a`, Federated: `arn:aws:iam::${account}:saml-provider/p` },
  ])
  return { Principal: named }
}

const statement = (random: Generator, kind: PolicyKind, target: Target): Json => {
  const effect = random.chance(kind === 'rcp' ? 0 : 72) ? 'Allow' : 'Deny'
  const relative =
    kind === 'resource' && target.relative !== undefined && random.chance(40) ? target.relative : undefined
  return {
    ...(random.chance(20) ? { Sid: `S${random.below(1_000_000)}` } : {}),
    Effect: effect,
    ...(kind === 'rcp' ? { Principal: '*' } : {}),
    ...(kind === 'resource' || kind === 'endpoint' || kind === 'trust' ? principalElement(random, kind, effect) : {}),
    ...(kind !== 'rcp' && kind !== 'trust' && random.chance(10)
      ? { NotAction: random.pick<unknown>(['ec2:*', ['ec2:*', target.action]]) }
      : { Action: random.pick(target.actions) }),
    ...(kind === 'trust'
      ? {}
      : {
          [random.chance(92) ? 'Resource' : 'NotResource']:
            relative === undefined ? random.pick(target.resources) : some(random, relative),
        }),
    ...(random.chance(80) ? { Condition: condition(random) } : {}),
  }
}

type Documents = [PolicyKind, Json][]

const policy = (random: Generator, kind: PolicyKind, target: Target, documents: Documents): Policy => {
  for (;;) {
    const statements = Array.from({ length: 1 + random.below(3) }, () => statement(random, kind, target))
    const whole = kind === 'scp' && random.chance(50) ? [{ Effect: 'Allow', Action: '*', Resource: '*' }] : []
    // Without Version, or in the old one, `$` and braces are themselves (3.26).
    const old = kind !== 'scp' && kind !== 'rcp' && random.chance(8)
    const document = {
      ...(old ? (random.chance(50) ? { Version: '2008-10-17' } : {}) : { Version: '2012-10-17' }),
      Statement: [...whole, ...statements],
    }
    const reading = parsePolicy(document, kind, `${kind}-${documents.length}`)
    // An endpoint policy takes fewer wildcards than the others (3.8), and other kinds have rules of their own: draw again.
    if (!reading.ok) continue
    documents.push([kind, document])
    return reading.policy
  }
}

/** Wildcards make kinds of endpoints that have no name in a region; then every id that requests use has a part of its own. */
const everyId = { endpoints: ['vpce-1', 'vpce-2', 'vpce-3', 'vpce-11'], vpcs: ['vpc-1', 'vpc-2', 'vpc-3'] }

/** The question of a seed's generator. */
export const drawQuestion = (random: Generator): Question => {
  const { studio, bucket, role: assumed, federation, api, key } = targets
  const target = random.pick([studio, studio, studio, studio, studio, bucket, assumed, federation, api, key])
  const documents: Documents = []
  const make = (kind: PolicyKind) => policy(random, kind, target, documents)
  const demanding = target.own === 'trust' || target.action.startsWith('kms:')
  const principal =
    target === federation ? random.pick(vouchedFor) : random.chance(75) ? random.pick(usual) : random.pick(principals)
  const held = principal.kind !== 'service' && principal.kind !== 'anonymous' && principal.kind !== 'federated'
  const policies: ReachPolicies = {
    identity: Array.from({ length: held ? random.pick([1, 1, 1, 2, 0]) : 0 }, () => make('identity')),
    scps: Array.from({ length: random.pick([0, 0, 0, 1, 2]) }, () => [make('scp')]),
    rcps: random.chance(20) ? [[make('rcp')]] : [],
    ...(held && random.chance(15) ? { session: make('session') } : {}),
    ...(held && random.chance(20) ? { boundary: make('boundary') } : {}),
    ...(random.chance(demanding || !held ? 90 : 30) ? { resource: make(target.own) } : {}),
    endpoints: {
      ...(random.chance(50) ? { 'vpce-1': { policy: make('endpoint'), vpc: 'vpc-1' } } : {}),
      ...(random.chance(30) ? { 'vpce-2': random.chance(50) ? { policy: make('endpoint') } : {} } : {}),
    },
  }
  const options: ReachOptions = {
    ...(random.chance(15) ? { resourceAccount: random.pick([account, otherAccount]) } : {}),
    ...(random.chance(20)
      ? { fixed: random.pick([{ 'Sagemaker:DomainId': 'd-1' }, { 'aws:PrincipalTag/team': undefined }]) }
      : {}),
    ...(/vpce-(1\*|\?)/.test(JSON.stringify(documents)) || random.chance(10) ? { tellApart: everyId } : {}),
  }
  return { target, principal, policies, options, documents }
}
