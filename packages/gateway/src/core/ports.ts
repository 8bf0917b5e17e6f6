/**
 * What the sign-in needs from the world, as functions. Adapters implement these without deciding anything;
 * whatever can go wrong out there comes back as a `Failure`, never as an exception that core would have to interpret.
 */
import type { PolicyJson } from '@studio-gate/policy'
import type { Oaep } from '@studio-gate/saml'
import type { AuthenticationEvent } from './audit.ts'

/** Time as a value. `now` in ms since the epoch; `sleep` in ms. */
export interface Clock {
  now(): number
  sleep(milliseconds: number): Promise<void>
}

/** Why a call to a service had no answer. `detail` is for the operator: the service's error name and text, bounded. */
export interface Failure {
  readonly kind: 'throttled' | 'access-denied' | 'not-found' | 'limit-exceeded' | 'unavailable' | 'unexpected'
  /** Name of the API operation, such as `CreateUserProfile`. */
  readonly operation: string
  readonly detail: string
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

/** One use per key: the first claim wins, atomically, until `expiresAt` (epoch seconds) has passed. */
export interface ReplayStore {
  /** Rejects when the store cannot say: the sign-in is then refused. */
  claim(key: string, expiresAt: number): Promise<'claimed' | 'seen'>
}

/** Requests of ours that wait for their answer. Rejections refuse the sign-in. */
export interface RequestStore {
  /** Remembers a new request until `expiresAt` (epoch seconds), and a digest of the secret that its browser holds. */
  open(key: string, browser: string, expiresAt: number): Promise<void>
  /** Takes the record away, atomically, if it is there, belongs to this browser and has not expired. */
  take(key: string, browser: string): Promise<'taken' | 'unknown'>
}

/** Unpredictable, from the system's generator. */
export interface Randomness {
  /** Two hexadecimal digits a byte. */
  hex(bytes: number): string
}

/** DescribeUserProfile, as far as the sign-in reads it. */
export interface ProfileFacts {
  readonly arn: string
  /** SageMaker's `UserProfileStatus`: InService, Pending, Updating, Deleting, Failed, Update_Failed, Delete_Failed (row 5.17). */
  readonly status: string
  readonly executionRole: string | undefined
}

export interface ProfileOrder {
  readonly domainId: string
  readonly name: string
  readonly executionRole: string
  readonly tags: Readonly<Record<string, string>>
}

/** User profiles of SageMaker domains, called with the gate's own role. */
export interface Profiles {
  describe(domainId: string, name: string): Promise<Answer<ProfileFacts | 'absent'>>
  /** `exists` is ResourceInUse: somebody else made it first (row 5.18). Returns before the profile is InService. */
  create(order: ProfileOrder): Promise<Answer<'created' | 'exists'>>
  tags(arn: string): Promise<Answer<Readonly<Record<string, string>>>>
}

/** One presigned URL, minted as a session of its own. */
export interface MintOrder {
  readonly roleArn: string
  /** 2 to 64 of `[\w+=,.@-]` (row 8.1). */
  readonly sessionName: string
  readonly sourceIdentity: string
  readonly sessionPolicy: PolicyJson
  /** Life of the session's credentials, 900 to 3600 seconds (rows 8.1, 8.2). */
  readonly credentialSeconds: number
  readonly domainId: string
  readonly profileName: string
  /** How long the URL may be opened, 5 to 300 seconds. */
  readonly urlSeconds: number
  /** How long the Studio session lasts, 1800 to 43200 seconds. */
  readonly sessionSeconds: number
  readonly landingUri: string
}

export interface Minting {
  /** AssumeRole, then CreatePresignedDomainUrl with that session's credentials, which are forgotten afterwards. */
  mintAs(order: MintOrder): Promise<Answer<string>>
}

/** The gate's private keys, which are kept where this process cannot read them. Absent: there is no such key. */
export interface Keys {
  readonly unwrap?: (wrapped: Uint8Array, oaep: Oaep) => Promise<Answer<Uint8Array>>
  /** RSASSA-PKCS1-v1_5 with SHA-256 over the octets. */
  readonly sign?: (octets: Uint8Array) => Promise<Answer<Uint8Array>>
}

export interface Audit {
  /** Throws when the event could not be recorded: the sign-in is then refused. */
  record(event: AuthenticationEvent): void
}

export interface Ports {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly replay: ReplayStore
  readonly requests: RequestStore
  readonly profiles: Profiles
  readonly minting: Minting
  readonly keys: Keys
  readonly audit: Audit
}
