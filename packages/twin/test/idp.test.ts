import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { DOMParser } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { certificatePem } from '../src/idp/certificate.ts'
import { type Application, createDirectory, type Directory, type User } from '../src/idp/directory.ts'
import { forgeries } from '../src/idp/forge.ts'
import { portalService } from '../src/idp/portal.ts'
import { inhabitedWorld, region, serve } from './inhabited-world.ts'

const alice: User = {
  name: 'alice',
  password: 'right',
  subject: 'alice-id',
  email: 'alice@example.com',
  groups: ['red', 'blue'],
}
const bob: User = { name: 'bob', password: 'right', subject: 'bob-id', email: 'bob@example.com', groups: [] }
const application: Application = {
  name: 'SageMaker <Studio>',
  acsUrl: 'https://gate.example.com/gate/saml',
  audience: 'urn:example:gate',
  attributes: { groups: `\${user:groups}`, email: `\${user:email}`, team: 'blue & green' },
  relayState: 'some "state"',
}

function makeDirectory(): Directory {
  const directory = createDirectory({ region, users: [alice, bob] })
  directory.registerApplication(application)
  return directory
}

const decode = (response: string) => Buffer.from(response, 'base64').toString('utf8')

/** Whether the signature that is a child of this element verifies under the certificate, over this element. */
function verifies(xml: string, element: 'Response' | 'Assertion', certificate: string): boolean {
  const document = new DOMParser().parseFromString(xml, 'text/xml')
  const owner = document.getElementsByTagName(element === 'Response' ? 'saml2p:Response' : 'saml2:Assertion')[0]
  const signature = Array.from(owner?.childNodes ?? []).find((child) => child.nodeName === 'ds:Signature')
  if (!owner || !signature) return false
  const verifier = new SignedXml({ publicCert: certificatePem(certificate) })
  verifier.loadSignature(signature.toString())
  try {
    const over = verifier.getReferences().map(({ uri }) => uri)
    return verifier.checkSignature(xml) && over.length === 1 && over[0] === `#${owner.getAttribute('ID')}`
  } catch {
    return false
  }
}

test('idp: both signatures verify, and cover what they stand in', { timeout: 10_000 }, () => {
  const directory = makeDirectory()
  const xml = decode(directory.issue(application, alice))
  assert.equal(verifies(xml, 'Response', directory.certificate), true)
  assert.equal(verifies(xml, 'Assertion', directory.certificate), true)
  assert.equal(verifies(xml, 'Assertion', makeDirectory().certificate), false)
  assert.equal(verifies(xml.replace('alice-id', 'bob-id'), 'Assertion', directory.certificate), false)
})

test('idp: the response says what Identity Center says', { timeout: 10_000 }, () => {
  const directory = makeDirectory()
  const now = Date.UTC(2030, 0, 1)
  const xml = decode(directory.issue(application, alice, { now }))
  for (const part of [
    `Destination="${application.acsUrl}"`,
    `Recipient="${application.acsUrl}"`,
    `>${directory.entityId}</saml2:Issuer>`,
    'NotBefore="2029-12-31T23:55:00.000Z" NotOnOrAfter="2030-01-01T01:00:00.000Z"',
    '<saml2:Audience>urn:example:gate</saml2:Audience>',
    'nameid-format:persistent">alice-id</saml2:NameID>',
    'xsi:type="xsd:string">red</saml2:AttributeValue>',
    'xsi:type="xsd:string">blue</saml2:AttributeValue>',
    'blue &amp; green',
    'SessionNotOnOrAfter="2030-01-01T01:00:00.000Z"',
    'ac:classes:PasswordProtectedTransport',
  ]) {
    assert.ok(xml.includes(part), part)
  }
  assert.equal(xml.includes('InResponseTo'), false)
  const unmapped = decode(directory.issue({ ...application, attributes: {} }, alice))
  assert.match(unmapped, /<saml2:AttributeStatement\/>/)
})

test('idp: metadata and certificate', { timeout: 10_000 }, () => {
  const { metadataXml, entityId, certificate } = makeDirectory()
  const parsed = new X509Certificate(Buffer.from(certificate, 'base64'))
  assert.equal(parsed.verify(parsed.publicKey), true)
  assert.equal(parsed.publicKey.asymmetricKeyDetails?.modulusLength, 2048)
  const years = (Date.parse(parsed.validTo) - Date.parse(parsed.validFrom)) / (365 * 24 * 3600 * 1000)
  assert.equal(Math.round(years), 5)
  assert.match(entityId, new RegExp(`^https://portal\\.sso\\.${region}\\.amazonaws\\.com/saml/assertion/[\\w=]+$`))
  assert.ok(metadataXml.includes(`entityID="${entityId}"`))
  assert.ok(metadataXml.includes(`<ds:X509Certificate>${certificate}<`))
  assert.match(metadataXml, /WantAuthnRequestsSigned="false"/)
})

