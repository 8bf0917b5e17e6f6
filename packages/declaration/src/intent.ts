import type {
  AllowRule,
  DeclaredProfile,
  Domain,
  ExecutionRole,
  IdentityProvider,
  Intent,
  Network,
  Rule,
} from '@studio-gate/policy'
import {
  audienceOf,
  type Declaration,
  defaults,
  type IdentityProviderSettings,
  type NetworkSettings,
  type RuleSettings,
} from './declaration.ts'
import { secondsOf } from './duration.ts'
import { absentEntityId, type ProviderMetadata } from './metadata.ts'

/**
 * The intent of a declaration that has passed every check. Identity providers without metadata have no certificates, which the gate
 * refuses; their declared profiles are left out, because a profile's owner tag holds the entity id and can never be changed (row 9.4).
 */
export function intentOf(declaration: Declaration, metadata: ReadonlyMap<string, ProviderMetadata>): Intent {
  const providerOf = new Map(declaration.rules.map((rule) => [rule.name, rule.identityProvider]))
  return {
    identityProviders: named(declaration.identityProviders, (name, settings) =>
      provider(name, settings, metadata.get(name)),
    ),
    networks: named(declaration.networks, network),
    domains: named(declaration.domains ?? defaults.domains, (name, id): Domain => ({ name, id: id as Domain['id'] })),
    executionRoles: named(
      declaration.executionRoles,
      (name, role): ExecutionRole => ({ name, role: role as ExecutionRole['role'] }),
    ),
    rules: declaration.rules.map(rule),
    profiles: (declaration.profiles ?? []).flatMap((profile): readonly DeclaredProfile[] => {
      const identityProvider = providerOf.get(profile.rule) ?? ''
      return metadata.has(identityProvider) ? [{ identityProvider, subject: profile.subject, rule: profile.rule }] : []
    }),
    urlSeconds: seconds(declaration.urlLifetime ?? defaults.urlLifetime),
    audience: declaration.audience ?? audienceOf(declaration.name),
    acsUrlForm: declaration.acsUrlForm ?? defaults.acsUrlForm,
  }
}

const named = <T, U>(record: Readonly<Record<string, T>>, make: (name: string, settings: T) => U): readonly U[] =>
  Object.entries(record).map(([name, settings]) => make(name, settings))

/** Durations have been checked; one that is none would be a mistake of this package. */
function seconds(duration: string): number {
  const found = secondsOf(duration)
  if (found === undefined) throw new TypeError(`unchecked duration ${duration}`)
  return found
}

function provider(
  name: string,
  settings: IdentityProviderSettings,
  metadata: ProviderMetadata | undefined,
): IdentityProvider {
  const { subject = defaults.subject, groupsAttribute } = settings
  return {
    name,
    entityId: metadata?.entityId ?? absentEntityId(name),
    certificates: metadata?.certificates ?? [],
    requiredSignature: settings.requiredSignature ?? defaults.requiredSignature,
    clockSkewSeconds: seconds(settings.clockSkew ?? defaults.clockSkew),
    subject:
      subject === 'nameId'
        ? { from: 'nameId' }
        : 'attribute' in subject
          ? { from: 'attribute', attribute: subject.attribute }
          : { from: 'nameId', format: subject.nameIdFormat },
    ...(groupsAttribute === undefined ? {} : { groupsAttribute }),
  }
}

type NetworkOf<K extends Network['kind']> = Extract<Network, { kind: K }>

/** The casts restore template literal types whose patterns the checks have matched. */
function network(name: string, settings: NetworkSettings): Network {
  if (settings.endpoint !== undefined)
    return { kind: 'endpoint', name, endpoint: settings.endpoint as NetworkOf<'endpoint'>['endpoint'] }
  if (settings.vpc !== undefined) return { kind: 'vpc', name, vpc: settings.vpc as NetworkOf<'vpc'>['vpc'] }
  if (settings.publicCidr !== undefined) return { kind: 'publicCidr', name, cidrs: unique(settings.publicCidr) }
  const through = settings.through as NetworkOf<'privateCidr'>['through']
  return { kind: 'privateCidr', name, cidrs: unique(settings.privateCidr ?? []), through }
}

const unique = (values: string | readonly string[]): readonly string[] => [...new Set([values].flat())]

function rule(settings: RuleSettings): Rule {
  const { name, domain, identityProvider, groups } = settings
  const who = { identityProvider, ...(groups === undefined ? {} : { groups }) }
  const scope = { name, who, domain, from: unique(settings.from) }
  if (settings.effect === 'deny') return { effect: 'deny', ...scope }
  const allow: AllowRule = {
    effect: 'allow',
    ...scope,
    sessionSeconds: seconds(settings.session ?? defaults.session),
    ...(settings.profileSuffix === undefined ? {} : { profileSuffix: settings.profileSuffix }),
    executionRole: settings.executionRole,
    landingUri: settings.landingUri ?? defaults.landingUri,
  }
  return allow
}
