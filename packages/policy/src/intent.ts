/**
 * What the administrator wants, once: who may open which domain, from which networks, for how long, as whom.
 * The declaration package reads files into this shape, `derive` turns it into policies, the gateway carries it as JSON.
 */

/** `deployed` stands for the endpoint or VPC of our own template; anything else is a literal id (`vpce-...`, `vpc-...`). */
export type EndpointRef = 'deployed' | `vpce-${string}`
export type VpcRef = 'deployed' | `vpc-${string}`

/** A named set of origins for the *browser*: the four kinds of AWS's own Studio examples (1.15). */
export type Network =
  | { readonly kind: 'endpoint'; readonly name: string; readonly endpoint: EndpointRef }
  | { readonly kind: 'vpc'; readonly name: string; readonly vpc: VpcRef }
  | {
      readonly kind: 'privateCidr'
      readonly name: string
      readonly cidrs: readonly string[]
      /** Private addresses repeat across VPCs, so they always come with the endpoint or VPC they arrive through (2.3). */
      readonly through: { readonly endpoint: EndpointRef } | { readonly vpc: VpcRef }
    }
  | { readonly kind: 'publicCidr'; readonly name: string; readonly cidrs: readonly string[] }

/** Where the stable subject of a login is read: the NameID (its format must then be the one named) or one attribute. */
export type SubjectSource =
  | { readonly from: 'nameId'; readonly format?: string }
  | { readonly from: 'attribute'; readonly attribute: string }

export interface IdentityProvider {
  readonly name: string
  /** `entityID` of the metadata and `Issuer` of every assertion. */
  readonly entityId: string
  /** Signing certificates, bare base64 DER. More than one during a rotation. Empty: every response is refused. */
  readonly certificates: readonly string[]
  readonly requiredSignature: 'response' | 'assertion' | 'both' | 'either'
  /** 0 to 180 seconds. */
  readonly clockSkewSeconds: number
  readonly subject: SubjectSource
  /** Attribute with the person's groups; without it only rules for everyone apply. */
  readonly groupsAttribute?: string
  /** `accepted`: responses that answer no request of the gate are taken (login starts at the portal). Absent: refused. */
  readonly unsolicited?: 'accepted'
  /** Where the gate sends browsers that start at `GET /login/<name>`. Absent: there is no such route. */
  readonly signInRequests?: { readonly binding: 'redirect' | 'post'; readonly location: string }
  /** Requests are signed with the gate's own key. Absent: they are not. */
  readonly signedRequests?: 'rsa-sha256'
  /** Assertions may come encrypted to the gate's own key, inside a signed Response. Absent: encrypted ones are refused. */
  readonly encryptedAssertions?: 'aes-gcm' | 'aes-gcm-or-unauthenticated-aes-cbc'
  /** Serialized origins (RFC 6454 section 6.2), one of which an unsolicited POST must name in `Origin`. Absent: not looked at. */
  readonly unsolicitedFrom?: readonly string[]
}

export interface Domain {
  readonly name: string
  /** `deployed`: the domain of our own template; else a literal id of an existing one. */
  readonly id: 'deployed' | `d-${string}`
}

interface RuleScope {
  readonly name: string
  readonly who: {
    readonly identityProvider: string
    /** Any of these groups; absent: everyone of that identity provider. */
    readonly groups?: readonly string[]
  }
  /** Name of a domain. */
  readonly domain: string
  /** Names of networks, at least one. */
  readonly from: readonly string[]
}

export interface AllowRule extends RuleScope {
  readonly effect: 'allow'
  /** Studio session, 1800 to 43200 seconds (1.3). */
  readonly sessionSeconds: number
  /** Appended to the profile name behind a double hyphen, so that one person can hold several profiles. */
  readonly profileSuffix?: string
  /** Name of the execution role in the declaration. Serves exactly one pair of domain and networks. */
  readonly executionRole: string
  /** Where Studio opens; relative, never with a leading slash or backslash (1.6). */
  readonly landingUri: string
}

export interface DenyRule extends RuleScope {
  readonly effect: 'deny'
}

/** One line of access. Deny wins; among allows for the same person and profile the order of the file decides. */
export type Rule = AllowRule | DenyRule

export interface ExecutionRole {
  readonly name: string
  /** `deployed`: made by our template, with boundary; else a role of the account, to which the administrator attaches the boundary. */
  readonly role: 'deployed' | `arn:${string}`
}

/** A user profile that exists before its owner's first sign-in. */
export interface DeclaredProfile {
  readonly identityProvider: string
  readonly subject: string
  readonly rule: string
}

export interface Intent {
  readonly identityProviders: readonly IdentityProvider[]
  readonly networks: readonly Network[]
  readonly domains: readonly Domain[]
  readonly executionRoles: readonly ExecutionRole[]
  readonly rules: readonly Rule[]
  readonly profiles: readonly DeclaredProfile[]
  /** How long a minted URL may be opened, 5 to 300 seconds (1.3). */
  readonly urlSeconds: number
  /** SP entity id that the IdPs put into `Audience`. */
  readonly audience: string
  /** Form of the ACS URL; `endpoint-alias` is the default, `private-dns` breaks public APIs called from that VPC (4.11). */
  readonly acsUrlForm: 'endpoint-alias' | 'private-dns'
  /**
   * ARNs, `*` and `?` allowed, of the only principals that may change the walls themselves. `prove` then demands that nobody else can, and
   * says that it trusts these. Absent: it trusts, and says so, whoever of the account may change policies.
   */
  readonly trustedAdministrators?: readonly string[]
}
