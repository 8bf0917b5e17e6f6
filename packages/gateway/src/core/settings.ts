/** Start-up: declaration and environment become a Gate in which nothing is left to look up, or a message that says what to fix. */
import {
  executionRoleName,
  type GateKey,
  gateKeys,
  type IdentityProvider,
  type Intent,
  mintingPairOf,
  mintingRoleName,
  type Network,
  type Rule,
} from '@studio-gate/policy'
import { createTrust, type EncryptedAssertions, type Trust } from '@studio-gate/saml'
import { type MintingPlace, studioSuffixes } from './minting.ts'
import { cidrsOf, isCidr } from './networks.ts'
import type { Keys, Ports } from './ports.ts'
import type { ResolvedAllow, ResolvedDeny, ResolvedRules } from './rules.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** An identity provider and the means to verify its responses; without certificates there are none. */
export interface TrustedProvider {
  readonly provider: IdentityProvider
  readonly trust: Trust | undefined
}

/** Everything that a sign-in needs, made once per process. */
export interface Gate extends Ports {
  readonly intent: Intent
  readonly acsUrl: string
  readonly place: MintingPlace
  /** By SAML entity id. */
  readonly providers: ReadonlyMap<string, TrustedProvider>
  readonly rules: ResolvedRules
}

/** Bad configuration at start-up: every problem with what to do about it. */
export class SettingsError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`the gate cannot start:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)
    this.name = 'SettingsError'
    this.problems = problems
  }
}

/** Throws SettingsError with all problems at once. */
export function createGate(intent: Intent, environment: Environment, ports: Ports): Gate {
  const problems: string[] = []
  const values = readEnvironment(environment, problems)
  const providers = compileProviders(intent, values.acsUrl, problems)
  for (const key of gateKeys(intent)) {
    const { port, variable } = keyPorts[key]
    if (ports.keys[port] === undefined)
      problems.push(`the declaration asks for a ${key} key: set ${variable} to its ARN`)
  }
  for (const network of intent.networks) {
    for (const cidr of cidrsOf(network)) {
      if (!isCidr(cidr))
        problems.push(`network \`${network.name}\`: \`${cidr}\` is no CIDR block, such as \`10.0.0.0/24\``)
    }
  }
  const rules = resolveRules(intent, values, problems)
  if (problems.length > 0) throw new SettingsError(problems)
  const { acsUrl, partition, region, accountId } = values
  return { ...ports, intent, acsUrl, place: { partition, region, accountId }, providers, rules }
}

const keyPorts: Readonly<Record<GateKey, { readonly port: keyof Keys; readonly variable: string }>> = {
  decryption: { port: 'unwrap', variable: 'STUDIO_GATE_DECRYPTION_KEY' },
  signing: { port: 'sign', variable: 'STUDIO_GATE_SIGNING_KEY' },
}

interface Values extends MintingPlace {
  readonly acsUrl: string
  readonly stackName: string
  readonly domainIds: Readonly<Record<string, string>>
}

function readEnvironment(environment: Environment, problems: string[]): Values {
  const read = (name: string, shape: RegExp, example: string): string => {
    const value = environment[name] ?? ''
    if (!shape.test(value)) problems.push(`set ${name}, such as \`${example}\`; it is \`${value}\``)
    return value
  }
  const partition = read('STUDIO_GATE_PARTITION', /^aws[a-z-]*$/, 'aws')
  if (partition.startsWith('aws') && !Object.hasOwn(studioSuffixes, partition)) {
    problems.push(
      `STUDIO_GATE_PARTITION \`${partition}\` has no known Studio host names; known: ${Object.keys(studioSuffixes).join(', ')}`,
    )
  }
  return {
    acsUrl: read(
      'STUDIO_GATE_ACS_URL',
      /^https?:\/\/[^\s?#]+$/,
      'https://abc123-vpce-0123.execute-api.eu-west-1.amazonaws.com/gate/saml',
    ),
    stackName: read('STUDIO_GATE_STACK', /^[A-Za-z][A-Za-z0-9-]*$/, 'StudioGate'),
    accountId: read('STUDIO_GATE_ACCOUNT', /^\d{12}$/, '123456789012'),
    partition,
    region: read('AWS_REGION', /^[a-z]{2}(-[a-z]+)+-\d$/, 'eu-west-1'),
    domainIds: readDomainIds(environment.STUDIO_GATE_DOMAIN_IDS, problems),
  }
}

function readDomainIds(text: string | undefined, problems: string[]): Readonly<Record<string, string>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text ?? '')
  } catch {
    parsed = undefined
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    problems.push(
      'set STUDIO_GATE_DOMAIN_IDS to a JSON object from domain name to id, such as `{"research":"d-abc123"}`',
    )
    return {}
  }
  const ids: Record<string, string> = Object.create(null)
  for (const [name, id] of Object.entries(parsed)) {
    if (typeof id === 'string' && /^d-(-*[a-z0-9]){1,61}$/.test(id)) ids[name] = id
    else
      problems.push(
        `STUDIO_GATE_DOMAIN_IDS: the id of \`${name}\` must look like \`d-abc123\`; it is \`${String(id)}\``,
      )
  }
  return ids
}

