/** Bad configuration stops the start, with words that say what to do; certificates come in every usual form. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  admitSha1AndShortKeysToJudgeOldTestDocuments,
  CertificateError,
  certificateFacts,
  createTrust,
  TrustError,
  type TrustOptions,
  verifyResponse,
} from '../src/index.ts'
import { type Case, keys, make, parties } from './cases.ts'
import { ecIdentity, edIdentity, rsaIdentity, withUnknownKey } from './certificates.ts'
import { signElement } from './signing.ts'

const bare = keys.get('idp')?.certificate ?? ''
const lines = bare.replace(/.{1,64}/g, '$&\n')
const pem = `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`

function options(change: Partial<TrustOptions> & { readonly certificates?: readonly string[] }): TrustOptions {
  const { certificates, ...rest } = change
  return {
    idp: { entityId: parties.idp, certificates: certificates ?? [bare] },
    sp: { entityId: parties.sp, acsUrl: parties.acs },
    requiredSignature: 'either',
    ...rest,
  }
}

const forms = { bare, lines, pem, crlf: pem.replaceAll('\n', '\r\n'), described: `subject=CN = idp\n${pem}` }
for (const [form, certificate] of Object.entries(forms)) {
  test(`a certificate as ${form} is the same key`, () => {
    const [pinned] = createTrust(options({ certificates: [certificate] })).keys
    const [expected] = createTrust(options({})).keys
    assert.ok(pinned !== undefined && expected !== undefined && pinned.key.equals(expected.key))
  })
}

const privatePem = String(keys.get('idp')?.privateKey.export({ type: 'pkcs8', format: 'pem' }))
const faulty: readonly (readonly [name: string, change: Parameters<typeof options>[0], says: RegExp])[] = [
  ['an empty certificate', { certificates: [''] }, /certificates\[0\].*neither/],
  ['a certificate that is no base64', { certificates: [bare, 'hello!'] }, /certificates\[1\].*neither/],
  ['base64 of something else', { certificates: ['aGVsbG8='] }, /not X\.509 DER/],
  ['a private key', { certificates: [privatePem] }, /PEM block of `PRIVATE KEY`/],
  ['two certificates in one text', { certificates: [pem + pem] }, /list each as its own entry/],
  ['a key that nobody can use', { certificates: [withUnknownKey(bare)] }, /certificates\[0\].*key cannot be read/],
  ['a damaged PEM', { certificates: [pem.replace('-END', '-EMD')] }, /damaged PEM/],
  ['an RSA key of 1024 bits', { certificates: [rsaIdentity('short', 1024).certificate] }, /1024 bits.*at least 2048/],
  ['a key on another curve', { certificates: [ecIdentity('x', 'secp256k1').certificate] }, /unknown curve/],
  ['an Ed25519 key', { certificates: [edIdentity('x').certificate] }, /type `ed25519`/],
  [
    'a certificate revocation list',
    { certificates: [pem.replaceAll('CERTIFICATE', 'X509 CRL')] },
    /PEM block of `X509 CRL`/,
  ],
  ['an RSA key of 2047 bits', { certificates: [rsaIdentity('short', 2047).certificate] }, /2047 bits.*at least 2048/],
  ['an entity id of 1025 characters', { idp: { entityId: 'x'.repeat(1025), certificates: [] } }, /idp\.entityId/],
  ['no entity id', { idp: { entityId: '', certificates: [] } }, /idp\.entityId/],
  ['white space behind the audience', { sp: { entityId: 'x ', acsUrl: parties.acs } }, /sp\.entityId/],
  ['an ACS URL without TLS', { sp: { entityId: 'x', acsUrl: 'http://gate.example/saml' } }, /absolute https/],
  ['an ACS URL that is relative', { sp: { entityId: 'x', acsUrl: '/saml' } }, /absolute https/],
  ['an unknown requirement', { requiredSignature: 'none' as 'both' }, /`none`.*response, assertion, both, either/],
  ['skew above three minutes', { clockSkewSeconds: 181 }, /0 to 180/],
  ['negative skew', { clockSkewSeconds: -1 }, /0 to 180/],
  ['skew that is no number', { clockSkewSeconds: Number.NaN }, /0 to 180/],
  ['an age without limit', { maxIssueAgeSeconds: Number.POSITIVE_INFINITY }, /1 to 3600/],
  ['a validity without limit', { maxValiditySeconds: Number.POSITIVE_INFINITY }, /1 to 86400/],
]

for (const [name, change, says] of faulty) {
  test(`refused at start-up: ${name}`, () => {
    assert.throws(
      () => createTrust(options(change)),
      (error) => {
        assert.ok(error instanceof TrustError)
        assert.match(error.message, says)
        assert.ok(!error.message.includes(privatePem.slice(60, 100)))
        return true
      },
    )
  })
}

for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
  test(`an ACS URL on ${host} may do without TLS, an entity id may have 1024 characters`, () => {
    const [acsUrl, entityId] = [`http://${host}:8080/saml`, 'x'.repeat(1024)]
    const trust = createTrust(options({ sp: { entityId, acsUrl } }))
    assert.deepEqual([trust.acsUrl, trust.audience], [acsUrl, entityId])
  })
}

test('old test documents are judged only with the loudly named option', () => {
  const short = rsaIdentity('old', 1024)
  const document: Case = { name: 'old', shape: 'okta' }
  const { xml, now } = make(document)
  const signed = signElement(xml, { of: 'Assertion', algorithm: 'rsa-sha1', digest: 'sha1' }, new Map([['idp', short]]))
  const samlResponse = Buffer.from(signed).toString('base64')
  const old = options({ certificates: [short.certificate], [admitSha1AndShortKeysToJudgeOldTestDocuments]: true })
  assert.ok(verifyResponse(samlResponse, createTrust(old), now).ok)
  assert.throws(() => createTrust(options({ certificates: [short.certificate] })), TrustError)
})

test('limits are taken from the options', () => {
  const { samlResponse, now } = make({ name: '', shape: 'okta', sign: [{ of: 'Assertion' }] })
  const judge = (change: Partial<TrustOptions>, later: number) => {
    const verdict = verifyResponse(samlResponse, createTrust(options(change)), now + later * 1_000)
    return verdict.ok ? 'accepted' : verdict.refusal.code
  }
  assert.equal(judge({ clockSkewSeconds: 0 }, 0), 'accepted')
  assert.equal(judge({ clockSkewSeconds: 0 }, -1), 'issued-in-future')
  assert.equal(judge({ clockSkewSeconds: 180 }, -180), 'accepted')
  assert.equal(judge({ maxIssueAgeSeconds: 10 }, 70), 'accepted')
  assert.equal(judge({ maxIssueAgeSeconds: 10 }, 71), 'issued-too-long-ago')
  assert.equal(judge({ maxValiditySeconds: 239 }, 0), 'validity-too-long')
})

test('facts of a certificate', () => {
  const facts = certificateFacts(pem)
  assert.equal(facts.subject, 'CN=identity provider')
  assert.equal(facts.notBefore, Date.UTC(2020, 0))
  assert.equal(facts.notAfter, Date.UTC(2120, 0))
  assert.deepEqual([facts.keyType, facts.keyBits], ['rsa', 2048])
  assert.match(facts.sha256, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  for (const bits of [256, 384, 521]) {
    assert.equal(certificateFacts(keys.get(`p${bits}`)?.certificate ?? '').keyBits, bits)
  }
  assert.throws(() => certificateFacts('x'), CertificateError)
})

test('a certificate without a subject has an empty one', () => {
  const { certificate } = rsaIdentity('')
  assert.equal(certificateFacts(certificate).subject, '')
  assert.equal(createTrust(options({ certificates: [certificate] })).keys.length, 1)
})