/** What of a forgery still verifies under the directory's key: the response, and the first assertion of the document. */
const stillGenuine: Readonly<Record<keyof typeof forgeries, readonly ('Response' | 'Assertion')[]>> = {
  unsigned: [],
  'signed with another key': [],
  'user name altered': [],
  'audience altered': [],
  'issued for another audience': ['Response', 'Assertion'],
  expired: ['Response', 'Assertion'],
  'wrapped: forged assertion beside the signed one': [],
  'wrapped: signed assertion inside the forged one': [],
  // The original comes first, in the Extensions of the forged one.
  'wrapped: signed response inside the forged one': ['Assertion'],
}

for (const [name, forge] of Object.entries(forgeries)) {
  test(`idp: forgery: ${name}`, { timeout: 10_000 }, () => {
    const directory = makeDirectory()
    const xml = decode(forge({ directory, application, user: alice, victim: bob, now: Date.now() }))
    const verified = (['Response', 'Assertion'] as const).filter((element) =>
      verifies(xml, element, directory.certificate),
    )
    assert.deepEqual(verified, stillGenuine[name as keyof typeof forgeries])
    const errors: string[] = []
    const parser = new DOMParser({ onError: (_level, message) => errors.push(message) })
    parser.parseFromString(xml, 'text/xml')
    assert.deepEqual(errors, [])
    if (name.startsWith('wrapped')) {
      assert.ok(xml.includes('>bob-id<') && xml.includes('>alice-id<'), 'carries both persons')
      assert.match(xml, /<ds:Signature/)
    }
    if (name === 'unsigned') assert.equal(xml.includes('<ds:Signature'), false)
  })
}

test('idp: the wrapped originals are untouched', { timeout: 10_000 }, () => {
  const directory = makeDirectory()
  const forger = { directory, application, user: alice, victim: bob, now: Date.now() }
  const beside = decode(forgeries['wrapped: forged assertion beside the signed one'](forger))
  const [, original] = beside.split('</saml2:Assertion>')
  assert.ok(original)
  const lone = beside.replace(/<saml2:Assertion.*?<\/saml2:Assertion>/s, '')
  assert.equal(verifies(lone, 'Assertion', directory.certificate), true)
})

async function portal(context: TestContext) {
  const directory = makeDirectory()
  const { world, from, advance } = inhabitedWorld()
  const url = await serve(context, portalService(world, directory), from('internet'), directory.portalHost)
  const form = (username: string, password: string) =>
    fetch(`${url}/login`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ username, password }) })
  return { directory, world, url, form, advance, from }
}

test('portal: a wrong password or name says so, the right one shows the tiles', {
  timeout: 10_000,
}, async (context) => {
  const { url, form, world, advance } = await portal(context)
  for (const [name, password] of [
    ['alice', 'not-the-password'],
    ['nobody', 'right'],
    ['alice', ''],
  ] as const) {
    const answer = await form(name, password)
    assert.equal(answer.status, 401)
    assert.match(await answer.text(), /data-testid="login-error">User name or password is not right/)
    assert.equal(answer.headers.get('set-cookie'), null)
  }
  const answer = await form('alice', 'right')
  assert.equal(answer.status, 303)
  const setCookie = answer.headers.get('set-cookie') ?? ''
  assert.match(setCookie, /; Secure; HttpOnly; SameSite=Lax$/)
  const headers = { cookie: setCookie.split(';')[0] ?? '' }
  const tiles = await (await fetch(`${url}/start`, { headers })).text()
  assert.match(tiles, /data-testid="tile" data-application="SageMaker &#60;Studio&#62;"/)
  assert.match(tiles, /data-testid="signed-in-user">alice</)
  assert.match(await (await fetch(`${url}/start`)).text(), /data-testid="login-form"/)
  advance(9 * 3600 * 1000)
  assert.match(await (await fetch(`${url}/start`, { headers })).text(), /data-testid="login-form"/)
  assert.deepEqual(
    world.journal.map(({ outcome }) => outcome),
    ['refused', 'refused', 'refused', 'allowed'],
  )
  assert.equal(JSON.stringify(world.journal).includes('not-the-password'), false)
})

