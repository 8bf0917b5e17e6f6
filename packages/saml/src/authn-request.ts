/**
 * Asking an identity provider to sign somebody in (SAML core 3.4.1, profiles 4.1.4.1): the AuthnRequest, and how a browser
 * carries it by the HTTP-Redirect and HTTP-POST bindings (SAML bindings 3.4, 3.5). Pure: id and time arrive as values.
 */
import { hash, type KeyObject, sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { ds, envelopedSignature, exclusiveC14n, postBinding, saml, samlp } from './vocabulary.ts'
import { xmlAttributes, xmlText } from './write-xml.ts'

export interface AuthnRequest {
  /** An NCName of at least 128 random bits, never used before (SAML core 1.3.4): the answer's `InResponseTo`. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly issueInstant: number
  /** `Location` of the identity provider's SingleSignOnService for the binding. */
  readonly destination: string
  /** Entity id of the service provider. */
  readonly issuer: string
  /** Where the response is to be posted. */
  readonly acsUrl: string
  /** Asks for a new authentication even where the identity provider has a session. */
  readonly forceAuthn?: true
  /** Asks for a NameID of this format. */
  readonly nameIdFormat?: string
}

export interface Delivery {
  /** Returned unchanged by the identity provider; at most 80 bytes (SAML bindings 3.4.3), and no secret: everyone on the way sees it. */
  readonly relayState?: string
  /** RSA private key of at least 2048 bits: the request is signed with RSA-SHA256. Absent: it is not signed. */
  readonly signingKey?: KeyObject
}

export type WrittenRequest =
  /** To be answered as a redirect to `url`. */
  | { readonly binding: 'redirect'; readonly url: string }
  /** To be answered as a page with a form that posts `fields` to `action`. */
  | { readonly binding: 'post'; readonly action: string; readonly fields: Readonly<Record<string, string>> }

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

/** Throws RangeError for values that no identity provider would take: a bug of the caller. */
export function writeAuthnRequest(
  request: AuthnRequest,
  binding: WrittenRequest['binding'],
  delivery: Delivery = {},
): WrittenRequest {
  const { relayState, signingKey } = delivery
  if (signingKey !== undefined) {
    checkKey(signingKey)
    const { octets, signedWith } = prepareAuthnRequest(request, binding, relayState)
    return signedWith(sign('sha256', octets, signingKey))
  }
  check(request, relayState)
  return binding === 'redirect'
    ? { binding, url: located(request, query(request, relayState)) }
    : { binding, action: request.destination, fields: formFields(document(request), relayState) }
}

/** A request without its signature, for a key that answers later. */
export interface UnsignedRequest {
  /** What is to be signed by RSASSA-PKCS1-v1_5 with SHA-256. */
  readonly octets: Buffer
  /** The request with that signature, ready to be sent. */
  readonly signedWith: (signature: Buffer) => WrittenRequest
}

/** `writeAuthnRequest` for a key that this process does not hold. Throws as it does. */
export function prepareAuthnRequest(
  request: AuthnRequest,
  binding: WrittenRequest['binding'],
  relayState?: string,
): UnsignedRequest {
  check(request, relayState)
  if (binding === 'redirect') {
    const signed = query(request, relayState, rsaSha256)
    return {
      octets: Buffer.from(signed),
      signedWith: (signature) => {
        const value = encodeURIComponent(signature.toString('base64'))
        return { binding, url: located(request, `${signed}&Signature=${value}`) }
      },
    }
  }
  const info = signedInfo(request)
  return {
    octets: Buffer.from(info(dsNamespace)),
    signedWith: (signature) => {
      const value = `<ds:SignatureValue>${signature.toString('base64')}</ds:SignatureValue>`
      const xml = document(request, `<ds:Signature${dsNamespace}>${info('')}${value}</ds:Signature>`)
      return { binding, action: request.destination, fields: formFields(xml, relayState) }
    },
  }
}

function check(request: AuthnRequest, relayState: string | undefined): void {
  if (!/^[A-Za-z_][\w.-]*$/.test(request.id)) throw new RangeError('the id must be an NCName')
  if (!/^https?:\/\/[^\s#]+$/.test(request.destination)) throw new RangeError('the destination must be an http(s) URL')
  if (relayState?.isWellFormed() === false) throw new RangeError('RelayState must be well-formed Unicode')
  if (Buffer.byteLength(relayState ?? '') > 80) throw new RangeError('RelayState must have at most 80 bytes')
}

function checkKey(key: KeyObject): void {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.type !== 'private' || key.asymmetricKeyType !== 'rsa' || bits < 2048) {
    throw new RangeError('requests are signed with an RSA private key of at least 2048 bits')
  }
}

/** SAML bindings 3.4.4.1: DEFLATE, base64; what is signed is the query exactly as it is sent. */
function query(request: AuthnRequest, relayState: string | undefined, sigAlg?: string): string {
  const parameters: (readonly [string, string])[] = [
    ['SAMLRequest', deflateRawSync(document(request)).toString('base64')],
  ]
  if (relayState !== undefined) parameters.push(['RelayState', relayState])
  if (sigAlg !== undefined) parameters.push(['SigAlg', sigAlg])
  return parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
}

function located({ destination }: AuthnRequest, query: string): string {
  return `${destination}${destination.includes('?') ? '&' : '?'}${query}`
}

/** SAML bindings 3.5.4: base64 of the document, which carries its signature itself. */
function formFields(xml: string, relayState: string | undefined): Readonly<Record<string, string>> {
  const field = Buffer.from(xml).toString('base64')
  return { SAMLRequest: field, ...(relayState === undefined ? {} : { RelayState: relayState }) }
}

/** The document in canonical form; `signature` stands after Issuer, as the schema has it. */
function document(request: AuthnRequest, signature = ''): string {
  const { id, issueInstant, destination, issuer, acsUrl, forceAuthn, nameIdFormat } = request
  const attributes = xmlAttributes({
    AssertionConsumerServiceURL: acsUrl,
    Destination: destination,
    ForceAuthn: forceAuthn === true ? 'true' : undefined,
    ID: id,
    IssueInstant: new Date(issueInstant).toISOString(),
    ProtocolBinding: postBinding,
    Version: '2.0',
  })
  const policy =
    nameIdFormat === undefined
      ? ''
      : `<saml2p:NameIDPolicy${xmlAttributes({ AllowCreate: 'true', Format: nameIdFormat })}></saml2p:NameIDPolicy>`
  return (
    `<saml2p:AuthnRequest xmlns:saml2p="${samlp}"${attributes}>` +
    `<saml2:Issuer xmlns:saml2="${saml}">${xmlText(issuer)}</saml2:Issuer>${signature}${policy}</saml2p:AuthnRequest>`
  )
}

const dsNamespace = ` xmlns:ds="${ds}"`

/**
 * SignedInfo over the document without its signature, with or without its namespace declaration: both are written
 * canonically, so nothing has to be canonicalized.
 */
function signedInfo(request: AuthnRequest): (namespace: string) => string {
  const digest = hash('sha256', document(request), 'base64')
  const algorithm = (element: string, name: string) => `<ds:${element} Algorithm="${name}"></ds:${element}>`
  return (namespace) =>
    `<ds:SignedInfo${namespace}>${algorithm('CanonicalizationMethod', exclusiveC14n)}${algorithm('SignatureMethod', rsaSha256)}` +
    `<ds:Reference${xmlAttributes({ URI: `#${request.id}` })}>` +
    `<ds:Transforms>${algorithm('Transform', envelopedSignature)}${algorithm('Transform', exclusiveC14n)}</ds:Transforms>` +
    `${algorithm('DigestMethod', sha256)}<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`
}
