/** Every code of the gate's table is reached by a case; a code without one fails the last test. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Intent } from '@studio-gate/policy'
import { type RefusalCode, refusalTable } from '@studio-gate/saml'
import { createApp } from '../src/adapters/app.ts'
import type { Failure, Ports, ProfileFacts } from '../src/core/ports.ts'
import { type GateCode, gateRefusals, refusalRow } from '../src/core/refusals.ts'
import { corporate, fromOffice, goodLogin, intent, makeWorld, partner, post, signedPost, startedAt } from './gate.ts'
import { type Login, samlResponse } from './identity-provider.ts'

interface Case {
  readonly code: string
  readonly name?: string
  readonly request?: () => Request
  readonly login?: Partial<Login>
  readonly ports?: (usual: Ports) => Partial<Ports>
  readonly intent?: Intent
  readonly from?: string
  /** Steps that must have happened by then; none unless named. */
  readonly journal?: readonly string[]
}

const [provider] = intent.identityProviders
assert.ok(provider)
const onlyProvider = (change: object): Intent => ({ ...intent, identityProviders: [{ ...provider, ...change }] })
const failing = (kind: Failure['kind']) => async () =>
  ({ ok: false, failure: { kind, operation: 'Op', detail: 'said AWS' } }) as const
const profile =
  (change: Partial<ProfileFacts>, tags: Readonly<Record<string, string>> = {}) =>
  (): Partial<Ports> => ({
    profiles: {
      describe: async () => ({
        ok: true,
        value: {
          arn: 'arn',
          status: 'InService',
          executionRole: 'arn:aws:iam::123456789012:role/StudioGate-execution-scientist',
          ...change,
        },
      }),
      create: async () => assert.fail('the profile exists'),
      tags: async () => ({ ok: true, value: tags }),
    },
  })
const mine = { 'studio-gate:identity-provider': corporate.entityId, 'studio-gate:subject': 'alice' }
const signInRequests = { binding: 'redirect', location: 'https://idp.example/sso' }
const failedTake = async () => Promise.reject(new Error('no route'))
const samlForm = (value: string) => () => post({ SAMLResponse: value })
const xmlForm = (xml: string) => samlForm(Buffer.from(xml).toString('base64'))
const form =
  (body: string, headers = {}) =>
  () =>
    post(body, headers)

