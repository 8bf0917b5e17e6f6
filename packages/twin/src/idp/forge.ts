/**
 * Forged responses, each made as an attacker would: from a genuine response that he holds, or with a key of his own; and
 * two that the directory itself signs although they must not be let in here. All return the base64 form field.
 */
import { type Application, type Directory, generateSigningKey, type User } from './directory.ts'
import { signBoth } from './response.ts'

/** What a forger has: an account of his own (`user`), someone he wants to be (`victim`), and the directory to ask. */
export interface Forger {
  readonly directory: Directory
  readonly application: Application
  readonly user: User
  readonly victim: User
  /** Epoch milliseconds. */
  readonly now: number
}

const minute = 60_000
const signatures = /<ds:Signature\b.*?<\/ds:Signature>/gs
const assertionElement = /<saml2:Assertion\b.*<\/saml2:Assertion>/s

/** In clear, also where the application's are encrypted: what keeps forgeries out is not that they are blind. */
function genuine({ directory, application, user, now }: Forger): string {
  const { encryption: _, ...inClear } = application
  return Buffer.from(directory.issue(inClear, user, { now }), 'base64').toString('utf8')
}

function encode(xml: string): string {
  return Buffer.from(xml).toString('base64')
}

/** The forger's own response with the victim's name, subject, address and groups put in wherever his own stand. */
function impersonate(xml: string, { user, victim }: Forger): string {
  const pairs: readonly (readonly [string, string])[] = [
    [user.subject, victim.subject],
    [user.email, victim.email],
    [user.name, victim.name],
  ]
  return pairs.reduce((text, [from, to]) => text.replaceAll(`>${from}<`, `>${to}<`), xml)
}

/** Both signatures removed. */
export function unsigned(forger: Forger): string {
  return encode(impersonate(genuine(forger), forger).replace(signatures, ''))
}

/** Complete and well signed, with a key and certificate that nobody trusts. */
export function signedWithAnotherKey(forger: Forger): string {
  const key = generateSigningKey('identity.twin')
  const { directory, application, victim, now } = forger
  return directory.issue(application, victim, { now, sign: (xml) => signBoth(xml, key) })
}

/** The victim's name written over the forger's own after signing. */
export function userNameAltered(forger: Forger): string {
  return encode(impersonate(genuine(forger), forger))
}

/** A response for another application, its audience rewritten to this one after signing. */
export function audienceAltered(forger: Forger): string {
  const { directory, application, user, now } = forger
  return directory.issue(application, user, {
    now,
    content: { audience: 'urn:example:another-application' },
    editAfterSigning: (xml) => xml.replace('>urn:example:another-application<', `>${application.audience}<`),
  })
}

/** Genuinely signed by the directory, for another application. */
export function issuedForAnotherAudience({ directory, application, user, now }: Forger): string {
  return directory.issue(application, user, { now, content: { audience: 'urn:example:another-application' } })
}

/** Genuinely signed by the directory four minutes ago, and good for two of them: kept too long, not old in itself. */
export function expired({ directory, application, user, now }: Forger): string {
  const issued = now - 4 * minute
  return directory.issue(application, user, { now: issued, content: { notOnOrAfter: issued + 2 * minute } })
}

/** Wrapping: a forged assertion in front of the signed one; the response's own signature is removed. */
export function wrappedBeside(forger: Forger): string {
  const xml = genuine(forger)
  const original = assertionElement.exec(xml)?.[0] ?? ''
  const forged = fresh(impersonate(original, forger).replace(signatures, ''))
  return encode(xml.replace(signatures, '').replace(assertionElement, () => forged + original))
}

/** Wrapping: the signed assertion moved into an Object of the signature that now stands in a forged one. */
export function wrappedInside(forger: Forger): string {
  const xml = genuine(forger)
  const original = assertionElement.exec(xml)?.[0] ?? ''
  const signature = /<ds:Signature\b.*?<\/ds:Signature>/s.exec(original)?.[0] ?? ''
  const bare = original.replace(signature, '')
  const carrying = signature.replace('</ds:Signature>', () => `<ds:Object>${bare}</ds:Object></ds:Signature>`)
  const forged = fresh(impersonate(original, forger)).replace(/<ds:Signature\b.*?<\/ds:Signature>/s, () => carrying)
  return encode(xml.replace(signatures, '').replace(assertionElement, () => forged))
}

/** Wrapping: the whole signed response moved into the Extensions of a forged one. */
export function wrappedResponse(forger: Forger): string {
  const xml = genuine(forger)
  const original = xml.replace(/^<\?xml.*?\?>/, '')
  const forged = fresh(impersonate(original, forger).replace(signatures, ''))
  const extensions = `<saml2p:Extensions>${original}</saml2p:Extensions>`
  return encode(forged.replace('<saml2p:Status>', () => `${extensions}<saml2p:Status>`))
}

/** The same text with other ids, so that references find the original. */
function fresh(xml: string): string {
  return xml.replace(/ ID="_/g, ' ID="_f')
}

/** All of them, by the names that reports use. */
export const forgeries = {
  unsigned,
  'signed with another key': signedWithAnotherKey,
  'user name altered': userNameAltered,
  'audience altered': audienceAltered,
  'issued for another audience': issuedForAnotherAudience,
  expired,
  'wrapped: forged assertion beside the signed one': wrappedBeside,
  'wrapped: signed assertion inside the forged one': wrappedInside,
  'wrapped: signed response inside the forged one': wrappedResponse,
} as const satisfies Readonly<Record<string, (forger: Forger) => string>>
