/**
 * What an administrator enters at each kind of identity provider, as data. A value in angle brackets is one of the
 * `GuideValues`; everything else stands as it is. The same table is printed by `studio-gate idp`.
 */
import type { IdentityProvider } from '@studio-gate/policy'

/** What the values in angle brackets stand for. */
export interface GuideValues {
  readonly acsUrl: string
  readonly audience: string
  /** Where the gate reads the stable subject. */
  readonly subject: IdentityProvider['subject']
  readonly groupsAttribute?: string
  readonly requiredSignature: IdentityProvider['requiredSignature']
  readonly encrypted?: boolean
  readonly signedRequests?: boolean
}

interface Row {
  /** The field as the provider's console names it. */
  readonly field: string
  readonly value: string
  /** Left out unless this holds. */
  readonly when?: (values: GuideValues) => boolean
}

interface Guide {
  readonly title: string
  readonly where: string
  readonly rows: readonly Row[]
  /** How its metadata file, which the declaration names, is had. */
  readonly metadata: string
}

export const persistentFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

const fromAttribute = (values: GuideValues) => values.subject.from === 'attribute'
const hasGroups = (values: GuideValues) => values.groupsAttribute !== undefined
const encrypts = (values: GuideValues) => values.encrypted === true
const signsRequests = (values: GuideValues) => values.signedRequests === true
const wantsBoth = (values: GuideValues) => values.requiredSignature !== 'response'

export const guides: readonly Guide[] = [
  {
    title: 'IAM Identity Center',
    where:
      'Applications > Customer managed > Add application > I have an application I want to set up > SAML 2.0 (in the console only; no API makes this application)',
    rows: [
      { field: 'Application ACS URL', value: '<acsUrl>' },
      { field: 'Application SAML audience', value: '<audience>' },
      { field: 'Attribute mapping: Subject', value: '${user:subject}, format <nameIdFormat>' },
      {
        field: 'Attribute mapping: <subjectAttribute>',
        value: '${user:subject}, format unspecified',
        when: fromAttribute,
      },
      {
        field: 'Attribute mapping: <groupsAttribute>',
        value: '${user:groups}, format unspecified (group ids, not names)',
        when: hasGroups,
      },
    ],
    metadata: 'download the IAM Identity Center SAML metadata file on the same page',
  },
  {
    title: 'Okta',
    where: 'Applications > Create App Integration > SAML 2.0',
    rows: [
      { field: 'Single sign-on URL', value: '<acsUrl>' },
      { field: 'Use this for Recipient URL and Destination URL', value: 'on' },
      { field: 'Audience URI (SP Entity ID)', value: '<audience>' },
      { field: 'Name ID format', value: '<nameIdFormat>' },
      { field: 'Response', value: 'Signed, RSA-SHA256' },
      { field: 'Assertion Signature', value: 'Signed, RSA-SHA256', when: wantsBoth },
      { field: 'Assertion Encryption', value: 'Unencrypted', when: (values) => !encrypts(values) },
      {
        field: 'Assertion Encryption',
        value: 'Encrypted, AES256-GCM, RSA-OAEP, with the encryption certificate of the gate',
        when: encrypts,
      },
      {
        field: 'Signature Certificate, Signed Requests',
        value: 'the signing certificate of the gate; on',
        when: signsRequests,
      },
      { field: 'Attribute statement <subjectAttribute>', value: 'user.getInternalProperty("id")', when: fromAttribute },
      {
        field: 'Group attribute statement <groupsAttribute>',
        value: 'the groups that the rules name',
        when: hasGroups,
      },
    ],
    metadata: 'Sign On > SAML Signing Certificates > Actions > View IdP metadata',
  },
  {
    title: 'Microsoft Entra ID',
    where: 'Enterprise applications > New application > Create your own application > Single sign-on > SAML',
    rows: [
      { field: 'Identifier (Entity ID)', value: '<audience>' },
      { field: 'Reply URL (Assertion Consumer Service URL)', value: '<acsUrl>' },
      { field: 'Unique User Identifier (Name ID)', value: 'user.objectid, format <nameIdFormat>' },
      { field: 'Additional claim <subjectAttribute>', value: 'user.objectid, no namespace', when: fromAttribute },
      {
        field: 'Group claim',
        value: 'Groups assigned to the application, source Group ID (more than 150 become a link)',
        when: hasGroups,
      },
      { field: 'Customize the name of the group claim', value: '<groupsAttribute>, no namespace', when: hasGroups },
      { field: 'Signing Option', value: 'Sign SAML response and assertion, SHA-256' },
      {
        field: 'Token encryption',
        value: 'the encryption certificate of the gate, activated (AES-CBC: see `encryptedAssertions`)',
        when: encrypts,
      },
      {
        field: 'Verification certificates',
        value: 'the signing certificate of the gate; Require verification certificates on',
        when: signsRequests,
      },
    ],
    metadata: 'SAML Certificates > Federation Metadata XML',
  },
  {
    title: 'Keycloak',
    where: 'the realm > Clients > Create client > Client type SAML',
    rows: [
      { field: 'Client ID', value: '<audience>' },
      { field: 'Assertion Consumer Service POST Binding URL', value: '<acsUrl>' },
      { field: 'Valid redirect URIs', value: '<acsUrl>' },
      {
        field: 'IDP-Initiated SSO URL name',
        value: 'studio-gate, which makes the tile /realms/<realm>/protocol/saml/clients/studio-gate',
      },
      { field: 'Name ID format', value: '<nameIdFormat>' },
      { field: 'Force name ID format', value: 'on' },
      { field: 'Sign documents', value: 'on' },
      { field: 'Sign assertions', value: 'on', when: wantsBoth },
      { field: 'Signature algorithm', value: 'RSA_SHA256' },
      { field: 'Client signature required', value: 'off', when: (values) => !signsRequests(values) },
      {
        field: 'Keys > Client signature required',
        value: 'on, with the signing certificate of the gate',
        when: signsRequests,
      },
      {
        field: 'Keys > Encrypt assertions',
        value: 'on, with the encryption certificate of the gate; AES_256_GCM, RSA-OAEP',
        when: encrypts,
      },
      { field: 'Mapper: User Property id', value: 'SAML attribute name <subjectAttribute>', when: fromAttribute },
      { field: 'Mapper: Group list', value: 'attribute name <groupsAttribute>, Full group path off', when: hasGroups },
    ],
    metadata: 'Realm settings > General > SAML 2.0 Identity Provider Metadata',
  },
]

/** The rows of a guide that apply, with their values filled in. */
export function fillGuide(
  guide: Guide,
  values: GuideValues,
): readonly { readonly field: string; readonly value: string }[] {
  const { subject } = values
  const words: Readonly<Record<string, string>> = {
    acsUrl: values.acsUrl,
    audience: values.audience,
    nameIdFormat: (subject.from === 'nameId' ? subject.format : undefined) ?? persistentFormat,
    subjectAttribute: subject.from === 'attribute' ? subject.attribute : '',
    groupsAttribute: values.groupsAttribute ?? '',
  }
  const fill = (text: string) => text.replace(/<(\w+)>/g, (whole, word: string) => words[word] ?? whole)
  return guide.rows
    .filter((row) => row.when?.(values) ?? true)
    .map((row) => ({ field: fill(row.field), value: fill(row.value) }))
}
