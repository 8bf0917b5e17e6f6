/** The last step: one URL, minted as a session that carries the person's name and can mint for one profile only. */
import { sessionPolicy } from '@studio-gate/policy'
import type { Minting, MintOrder } from './ports.ts'
import { refuseFailure } from './profiles.ts'
import { type Refusal, refuse } from './refusals.ts'
import type { ResolvedAllow } from './rules.ts'

/**
 * Life of the minting credentials in seconds. The longest that role chaining admits (row 8.2): should Studio sessions end
 * with the credentials that minted them (row 8.4, UNKNOWN 1), a shorter life would throw people out sooner. The gate itself
 * forgets the credentials with the request.
 */
const credentialSeconds = 3600
/** SageMaker's lower bound for SessionExpirationDurationInSeconds (row 1.3). */
const shortestSession = 1800

/** Where Studio's hosts live, by partition: `*.studio.<region>.<suffix>` (rows 1.8, 5.2, 5.22). */
export const studioSuffixes: Readonly<Record<string, string>> = {
  aws: 'sagemaker.aws',
  'aws-us-gov': 'sagemaker.aws',
  'aws-cn': 'sagemaker.com.cn',
}

export interface MintingPlace {
  readonly partition: string
  readonly region: string
  readonly accountId: string
}

interface Login {
  readonly chosen: ResolvedAllow
  readonly profileName: string
  /** ms since the epoch; the identity provider's own end of the session. */
  readonly sessionNotOnOrAfter: number | undefined
  readonly urlSeconds: number
}

/** What to mint. The profile name serves as session name: legal there, unique to the person, readable in CloudTrail (rows 8.1, 10.6). */
export function mintOrder(login: Login, place: MintingPlace, now: number): MintOrder {
  const { chosen, profileName } = login
  // A session name has at least two characters; `=` occurs in no profile name, so this stays unambiguous.
  const person = profileName.padEnd(2, '=')
  const untilIdpSessionEnds =
    login.sessionNotOnOrAfter === undefined
      ? Number.POSITIVE_INFINITY
      : Math.floor((login.sessionNotOnOrAfter - now) / 1000)
  return {
    roleArn: chosen.mintingRoleArn,
    sessionName: person,
    sourceIdentity: person,
    sessionPolicy: sessionPolicy({ ...place, domainId: chosen.domainId }, profileName),
    credentialSeconds,
    domainId: chosen.domainId,
    profileName,
    urlSeconds: login.urlSeconds,
    sessionSeconds: Math.max(shortestSession, Math.min(chosen.rule.sessionSeconds, untilIdpSessionEnds)),
    landingUri: chosen.rule.landingUri,
  }
}

/** The URL to redirect to, or the refusal. AWS's words stay with the operator. */
export async function mint(
  order: MintOrder,
  place: MintingPlace,
  minting: Minting,
): Promise<{ readonly ok: true; readonly url: string } | { readonly ok: false; readonly refusal: Refusal }> {
  const answer = await minting.mintAs(order)
  if (!answer.ok)
    return refuseFailure(answer.failure, { 'access-denied': 'mint-denied', 'limit-exceeded': 'aws-failed' })
  const url = studioUrl(answer.value, place)
  return url === undefined
    ? refuse('mint-url-unexpected', `expected https on a host of ${studioHosts(place)}`)
    : { ok: true, url }
}

function studioHosts({ partition, region }: MintingPlace): string {
  return `.studio.${region}.${studioSuffixes[partition]}`
}

function studioUrl(text: string, place: MintingPlace): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '')
    return undefined
  return url.hostname.endsWith(studioHosts(place)) ? url.href : undefined
}
