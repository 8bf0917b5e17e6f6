/** IdP metadata in Identity Center's shape (row 6.7): one descriptor, one key, both bindings. */
export function metadataDocument(base: string, id: string, certificate: string): string {
  const service = (element: string, path: string) =>
    ['HTTP-POST', 'HTTP-Redirect']
      .map(
        (binding) =>
          `<md:${element} Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${base}/saml/${path}/${id}"/>`,
      )
      .join('')
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${base}/saml/assertion/${id}">` +
    '<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
    '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>' +
    `<ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
    service('SingleLogoutService', 'logout') +
    '<md:NameIDFormat/>' +
    service('SingleSignOnService', 'assertion') +
    '</md:IDPSSODescriptor></md:EntityDescriptor>'
  )
}
