/**
 * The derived walls, asked through the evaluator, against the declaration read in the plainest way: for every role, and everybody else, at
 * origins on both sides of every edge. Neither `derive` nor the prover has a part in what is expected.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  evaluate,
  fullAwsAccess,
  type Intent,
  mustParsePolicy,
  type Network,
  type Policies,
  type Policy,
  type Principal,
  type Request,
} from '@studio-gate/policy'
import { generator } from '../../packages/policy/test/generator.ts'
import { account, intents } from './declarations.ts'
import { contextOf, drawOrigin, type From, isIn } from './origins.ts'
import { places, wallsOf } from './walls.ts'

const declarations = 120
const originsEach = 60

/** A browser that uses Studio comes from this network (design, section 2). */
const comesFrom = (network: Network, { endpoint, vpc, address }: From): boolean => {
  if (network.kind === 'publicCidr') return endpoint === undefined && isIn(address, network.cidrs)
  const through = network.kind === 'privateCidr' ? network.through : network
  const arrives =
    'endpoint' in through
      ? endpoint === (through.endpoint === 'deployed' ? 'vpce-0studio' : through.endpoint)
      : through.vpc === 'deployed'
        ? endpoint === 'vpce-0studio'
        : vpc === through.vpc
  return arrives && (network.kind !== 'privateCidr' || isIn(address, network.cidrs))
}

/** The person's own browser mints, inside Studio, from this network: by the API's endpoint, never from where apps or the gate are. */
const mintsFrom = (network: Network, { endpoint, address }: From, intent: Intent): boolean => {
  const { gateSubnetCidrs, studioSubnetCidrs } = places(intent)
  if (network.kind === 'publicCidr' || endpoint !== 'vpce-0api') return false
  if (isIn(address, [...gateSubnetCidrs, ...studioSubnetCidrs])) return false
  return network.kind !== 'privateCidr' || isIn(address, network.cidrs)
}

const networksOf = (intent: Intent, names: readonly string[]) =>
  intent.networks.filter(({ name }) => names.includes(name))

const everything = {
  Version: '2012-10-17' as const,
  Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }],
}

test(`the walls of ${declarations} drawn declarations let in exactly what is declared, by the evaluator's word`, (context) => {
  const counts = { minting: 0, execution: 0, anybody: 0, api: 0, allowed: 0 }
  for (const { seed, intent } of intents(1, declarations)) {
    const random = generator(seed)
    const walls = wallsOf(intent)
    const at = places(intent)
    const scps = [[mustParsePolicy(fullAwsAccess, 'scp', 'FullAWSAccess'), mustParsePolicy(walls.scp, 'scp', 'scp')]]
    const endpoints: Readonly<Record<string, Policy>> = {
      'vpce-0api': mustParsePolicy(walls.sagemakerApiEndpoint, 'endpoint', 'api'),
      'vpce-0studio': mustParsePolicy(walls.studioEndpoint, 'endpoint', 'studio'),
      'vpce-0acs': mustParsePolicy(walls.executeApiEndpoint, 'endpoint', 'acs'),
    }
    const allow = mustParsePolicy(everything, 'identity', 'everything')
    const ask = (principal: Principal, domain: string, from: From, policies: Partial<Policies>, more = {}): boolean => {
      const own = from.endpoint === undefined ? undefined : endpoints[from.endpoint]
      const request: Request = {
        principal,
        action: 'sagemaker:CreatePresignedDomainUrl',
        resource: `arn:aws:sagemaker:eu-central-1:${account}:user-profile/${domain}/alice`,
        resourceAccount: account,
        context: { ...contextOf(from), ...more },
      }
      const all: Policies = {
        identity: [],
        scps,
        rcps: [],
        ...policies,
        ...(own === undefined ? {} : { endpoint: own }),
      }
      return evaluate(request, all).effect === 'allow'
    }
    const session = (name: string): Principal => ({
      kind: 'role-session',
      roleArn: name.startsWith('arn:') ? name : `arn:aws:iam::${account}:role/${name}`,
      sessionName: 'alice',
    })
    const minting = walls.minting.map((wall) => ({
      ...wall,
      policy: mustParsePolicy(wall.policy, 'identity', 'minting'),
    }))
    const execution = walls.execution.map((wall) => ({
      ...wall,
      boundary: mustParsePolicy(wall.boundary, 'boundary', 'boundary'),
    }))
    const restApi = mustParsePolicy(walls.restApi, 'resource', 'api')
    for (let round = 0; round < originsEach; round++) {
      const from = drawOrigin(random, intent)
      const domain = random.pick(Object.values(at.domainIds) as unknown as readonly [string, ...string[]])
      const what = (who: string) => `seed ${seed}: ${who} for ${domain} from ${JSON.stringify(from)}`
      const check = (kind: keyof typeof counts, who: string, found: boolean, expected: boolean) => {
        assert.equal(found, expected, what(who))
        counts[kind]++
        if (found) counts.allowed++
      }
      for (const { pair, roleName, policy } of minting) {
        const use = networksOf(intent, pair.networks).some((network) => comesFrom(network, from))
        const mint = from.endpoint === 'vpce-0api' && isIn(from.address, at.gateSubnetCidrs)
        const expected =
          at.domainIds[pair.domain] === domain && (use || mint) && !(use && !mint && from.endpoint === 'vpce-0api')
        check('minting', roleName, ask(session(roleName), domain, from, { identity: [policy] }), expected)
      }
      for (const { name, pair, roleName, boundary } of execution) {
        const role = intent.executionRoles.find((each) => each.name === name)?.role ?? 'deployed'
        const networks = networksOf(intent, pair.networks)
        const use = from.endpoint !== 'vpce-0api' && networks.some((network) => comesFrom(network, from))
        const mint = networks.some((network) => mintsFrom(network, from, intent))
        const keys = { 'sagemaker:DomainId': at.domainIds[pair.domain], 'sagemaker:UserProfileName': 'alice' }
        const policies = { identity: [allow], boundary }
        const found = ask(session(role === 'deployed' ? roleName : role), domain, from, policies, keys)
        check('execution', name, found, at.domainIds[pair.domain] === domain && (use || mint))
      }
      check('anybody', 'an administrator', ask(session('Administrator'), domain, from, { identity: [allow] }), false)
      const used = networksOf(
        intent,
        intent.rules.flatMap((rule) => (rule.effect === 'allow' ? rule.from : [])),
      )
      const reaches = used.some((network) =>
        network.kind === 'privateCidr' ? isIn(from.address, network.cidrs) : network.kind !== 'publicCidr',
      )
      const post = evaluate(
        {
          principal: { kind: 'anonymous' },
          action: 'execute-api:Invoke',
          resource: `arn:aws:execute-api:eu-central-1:${account}:api/gate/POST/saml`,
          resourceAccount: account,
          context: contextOf(from),
        },
        {
          identity: [],
          scps: [],
          rcps: [],
          resource: restApi,
          ...(from.endpoint === 'vpce-0acs' && endpoints['vpce-0acs'] ? { endpoint: endpoints['vpce-0acs'] } : {}),
        },
      )
      check('api', 'a browser', post.effect === 'allow', from.endpoint === 'vpce-0acs' && reaches)
    }
  }
  context.diagnostic(JSON.stringify(counts))
  const asked = counts.minting + counts.execution + counts.anybody + counts.api
  assert.ok(counts.allowed > asked / 20, JSON.stringify(counts))
})
