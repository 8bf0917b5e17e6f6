/** The example of the README is this package's own, compiled and run. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { keys, make, parties } from './cases.ts'
import { judge } from './readme-example.ts'

const metadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${parties.idp}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${keys.get('idp')?.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor></md:IDPSSODescriptor></md:EntityDescriptor>`

test('the README shows the example as it is compiled', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const example = readFileSync(join(import.meta.dirname, 'readme-example.ts'), 'utf8')
  assert.ok(readme.includes(`\`\`\`ts\n${example}\`\`\``))
})

test('the example answers', () => {
  const sign = [{ of: 'Assertion' }, { of: 'Response' }] as const
  const { samlResponse, now } = make({ name: '', shape: 'identity-center', sign })
  assert.equal(judge(metadata, samlResponse, now), 'alice@example.com of data-science, research & development')
  assert.match(judge(metadata, samlResponse, now + 3_600_000), /^P4 issued-too-long-ago: /)
  assert.match(judge('<html/>', samlResponse, now), /download the SAML metadata/)
})
