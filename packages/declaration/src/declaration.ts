/** The vocabulary of the declaration file as types: what `studio-gate.yaml` says, key by key, before anything has been checked. */

/** Hours, minutes and seconds in this order, such as `8h`, `1h30m` or `60s`. */
export type Duration = string

export interface IdentityProviderSettings {
  readonly metadata: string
  readonly requiredSignature?: 'response' | 'assertion' | 'both' | 'either'
  readonly clockSkew?: Duration
  readonly subject?: 'nameId' | { readonly nameIdFormat: string } | { readonly attribute: string }
  readonly groupsAttribute?: string
}

/** Exactly one of the four kinds; `through` goes with `privateCidr`. */
export interface NetworkSettings {
  readonly endpoint?: string
  readonly vpc?: string
  readonly privateCidr?: string | readonly string[]
  readonly through?: { readonly endpoint?: string; readonly vpc?: string }
  readonly publicCidr?: string | readonly string[]
}

interface RuleScopeSettings {
  readonly name: string
  readonly identityProvider: string
  readonly groups?: readonly string[]
  readonly domain: string
  readonly from: readonly string[]
}

export interface AllowSettings extends RuleScopeSettings {
  readonly effect: 'allow'
  readonly executionRole: string
  readonly session?: Duration
  readonly profileSuffix?: string
  readonly landingUri?: string
}

export interface DenySettings extends RuleScopeSettings {
  readonly effect: 'deny'
}

export type RuleSettings = AllowSettings | DenySettings

export interface ProfileSettings {
  readonly subject: string
  readonly rule: string
}

export interface Declaration {
  readonly version?: 1
  readonly name: string
  readonly audience?: string
  readonly acsUrlForm?: 'endpoint-alias' | 'private-dns'
  readonly urlLifetime?: Duration
  readonly identityProviders: Readonly<Record<string, IdentityProviderSettings>>
  readonly networks: Readonly<Record<string, NetworkSettings>>
  readonly domains?: Readonly<Record<string, string>>
  readonly executionRoles: Readonly<Record<string, string>>
  readonly rules: readonly RuleSettings[]
  readonly profiles?: readonly ProfileSettings[]
}

/** What stands where the file says nothing; the settings reference and the JSON Schema print the same values. */
export const defaults = {
  version: 1,
  acsUrlForm: 'endpoint-alias',
  urlLifetime: '60s',
  requiredSignature: 'both',
  clockSkew: '60s',
  subject: 'nameId',
  domains: { main: 'deployed' },
  session: '8h',
  landingUri: 'studio::',
} as const

/** The audience that identity providers are told where the file names none. */
export const audienceOf = (name: string): string => `urn:studio-gate:${name}`

/** A declaration in TypeScript: checked by the compiler while it is written, and by `readDeclarationObject` when it is read. */
export function defineDeclaration(declaration: Declaration): Declaration {
  return declaration
}
