import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import type { IdentityProvider } from '@studio-gate/policy'
import { certificateFacts, readIdpMetadata } from '@studio-gate/saml'
import { createDirectory } from '@studio-gate/twin'
import { judgeAge, judgeCertificates } from '../src/certificates.ts'
import { Trouble } from '../src/trouble.ts'

const day = 24 * 3600 * 1000

function provider(): { readonly provider: IdentityProvider; readonly notBefore: number; readonly notAfter: number } {
  const read = readIdpMetadata(createDirectory({ region: 'eu-central-1', users: [] }).metadataXml)
  assert.ok(read.ok)
  const { entityId, certificates } = read.metadata
  const [certificate] = certificates
  assert.ok(certificate)
  const { notBefore, notAfter } = certificateFacts(certificate)
  const rest = { requiredSignature: 'both', clockSkewSeconds: 60, subject: { from: 'nameId' } } as const
  return { provider: { name: 'workforce', entityId, certificates, ...rest }, notBefore, notAfter }
}

const trouble = (words: RegExp) => (error: unknown) =>
  error instanceof Trouble && words.test(error.message) && error.where.includes('identityProviders.workforce')

test('a certificate is silent while valid, announced before it ends, and refused after', () => {
  const { provider: one, notBefore, notAfter } = provider()
  const judge = (now: number) => judgeCertificates([one], 'studio-gate.yaml', now)
  assert.deepEqual(judge(notBefore + day), [])
  assert.match(judge(notAfter - 29 * day).join(), /expires on \d{4}-\d\d-\d\d: rotate it/)
  assert.throws(() => judge(notAfter), trouble(/expired on/))
  assert.throws(() => judge(notBefore - day), trouble(/valid from/))
})

test('beside a valid certificate an expired one is announced, not refused', () => {
  const { provider: one, notAfter } = provider()
  const later = { ...one, certificates: [...one.certificates, ...one.certificates] }
  assert.equal(judgeCertificates([later], 'studio-gate.yaml', notAfter - day).length, 2)
  assert.throws(() => judgeCertificates([later], 'studio-gate.yaml', notAfter + day), trouble(/expired.*; .*expired/))
})

test('what is no certificate is refused with what it is', () => {
  const { provider: one } = provider()
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' })
  const judge = (certificate: string) =>
    judgeCertificates([{ ...one, certificates: [certificate] }], 'studio-gate.yaml', 0)
  assert.throws(() => judge(key.toString('base64')), trouble(/base64 of something else/))
  assert.throws(() => judge('?'), trouble(/found neither/))
})

test('a provider without certificates is for the gate to refuse', () => {
  assert.deepEqual(judgeCertificates([{ ...provider().provider, certificates: [] }], 'studio-gate.yaml', 0), [])
})

test('metadata is announced from the end on that it has, if it has one', () => {
  const metadata = { entityId: 'https://idp.example/saml', certificates: [], singleSignOn: [] }
  const end = Date.UTC(2026, 4, 17)
  const judge = (now: number) => judgeAge([metadata, { ...metadata, validUntil: end }], now)
  assert.deepEqual(judge(end - 1), [])
  const words =
    'the metadata of `https://idp.example/saml` was valid until 2026-05-17: look whether there is a newer one'
  assert.deepEqual(judge(end), [words])
})
