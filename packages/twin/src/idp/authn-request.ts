/** Requests of applications (SAML core 3.4.1) by the HTTP-Redirect and HTTP-POST bindings, read by a parser of its own. */
import { verify, X509Certificate } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { DOMParser } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'

export interface AuthnRequest {
  readonly id: string
  readonly issuer: string
  readonly acsUrl: string
  readonly relayState: string
  /** Whether all of it was signed with the key of this certificate (PEM), by RSA with SHA-256. */
  readonly signedUnder: (certificate: string) => boolean
}

type Read = AuthnRequest | { readonly problem: string }

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion'
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const inflatedLimit = 64 * 1024

/** Of a query string: base64 and DEFLATE undone; what is signed is the query as it came (SAML bindings 3.4.4.1). */
export function readRedirectedRequest(search: string): Read {
  const query = new URLSearchParams(search)
  let xml: string
  try {
    const octets = Buffer.from(query.get('SAMLRequest') ?? '', 'base64')
    xml = inflateRawSync(octets, { maxOutputLength: inflatedLimit }).toString('utf8')
  } catch {
    return { problem: 'SAMLRequest is not base64 of a DEFLATE stream' }
  }
  const signedUnder = (certificate: string) => {
    const sent = search.replace(/^\?/, '').split('&')
    const signed = ['SAMLRequest', 'RelayState', 'SigAlg'].flatMap((name) =>
      sent.filter((part) => part.startsWith(`${name}=`)),
    )
    const signature = Buffer.from(query.get('Signature') ?? '', 'base64')
    const { publicKey } = new X509Certificate(certificate)
    return query.get('SigAlg') === rsaSha256 && verify('sha256', Buffer.from(signed.join('&')), publicKey, signature)
  }
  return readDocument(xml, query.get('RelayState') ?? '', signedUnder)
}

/** Of a form: base64 undone; the signature stands in the document (SAML bindings 3.5.4). */
export function readPostedRequest(form: URLSearchParams): Read {
  const xml = Buffer.from(form.get('SAMLRequest') ?? '', 'base64').toString('utf8')
  return readDocument(xml, form.get('RelayState') ?? '', (certificate) => {
    const verifier = new SignedXml({ publicCert: certificate })
    try {
      verifier.loadSignature(/<ds:Signature\b.*<\/ds:Signature>/s.exec(xml)?.[0] ?? '')
      const [reference, another] = verifier.getReferences()
      const id = /^<[^>]* ID="([^"]*)"/.exec(xml)?.[1]
      const whole = another === undefined && reference?.uri === `#${id}`
      return whole && verifier.signatureAlgorithm === rsaSha256 && verifier.checkSignature(xml)
    } catch {
      return false
    }
  })
}

/** Without looking at a signature: Identity Center takes unsigned requests (row 6.11). */
function readDocument(xml: string, relayState: string, signedUnder: AuthnRequest['signedUnder']): Read {
  const stop = (_level: unknown, message: string): never => {
    throw new Error(message)
  }
  try {
    const root = new DOMParser({ onError: stop }).parseFromString(xml, 'text/xml').documentElement
    if (root?.localName !== 'AuthnRequest' || root.namespaceURI !== protocol)
      return { problem: 'this is no AuthnRequest' }
    if (root.getAttribute('Version') !== '2.0') return { problem: 'the Version is not 2.0' }
    const issuer = root.getElementsByTagNameNS(assertion, 'Issuer').item(0)?.textContent ?? ''
    const [id, acsUrl] = [root.getAttribute('ID') ?? '', root.getAttribute('AssertionConsumerServiceURL') ?? '']
    if (id === '' || !Number.isFinite(Date.parse(root.getAttribute('IssueInstant') ?? '')))
      return { problem: 'ID or IssueInstant is missing' }
    return { id, issuer, acsUrl, relayState, signedUnder }
  } catch {
    return { problem: 'the request is not well-formed XML' }
  }
}