const cases: readonly Case[] = [
  { code: 'not-found', request: () => new Request('https://gate.invalid/elsewhere') },
  {
    code: 'not-found',
    name: 'prefix',
    request: () => new Request('https://gate.invalid/saml/more', { method: 'POST' }),
  },
  { code: 'method-not-allowed', request: () => new Request('https://gate.invalid/saml') },
  {
    code: 'method-not-allowed',
    name: 'PUT',
    request: () => new Request('https://gate.invalid/saml', { method: 'PUT', body: 'x' }),
  },
  {
    code: 'method-not-allowed',
    name: 'health',
    request: () => new Request('https://gate.invalid/health', { method: 'POST' }),
  },
  { code: 'content-type-unsupported', request: form('SAMLResponse=a', { 'content-type': 'application/json' }) },
  { code: 'content-type-unsupported', name: 'gzip', request: form('SAMLResponse=a', { 'content-encoding': 'gzip' }) },
  { code: 'form-too-large', request: samlForm('A'.repeat(1024 * 1024)) },
  {
    code: 'form-unreadable',
    request: () => new Request(post(''), { body: Buffer.from('SAMLResponse=\xff', 'latin1') }),
  },
  { code: 'saml-response-missing', request: form('RelayState=x') },
  { code: 'saml-response-repeated', request: form('SAMLResponse=a&SAMLResponse=a') },
  { code: 'no-identity-provider', intent: onlyProvider({ certificates: [] }) },
  {
    code: 'no-identity-provider',
    name: 'of several',
    request: () => post({ SAMLResponse: samlResponse(partner, goodLogin()) }),
  },
  {
    code: 'identity-provider-unknown',
    request: () =>
      post({ SAMLResponse: samlResponse({ ...partner, entityId: 'https://idp.example/other' }, goodLogin()) }),
  },
  { code: 'not-found', name: 'login', request: () => new Request('https://gate.invalid/login/corporate') },
  {
    code: 'not-found',
    name: 'login without certificates',
    intent: onlyProvider({ signInRequests, certificates: [] }),
    request: () => new Request('https://gate.invalid/login/corporate'),
  },
  {
    code: 'not-found',
    name: 'login of nobody',
    intent: onlyProvider({ signInRequests }),
    request: () => new Request('https://gate.invalid/login/constructor'),
  },
  ...['HEAD', 'POST'].map((method) => ({
    code: 'method-not-allowed',
    name: `login, ${method}`,
    intent: onlyProvider({ signInRequests }),
    request: () => new Request('https://gate.invalid/login/corporate', { method }),
  })),
  { code: 'in-response-to-unexpected', login: { inResponseTo: '_request' } },
  { code: 'unsolicited-response', intent: onlyProvider({ unsolicited: undefined, signInRequests }) },
  {
    code: 'unsolicited-response',
    name: 'as intents of older deployments have it',
    intent: onlyProvider({ unsolicited: undefined }),
  },
  {
    code: 'unsolicited-response',
    name: 'an empty InResponseTo names no request',
    intent: onlyProvider({ signInRequests, unsolicited: undefined }),
    login: { inResponseTo: '' },
  },
  ...['image', 'iframe', 'empty', ''].map((destination) => ({
    code: 'sign-in-not-opened',
    name: destination,
    intent: onlyProvider({ signInRequests }),
    request: () => new Request('https://gate.invalid/login/corporate', { headers: { 'sec-fetch-dest': destination } }),
  })),
  ...['_request', `_${'0'.repeat(32)}`, `_${'0'.repeat(31)}=`].map((inResponseTo) => ({
    code: 'request-unknown',
    name: `InResponseTo \`${inResponseTo}\``,
    intent: onlyProvider({ signInRequests }),
    login: { inResponseTo },
  })),
  {
    code: 'request-store-unavailable',
    intent: onlyProvider({ signInRequests }),
    request: () => new Request('https://gate.invalid/login/corporate'),
    ports: () => ({ requests: { open: async () => Promise.reject(new Error('no route')), take: failedTake } }),
  },
  {
    code: 'request-store-unavailable',
    name: 'when the answer comes',
    intent: onlyProvider({ signInRequests }),
    request: () =>
      signedPost(
        { inResponseTo: `_${'0'.repeat(32)}` },
        { cookie: `__Host-studio-gate-${'0'.repeat(32)}=${'1'.repeat(64)}` },
      ),
    ports: () => ({ requests: { open: async () => undefined, take: failedTake } }),
  },
  ...[
    undefined,
    'null',
    '',
    'https://idp.example.evil.example',
    'https://IDP.example',
    'https://idp.example, null',
  ].map((origin) => ({
    code: 'origin-not-accepted',
    name: origin ?? 'no header',
    intent: onlyProvider({ unsolicitedFrom: ['https://idp.example', 'https://portal.example'] }),
    request: () => signedPost({}, origin === undefined ? {} : { origin }),
  })),
  { code: 'person-missing', intent: onlyProvider({ subject: { from: 'attribute', attribute: 'uid' } }) },
  {
    code: 'person-ambiguous',
    intent: onlyProvider({ subject: { from: 'attribute', attribute: 'uid' } }),
    login: { attributes: { uid: ['alice', 'root'] } },
  },
  { code: 'person-format', login: { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' } },
  {
    code: 'person-format',
    name: 'declared',
    intent: onlyProvider({
      subject: { from: 'nameId', format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' },
    }),
  },
  {
    code: 'person-format',
    name: 'declared, and none in effect but unspecified',
    intent: onlyProvider({
      subject: { from: 'nameId', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
    }),
    login: { nameIdFormat: 'none' },
  },
  { code: 'person-unusable', name: 'a NameID of 257 characters', login: { subject: 'a'.repeat(257) } },
  { code: 'person-missing', name: 'an empty NameID', login: { subject: '' } },
  {
    code: 'person-format',
    name: 'a NameID of another provider, which this one passes on',
    login: { nameIdQualifiers: ' NameQualifier="https://idp.example/partner"' },
  },
  {
    code: 'person-format',
    name: 'a NameID for another service',
    login: { nameIdQualifiers: ' SPNameQualifier="urn:someone-else"' },
  },
  ...['alice ', 'alice\n', '\u202eecila', 'al\u200bice', 'a'.repeat(257)].map((value) => ({
    code: 'person-unusable',
    name: JSON.stringify(value.slice(0, 10)),
    intent: onlyProvider({ subject: { from: 'attribute', attribute: 'uid' } }),
    login: { attributes: { uid: [value] } },
  })),
  {
    code: 'person-unusable',
    intent: { ...intent, rules: intent.rules.map((rule) => ({ ...rule, profileSuffix: 'x'.repeat(63) })) },
  },
  { code: 'groups-missing', login: { attributes: {} } },
  { code: 'no-rule', login: { attributes: { groups: ['accounting'] } } },
  { code: 'denied-by-rule', login: { attributes: { groups: ['science', 'contractors'] } } },
  { code: 'network-not-allowed', from: '10.200.3.4' },
  { code: 'replayed', ports: () => ({ replay: { claim: async () => 'seen' } }) },
  {
    code: 'replay-store-unavailable',
    ports: () => ({ replay: { claim: async () => Promise.reject(new Error('no route')) } }),
  },
  {
    code: 'profile-being-prepared',
    ports: profile({ status: 'Pending' }, mine),
    journal: ['claim'],
  },
  { code: 'profile-failed', ports: profile({ status: 'Failed' }, mine), journal: ['claim'] },
  { code: 'profile-failed', name: 'unheard of', ports: profile({ status: 'constructor' }, mine), journal: ['claim'] },
  { code: 'profile-being-deleted', ports: profile({ status: 'Deleting' }, mine), journal: ['claim'] },
  { code: 'profile-owner-mismatch', ports: profile({}, { ...mine, 'studio-gate:subject': 'bob' }), journal: ['claim'] },
  { code: 'profile-owner-mismatch', name: 'untagged', ports: profile({}), journal: ['claim'] },
  {
    code: 'profile-owner-mismatch',
    name: 'other identity provider',
    ports: profile({}, { ...mine, 'studio-gate:identity-provider': partner.entityId }),
    journal: ['claim'],
  },
  {
    code: 'profile-role-mismatch',
    ports: profile({ executionRole: 'arn:aws:iam::1:role/other' }, mine),
    journal: ['claim'],
  },
  {
    code: 'profile-limit-reached',
    ports: ({ profiles }) => ({ profiles: { ...profiles, create: failing('limit-exceeded') } }),
    journal: ['claim'],
  },
  {
    code: 'domain-not-found',
    ports: ({ profiles }) => ({ profiles: { ...profiles, create: failing('not-found') } }),
    journal: ['claim'],
  },
  {
    code: 'mint-denied',
    ports: () => ({ minting: { mintAs: failing('access-denied') } }),
    journal: ['claim', 'create'],
  },
  ...[
    'http://d-x.studio.eu-west-1.sagemaker.aws/auth',
    'https://evil.example/d-x.studio.eu-west-1.sagemaker.aws/auth',
    'https://d-x.studio.eu-west-1.sagemaker.aws.evil.example/',
    'https://d-x.studio.us-east-1.sagemaker.aws/auth',
    'https://alice@d-x.studio.eu-west-1.sagemaker.aws/auth',
    'https://d-x.studio.eu-west-1.sagemaker.aws:8443/auth',
    'not a url',
    '',
  ].map((value) => ({
    code: 'mint-url-unexpected',
    name: value,
    ports: () => ({ minting: { mintAs: async () => ({ ok: true, value }) as const } }),
    journal: ['claim', 'create'],
  })),
  {
    code: 'aws-access-denied',
    ports: ({ profiles }) => ({ profiles: { ...profiles, tags: failing('access-denied') } }),
    journal: ['claim', 'create'],
  },
  { code: 'aws-throttled', ports: () => ({ minting: { mintAs: failing('throttled') } }), journal: ['claim', 'create'] },
  {
    code: 'aws-unavailable',
    ports: ({ profiles }) => ({ profiles: { ...profiles, describe: failing('unavailable') } }),
    journal: ['claim'],
  },
  {
    code: 'signing-key-unavailable',
    request: () => new Request('https://gate.invalid/login/corporate'),
    intent: onlyProvider({ signInRequests, signedRequests: 'rsa-sha256' }),
    ports: () => ({ keys: { sign: failing('access-denied') } }),
  },
  { code: 'aws-failed', ports: () => ({ minting: { mintAs: failing('unexpected') } }), journal: ['claim', 'create'] },
  { code: 'internal-error', ports: () => ({ replay: { claim: () => assert.fail('a defect') } }) },

  // The verifier's codes, for each class of check: that they arrive, and with the words of their class.
  { code: 'base64-invalid', request: samlForm('not base64 !') },
  { code: 'xml-malformed', request: xmlForm('<a>') },
  { code: 'doctype', request: xmlForm('<!DOCTYPE a><a/>') },
  { code: 'too-deep', request: xmlForm('<a>'.repeat(5_000)) },
  { code: 'too-many-elements', request: xmlForm(`<a>${'<b/>'.repeat(20_000)}</a>`) },
  { code: 'comment', login: { tamper: (xml) => xml.replace('alice', 'alice<!---->') } },
  { code: 'root-not-response', request: xmlForm('<a/>') },
  {
    code: 'assertion-count',
    name: 'wrapped: a forged assertion before the signed one',
    login: {
      tamper: (xml) => {
        const signed = /<saml2:Assertion.*<\/saml2:Assertion>/s.exec(xml)?.[0] ?? ''
        const forged = signed
          .replace(/<ds:Signature.*?<\/ds:Signature>/s, '')
          .replace('>alice<', '>root<')
          .replace('ID="_', 'ID="_f')
        return xml.replace('<saml2:Assertion', `${forged}<saml2:Assertion`)
      },
    },
  },
  { code: 'signature-missing', login: { tamper: (xml) => xml.replace(/<ds:Signature.*?<\/ds:Signature>/gs, '') } },
  {
    code: 'signature-invalid',
    name: 'another key in the name of the known identity provider',
    request: () => post({ SAMLResponse: samlResponse({ ...partner, entityId: corporate.entityId }, goodLogin()) }),
  },
  { code: 'digest-mismatch', login: { tamper: (xml) => xml.replace('>alice<', '>root<') } },
  { code: 'issued-too-long-ago', login: { now: startedAt - 2 * 3_600_000 } },
  { code: 'audience-mismatch', login: { audience: 'urn:someone-else' } },
  { code: 'destination-mismatch', login: { acsUrl: 'https://elsewhere.example/saml' } },
]

const reached = new Set<string>()

for (const { code, name, request, login, ports, from, intent: declared, journal = [] } of cases) {
  test(`${code}${name === undefined ? '' : `: ${name}`}`, async () => {
    const world = makeWorld(ports, declared)
    const network = { ...fromOffice, sourceIp: from ?? fromOffice.sourceIp }
    const response = await createApp(world.gate)(request?.() ?? signedPost(login), network)

    assert.equal(response.headers.get('studio-gate-refusal'), code, world.events[0]?.status_detail)
    const row = refusalRow(code as GateCode | RefusalCode)
    assert.equal(response.status, row.status)
    assert.equal(response.headers.get('retry-after'), row.retryAfter === undefined ? null : String(row.retryAfter))
    const page = await response.text()
    const texts = request?.().method === 'HEAD' ? [] : [row.title, code, 'support-id-1']
    for (const text of texts) assert.ok(page.includes(text), `${text} is not on the page`)
    assert.ok(!page.includes('said AWS'))
    assert.equal(response.headers.get('location'), null)
    assert.equal(world.orders.length, 0, 'nothing may be minted')
    assert.deepEqual(world.journal, journal)
    reached.add(code)
  })
}

after(() => {
  const missed = Object.keys(gateRefusals).filter((code) => !reached.has(code))
  assert.deepEqual(missed, [], 'codes without a case')
})

test('codes of gate and verifier are different words', () => {
  assert.deepEqual(
    Object.keys(gateRefusals).filter((code) => Object.hasOwn(refusalTable, code)),
    [],
  )
})

test('every code of the verifier has words for the person and the operator', () => {
  for (const code of Object.keys(refusalTable) as RefusalCode[]) {
    const row = refusalRow(code)
    assert.ok(
      row.status >= 400 && row.title && row.what && row.todo && row.operator.includes(refusalTable[code].remedy),
      code,
    )
  }
})