function compileProviders(intent: Intent, acsUrl: string, problems: string[]): Map<string, TrustedProvider> {
  const providers = new Map<string, TrustedProvider>()
  for (const provider of intent.identityProviders) {
    if (providers.has(provider.entityId)) {
      problems.push(`two identity providers have the entity id \`${provider.entityId}\`: remove \`${provider.name}\``)
      continue
    }
    providers.set(provider.entityId, { provider, trust: compileTrust(provider, intent, acsUrl, problems) })
  }
  return providers
}

const encryptedAssertions = {
  'aes-gcm': { unwrapKey: 'by-the-caller' },
  'aes-gcm-or-unauthenticated-aes-cbc': { unwrapKey: 'by-the-caller', admitCbcBehindTheVerifiedSignature: true },
} as const satisfies Record<string, EncryptedAssertions>

function compileTrust(
  provider: IdentityProvider,
  intent: Intent,
  acsUrl: string,
  problems: string[],
): Trust | undefined {
  const { entityId, certificates, requiredSignature, clockSkewSeconds, name } = provider
  if (certificates.length === 0) return undefined
  try {
    const sp = { entityId: intent.audience, acsUrl }
    const encrypted = provider.encryptedAssertions && encryptedAssertions[provider.encryptedAssertions]
    return createTrust({
      idp: { entityId, certificates },
      sp,
      requiredSignature,
      clockSkewSeconds,
      ...(encrypted === undefined ? {} : { encryptedAssertions: encrypted }),
    })
  } catch (error) {
    problems.push(
      `identity provider \`${name}\`: ${error instanceof Error ? error.message : 'its certificates cannot be used'}`,
    )
    return undefined
  }
}

function resolveRules(intent: Intent, values: Values, problems: string[]): ResolvedRules {
  const allow: ResolvedAllow[] = []
  const deny: ResolvedDeny[] = []
  for (const rule of intent.rules) {
    const missing = (what: string, name: string) =>
      problems.push(`rule \`${rule.name}\` names the ${what} \`${name}\`, which is not declared`)
    const provider = intent.identityProviders.find(({ name }) => name === rule.who.identityProvider)
    if (provider === undefined) missing('identity provider', rule.who.identityProvider)
    else if (rule.who.groups !== undefined && provider.groupsAttribute === undefined) {
      problems.push(`rule \`${rule.name}\` names groups: give \`${provider.name}\` a groupsAttribute`)
    }
    const networks = resolveNetworks(rule, intent, missing)
    if (rule.effect === 'deny') deny.push({ rule, networks })
    else {
      const domain = intent.domains.find(({ name }) => name === rule.domain)
      const domainId = domain?.id === 'deployed' ? values.domainIds[rule.domain] : domain?.id
      const role = intent.executionRoles.find(({ name }) => name === rule.executionRole)
      if (domain === undefined) missing('domain', rule.domain)
      else if (domainId === undefined)
        problems.push(`STUDIO_GATE_DOMAIN_IDS has no id for the domain \`${rule.domain}\``)
      if (role === undefined) missing('execution role', rule.executionRole)
      const roleArn = (name: string) => `arn:${values.partition}:iam::${values.accountId}:role/${name}`
      allow.push({
        rule,
        networks,
        domainId: domainId ?? '',
        mintingRoleArn: roleArn(mintingRoleName(values.stackName, mintingPairOf(rule))),
        executionRoleArn:
          role?.role === 'deployed' ? roleArn(executionRoleName(values.stackName, role.name)) : (role?.role ?? ''),
      })
    }
  }
  return { allow, deny, networks: intent.networks }
}

function resolveNetworks(
  rule: Rule,
  intent: Intent,
  missing: (what: string, name: string) => void,
): readonly Network[] {
  return rule.from.flatMap((name) => {
    const network = intent.networks.find((candidate) => candidate.name === name)
    if (network === undefined) missing('network', name)
    return network === undefined ? [] : [network]
  })
}
