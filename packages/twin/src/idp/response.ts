/** SAML responses in the shape that IAM Identity Center sends (rows 6.9 to 6.16): built as text, signed by xml-crypto. */
import { randomUUID } from 'node:crypto'
import { SignedXml } from 'xml-crypto'

export interface SigningKey {
  /** PEM. */
  readonly privateKey: string
  /** PEM; goes into KeyInfo. */
  readonly certificate: string
}

/** All that one response says. Times are epoch milliseconds. */
export interface ResponseContent {
  readonly issuer: string
  readonly destination: string
  readonly recipient: string
  readonly audience: string
  readonly inResponseTo?: string
  readonly nameId: { readonly value: string; readonly format: string }
  readonly attributes: ReadonlyMap<string, readonly string[]>
  readonly issuedAt: number
  readonly notBefore: number
  readonly notOnOrAfter: number
  readonly sessionNotOnOrAfter: number
}

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion'

/** The document before signing. With no attribute the statement is there and empty, as Identity Center sends it (6.12). */
export function buildResponse(content: ResponseContent): string {
  const instant = time(content.issuedAt)
  const issuer = `<saml2:Issuer xmlns:saml2="${assertion}" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">${xml(content.issuer)}</saml2:Issuer>`
  const inResponseTo = content.inResponseTo === undefined ? '' : ` InResponseTo="${xml(content.inResponseTo)}"`
  const attributes = [...content.attributes]
    .map(
      ([name, values]) =>
        `<saml2:Attribute Name="${xml(name)}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified">` +
        values
          .map(
            (value) =>
              `<saml2:AttributeValue xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xsd:string">${xml(value)}</saml2:AttributeValue>`,
          )
          .join('') +
        '</saml2:Attribute>',
    )
    .join('')
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<saml2p:Response xmlns:saml2p="${protocol}" Destination="${xml(content.destination)}" ID="_${randomUUID()}"${inResponseTo} IssueInstant="${instant}" Version="2.0">` +
    issuer +
    '<saml2p:Status><saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></saml2p:Status>' +
    `<saml2:Assertion xmlns:saml2="${assertion}" ID="_${randomUUID()}" IssueInstant="${instant}" Version="2.0">` +
    issuer.replace(` xmlns:saml2="${assertion}"`, '') +
    `<saml2:Subject><saml2:NameID Format="${xml(content.nameId.format)}">${xml(content.nameId.value)}</saml2:NameID>` +
    '<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">' +
    `<saml2:SubjectConfirmationData${inResponseTo} NotOnOrAfter="${time(content.notOnOrAfter)}" Recipient="${xml(content.recipient)}"/>` +
    '</saml2:SubjectConfirmation></saml2:Subject>' +
    `<saml2:Conditions NotBefore="${time(content.notBefore)}" NotOnOrAfter="${time(content.notOnOrAfter)}">` +
    `<saml2:AudienceRestriction><saml2:Audience>${xml(content.audience)}</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions>` +
    `<saml2:AuthnStatement AuthnInstant="${instant}" SessionIndex="_${randomUUID()}" SessionNotOnOrAfter="${time(content.sessionNotOnOrAfter)}">` +
    '<saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext>' +
    '</saml2:AuthnStatement>' +
    `<saml2:AttributeStatement>${attributes}</saml2:AttributeStatement>` +
    '</saml2:Assertion></saml2p:Response>'
  )
}

/** Signs the assertion, then the response around it: rsa-sha256, exclusive C14N, the signature after its Issuer. */
export function signBoth(document: string, key: SigningKey): string {
  return signElement(signElement(document, 'Assertion', key), 'Response', key)
}

/** Signs one element by its `ID`. */
export function signElement(document: string, element: 'Assertion' | 'Response', key: SigningKey): string {
  const path = element === 'Response' ? "/*[local-name(.)='Response']" : "/*/*[local-name(.)='Assertion']"
  const signer = new SignedXml({
    privateKey: key.privateKey,
    publicCert: key.certificate,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  })
  signer.addReference({
    xpath: path,
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
  })
  signer.computeSignature(document, {
    prefix: 'ds',
    location: { reference: `${path}/*[local-name(.)='Issuer']`, action: 'after' },
  })
  return signer.getSignedXml()
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function xml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
