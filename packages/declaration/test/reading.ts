import type { Reading } from '../src/index.ts'

/** The files beside every case: a good one, one of another provider, and one for each way to be bad. `absent.xml` is not there. */
const files: Readonly<Record<string, string>> = {
  'idp.xml': 'https://idp.example.org',
  'other.xml': 'https://other.example.org',
  'wants-signed.xml': 'https://signed.example.org',
  'broken.xml': '<html>',
  'no-certificate.xml': 'empty',
}

const bindings = ['POST', 'Redirect']
/** No place for redirects, and a wish for signatures. */
const signedOnly = {
  singleSignOn: [
    { binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', location: 'https://other.example.org/post' },
    { binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', location: 'http://other.example.org/redirect' },
  ],
  wantAuthnRequestsSigned: true,
}

export const reading: Reading = {
  readFile: (path) => {
    if (path === 'unreadable.xml') throw Object.assign(new Error('no'), { code: 'EACCES' })
    return files[path]
  },
  readMetadata: (xml) => {
    if (xml === '<html>')
      return { ok: false, error: { code: 'not-idp-metadata', detail: 'found html; expected EntityDescriptor' } }
    const certificates = xml === 'empty' ? [] : ['MIIB']
    if (xml.startsWith('https://other')) return { ok: true, metadata: { entityId: xml, certificates, ...signedOnly } }
    const singleSignOn = bindings.map((binding) => ({
      binding: `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${binding}`,
      location: `${xml}/${binding.toLowerCase()}`,
    }))
    const wantAuthnRequestsSigned = xml.startsWith('https://signed')
    return { ok: true, metadata: { entityId: xml, certificates, singleSignOn, wantAuthnRequestsSigned } }
  },
}
