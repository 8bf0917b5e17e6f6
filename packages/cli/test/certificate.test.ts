/** Certificates around keys of KMS, read by what others wrote, and the metadata that carries them. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { certificate } from '../src/commands/certificate.ts'
import { idp } from '../src/commands/idp.ts'
import { certificateOf } from '../src/key-certificate.ts'
import { createTerminal } from '../src/terminal.ts'

const work = mkdtempSync(join(tmpdir(), 'studio-gate-certificate-test-'))
after(() => rmSync(work, { recursive: true }))
const silent = createTerminal({ write: () => true }, { write: () => true }, {})
const session = { terminal: silent, stop: new AbortController().signal }
const file = (name: string, text?: string) => {
  if (text !== undefined) writeFileSync(join(work, name), text)
  return join(work, name)
}
const rsa = generateKeyPairSync('rsa', { modulusLength: 3072 }).publicKey
const kmsAnswer = (KeyUsage: string, key = rsa) => {
  const PublicKey = key.export({ type: 'spki', format: 'der' }).toString('base64')
  return JSON.stringify({ KeyId: 'arn', PublicKey, KeySpec: 'RSA_3072', KeyUsage })
}
const now = Date.parse('2026-11-23T12:00:00Z')

describe('a certificate around a key', () => {
  it('holds the key, for ten years', () => {
    const parsed = new X509Certificate(certificateOf(rsa, 'encryption', now))
    assert.ok(parsed.publicKey.equals(rsa))
    assert.deepEqual([parsed.subject, parsed.ca], ['CN=Studio Gate encryption', false])
    assert.equal(parsed.issuer, 'CN=Studio Gate key made for one signature')
    assert.deepEqual([parsed.validFrom, parsed.validTo], ['Nov 22 12:00:00 2026 GMT', 'Nov 22 12:00:00 2036 GMT'])
    assert.equal(parsed.verify(rsa), false, 'not self-signed')
  })

  it('ends in a year with four digits where two would lie', () => {
    const parsed = new X509Certificate(certificateOf(rsa, 'signing', Date.parse('2045-01-01T00:00:00Z')))
    assert.equal(parsed.validTo, 'Jan  1 00:00:00 2055 GMT')
  })

  const noOpenssl = spawnSync('openssl', ['version']).error !== undefined && 'openssl is not installed'
  for (const [use, usage] of [
    ['encryption', 'Key Encipherment'],
    ['signing', 'Digital Signature'],
  ] as const)
    it(`openssl reads what the one for ${use} is for`, { skip: noOpenssl }, () => {
      const text = execFileSync('openssl', ['x509', '-noout', '-text'], {
        input: certificateOf(rsa, use, now),
      }).toString()
      assert.match(text, new RegExp(`X509v3 Key Usage: critical\\s+${usage}\n`))
      assert.match(text, /X509v3 Basic Constraints: critical\s+CA:FALSE/)
      assert.match(text, /Version: 3 .*Signature Algorithm: sha256WithRSAEncryption.*\(3072 bit\)/s)
    })
})

describe('studio-gate certificate', () => {
  it('reads what `aws kms get-public-key` prints, and says the use by the key’s own', async () => {
    for (const [usage, subject] of [
      ['ENCRYPT_DECRYPT', 'CN=Studio Gate encryption'],
      ['SIGN_VERIFY', 'CN=Studio Gate signing'],
    ] as const) {
      const values = { 'public-key': file('key.json', kmsAnswer(usage)), out: file('key.pem') }
      assert.equal(await certificate.run(values, [], session), 0)
      const parsed = new X509Certificate(readFileSync(file('key.pem')))
      assert.deepEqual([parsed.subject, parsed.publicKey.equals(rsa)], [subject, true])
      assert.ok(Date.parse(parsed.validFrom) < Date.now())
    }
  })

  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  for (const [what, text, message] of [
    ['a certificate', '-----BEGIN CERTIFICATE-----', /not JSON/],
    ['null', 'null', /no PublicKey/],
    ['another answer', '{"Keys":[]}', /no PublicKey/],
    ['a key for something else', kmsAnswer('GENERATE_VERIFY_MAC'), /known KeyUsage/],
    ['a name that every object has', kmsAnswer('constructor'), /known KeyUsage/],
    ['no key', JSON.stringify({ PublicKey: 'AAAA', KeyUsage: 'SIGN_VERIFY' }), /not the base64 of a public key/],
    ['another kind of key', kmsAnswer('SIGN_VERIFY', elliptic), /type `ec`, expected RSA/],
  ] as const)
    it(`refuses ${what}`, async () => {
      rmSync(file('no.pem'), { force: true })
      const values = { 'public-key': file('bad.json', text), out: file('no.pem') }
      await assert.rejects(async () => certificate.run(values, [], session), message)
      assert.equal(existsSync(file('no.pem')), false)
    })

  it('needs both files', () => assert.rejects(async () => certificate.run({}, [], session), /--public-key` is missing/))
})

describe('the metadata of a gate with keys', () => {
  const declaration = (providers: string) =>
    file(
      'studio-gate.yaml',
      `name: demo
identityProviders:
${providers}
networks: { office: { endpoint: deployed } }
executionRoles: { scientist: deployed }
rules: [{ name: all, effect: allow, identityProvider: a, domain: main, from: [office], executionRole: scientist }]
`,
    )
  const both = 'signInRequests: post, signedRequests: rsa-sha256, encryptedAssertions: aes-gcm'
  const plain = '  b: { metadata: b.xml, unsolicited: accepted }'
  const outputs = file('outputs.json', JSON.stringify({ AcsUrl: 'https://a/gate/saml', Audience: 'urn:a' }))
  const metadata = file('gate.xml')
  const certificates = {
    'encryption-certificate': file('encryption.pem', certificateOf(rsa, 'encryption', now)),
    'signing-certificate': file('signing.pem', certificateOf(rsa, 'signing', now)),
  }
  const run = async (providers: string, values: Readonly<Record<string, string>>) => {
    rmSync(metadata, { force: true })
    await idp.run({ declaration: declaration(providers), outputs, metadata, ...values }, [], session)
    return readFileSync(metadata, 'utf8')
  }

  it('carries both certificates, each for its use', async () => {
    const xml = await run(`  a: { metadata: a.xml, ${both} }`, certificates)
    assert.deepEqual(
      [...xml.matchAll(/use="(\w+)"/g)].map(([, use]) => use),
      ['signing', 'encryption'],
    )
    assert.match(xml, /AuthnRequestsSigned="true"/)
    const [signing, encryption] = [...xml.matchAll(/<ds:X509Certificate>([^<]*)</g)].map(([, text]) => text)
    assert.equal(new X509Certificate(Buffer.from(signing ?? '', 'base64')).subject, 'CN=Studio Gate signing')
    assert.equal(new X509Certificate(Buffer.from(encryption ?? '', 'base64')).subject, 'CN=Studio Gate encryption')
  })

  it('is for one provider where they differ', async () => {
    const providers = `  a: { metadata: a.xml, ${both} }\n${plain}`
    await assert.rejects(run(providers, certificates), /not all identity providers have `encryptedAssertions`/)
    assert.match(await run(providers, { ...certificates, provider: 'a' }), /use="encryption"/)
    assert.doesNotMatch(await run(providers, { ...certificates, provider: 'b' }), /KeyDescriptor/)
    await assert.rejects(run(providers, { ...certificates, provider: 'c' }), /no identity provider `c`/)
  })

  it('is not written without the certificates that it needs', async () => {
    const one = `  a: { metadata: a.xml, ${both} }`
    await assert.rejects(run(one, {}), /`encryptedAssertions` needs a certificate/)
    const { 'signing-certificate': _, ...encryptionOnly } = certificates
    await assert.rejects(run(one, encryptionOnly), /`signedRequests` needs a certificate/)
    await assert.rejects(run(one, { ...certificates, 'signing-certificate': outputs }), /expected a certificate/)
    const { 'encryption-certificate': encryption } = certificates
    await assert.rejects(
      run(one, { ...certificates, 'signing-certificate': encryption }),
      /both certificates are the same/,
    )
    assert.equal(existsSync(metadata), false)
  })
})
