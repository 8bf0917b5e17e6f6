/** Declarations that nobody wrote: every setting of the table, drawn by a seed and read as a file is read. */
import { type Reading, readDeclarationObject } from '@studio-gate/declaration'
import type { Intent } from '@studio-gate/policy'
import { type Generator, generator } from '../../packages/policy/test/generator.ts'

export const account = '123456789012'

type Some<T> = readonly [T, ...T[]]

const privateBlocks: Some<string> = [
  '10.0.0.0/8',
  '10.100.0.0/16',
  '10.100.10.0/24',
  '10.100.11.128/25',
  // Half of a subnet of Studio's apps, and the gate's subnets with what lies between them.
  '10.100.30.128/25',
  '10.100.20.0/22',
  '192.168.7.0/24',
  '192.168.6.0/23',
  '172.16.0.0/12',
  '10.9.8.7/32',
  'fd00:7::/64',
  'fc00::/7',
]
const publicBlocks: Some<string> = [
  '203.0.113.0/24',
  '198.51.100.64/26',
  '203.0.112.0/22',
  '0.0.0.0/0',
  '2001:db8::/32',
  '2001:db8:1::7/128',
]
const foreign = {
  endpoint: ['vpce-0123456789abcdef0', 'vpce-0aaaaaaaaaaaaaaaa'],
  vpc: ['vpc-0123456789abcdef0', 'vpc-0bbbbbbbbbbbbbbbb'],
} as const

const maybe = <T>(random: Generator, percent: number, key: string, value: T): Readonly<Record<string, T>> =>
  random.chance(percent) ? { [key]: value } : {}

const blocks = (random: Generator, from: Some<string>): string | readonly string[] => {
  const drawn = [...new Set(Array.from({ length: 1 + random.below(4) }, () => random.pick(from)))]
  return drawn.length === 1 && random.chance(50) ? (drawn[0] ?? '') : drawn
}

const place = (random: Generator) =>
  random.chance(50)
    ? { endpoint: random.pick(['deployed', ...foreign.endpoint]) }
    : { vpc: random.pick(['deployed', ...foreign.vpc]) }

const network = (random: Generator) =>
  random.pick<() => unknown>([
    () => place(random),
    () => ({ privateCidr: blocks(random, privateBlocks), through: place(random) }),
    () => ({ privateCidr: blocks(random, privateBlocks), through: { endpoint: 'deployed' } }),
    () => ({ publicCidr: blocks(random, publicBlocks) }),
  ])()

