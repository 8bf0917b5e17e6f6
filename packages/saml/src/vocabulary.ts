/** Names of the standards: SAML 2.0 core and profiles, XML Signature, exclusive canonicalization. */

export const samlp = 'urn:oasis:names:tc:SAML:2.0:protocol'
export const saml = 'urn:oasis:names:tc:SAML:2.0:assertion'
export const md = 'urn:oasis:names:tc:SAML:2.0:metadata'
export const ds = 'http://www.w3.org/2000/09/xmldsig#'

export const postBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

/** XML Encryption 1.0 and 1.1: prefixes of algorithm names as well. */
export const xenc = 'http://www.w3.org/2001/04/xmlenc#'
export const xenc11 = 'http://www.w3.org/2009/xmlenc11#'

export const statusSuccess = 'urn:oasis:names:tc:SAML:2.0:status:Success'
export const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
export const entityFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity'

export const envelopedSignature = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
/** Also the namespace of InclusiveNamespaces. */
export const exclusiveC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#'
