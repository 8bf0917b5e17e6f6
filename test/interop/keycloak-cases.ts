/** What Keycloak is set to send, and what the verifier makes of it. */
import type { RefusalCode, RequiredSignature } from '@studio-gate/saml'

export interface KeycloakCase {
  readonly name: string
  /** Settings of the client by their names in Keycloak; `both` signed if absent. */
  readonly settings: Readonly<Record<string, string>>
  readonly required: RequiredSignature
  /** What the trust admits; absent: no encryption. Then the assertion comes encrypted. */
  readonly opens?: 'gcm' | 'cbc'
  /** Absent: it is accepted. */
  readonly refused?: RefusalCode
}

const response = { 'saml.server.signature': 'true', 'saml.assertion.signature': 'false' }
const assertion = { 'saml.server.signature': 'false', 'saml.assertion.signature': 'true' }
const neither = { 'saml.server.signature': 'false', 'saml.assertion.signature': 'false' }
const algorithm = (name: string) => ({ 'saml.signature.algorithm': name })
const canonicalization = (name: string) => ({
  saml_signature_canonicalization_method: `http://www.w3.org/2001/10/xml-exc-c14n#${name}`,
})

export const signed: readonly KeycloakCase[] = [
  { name: 'response and assertion signed', settings: {}, required: 'both' },
  { name: 'response signed', settings: response, required: 'response' },
  { name: 'assertion signed', settings: assertion, required: 'assertion' },
  { name: 'response signed where both must be', settings: response, required: 'both', refused: 'signature-missing' },
  { name: 'assertion signed where both must be', settings: assertion, required: 'both', refused: 'signature-missing' },
  { name: 'nothing signed', settings: neither, required: 'either', refused: 'signature-missing' },
  { name: 'RSA-SHA512', settings: algorithm('RSA_SHA512'), required: 'both' },
  { name: 'RSA-PSS with SHA-256', settings: algorithm('RSA_SHA256_MGF1'), required: 'both' },
  { name: 'RSA-PSS with SHA-512', settings: algorithm('RSA_SHA512_MGF1'), required: 'both' },
  { name: 'RSA-SHA1', settings: algorithm('RSA_SHA1'), required: 'both', refused: 'signature-algorithm' },
  {
    name: 'canonicalization that keeps comments',
    settings: canonicalization('WithComments'),
    required: 'both',
    refused: 'canonicalization-method',
  },
  {
    name: 'inclusive canonicalization',
    settings: { saml_signature_canonicalization_method: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315' },
    required: 'both',
    refused: 'canonicalization-method',
  },
  {
    name: 'no name of the key in KeyInfo',
    settings: { 'saml.server.signature.keyinfo.xmlSigKeyInfoKeyNameTransformer': 'NONE' },
    required: 'both',
  },
  {
    name: 'the key named in Extensions of the response, too',
    settings: { 'saml.server.signature.keyinfo.ext': 'true' },
    required: 'both',
  },
  { name: 'one time use', settings: { 'saml.onetimeuse.condition': 'true' }, required: 'both' },
  {
    name: 'no AuthnStatement',
    settings: { 'saml.authnstatement': 'false' },
    required: 'both',
    refused: 'authn-statement-count',
  },
  { name: 'an e-mail address as NameID', settings: { saml_name_id_format: 'email' }, required: 'both' },
]

const xenc = 'http://www.w3.org/2001/04/xmlenc#'
const xenc11 = 'http://www.w3.org/2009/xmlenc11#'
const ds = 'http://www.w3.org/2000/09/xmldsig#'

/** How Keycloak encrypts; what is left out is its default. */
function encrypt(content: string, key?: string, digest?: string, mask?: string): Readonly<Record<string, string>> {
  const named = {
    'saml.encryption.algorithm': content,
    'saml.encryption.keyAlgorithm': key,
    'saml.encryption.digestMethod': digest,
    'saml.encryption.maskGenerationFunction': mask,
  }
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

const gcm256 = `${xenc11}aes256-gcm`
const mgf1p = `${xenc}rsa-oaep-mgf1p`
const oaep = `${xenc11}rsa-oaep`

const digests = { sha1: `${ds}sha1`, sha256: `${xenc}sha256`, sha512: `${xenc}sha512` } as const
const unknown = { refused: 'encryption-algorithm' } as const

function opened(name: string, settings: KeycloakCase['settings'], opens: 'gcm' | 'cbc' = 'gcm'): KeycloakCase {
  return { name, settings, required: 'both', opens }
}

export const encrypted: readonly KeycloakCase[] = [
  opened('its defaults', {}),
  { name: 'its defaults, assertion not signed', settings: response, required: 'response', opens: 'gcm' },
  {
    name: 'its defaults, assertion not signed where it must be',
    settings: response,
    required: 'both',
    opens: 'gcm',
    refused: 'signature-missing',
  },
  {
    name: 'its defaults, response not signed',
    settings: assertion,
    required: 'assertion',
    opens: 'gcm',
    refused: 'signature-missing',
  },
  ...['aes128-gcm', 'aes192-gcm', 'aes256-gcm'].map((name) => opened(name, encrypt(`${xenc11}${name}`))),
  ...['aes128-cbc', 'aes192-cbc', 'aes256-cbc'].map((name) => opened(name, encrypt(`${xenc}${name}`), 'cbc')),
  { ...opened('aes256-cbc where only AES-GCM is admitted', encrypt(`${xenc}aes256-cbc`)), ...unknown },
  { ...opened('RSA with the padding of PKCS #1 v1.5', encrypt(gcm256, `${xenc}rsa-1_5`)), ...unknown },
  opened('rsa-oaep-mgf1p with SHA-1', encrypt(gcm256, mgf1p, `${ds}sha1`)),
  opened('rsa-oaep-mgf1p with SHA-256, whose mask is SHA-1', encrypt(gcm256, mgf1p, `${xenc}sha256`)),
  ...(['sha1', 'sha256', 'sha512'] as const).flatMap((mask) =>
    (['sha1', 'sha256', 'sha512'] as const).map((digest) =>
      opened(`rsa-oaep with ${digest} and mgf1${mask}`, encrypt(gcm256, oaep, digests[digest], `${xenc11}mgf1${mask}`)),
    ),
  ),
]
