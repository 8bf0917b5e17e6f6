/** Login CSRF: whose page made the browser bring an assertion that answers no request of ours. */
import type { IdentityProvider } from '@studio-gate/policy'
import { type Refusal, refuse } from './refusals.ts'

/**
 * Judges the `Origin` header of an unsolicited POST, which a page cannot forge in its visitor's browser (Fetch 3.2). A form
 * POST always carries it; `null` (a sandboxed page, one with the referrer policy `no-referrer`, a redirect across
 * origins) and no header at all are refused, because an attacker's page can bring about the first.
 * @param origin the header's value; several headers arrive joined by commas and match nothing
 */
export function checkOrigin(
  origin: string | null,
  { unsolicitedFrom, name }: IdentityProvider,
): { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal } {
  if (unsolicitedFrom === undefined || (origin !== null && unsolicitedFrom.includes(origin))) return { ok: true }
  const found = origin === null ? 'no Origin header' : `Origin \`${origin.slice(0, 200)}\``
  return refuse('origin-not-accepted', `found ${found}, expected one of ${unsolicitedFrom.join(', ')} for \`${name}\``)
}
