/** The refusals of the verifier, one row a code: its check, what it means, what to do. Read through `refusals.ts`. */

/** Checks of the verifier: Gate, Shape, Crypto, Octets, Profile. Replay (P9) and pending logins belong to the gateway. */
export type CheckId =
  | 'G1'
  | 'G2'
  | 'G3'
  | 'S1'
  | 'S2'
  | 'S3'
  | 'S4'
  | 'C1'
  | 'C2'
  | 'C3'
  | 'C4'
  | 'C5'
  | 'C6'
  | 'O1'
  | 'O2'
  | 'P1'
  | 'P2'
  | 'P3'
  | 'P4'
  | 'P5'
  | 'P6'
  | 'P7'
  | 'P8'
  | 'P10'
  | 'P11'
  | 'P12'
  | 'P13'

export interface RefusalRow {
  readonly check: CheckId
  /** What was found, in one sentence for an operator. */
  readonly summary: string
  /** What an operator does about it if the response was meant to be good. */
  readonly remedy: string
}

const forged = 'Treat it as an attack or a broken intermediary; no identity provider sends this.'
const idpSettings = 'Correct the application at the identity provider.'
const clocks = 'Compare the clocks of the identity provider and of this host.'

export const rows = {
  'response-too-large': {
    check: 'G1',
    summary: 'The form field is longer than 256 KiB.',
    remedy: 'Send fewer group attributes.',
  },
  'base64-invalid': {
    check: 'G1',
    summary: 'The form field is not strict base64.',
    remedy: 'Use the HTTP-POST binding; nothing else is read.',
  },
  'utf8-invalid': { check: 'G1', summary: 'The document is not UTF-8.', remedy: forged },
  'byte-order-mark': { check: 'G1', summary: 'The document begins with a byte order mark.', remedy: forged },
  'control-character': { check: 'G1', summary: 'The document holds a character that XML forbids.', remedy: forged },
  'too-deep': { check: 'G1', summary: 'Elements are nested deeper than 32 levels.', remedy: forged },
  'too-many-elements': {
    check: 'G1',
    summary: 'The document has more than 5 000 elements.',
    remedy: 'Send fewer group attributes.',
  },
  'too-many-attributes': { check: 'G1', summary: 'An element has more than 32 attributes.', remedy: forged },
  'too-many-namespaces': {
    check: 'G1',
    summary: 'More than 32 namespace declarations are in scope at one place.',
    remedy: forged,
  },
  'text-too-long': {
    check: 'G1',
    summary: 'A text or attribute value is longer than 64 Ki octets.',
    remedy: 'Send shorter attribute values.',
  },
  doctype: { check: 'G2', summary: 'The document has a DOCTYPE.', remedy: forged },
  'entity-declaration': { check: 'G2', summary: 'The document declares an entity or other markup.', remedy: forged },
  comment: { check: 'G2', summary: 'The document has a comment.', remedy: forged },
  cdata: { check: 'G2', summary: 'The document has a CDATA section.', remedy: forged },
  'processing-instruction': { check: 'G2', summary: 'The document has a processing instruction.', remedy: forged },
  'xml-declaration': { check: 'G2', summary: 'The XML declaration is not of XML 1.0 in UTF-8.', remedy: forged },
  'xml-malformed': { check: 'G3', summary: 'The document is not well-formed XML.', remedy: forged },
  'attribute-repeated': { check: 'G3', summary: 'An element has the same attribute twice.', remedy: forged },
  'namespace-unbound': { check: 'G3', summary: 'A prefix is used that no namespace is bound to.', remedy: forged },
  'namespace-reserved': { check: 'G3', summary: 'A reserved prefix or namespace is declared.', remedy: forged },
  'namespace-malformed': { check: 'G3', summary: 'A namespace is not an absolute URI.', remedy: forged },

  'root-not-response': {
    check: 'S1',
    summary: 'The root is not a samlp:Response.',
    remedy: 'Send SAML 2.0 responses to this address, nothing else.',
  },
  'encrypted-assertion': {
    check: 'S1',
    summary: 'The assertion is encrypted, and this trust has no `encryptedAssertions`.',
    remedy: 'Turn assertion encryption off at the identity provider; TLS protects it.',
  },
  'encryption-structure': {
    check: 'S1',
    summary: 'The EncryptedAssertion is not one EncryptedData with one EncryptedKey, or has unknown parts.',
    remedy: 'Encrypt the assertion to one key, with cipher values in the document.',
  },
  'encryption-algorithm': {
    check: 'C3',
    summary: 'The encryption algorithm is not admitted.',
    remedy: 'Use AES-GCM with RSA-OAEP, without a label; AES-CBC only where the trust admits it by name.',
  },
  'decryption-failed': {
    check: 'O1',
    summary: 'The encrypted assertion could not be decrypted and read.',
    remedy:
      'Load the present certificate of this service at the identity provider; for a key in AWS KMS, choose SHA-1 or SHA-256 for both digests of RSA-OAEP.',
  },
  'assertion-count': { check: 'S1', summary: 'The response does not hold exactly one assertion.', remedy: idpSettings },
  'element-misplaced': {
    check: 'S1',
    summary: 'An Assertion, Response or Signature stands where none may.',
    remedy: forged,
  },
  'element-unexpected': {
    check: 'S1',
    summary: 'The response or the assertion has content that its schema does not have.',
    remedy: forged,
  },
  'signature-repeated': { check: 'S2', summary: 'An element has more than one signature.', remedy: forged },
  'signature-position': { check: 'S2', summary: 'A signature does not follow the issuer.', remedy: forged },
  'signature-structure': {
    check: 'S2',
    summary: 'A signature is not SignedInfo, SignatureValue and at most one KeyInfo.',
    remedy: forged,
  },
  'id-missing': { check: 'S3', summary: 'The response or the assertion has no ID.', remedy: forged },
  'id-malformed': {
    check: 'S3',
    summary: 'An identifier is not an NCName of at most 256 characters.',
    remedy:
      'Update the identity provider if it begins identifiers with a digit (SAML core 1.3.4); otherwise treat it as forged.',
  },
  'id-repeated': { check: 'S3', summary: 'Two elements have the same identifier.', remedy: forged },
  'id-foreign': {
    check: 'S3',
    summary: 'An identifier attribute has a namespace that it may not have.',
    remedy: forged,
  },
  'reference-uri': {
    check: 'S4',
    summary: 'A signature refers to something else than the element it stands in.',
    remedy: forged,
  },
  'signature-missing': {
    check: 'S4',
    summary: 'The required signature is missing.',
    remedy: 'Have the identity provider sign what `requiredSignature` asks for.',
  },

  'signature-invalid': {
    check: 'C1',
    summary: 'A signature does not verify under any pinned key.',
    remedy: 'If the identity provider changed its certificate, load its metadata again; otherwise treat it as forged.',
  },
  'signed-info-structure': {
    check: 'C2',
    summary: 'SignedInfo has other content than XML Signature gives it here.',
    remedy: forged,
  },
  'signature-value-malformed': { check: 'C2', summary: 'SignatureValue is not strict base64.', remedy: forged },
  'signature-algorithm': {
    check: 'C3',
    summary: 'The signature algorithm is not admitted.',
    remedy: 'Choose RSA-SHA256 at the identity provider.',
  },
  'digest-algorithm': {
    check: 'C3',
    summary: 'The digest algorithm is not admitted.',
    remedy: 'Choose SHA-256 at the identity provider.',
  },
  'canonicalization-method': {
    check: 'C4',
    summary: 'The canonicalization is not exclusive C14N without comments.',
    remedy: 'Choose exclusive canonicalization at the identity provider.',
  },
  transforms: {
    check: 'C4',
    summary: 'The transforms are not enveloped-signature and exclusive C14N, in this order.',
    remedy: forged,
  },
  'prefix-list': {
    check: 'C4',
    summary: 'An InclusiveNamespaces PrefixList is malformed or too long.',
    remedy: forged,
  },
  'digest-malformed': {
    check: 'C5',
    summary: "DigestValue is not strict base64 of the digest's length.",
    remedy: forged,
  },
  'digest-mismatch': { check: 'C5', summary: 'The signed element was changed after it was signed.', remedy: forged },
  'no-pinned-key': {
    check: 'C6',
    summary: 'No pinned key fits the signature algorithm.',
    remedy: "Load the identity provider's metadata, with its signing certificates.",
  },

  'octets-assertion': {
    check: 'O1',
    summary: 'The verified response holds another assertion than the verified one.',
    remedy: forged,
  },
  'digest-of-nothing': { check: 'O2', summary: 'A signature covers the digest of nothing.', remedy: forged },
  'octets-root': { check: 'O2', summary: 'The verified octets are not the element that was signed.', remedy: forged },

  'version-unsupported': {
    check: 'P1',
    summary: 'The response or the assertion is not of SAML 2.0.',
    remedy: idpSettings,
  },
  'status-not-success': {
    check: 'P1',
    summary: 'The identity provider reports that the sign-in failed.',
    remedy:
      "The detail has its status; see the identity provider's log, and whether the person is assigned to the application.",
  },
  'issuer-mismatch': {
    check: 'P2',
    summary: 'The issuer is not the pinned identity provider.',
    remedy: 'Load the metadata of the identity provider that sent this.',
  },
  'issuer-format': { check: 'P2', summary: 'The issuer is not named by its entity id.', remedy: idpSettings },
  'destination-missing': { check: 'P3', summary: 'A signed response has no Destination.', remedy: idpSettings },
  'destination-mismatch': {
    check: 'P3',
    summary: 'The response was meant for another address.',
    remedy: 'Set the ACS URL at the identity provider to the value expected.',
  },
  'time-malformed': {
    check: 'P4',
    summary: 'A time is missing or not of the form 2026-01-31T12:00:00Z.',
    remedy: idpSettings,
  },
  'issued-in-future': { check: 'P4', summary: 'The response was issued in the future.', remedy: clocks },
  'issued-too-long-ago': { check: 'P4', summary: 'The response is too old.', remedy: `Sign in again. ${clocks}` },
  'not-yet-valid': { check: 'P4', summary: 'The assertion is not valid yet.', remedy: clocks },
  expired: { check: 'P4', summary: 'The assertion is not valid any more.', remedy: `Sign in again. ${clocks}` },
  'validity-too-long': {
    check: 'P4',
    summary: 'The assertion is valid for longer than is accepted, and so is its SubjectConfirmationData.',
    remedy: 'Shorten its lifetime at the identity provider.',
  },
  'audience-missing': { check: 'P5', summary: 'The assertion names no audience.', remedy: idpSettings },
  'audience-mismatch': {
    check: 'P5',
    summary: 'The assertion was meant for another service.',
    remedy: 'Set the audience at the identity provider to the value expected.',
  },
  'conditions-missing': {
    check: 'P6',
    summary: 'The assertion does not have exactly one Conditions element.',
    remedy: idpSettings,
  },
  'condition-unknown': {
    check: 'P6',
    summary: 'The assertion has a condition that is not understood or stands twice.',
    remedy: idpSettings,
  },
  'confirmation-count': { check: 'P7', summary: 'The subject is not confirmed exactly once.', remedy: idpSettings },
  'confirmation-method': {
    check: 'P7',
    summary: 'The subject confirmation is not of the method bearer.',
    remedy: idpSettings,
  },
  'confirmation-data': {
    check: 'P7',
    summary: 'The subject confirmation lacks its data, or has a NotBefore.',
    remedy: idpSettings,
  },
  'recipient-mismatch': {
    check: 'P7',
    summary: 'The assertion may be delivered to another address only.',
    remedy: 'Set the ACS URL at the identity provider to the value expected.',
  },
  'confirmation-expired': {
    check: 'P7',
    summary: 'The assertion may not be delivered any more.',
    remedy: `Sign in again. ${clocks}`,
  },
  'in-response-to': {
    check: 'P8',
    summary: 'Response and assertion do not answer the same request.',
    remedy: 'Have the identity provider name it in both (SAML core 3.2.2); if it does, treat it as an attack.',
  },
  'authn-statement-count': {
    check: 'P10',
    summary: 'The assertion does not have exactly one AuthnStatement.',
    remedy: idpSettings,
  },
  'authn-instant': { check: 'P10', summary: 'The sign-in happened in the future.', remedy: clocks },
  'session-expired': {
    check: 'P10',
    summary: 'The session at the identity provider has ended.',
    remedy: 'Sign in again.',
  },
  'attribute-statement-count': {
    check: 'P11',
    summary: 'The assertion has more than one AttributeStatement.',
    remedy: idpSettings,
  },
  'attribute-encrypted': {
    check: 'P11',
    summary: 'An attribute is encrypted.',
    remedy: 'Turn attribute encryption off at the identity provider.',
  },
  'attribute-structure': {
    check: 'P11',
    summary: 'An attribute has no name, or content that the schema does not have.',
    remedy: idpSettings,
  },
  'name-not-plain': {
    check: 'P12',
    summary:
      'A name has white space at its ends, control or invisible characters, or more than 256 characters (a NameID: 1024).',
    remedy: 'Correct the attribute mapping at the identity provider.',
  },
  'subject-missing': { check: 'P13', summary: 'The assertion does not have exactly one Subject.', remedy: idpSettings },
  'name-id-count': { check: 'P13', summary: 'The subject has more than one name.', remedy: idpSettings },
  'name-id-unsupported': {
    check: 'P13',
    summary: 'The subject is named by an EncryptedID or a BaseID.',
    remedy: 'Have the identity provider send a plain NameID.',
  },
  'name-id-empty': {
    check: 'P13',
    summary: 'The NameID is not plain text.',
    remedy: 'Correct the subject mapping at the identity provider.',
  },
} as const satisfies Record<string, RefusalRow>
