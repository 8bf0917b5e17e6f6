/**
 * The template of declarations that nobody wrote is proved equal to the declaration: nobody is let in from elsewhere, nobody who is declared is
 * shut out. EQUALITY_DECLARATIONS sets how many, EQUALITY_SEED where to begin.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confined, evaluate, type Intent } from '@studio-gate/policy'
import { parseTemplate } from '@studio-gate/policy/template'
import { templateOf } from '../../packages/infra/test/template.ts'
import { account, intents } from './declarations.ts'
import { withBoundariesAttached } from './imported-roles.ts'
import { scpOf } from './walls.ts'

const wanted = Number(process.env.EQUALITY_DECLARATIONS ?? 40)
const first = Number(process.env.EQUALITY_SEED ?? 1)

/** What a declaration has, so that a generator which stops producing one of them is noticed. */
const constructsOf = (intent: Intent): readonly string[] => [
  ...intent.networks.flatMap((network) => [
    network.kind === 'privateCidr' ? `privateCidr through ${Object.keys(network.through)[0]}` : network.kind,
    ...('cidrs' in network && network.cidrs.some((cidr) => cidr.includes(':')) ? [`${network.kind} IPv6`] : []),
    ...(JSON.stringify(network).includes('deployed') ? ['deployed'] : ['foreign']),
  ]),
  ...intent.executionRoles.map(({ role }) => (role === 'deployed' ? 'role deployed' : 'role imported')),
  ...intent.domains.map(({ id }) => (id === 'deployed' ? 'domain deployed' : 'domain imported')),
  ...intent.rules.map(({ effect, who }) => `${effect} ${who.groups === undefined ? 'everyone' : 'groups'}`),
  ...intent.identityProviders.map(({ signInRequests }) => (signInRequests ? 'requests' : 'unsolicited only')),
  ...intent.identityProviders.flatMap((provider) =>
    /sign.*rsa/i.test(JSON.stringify(provider)) ? ['signed requests'] : [],
  ),
  ...intent.identityProviders.flatMap(({ encryptedAssertions }) =>
    encryptedAssertions ? ['encrypted assertions'] : [],
  ),
  ...(intent.trustedAdministrators ? ['trusted administrators'] : []),
  ...(intent.domains.length > 1 ? ['several domains'] : []),
  ...(intent.profiles.length > 0 ? ['profiles'] : []),
]
const expected =
  `endpoint,vpc,privateCidr through endpoint,privateCidr through vpc,publicCidr,privateCidr IPv6,publicCidr IPv6,deployed,foreign,
role deployed,role imported,domain deployed,domain imported,allow everyone,allow groups,deny everyone,deny groups,requests,unsolicited only,
several domains,profiles,signed requests,encrypted assertions,trusted administrators`.split(/,\s*/)

test(`${wanted} drawn declarations: the synthesized template lets in what is declared, no more and no less`, async (context) => {
  const constructs = new Map<string, number>()
  const counts = { declarations: 0, roles: 0, doors: 0, origins: 0 }
  for (const { seed, intent } of intents(first, wanted)) {
    const template = withBoundariesAttached(await templateOf({ intent }), intent)
    const reading = parseTemplate(template, 'StudioGate.template.json')
    assert.ok(reading.ok, `seed ${seed}`)
    const scps = [{ file: 'scp.json', json: scpOf(intent) }]
    const verdict = confined(reading.template, intent, { accountId: account, scps })
    const { counterexamples, shutOut, unknown, doors } = verdict
    for (const { request, policies } of counterexamples) assert.equal(evaluate(request, policies).effect, 'allow')
    for (const { request, policies } of shutOut) assert.equal(evaluate(request, policies).effect, 'deny')
    const findings = [...counterexamples, ...shutOut].map(({ summary }) => summary)
    assert.deepEqual(
      { verdict: verdict.verdict, findings, unknown },
      { verdict: 'proved', findings: [], unknown: [] },
      `seed ${seed}`,
    )
    counts.declarations++
    counts.doors += doors.length
    counts.roles += new Set(
      doors.filter(({ subject: { kind } }) => /^(minting|execution)/.test(kind)).map(({ subject }) => subject.name),
    ).size
    counts.origins += doors.flatMap(({ reach }) => reach.reached.flatMap(({ cidrs }) => cidrs)).length
    for (const each of new Set(constructsOf(intent))) constructs.set(each, (constructs.get(each) ?? 0) + 1)
  }
  context.diagnostic(JSON.stringify({ ...counts, ...Object.fromEntries(constructs) }))
  assert.deepEqual(
    expected.filter((each) => !constructs.has(each)),
    [],
  )
})
