/** The mutators themselves: verifiers with the faults that were published fall for them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { XmlDocument, XmlElement } from 'libxml2-wasm'
import { SignedXml } from 'xml-crypto'
import { keys, make } from './cases.ts'
import { families } from './mutators/families.ts'
import { subjectOf } from './mutators/subjects.ts'

interface Faults {
  /** Which of several Assertions is read. */
  readonly reads: 'first' | 'last'
  /** What a response without any signature is. */
  readonly unsigned: 'accepted' | 'refused'
  /** Whose key verifies. */
  readonly key: 'pinned' | 'embedded'
}

const named = (name: string) => `//*[local-name()='${name}']`

/** Whom a response names, to somebody who verifies whatever signature stands first and then reads the document. */
function naive(xml: string, { reads, unsigned, key }: Faults): string | undefined {
  let document: XmlDocument
  try {
    document = XmlDocument.fromString(xml)
  } catch {
    return undefined
  }
  try {
    const element = document.get(`(${named('Signature')})[1]`)
    const signature = element instanceof XmlElement ? element.toString({ format: false }) : undefined
    if (signature === undefined && unsigned === 'refused') return undefined
    const embedded = document.get(`(${named('Signature')})[1]${named('X509Certificate')}`)?.content
    const certificate = key === 'embedded' ? embedded : keys.get('idp')?.certificate
    if (signature !== undefined && !verifies(xml, signature, certificate ?? '')) return undefined
    const assertion = `(${named('Assertion')})[${reads === 'first' ? '1' : 'last()'}]`
    // The first text node, which a comment ends.
    return document.get(`(${assertion}${named('NameID')})[1]/text()[1]`)?.content
  } finally {
    document.dispose()
  }
}

function verifies(xml: string, signature: string, certificate: string): boolean {
  const wrapped = certificate.replace(/\s/g, '').replace(/.{64}/g, '$&\n')
  const publicCert = `-----BEGIN CERTIFICATE-----\n${wrapped}\n-----END CERTIFICATE-----\n`
  const verifier = new SignedXml({ publicCert, getCertFromKeyInfo: () => null })
  try {
    verifier.loadSignature(signature)
    return verifier.checkSignature(xml)
  } catch {
    return false
  }
}

const one = { name: 'okta', shape: 'okta', sign: [{ of: 'Assertion' }] } as const
const { xml } = make(one)
const subject = subjectOf(one, xml)

/** Faults, and mutators that somebody with them must fall for. */
const victims: readonly (readonly [what: string, faults: Faults, mutators: readonly string[]])[] = [
  [
    'verifies one Assertion and reads the first',
    { reads: 'first', unsigned: 'refused', key: 'pinned' },
    [
      'wrapping: XSW3: an evil Assertion before the signed one',
      'wrapping: XSW4: an evil Assertion around the signed one',
      'wrapping: XSW5: the evil Assertion keeps the signature, the original at the end',
      'wrapping: XSW7: an evil Assertion in Extensions',
      'published: CVE-2022-41912: several assertions',
      'published: CVE-2017-11427, -11428, -11429, -11430, CVE-2018-7340: a comment in a name',
    ],
  ],
  [
    'verifies one Assertion and reads the last',
    { reads: 'last', unsigned: 'refused', key: 'pinned' },
    [
      'wrapping: XSW3 turned: an evil Assertion behind the signed one',
      'wrapping: XSW7 turned: the signed Assertion in Extensions',
      'published: CVE-2022-41912: several assertions',
    ],
  ],
  [
    'accepts what is not signed',
    { reads: 'first', unsigned: 'accepted', key: 'pinned' },
    ['signature: every signature removed', 'published: CVE-2026-24858, CVE-2026-28323, CVE-2025-59718: no signature'],
  ],
  [
    'trusts the certificate that the response brings',
    { reads: 'first', unsigned: 'refused', key: 'embedded' },
    ['attacker: the Assertion signed by an attacker', 'attacker: the Response signed by an attacker'],
  ],
]

for (const [what, faults, names] of victims) {
  test(`somebody who ${what} falls for it`, () => {
    assert.equal(naive(xml, faults), 'alice')
    for (const name of names) {
      const [family = '', mutator = ''] = [name.slice(0, name.indexOf(': ')), name.slice(name.indexOf(': ') + 2)]
      const mutate = families[family]?.[mutator]
      assert.ok(mutate !== undefined, name)
      const read = [...mutate(subject)].map(({ document }) => naive(document.toString(), faults))
      assert.ok(
        read.some((who) => who !== undefined && who !== 'alice'),
        name,
      )
    }
  })
}
