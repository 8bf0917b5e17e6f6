/**
 * Declarations that grow until AWS's limits: the last that becomes a template keeps them, measured on the template and not by the code that
 * refuses, and the next is refused with the wall, its size, the limit and the entries to merge.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Intent, PolicyJson } from '@studio-gate/policy'
import { SynthesisError } from '../src/synthesis-error.ts'
import { firstDeployment as first } from './intent.ts'
import { deployedOf, type Template } from './template.ts'

const [office] = first.networks
const [rule] = first.rules
const [company] = first.identityProviders
assert.ok(office?.kind === 'privateCidr' && rule?.effect === 'allow' && company)

const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at))
/** No two of them join to one. */
const block = (index: number, start = '10') => `${start}.${(index >> 7) & 255}.${(2 * index) & 255}.0/24`
const pairs = (count: number): Intent => ({
  ...first,
  networks: many(count, (at) => ({ ...office, name: `net-${at}`, cidrs: [block(at)] })),
  executionRoles: many(count, (at) => ({ name: `role-${at}`, role: 'deployed' })),
  rules: many(count, (at) => ({
    ...rule,
    name: `rule-${at}`,
    executionRole: `role-${at}`,
    profileSuffix: `s${at}`,
    from: [`net-${at}`],
  })),
  profiles: [],
})

interface Dimension {
  readonly name: string
  readonly make: (count: number) => Intent
  /** It must go at least so far. */
  readonly least: number
  /** What must be said of one more. */
  readonly says: RegExp
}

const dimensions: readonly Dimension[] = [
  {
    name: 'blocks of one private network',
    make: (count) => ({ ...first, networks: [{ ...office, cidrs: many(count, (at) => block(at)) }] }),
    least: 100,
    says: /permissions boundary of `StudioGate\/Role\/BoundaryScientist` would have about \d+ characters, AWS admits 6144: join blocks of `office` \(\d+ blocks\), or name fewer/,
  },
  {
    name: 'blocks of a public network',
    make: (count) => ({
      ...first,
      networks: [office, { kind: 'publicCidr', name: 'home', cidrs: many(count, (at) => block(at, '203')) }],
      rules: [{ ...rule, from: ['office', 'home'] }],
    }),
    least: 180,
    says: /permissions boundary .* join blocks of `home` \(\d+ blocks\), `office` \(1 block\)/,
  },
  {
    name: 'networks of one rule',
    make: (count) => ({
      ...first,
      networks: many(count, (at) => ({ ...office, name: `net-${at}`, cidrs: [block(at)] })),
      rules: [{ ...rule, from: many(count, (at) => `net-${at}`) }],
    }),
    least: 80,
    says: /permissions boundary .* or name fewer networks in one rule/,
  },
  {
    name: 'combinations of domain and networks',
    make: pairs,
    least: 40,
    says: /service control policy of `StudioGate` would have about \d+ characters, and one statement alone too many,; AWS admits 4 of 5120: declare fewer of .* and \d+ combinations of domain and networks \(research from net-0, research from net-1/,
  },
  {
    name: 'combinations, with trusted administrators',
    make: (count) => ({ ...pairs(count), trustedAdministrators: ['arn:aws:iam::123456789012:role/admin'] }),
    least: 40,
    says: /service control policy .* 4[0-9] execution roles \(`role-0`, `role-1`, `role-2` and \d+ more\)/,
  },
  {
    name: 'domains',
    make: (count) => ({
      ...first,
      domains: [...first.domains, ...many(count, (at) => ({ name: `other-${at}`, id: `d-other${at}` as const }))],
    }),
    least: 100,
    says: /VPC endpoint policy of `StudioGate\/Endpoint\/\w+` would have about \d+ characters, AWS admits 20480: declare fewer of \d+ domains \(`research`, `other-0`/,
  },
  {
    name: 'logins of identity providers',
    make: (count) => ({
      ...first,
      identityProviders: many(count, (at) => ({
        ...company,
        name: `idp-${at}`,
        signInRequests: { binding: 'redirect', location: 'https://idp.example.org/sso' },
      })),
      rules: [{ ...rule, who: { identityProvider: 'idp-0' } }],
      profiles: [],
    }),
    least: 100,
    says: /API resource policy of `StudioGate\/Api`/,
  },
]

type Deployed = Awaited<ReturnType<typeof deployedOf>>

/** The largest that is not refused, and what is said of the next. */
const lastOf = async ({
  make,
}: Dimension): Promise<{ readonly count: number; readonly deployed: Deployed; readonly refusal: Error }> => {
  let [good, bad] = [1, 2048]
  let deployed = await deployedOf({ intent: make(good) })
  let refusal: Error | undefined
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    try {
      deployed = await deployedOf({ intent: make(middle) })
      good = middle
    } catch (error) {
      if (!(error instanceof SynthesisError)) throw error
      refusal = error
      bad = middle
    }
  }
  assert.ok(refusal)
  return { count: good, deployed, refusal }
}

/** What a deployment puts in place of ids and ARNs. */
const asDeployed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asDeployed)
  if (typeof value !== 'object' || value === null) return value
  const record = value as Readonly<Record<string, unknown>>
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = record
  const known: Readonly<Record<string, string>> = {
    'AWS::AccountId': '123456789012',
    'AWS::Partition': 'aws',
    'AWS::Region': 'ap-southeast-2',
  }
  if (typeof ref === 'string') return known[ref] ?? 'vpce-0123456789abcdef0'
  if (attribute !== undefined) return `arn:aws:iam::123456789012:role/StudioGate-${JSON.stringify(attribute)}`
  if (Array.isArray(join)) return (asDeployed(join[1]) as readonly string[]).join(String(join[0]))
  return Object.fromEntries(Object.entries(record).map(([key, part]) => [key, asDeployed(part)]))
}

