import type { Reading } from '../src/index.ts'

/** The files beside every case: a good one, one of another provider, and one for each way to be bad. `absent.xml` is not there. */
const files: Readonly<Record<string, string>> = {
  'idp.xml': 'https://idp.example.org',
  'other.xml': 'https://other.example.org',
  'broken.xml': '<html>',
  'no-certificate.xml': 'empty',
}

export const reading: Reading = {
  readFile: (path) => {
    if (path === 'unreadable.xml') throw Object.assign(new Error('no'), { code: 'EACCES' })
    return files[path]
  },
  readMetadata: (xml) => {
    if (xml === '<html>')
      return { ok: false, error: { code: 'not-idp-metadata', detail: 'found html; expected EntityDescriptor' } }
    return { ok: true, metadata: { entityId: xml, certificates: xml === 'empty' ? [] : ['MIIB'] } }
  },
}
