/** Metadata of a service provider (SAML metadata 2.4.4), for identity providers that take a file instead of a form. */
import { keyBits, readCertificate } from './certificate.ts'
import { ds, md, postBinding, samlp, xenc, xenc11 } from './vocabulary.ts'
import { xmlAttributes, xmlText } from './write-xml.ts'

export interface SpMetadata {
  readonly entityId: string
  /** The assertion consumer service, HTTP-POST binding. */
  readonly acsUrl: string
  /** Whether assertions must carry a signature of their own. That Responses must cannot be said in metadata. */
  readonly wantAssertionsSigned: boolean
  /** Whether requests are signed; then with the key of one of `signingCertificates`. */
  readonly authnRequestsSigned: boolean
  /** PEM or bare base64, of RSA keys, which requests are signed with; two during a rotation. */
  readonly signingCertificates?: readonly string[]
  /** PEM or bare base64: to whose keys assertions may be encrypted, by RSA-OAEP. */
  readonly encryptionCertificates?: readonly string[]
  /** In order of preference. */
  readonly nameIdFormats?: readonly string[]
  /** Milliseconds since the epoch, after which the document asks not to be used. */
  readonly validUntil?: number
}

/**
 * Writes the document, one element a line, in the order of the schema. The same values give the same text. Throws
 * `CertificateError` for what is no certificate, and RangeError for values that would make a document that misleads.
 */
export function writeSpMetadata(metadata: SpMetadata): string {
  const { entityId, acsUrl, nameIdFormats = [], validUntil } = metadata
  const { signingCertificates = [], encryptionCertificates = [] } = metadata
  if (entityId === '' || entityId.length > 1024) throw new RangeError('an entity id has 1 to 1024 characters')
  if (!/^https?:\/\/[^\s#]+$/.test(acsUrl)) throw new RangeError('the ACS URL must be an http(s) URL')
  if (metadata.authnRequestsSigned && signingCertificates.length === 0) {
    throw new RangeError('signed requests need a signing certificate')
  }
  const root = xmlAttributes({
    entityID: entityId,
    validUntil: validUntil === undefined ? undefined : new Date(validUntil).toISOString(),
  })
  const role = xmlAttributes({
    AuthnRequestsSigned: String(metadata.authnRequestsSigned),
    WantAssertionsSigned: String(metadata.wantAssertionsSigned),
    protocolSupportEnumeration: samlp,
  })
  const service = xmlAttributes({ Binding: postBinding, Location: acsUrl, index: '0', isDefault: 'true' })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<md:EntityDescriptor xmlns:md="${md}"${root}>`,
    `  <md:SPSSODescriptor${role}>`,
    ...signingCertificates.flatMap((certificate) => keyDescriptor('signing', certificate)),
    ...encryptionCertificates.flatMap((certificate) => keyDescriptor('encryption', certificate)),
    ...nameIdFormats.map((format) => `    <md:NameIDFormat>${xmlText(format)}</md:NameIDFormat>`),
    `    <md:AssertionConsumerService${service}/>`,
    '  </md:SPSSODescriptor>',
    '</md:EntityDescriptor>',
    '',
  ].join('\n')
}

/**
 * The algorithms of an encryption key are what the verifier admits unless told otherwise (SAML metadata 2.4.1.1), and of RSA-OAEP what every
 * key can: SHA-1 for both uses, where identity providers that follow SAML2Int would choose SHA-256 beside it. There is no MGF, because the
 * schema of XML Encryption 1.0, which some validate with, does not know it.
 */
const encryptionMethods: readonly (readonly [algorithm: string, content: string])[] = [
  [`${xenc11}aes256-gcm`, ''],
  [`${xenc11}aes128-gcm`, ''],
  [`${xenc}rsa-oaep-mgf1p`, `<ds:DigestMethod xmlns:ds="${ds}" Algorithm="${ds}sha1"/>`],
]

function keyDescriptor(use: 'signing' | 'encryption', certificate: string): readonly string[] {
  const { raw, publicKey } = readCertificate(certificate)
  if (publicKey.asymmetricKeyType !== 'rsa' || keyBits(publicKey) < 2048) {
    throw new RangeError(`a certificate for ${use} needs an RSA key of at least 2048 bits`)
  }
  const bare = raw.toString('base64')
  return [
    `    <md:KeyDescriptor use="${use}">`,
    `      <ds:KeyInfo xmlns:ds="${ds}"><ds:X509Data><ds:X509Certificate>${bare}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`,
    ...(use === 'signing' ? [] : encryptionMethods).map(
      ([algorithm, content]) => `      <md:EncryptionMethod Algorithm="${algorithm}">${content}</md:EncryptionMethod>`,
    ),
    '    </md:KeyDescriptor>',
  ]
}