const sizeOf = (policy: unknown): number => JSON.stringify(asDeployed(policy)).length

/** Every document of the template with its limit: IAM, STS, VPC, API Gateway and Organizations quotas. */
const sizes = (
  { Resources: resources }: Template,
  scps: readonly PolicyJson[],
): readonly (readonly [name: string, size: number, limit: number])[] => {
  const inline = new Map<string, number>()
  const attached = new Map<string, number>()
  const add = (map: Map<string, number>, id: string, more: number): void => void map.set(id, (map.get(id) ?? 0) + more)
  const found: (readonly [string, number, number])[] = scps.map((scp, at) => [
    `SCP ${at + 1}`,
    JSON.stringify(scp).length,
    5120,
  ])
  for (const [id, { Type: type, Properties: properties }] of Object.entries(resources)) {
    const targets: readonly { readonly Ref: string }[] = properties.Roles ?? []
    if (type === 'AWS::IAM::Role') {
      found.push([`${id}/trust`, sizeOf(properties.AssumeRolePolicyDocument), 2048])
      for (const { PolicyDocument: document } of properties.Policies ?? []) add(inline, id, sizeOf(document))
      add(attached, id, (properties.ManagedPolicyArns ?? []).length)
    }
    if (type === 'AWS::IAM::Policy')
      for (const { Ref: ref } of targets) add(inline, ref, sizeOf(properties.PolicyDocument))
    if (type === 'AWS::IAM::ManagedPolicy') {
      found.push([id, sizeOf(properties.PolicyDocument), 6144])
      for (const { Ref: ref } of targets) add(attached, ref, 1)
    }
    if (type === 'AWS::EC2::VPCEndpoint') found.push([id, sizeOf(properties.PolicyDocument), 20480])
    if (type === 'AWS::ApiGateway::RestApi') found.push([id, sizeOf(properties.Policy), 8192])
  }
  found.push(['number of SCPs', scps.length, 4])
  for (const [id, size] of inline) found.push([`inline of ${id}`, size, 10240])
  for (const [id, count] of attached) found.push([`managed policies of ${id}`, count, 10])
  return found
}

for (const dimension of dimensions)
  test(`${dimension.name}: as many as AWS admits`, { timeout: 120_000 }, async (context) => {
    const { count, deployed, refusal } = await lastOf(dimension)
    const measured = sizes(deployed.template, deployed.scps)
    context.diagnostic(
      `${count}; fullest: ${JSON.stringify(measured.toSorted(([, a, x], [, b, y]) => b / y - a / x)[0])}; SCPs: ${deployed.scps.length}`,
    )
    assert.deepEqual(
      measured.filter(([, size, limit]) => size > limit),
      [],
    )
    assert.ok(count >= dimension.least, `only ${count}`)
    assert.match(refusal.message, dimension.says)
  })