const provider = (random: Generator, name: string) => ({
  metadata: random.chance(80) ? `${name}.xml` : 'absent.xml',
  ...maybe(random, 50, 'requiredSignature', random.pick(['response', 'assertion', 'both', 'either'])),
  ...maybe(random, 50, 'clockSkew', random.pick(['0s', '90s', '3m'])),
  ...maybe(
    random,
    50,
    'subject',
    random.pick<unknown>([
      'nameId',
      { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
      { attribute: 'employeeNumber' },
    ]),
  ),
  groupsAttribute: 'groups',
  ...maybe(random, 25, 'encryptedAssertions', random.pick(['aes-gcm', 'aes-gcm-or-unauthenticated-aes-cbc'])),
  ...(random.pick<unknown[]>([
    [{ unsolicited: 'accepted' }],
    [{ signInRequests: 'redirect' }],
    [{ signInRequests: random.pick(['redirect', 'post']), ...maybe(random, 60, 'signedRequests', 'rsa-sha256') }],
    [{ unsolicited: 'accepted', signInRequests: 'redirect', unsolicitedFrom: ['https://portal.example.org'] }],
  ])[0] as object),
})

const picked = (random: Generator, names: Some<string>, most: number): readonly string[] => [
  ...new Set(Array.from({ length: 1 + random.below(most) }, () => random.pick(names))),
]

const named = <T>(names: readonly string[], make: (name: string) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(names.map((name) => [name, make(name)]))

const declaration = (random: Generator): unknown => {
  const providers = ['workforce', 'partner', 'labs'].slice(0, 1 + random.below(3)) as unknown as Some<string>
  const networks = ['office', 'branch', 'home', 'desks', 'cloud-labs', 'vpn'].slice(
    0,
    1 + random.below(6),
  ) as unknown as Some<string>
  const domains: Readonly<Record<string, string>> = random.pick<Readonly<Record<string, string>>>([
    { research: 'deployed' },
    { research: 'd-existing12345' },
    { research: 'deployed', production: 'd-existing12345' },
    { research: 'd-existing12345', production: 'd-other', trial: 'deployed' },
  ])
  const domainNames = Object.keys(domains) as unknown as Some<string>
  const count = 1 + random.below(4)
  const scope = (effect: string, name: string) => ({
    name,
    effect,
    identityProvider: random.pick(providers),
    ...maybe(random, 50, 'groups', picked(random, ['scientists', 'operators', 'Ünïversal'], 2)),
    domain: random.pick(domainNames),
    from: picked(random, networks, 3),
  })
  const pairs = new Map<string, string>()
  const allows = Array.from({ length: count }, (_, index) => {
    const rule = scope('allow', `rule-${index}`)
    const pair = JSON.stringify([rule.domain, [...rule.from].sort()])
    // Rules of one pair may share the role.
    const role = random.chance(70) ? (pairs.get(pair) ?? `role-${index}`) : `role-${index}`
    pairs.set(pair, role)
    return {
      ...rule,
      executionRole: role,
      ...maybe(random, 50, 'session', random.pick(['30m', '12h', '1h30m'])),
      ...(index === 0 ? {} : { profileSuffix: `part-${index}` }),
      ...maybe(random, 50, 'landingUri', random.pick(['studio::', 'app:JupyterLab:lab', 'studio::relative/path'])),
    }
  })
  const denies = Array.from({ length: random.below(3) }, (_, index) => scope('deny', `never-${index}`))
  return {
    ...maybe(random, 50, 'version', 1),
    name: 'company',
    ...maybe(random, 50, 'audience', 'urn:example:company'),
    ...maybe(random, 50, 'acsUrlForm', random.pick(['endpoint-alias', 'private-dns'])),
    ...maybe(random, 50, 'urlLifetime', random.pick(['5s', '5m'])),
    identityProviders: named(providers, (name) => provider(random, name)),
    networks: named(networks, () => network(random)),
    domains,
    executionRoles: named([...new Set(allows.map(({ executionRole }) => executionRole))], (name) =>
      random.chance(75) ? 'deployed' : `arn:aws:iam::${account}:role/team/${name}`,
    ),
    rules: random.shuffled([...allows, ...denies]),
    ...maybe(random, 30, 'trustedAdministrators', [
      `arn:aws:iam::${account}:role/cdk-*`,
      'arn:*:iam::*:role/platform-?',
    ]),
    ...maybe(random, 40, 'profiles', [{ subject: 'alice', rule: allows[0]?.name }]),
  }
}

const reading: Reading = {
  readFile: (path) => (path === 'absent.xml' ? undefined : path),
  readMetadata: (xml) => {
    const singleSignOn = ['Redirect', 'POST'].map((binding) => ({
      binding: `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${binding}`,
      location: `https://idp.example.org/${xml}`,
    }))
    return { ok: true, metadata: { entityId: `https://idp.example.org/${xml}`, certificates: ['MIIB'], singleSignOn } }
  },
}

/** The declaration of a seed; undefined where the reader refuses it, as it refuses public networks alone. */
export const intentOf = (seed: number): Intent | undefined => {
  const read = readDeclarationObject(declaration(generator(seed)), 'drawn.ts', reading)
  return read.ok ? read.intent : undefined
}

/** This many declarations that the reader accepts, with their seeds. */
export function* intents(first: number, count: number): Iterable<{ readonly seed: number; readonly intent: Intent }> {
  let found = 0
  for (let seed = first; found < count; seed++) {
    const intent = intentOf(seed)
    if (intent === undefined) continue
    found++
    yield { seed, intent }
  }
}
