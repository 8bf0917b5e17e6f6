/** Who signed in: the stable subject and the groups, read from a verified assertion as the declaration says. */
import type { IdentityProvider } from '@studio-gate/policy'
import { isPlainName, type NameId, type VerifiedAssertion } from '@studio-gate/saml'
import { type Refusal, refuse } from './refusals.ts'

export interface Person {
  /** Name of the identity provider in the declaration. */
  readonly identityProvider: string
  readonly subject: string
  /** `undefined`: the assertion carries no groups attribute, which is not the same as being in no group. */
  readonly groups: readonly string[] | undefined
}

const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
const unspecified = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'
const unspecifiedByItsOtherName = 'urn:oasis:names:tc:SAML:1.0:nameid-format:unspecified'

/** The subject is taken as it stands: no trimming, no folding of case, no Unicode normalisation (facts on SAML, P12). */
export function readPerson(
  assertion: VerifiedAssertion,
  provider: IdentityProvider,
  audience: string,
): { readonly ok: true; readonly person: Person } | { readonly ok: false; readonly refusal: Refusal } {
  const subject =
    provider.subject.from === 'nameId'
      ? fromNameId(assertion, provider.subject.format, { provider: provider.entityId, audience })
      : fromAttribute(assertion, provider.subject.attribute)
  if (!subject.ok) return subject
  // The verifier takes longer NameIDs; an attribute may hold any text until it becomes a name.
  if (!isPlainName(subject.value)) {
    const expected = 'at most 256 characters, all visible, no white space at its ends'
    return refuse('person-unusable', `the subject has ${subject.value.length} characters, expected ${expected}`)
  }
  const groups = provider.groupsAttribute === undefined ? undefined : assertion.attributes.get(provider.groupsAttribute)
  return { ok: true, person: { identityProvider: provider.name, subject: subject.value, groups } }
}

type Subject = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly refusal: Refusal }

/**
 * A NameID is unique within its qualifiers only (SAML core 8.3.7): one that another provider issued, or issued for another
 * service, may have the value of somebody else's.
 */
function fromNameId(
  { nameId }: VerifiedAssertion,
  format: string | undefined,
  within: { readonly provider: string; readonly audience: string },
): Subject {
  if (nameId === undefined || nameId.value === '') return refuse('person-missing', 'the assertion has no NameID')
  if (format !== undefined && formatOf(nameId) !== format) {
    return refuse('person-format', `NameID format is \`${nameId.format ?? 'absent'}\`, declared is \`${format}\``)
  }
  if (format === undefined && nameId.format === transient) {
    return refuse(
      'person-format',
      'the NameID is transient: a new one at every sign-in would mean a new profile each time',
    )
  }
  const nameQualifier = nameId.nameQualifier || within.provider
  const spNameQualifier = nameId.spNameQualifier || within.audience
  if (nameQualifier !== within.provider || spNameQualifier !== within.audience) {
    const found = `NameQualifier \`${nameQualifier}\`, SPNameQualifier \`${spNameQualifier}\``
    return refuse('person-format', `${found}, expected \`${within.provider}\` and \`${within.audience}\` or none`)
  }
  return { ok: true, value: nameId.value }
}

/** `unspecified` is in effect where none is named; SAML core says so by another name (2.2.2) than it defines (8.3.1). */
function formatOf({ format }: NameId): string {
  return format === undefined || format === unspecifiedByItsOtherName ? unspecified : format
}

function fromAttribute({ attributes }: VerifiedAssertion, name: string): Subject {
  const values = attributes.get(name) ?? []
  const [value] = values
  if (value === undefined || value === '')
    return refuse('person-missing', `the attribute \`${name}\` is absent or empty`)
  if (values.length > 1) return refuse('person-ambiguous', `the attribute \`${name}\` has ${values.length} values`)
  return { ok: true, value }
}
