/** What the gate writes is valid by the schemas of OASIS and W3C, as PHP's libxml2 validates. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { writeAuthnRequest, writeSpMetadata } from '@studio-gate/saml'
import { rsaIdentity } from '../../packages/saml/test/certificates.ts'
import { file, missing, program } from './requirement.ts'

const debian = 'apt-get install simplesamlphp php-cli php-xml'
/** SimpleSAMLphp brings them. */
const schemas = '/usr/share/simplesamlphp/vendor/simplesamlphp/saml2/schemas'
const skip = missing([program('php', debian), file(`${schemas}/saml-schema-metadata-2.0.xsd`, debian)])

const script = `
libxml_use_internal_errors(true);
$document = new DOMDocument();
$valid = $document->loadXML(stream_get_contents(STDIN), LIBXML_NONET) && $document->schemaValidate($argv[1]);
foreach (libxml_get_errors() as $error) echo $error->message;
exit($valid ? 0 : 1);`

/** What is wrong with the document; empty if it is valid. */
function problems(xml: string, schema: 'metadata' | 'protocol'): string {
  const args = ['-r', script, `${schemas}/saml-schema-${schema}-2.0.xsd`]
  const run = spawnSync('php', args, { input: xml, encoding: 'utf8', timeout: 30_000 })
  if (run.error !== undefined) throw run.error
  return run.status === 0 ? '' : `not valid: ${run.stdout}${run.stderr}`
}

const certificate = rsaIdentity('gate').certificate
const metadata = {
  entityId: 'urn:studio-gate:a',
  acsUrl: 'https://gate.example/gate/saml',
  wantAssertionsSigned: true,
  authnRequestsSigned: false,
}

test('metadata, with the least and with everything', { skip }, () => {
  const everything = {
    ...metadata,
    authnRequestsSigned: true,
    signingCertificates: [certificate, certificate],
    encryptionCertificates: [certificate],
    nameIdFormats: ['urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'],
    validUntil: Date.UTC(2030, 0),
  }
  for (const one of [metadata, everything]) assert.equal(problems(writeSpMetadata(one), 'metadata'), '')
})

test('a request, with the least and with everything, signed', { skip }, () => {
  const request = {
    id: '_0123456789abcdef',
    issueInstant: Date.UTC(2026, 0),
    destination: 'https://idp.example/sso',
    issuer: metadata.entityId,
    acsUrl: metadata.acsUrl,
  }
  const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const everything = { ...request, forceAuthn: true, nameIdFormat: 'urn:a' } as const
  for (const written of [writeAuthnRequest(request, 'post'), writeAuthnRequest(everything, 'post', { signingKey })]) {
    assert.ok(written.binding === 'post')
    assert.equal(problems(Buffer.from(written.fields.SAMLRequest ?? '', 'base64').toString(), 'protocol'), '')
  }
})

test('the validator refuses what the schema does not have', { skip }, () => {
  const wrong = writeSpMetadata(metadata).replace(
    '<md:AssertionConsumerService',
    '<md:Anything/><md:AssertionConsumerService',
  )
  assert.match(problems(wrong, 'metadata'), /Anything/)
})
