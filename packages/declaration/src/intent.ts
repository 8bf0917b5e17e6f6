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
  type IdentityProviderSettings,
  type NetworkSettings,
  type RuleSettings,
  type Settings,
} from './declaration.ts'
import { absentEntityId, type ProviderMetadata, requestLocation } from './metadata.ts'

/**
 * The intent of a declaration that has passed every check. Identity providers without metadata have no certificates, which the gate
 * refuses; their declared profiles are left out, because a profile's owner tag holds the entity id and can never be changed (row 9.4).
 */
export function intentOf(settings: Settings, metadata: ReadonlyMap<string, ProviderMetadata>): Intent {
  const providerOf = new Map(settings.rules.map((rule) => [rule.name, rule.identityProvider]))
  return {
    identityProviders: named(settings.identityProviders, (name, settings) =>
      provider(name, settings, metadata.get(name)),
    ),
    networks: named(settings.networks, network),
    domains: named(settings.domains, (name, id): Domain => ({ name, id: id as Domain['id'] })),
    executionRoles: named(
      settings.executionRoles,
      (name, role): ExecutionRole => ({ name, role: role as ExecutionRole['role'] }),
    ),
    rules: settings.rules.map(rule),
    profiles: settings.profiles.flatMap((profile): readonly DeclaredProfile[] => {
      const identityProvider = providerOf.get(profile.rule) ?? ''
      return metadata.has(identityProvider) ? [{ identityProvider, subject: profile.subject, rule: profile.rule }] : []
    }),
    urlSeconds: settings.urlLifetime,
    audience: settings.audience ?? audienceOf(settings.name),
    acsUrlForm: settings.acsUrlForm,
    ...(settings.trustedAdministrators === undefined
      ? {}
      : { trustedAdministrators: unique(settings.trustedAdministrators) }),
  }
}

const named = <T, U>(record: Readonly<Record<string, T>>, make: (name: string, settings: T) => U): readonly U[] =>
  Object.entries(record).map(([name, settings]) => make(name, settings))

function provider(
  name: string,
  settings: IdentityProviderSettings,
  metadata: ProviderMetadata | undefined,
): IdentityProvider {
  const { subject, groupsAttribute, signInRequests, signedRequests, unsolicited, unsolicitedFrom } = settings
  const { encryptedAssertions } = settings
  const location =
    metadata === undefined || signInRequests === undefined ? undefined : requestLocation(metadata, signInRequests)
  return {
    name,
    entityId: metadata?.entityId ?? absentEntityId(name),
    certificates: metadata?.certificates ?? [],
    requiredSignature: settings.requiredSignature,
    clockSkewSeconds: settings.clockSkew,
    subject: subjectSource(subject),
    ...(groupsAttribute === undefined ? {} : { groupsAttribute }),
    ...(signInRequests === undefined || location === undefined
      ? {}
      : { signInRequests: { binding: signInRequests, location } }),
    ...(signedRequests === undefined ? {} : { signedRequests }),
    ...(unsolicited === undefined ? {} : { unsolicited }),
    ...(unsolicitedFrom === undefined ? {} : { unsolicitedFrom: unique(unsolicitedFrom) }),
    ...(encryptedAssertions === undefined ? {} : { encryptedAssertions }),
  }
}

/** Of the two keys of a map exactly one is there. */
function subjectSource(subject: IdentityProviderSettings['subject']): IdentityProvider['subject'] {
  if (subject === 'nameId') return { from: 'nameId' }
  if (subject.nameIdFormat !== undefined) return { from: 'nameId', format: subject.nameIdFormat }
  return { from: 'attribute', attribute: subject.attribute ?? '' }
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
    sessionSeconds: settings.session,
    ...(settings.profileSuffix === undefined ? {} : { profileSuffix: settings.profileSuffix }),
    executionRole: settings.executionRole,
    landingUri: settings.landingUri,
  }
  return allow
}
