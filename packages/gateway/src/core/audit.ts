/**
 * One event per sign-in attempt: OCSF 1.3 Authentication (class 3002), activity Logon, protocol SAML.
 * It names person, rule, profile, origin, outcome and code; never the assertion, never the URL.
 */

import type { SignInNetwork } from './network.ts'
import type { Person } from './person.ts'
import { type Refusal, refusalRow, type Severity } from './refusals.ts'
import type { ResolvedAllow } from './rules.ts'

/** What a sign-in found out about itself before it ended; every field is absent until then. */
export interface Trail {
  /** Name of the identity provider in the declaration whose key verified the response, or that the response claims. */
  identityProvider?: { readonly name: string; readonly entityId: string; readonly verified: boolean }
  person?: Person
  chosen?: ResolvedAllow
  profileName?: string
  assertionId?: string
  /** The request of ours that the assertion answered, and the cookie that has served with it. */
  answered?: { readonly requestId: string | undefined; readonly cookie: string }
  /** Studio session in seconds. */
  sessionSeconds?: number
}

export interface AuthenticationEvent {
  readonly class_uid: 3002
  readonly category_uid: 3
  readonly activity_id: 1
  readonly type_uid: 300201
  readonly time: number
  readonly severity_id: Severity
  readonly status_id: 1 | 2
  /** `success` or the refusal's code. */
  readonly status_code: string
  readonly status_detail?: string
  readonly message: string
  readonly auth_protocol_id: 5
  readonly is_remote: true
  readonly metadata: {
    readonly version: '1.3.0'
    readonly uid: string
    readonly product: { readonly name: string; readonly vendor_name: string }
  }
  readonly user: {
    readonly name?: string
    readonly uid?: string
    readonly groups?: readonly { readonly name: string }[]
  }
  readonly actor?: { readonly idp: { readonly name: string; readonly uid: string } }
  readonly src_endpoint: { readonly ip: string; readonly interface_uid?: string }
  readonly service: { readonly name: string }
  readonly session?: { readonly uid: string; readonly expiration_time: number }
  readonly unmapped: Readonly<Record<string, string | number | boolean>>
}

const product = { name: 'Studio Gate', vendor_name: 'Studio Gate' }
const detailLimit = 600
/** Characters of group names in one event. Log services cut longer lines in two, and half an event is no record. */
const groupsLimit = 16_384

export function authenticationEvent(
  outcome: { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal },
  trail: Readonly<Trail>,
  network: SignInNetwork,
  now: number,
): AuthenticationEvent {
  const { identityProvider, person, chosen } = trail
  const row = outcome.ok ? undefined : refusalRow(outcome.refusal.code)
  return {
    class_uid: 3002,
    category_uid: 3,
    activity_id: 1,
    type_uid: 300201,
    time: now,
    severity_id: row?.severity ?? 1,
    status_id: outcome.ok ? 1 : 2,
    status_code: outcome.ok ? 'success' : outcome.refusal.code,
    ...(outcome.ok ? {} : { status_detail: bounded(outcome.refusal.detail) }),
    message: row === undefined ? 'signed in to Studio' : row.operator,
    auth_protocol_id: 5,
    is_remote: true,
    metadata: { version: '1.3.0', uid: network.requestId, product },
    user: {
      ...(trail.profileName === undefined ? {} : { name: trail.profileName }),
      ...(person === undefined ? {} : { uid: person.subject }),
      ...(person?.groups === undefined ? {} : { groups: boundedGroups(person.groups) }),
    },
    ...(identityProvider === undefined
      ? {}
      : { actor: { idp: { name: identityProvider.name, uid: identityProvider.entityId } } }),
    src_endpoint: {
      ip: network.sourceIp,
      ...(network.vpcEndpointId === undefined ? {} : { interface_uid: network.vpcEndpointId }),
    },
    service: { name: 'Amazon SageMaker Studio' },
    ...(trail.assertionId === undefined || trail.sessionSeconds === undefined || !outcome.ok
      ? {}
      : { session: { uid: trail.assertionId, expiration_time: now + trail.sessionSeconds * 1000 } }),
    unmapped: {
      ...(identityProvider === undefined ? {} : { identity_verified: identityProvider.verified }),
      ...(trail.assertionId === undefined ? {} : { assertion_id: trail.assertionId }),
      ...(person?.groups === undefined ? {} : { groups: person.groups.length }),
      ...(trail.answered?.requestId === undefined ? {} : { in_response_to: trail.answered.requestId }),
      ...(chosen === undefined
        ? {}
        : { rule: chosen.rule.name, domain: chosen.rule.domain, domain_id: chosen.domainId }),
      ...(trail.profileName === undefined ? {} : { user_profile: trail.profileName }),
    },
  }
}

function boundedGroups(groups: readonly string[]): readonly { readonly name: string }[] {
  const shown: { readonly name: string }[] = []
  let length = 0
  for (const name of groups) {
    length += name.length
    if (length > groupsLimit) break
    shown.push({ name })
  }
  return shown
}

/** A detail is one bounded line, whatever a service put into its error text. */
function bounded(detail: string): string {
  const line = detail.replace(/\s+/g, ' ')
  return line.length <= detailLimit ? line : `${line.slice(0, detailLimit)}...`
}
