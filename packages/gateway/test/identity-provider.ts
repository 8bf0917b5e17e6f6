/** An identity provider for tests: a key and certificate made at run time, responses signed by xml-crypto. */
import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { SignedXml } from 'xml-crypto'

export interface TestIdentityProvider {
  readonly entityId: string
  /** Bare base64 DER. */
  readonly certificate: string
  readonly privateKey: KeyObject
}

export function makeIdentityProvider(entityId: string): TestIdentityProvider {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { entityId, privateKey, certificate: selfSigned(privateKey, publicKey).toString('base64') }
}

export interface Login {
  readonly acsUrl: string
  readonly audience: string
  readonly subject: string
  readonly attributes?: Readonly<Record<string, readonly string[]>>
  /** ms since the epoch. */
  readonly now: number
  readonly id?: string
  readonly inResponseTo?: string
  /** `none`: the NameID has no Format. */
  readonly nameIdFormat?: string
  /** More attributes of the NameID. */
  readonly nameIdQualifiers?: string
  readonly sessionNotOnOrAfter?: number
  /** Changes the document between the Assertion's signature and the Response's. */
  readonly encrypt?: (xml: string) => string
  /** Changes the document after it was signed. */
  readonly tamper?: (xml: string) => string
}

/** The `SAMLResponse` form value: Response and Assertion signed, as IAM Identity Center does (row 6.10). */
export function samlResponse(idp: TestIdentityProvider, login: Login): string {
  const { now, acsUrl } = login
  const at = (ms: number) => new Date(ms).toISOString()
  const until = at(now + 3_600_000)
  const responseTo = login.inResponseTo === undefined ? '' : ` InResponseTo="${login.inResponseTo}"`
  const sessionEnd =
    login.sessionNotOnOrAfter === undefined ? '' : ` SessionNotOnOrAfter="${at(login.sessionNotOnOrAfter)}"`
  const format = login.nameIdFormat ?? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
  const formatAttribute = format === 'none' ? '' : ` Format="${format}"`
  const attributes = Object.entries(login.attributes ?? {})
    .map(([name, values]) => {
      const texts = values.map((value) => `<saml2:AttributeValue>${value}</saml2:AttributeValue>`).join('')
      return `<saml2:Attribute Name="${name}">${texts}</saml2:Attribute>`
    })
    .join('')
  const assertionId = login.id ?? `_${randomBytes(16).toString('hex')}`
  const responseId = `_${randomBytes(16).toString('hex')}`
  const xml = `<saml2p:Response xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" Destination="${acsUrl}" ID="${responseId}"${responseTo} IssueInstant="${at(now)}" Version="2.0"><saml2:Issuer xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">${idp.entityId}</saml2:Issuer><saml2p:Status><saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></saml2p:Status><saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="${assertionId}" IssueInstant="${at(now)}" Version="2.0"><saml2:Issuer>${idp.entityId}</saml2:Issuer><saml2:Subject><saml2:NameID${formatAttribute}${login.nameIdQualifiers ?? ''}>${login.subject}</saml2:NameID><saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData${responseTo} NotOnOrAfter="${until}" Recipient="${acsUrl}"/></saml2:SubjectConfirmation></saml2:Subject><saml2:Conditions NotBefore="${at(now - 1000)}" NotOnOrAfter="${until}"><saml2:AudienceRestriction><saml2:Audience>${login.audience}</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions><saml2:AuthnStatement AuthnInstant="${at(now)}" SessionIndex="${assertionId}"${sessionEnd}><saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement><saml2:AttributeStatement>${attributes}</saml2:AttributeStatement></saml2:Assertion></saml2p:Response>`
  const inner = sign(xml, assertionId, 'Assertion', idp)
  const signed = sign(login.encrypt?.(inner) ?? inner, responseId, 'Response', idp)
  return Buffer.from(login.tamper?.(signed) ?? signed).toString('base64')
}

function sign(xml: string, id: string, element: string, idp: TestIdentityProvider): string {
  const signer = new SignedXml({
    privateKey: idp.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  })
  signer.addReference({
    xpath: `//*[@ID='${id}']`,
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
  })
  const issuer = `//*[@ID='${id}' and local-name()='${element}']/*[local-name()='Issuer']`
  signer.computeSignature(xml, { prefix: 'ds', location: { reference: issuer, action: 'after' } })
  return signer.getSignedXml()
}

/** The least certificate that carries a key: X.509 v3, CN only, ten years around now. */
function selfSigned(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  const der = (tag: number, ...parts: readonly Buffer[]) => {
    const content = Buffer.concat(parts)
    const size = content.length
    const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
    return Buffer.concat([Buffer.from([tag, ...length]), content])
  }
  const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts)
  const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
  const sha256WithRsa = sequence(oid('2a864886f70d01010b'), der(0x05))
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('Test IdP')))))
  const time = (years: number) => {
    const stamp = new Date(Date.now() + years * 31_536_000_000).toISOString().replace(/[-:T]/g, '')
    return der(0x18, Buffer.from(`${stamp.slice(0, 14)}Z`))
  }
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    sha256WithRsa,
    name,
    sequence(time(-5), time(5)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = createSign('sha256').update(toBeSigned).sign(privateKey)
  return sequence(toBeSigned, sha256WithRsa, der(0x03, Buffer.from([0]), signature))
}