test('portal: the tile’s page carries the response to the ACS', { timeout: 10_000 }, async (context) => {
  const { url, form, directory } = await portal(context)
  const cookie = ((await form('alice', 'right')).headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const answer = await fetch(`${url}/start/application/0`, { headers: { cookie } })
  // With `no-referrer` browsers would send `Origin: null` with the form.
  assert.equal(answer.headers.get('referrer-policy'), 'strict-origin')
  const page = await answer.text()
  assert.match(page, /<form class="card" method="post" action="https:\/\/gate\.example\.com\/gate\/saml"/)
  assert.match(page, /name="RelayState" value="some &#34;state&#34;"/)
  assert.match(page, /<button type="submit"/)
  const response = /name="SAMLResponse" value="([^"]+)"/.exec(page)?.[1] ?? ''
  assert.equal(verifies(decode(response), 'Response', directory.certificate), true)
  assert.match(await (await fetch(`${url}/start/application/0`)).text(), /data-testid="login-form"/)
})

test('portal: a request of an application leads through the login to its answer', {
  timeout: 10_000,
}, async (context) => {
  const { url, directory, world, from } = await portal(context)
  const [application] = directory.applications()
  assert.ok(application)
  const service = portalService(world, directory)
  const sso = await serve(context, service, from('internet'), `portal.sso.${region}.amazonaws.com`)
  const field = (change: (xml: string) => string = (xml) => xml) =>
    encodeURIComponent(
      deflateRawSync(
        change(
          `<p:AuthnRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1" Version="2.0" IssueInstant="2026-11-23T12:00:00Z" AssertionConsumerServiceURL="${application.acsUrl}"><a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">${application.audience}</a:Issuer></p:AuthnRequest>`,
        ),
      ).toString('base64'),
    )
  const at = `${sso}/saml/assertion/${directory.instanceId}?RelayState=r&SAMLRequest=`
  const led = await fetch(`${at}${field()}`, { redirect: 'manual' })
  const location = new URL(led.headers.get('location') ?? '')
  assert.equal(location.origin, `https://${directory.portalHost}`)
  const path = `${location.pathname}${location.search}`

  const login = await (await fetch(`${url}${path}`)).text()
  assert.match(login, /data-testid="login-form"/)
  const next = (/name="next" value="([^"]*)"/.exec(login)?.[1] ?? '').replaceAll('&#38;', '&')
  assert.equal(next, path)
  const body = (where: string) => new URLSearchParams({ username: 'alice', password: 'right', next: where })
  const answer = await fetch(`${url}/login`, { method: 'POST', redirect: 'manual', body: body(next) })
  assert.equal(answer.headers.get('location'), path)
  const headers = { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
  const page = await (await fetch(`${url}${path}`, { headers })).text()
  const response = decode(/name="SAMLResponse" value="([^"]+)"/.exec(page)?.[1] ?? '')
  assert.equal(verifies(response, 'Response', directory.certificate), true)
  assert.equal(response.match(/ InResponseTo="_r1"/g)?.length, 2)
  assert.match(page, /name="RelayState" value="r"/)

  for (const elsewhere of ['https://evil.example/', '//evil.example', '/start/requests', '']) {
    const led = await fetch(`${url}/login`, { method: 'POST', redirect: 'manual', body: body(elsewhere) })
    assert.equal(led.headers.get('location'), '/start')
  }
  for (const [bad, problem] of [
    ['AAAA', /not base64 of a DEFLATE stream/],
    [field((xml) => xml.replace('_r1"', '_r1')), /not well-formed/],
    [field((xml) => xml.replaceAll('AuthnRequest', 'LogoutRequest')), /no AuthnRequest/],
    [field((xml) => xml.replace('Version="2.0"', '')), /Version/],
    [field((xml) => xml.replace('ID="_r1"', '')), /ID or IssueInstant/],
    [field((xml) => xml.replace(application.acsUrl, 'https://evil.example/')), /no application/],
    [field(() => ' '.repeat(10_000_000)), /DEFLATE/],
  ] as const)
    assert.match(await (await fetch(`${url}/start/request?SAMLRequest=${bad}`, { headers })).text(), problem)
})

test('portal: the sign-on host serves the metadata', { timeout: 10_000 }, async (context) => {
  const { directory, world, from } = await portal(context)
  const service = portalService(world, directory)
  const url = await serve(context, service, from('internet'), `portal.sso.${region}.amazonaws.com`)
  const metadata = await fetch(`${url}/saml/metadata/${directory.instanceId}`)
  assert.equal(await metadata.text(), directory.metadataXml)
  const signOn = await fetch(`${url}/saml/assertion/${directory.instanceId}`, { redirect: 'manual' })
  assert.equal(signOn.headers.get('location'), directory.portalUrl)
})
