/** Requests of applications by the HTTP-Redirect binding (SAML bindings 3.4, core 3.4.1), read by a parser of its own. */
import { inflateRawSync } from 'node:zlib'
import { DOMParser } from '@xmldom/xmldom'

export interface AuthnRequest {
  readonly id: string
  readonly issuer: string
  readonly acsUrl: string
}

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion'
const inflatedLimit = 64 * 1024

/** Base64 and DEFLATE undone. Signatures are not looked at: Identity Center takes unsigned requests (row 6.11). */
export function readAuthnRequest(field: string): AuthnRequest | { readonly problem: string } {
  let xml: string
  try {
    xml = inflateRawSync(Buffer.from(field, 'base64'), { maxOutputLength: inflatedLimit }).toString('utf8')
  } catch {
    return { problem: 'SAMLRequest is not base64 of a DEFLATE stream' }
  }
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
    return { id, issuer, acsUrl }
  } catch {
    return { problem: 'the request is not well-formed XML' }
  }
}
