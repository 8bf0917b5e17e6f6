import type { IdentityProviderSettings } from '../declaration.ts'
import type { Report } from '../problem.ts'

/** Judges where sign-ins may begin: each provider says it by name, because one way is weaker than the other (decision 0013). */
export function judgeBeginnings(providers: Readonly<Record<string, IdentityProviderSettings>>, report: Report): void {
  for (const [name, { signInRequests, signedRequests, unsolicited, unsolicitedFrom }] of Object.entries(providers)) {
    const path = `identityProviders.${name}`
    if (signInRequests === undefined && unsolicited === undefined)
      report.error(
        path,
        'neither `unsolicited` nor `signInRequests` is there: nobody could sign in',
        'add `unsolicited: accepted` if people click a tile in a portal, `signInRequests: redirect` if they start at the gate, or both',
      )
    if (signInRequests === undefined && signedRequests !== undefined)
      report.error(
        `${path}.signedRequests`,
        'found how requests are signed, and the gate makes none',
        'add `signInRequests: redirect` or `post`, or remove `signedRequests`',
      )
    if (unsolicited === undefined && unsolicitedFrom !== undefined)
      report.error(
        `${path}.unsolicitedFrom`,
        'found origins of unsolicited responses, which are refused altogether',
        'add `unsolicited: accepted`, or remove `unsolicitedFrom`',
      )
  }
}
