/** Applications with keys: encrypted assertions, and requests that must be signed. */
import assert from 'node:assert/strict'
import { constants, createDecipheriv, createPrivateKey, privateDecrypt, sign } from 'node:crypto'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { SignedXml } from 'xml-crypto'
import { type Application, createDirectory, generateSigningKey, type User } from '../src/idp/directory.ts'
import { portalService } from '../src/idp/portal.ts'
import { inhabitedWorld, region, serve } from './inhabited-world.ts'

const alice: User = { name: 'alice', password: 'right', subject: 'alice-id', email: 'alice@example.com', groups: [] }
const application: Application = {
  name: 'Studio',
  acsUrl: 'https://gate.example.com/gate/saml',
  audience: 'urn:example:gate',
  attributes: {},
}
const makeDirectory = () => createDirectory({ region, users: [alice] })

const gateKey = generateSigningKey('gate')

for (const [content, oaep] of [
  ['aes256-gcm', 'sha1'],
  ['aes256-cbc', 'sha256'],
] as const)
  test(`idp: an assertion encrypted by ${content} and OAEP with ${oaep}`, { timeout: 10_000 }, () => {
    const directory = makeDirectory()
    const encryption = { certificate: gateKey.certificate, content, oaep }
    const xml = Buffer.from(directory.issue({ ...application, encryption }, alice), 'base64').toString('utf8')
    assert.equal(xml.match(/<ds:Signature\b/g)?.length, 1, 'the response is signed, in clear')
    assert.ok(!xml.includes('alice') && !xml.includes('<saml2:Assertion'))
    const [wrapped = Buffer.alloc(0), octets = Buffer.alloc(0)] = [
      ...xml.matchAll(/<xenc:CipherValue>([^<]*)<\/xenc:CipherValue>/g),
    ].map(([, value = '']) => Buffer.from(value, 'base64'))
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const key = privateDecrypt({ key: gateKey.privateKey, padding, oaepHash: oaep }, wrapped)
    const gcm = content === 'aes256-gcm'
    const decipher = gcm
      ? createDecipheriv('aes-256-gcm', key, octets.subarray(0, 12)).setAuthTag(octets.subarray(-16))
      : createDecipheriv('aes-256-cbc', key, octets.subarray(0, 16)).setAutoPadding(false)
    const plain = Buffer.concat([
      decipher.update(gcm ? octets.subarray(12, -16) : octets.subarray(16)),
      decipher.final(),
    ])
    const assertion = plain.subarray(0, gcm ? plain.length : -(plain.at(-1) ?? 0)).toString('utf8')
    assert.match(assertion, /^<saml2:Assertion .*>alice-id<.*<\/saml2:Assertion>$/s)
    assert.match(assertion, /<ds:Signature/)
    assert.match(xml, gcm ? /xmlenc11#aes256-gcm/ : /xmlenc#aes256-cbc/)
  })

test('portal: an application whose requests must be signed, by both bindings', { timeout: 20_000 }, async (context) => {
  const directory = makeDirectory()
  directory.registerApplication(application)
  directory.registerApplication({ ...application, requestCertificate: gateKey.certificate })
  assert.equal(directory.applications().length, 1, 'the same application, entered anew')
  const { world, from } = inhabitedWorld()
  const service = portalService(world, directory)
  const url = await serve(context, service, from('internet'), directory.portalHost)
  const sso = await serve(context, service, from('internet'), `portal.sso.${region}.amazonaws.com`)
  const at = `${sso}/saml/assertion/${directory.instanceId}`
  const body = new URLSearchParams({ username: 'alice', password: 'right' })
  const login = await fetch(`${url}/login`, { method: 'POST', redirect: 'manual', body })
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const document = `<p:AuthnRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1" Version="2.0" IssueInstant="2026-11-23T12:00:00Z" AssertionConsumerServiceURL="${application.acsUrl}"><a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">${application.audience}</a:Issuer></p:AuthnRequest>`
  const outcome = async (answer: Response) => {
    const { pathname, search } = new URL(answer.headers.get('location') ?? '')
    const page = await (await fetch(`${url}${pathname}${search}`, { headers: { cookie } })).text()
    return /name="SAMLResponse"/.test(page)
      ? 'answered'
      : (/data-testid="request-error">([^<]*)/.exec(page)?.[1] ?? page)
  }
  const unsigned = 'the request is not signed with the key of the application'

  const deflated = encodeURIComponent(deflateRawSync(document).toString('base64'))
  const query = `SAMLRequest=${deflated}&RelayState=r&SigAlg=${encodeURIComponent('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')}`
  const signature = sign('sha256', Buffer.from(query), createPrivateKey(gateKey.privateKey)).toString('base64')
  const redirected = async (search: string) => outcome(await fetch(`${at}?${search}`, { redirect: 'manual' }))
  assert.equal(await redirected(`${query}&Signature=${encodeURIComponent(signature)}`), 'answered')
  assert.equal(await redirected(query), unsigned)
  assert.equal(await redirected(`${query.replace('=r&', '=s&')}&Signature=${encodeURIComponent(signature)}`), unsigned)

  const posted = async (xml: string) => {
    const body = new URLSearchParams({ SAMLRequest: Buffer.from(xml).toString('base64') })
    return outcome(await fetch(at, { method: 'POST', redirect: 'manual', body }))
  }
  const signed = signRequest(document, gateKey)
  assert.equal(await posted(signed), 'answered')
  assert.equal(await posted(document), unsigned)
  assert.equal(await posted(signed.replace('T12:00', 'T12:01')), unsigned)
  assert.equal(await posted(signRequest(document, generateSigningKey('somebody'))), unsigned)
})

function signRequest(xml: string, key: { readonly privateKey: string; readonly certificate: string }): string {
  const signer = new SignedXml({
    privateKey: key.privateKey,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  })
  signer.addReference({
    xpath: '/*',
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
  })
  const location = { reference: "/*/*[local-name(.)='Issuer']", action: 'after' } as const
  signer.computeSignature(xml, { prefix: 'ds', location })
  return signer.getSignedXml()
}
