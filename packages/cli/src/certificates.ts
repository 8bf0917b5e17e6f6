/** Judges the identity providers' signing certificates and the age of their metadata before anything is built with them. */
import type { IdentityProvider } from '@studio-gate/policy'
import { certificateFacts, createTrust, type IdpMetadata, TrustError } from '@studio-gate/saml'
import { Trouble } from './trouble.ts'

const day = 24 * 3600 * 1000
/** An identity provider's administrators need this long to publish, hand over and activate another certificate. */
const notice = 30 * day

/**
 * Says which certificates end soon. Throws `Trouble` where the gate could not start with one (not a certificate, a short
 * key), and where none of a provider's certificates is valid at `now` (ms since the epoch): the gate itself goes by pinned
 * keys and not by dates, so this is the moment at which somebody looks.
 */
export function judgeCertificates(
  providers: readonly IdentityProvider[],
  declaration: string,
  now: number,
): readonly string[] {
  return providers.flatMap((provider) => judge(provider, `${declaration} (identityProviders.${provider.name})`, now))
}

function judge(provider: IdentityProvider, where: string, now: number): readonly string[] {
  const { entityId, certificates, requiredSignature } = provider
  // The ACS URL is known after the deployment, and plays no part in whether a certificate is usable.
  const sp = { entityId: 'urn:studio-gate:check', acsUrl: 'https://gate.invalid/saml' }
  try {
    createTrust({ idp: { entityId, certificates }, sp, requiredSignature })
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    throw new Trouble(error.message, where, 'put new metadata of the identity provider beside the declaration')
  }
  const facts = certificates.map(certificateFacts)
  const dates = facts.map(({ subject, notBefore, notAfter }) => {
    const name = `certificate \`${subject}\` of \`${provider.name}\``
    if (notAfter <= now) return { usable: false, words: `${name} expired on ${date(notAfter)}` }
    if (notBefore > now) return { usable: false, words: `${name} is valid from ${date(notBefore)} only` }
    const soon = notAfter - now < notice
    return {
      usable: true,
      words: soon ? `${name} expires on ${date(notAfter)}: rotate it (docs/deploy.md, step 3)` : '',
    }
  })
  const words = dates.map((each) => each.words).filter((each) => each !== '')
  if (dates.length > 0 && dates.every(({ usable }) => !usable)) {
    throw new Trouble(words.join('; '), where, 'renew it at the identity provider and put its new metadata here')
  }
  return words
}

/**
 * Says which metadata asks not to be used any more. No reason to refuse it: a file that was made to be fetched every day ends in a few,
 * and its keys are pinned by whoever put it there.
 */
export function judgeAge(all: readonly IdpMetadata[], now: number): readonly string[] {
  return all.flatMap(({ entityId, validUntil }) =>
    validUntil === undefined || validUntil > now
      ? []
      : [`the metadata of \`${entityId}\` was valid until ${date(validUntil)}: look whether there is a newer one`],
  )
}

function date(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10)
}
