import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldLimit, formLimit, readForm, samlResponseLimit } from '../src/core/form.ts'
import { post } from './gate.ts'

const good: readonly (readonly [string, string, Readonly<Record<string, string>>?])[] = [
  ['alone', 'SAMLResponse=PHg%2B'],
  ['last of the fields', 'RelayState=abc&other=1&SAMLResponse=PHg%2B'],
  ['first of the fields', 'SAMLResponse=PHg%2B&RelayState=abc'],
  ['between empty pairs', '&&SAMLResponse=PHg%2B&&'],
  ['the last of as many fields as may be', `${'a&'.repeat(fieldLimit - 1)}SAMLResponse=PHg%2B`],
  ['field name percent-encoded', 'SAML%52esponse=PHg%2B'],
  ['charset parameter', 'SAMLResponse=PHg%2B', { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }],
  ['type in capitals', 'SAMLResponse=PHg%2B', { 'content-type': 'Application/X-WWW-Form-URLEncoded' }],
  ['identity encoding', 'SAMLResponse=PHg%2B', { 'content-encoding': 'identity' }],
]

for (const [name, body, headers] of good) {
  test(`read: ${name}`, async () => {
    assert.deepEqual(await readForm(post(body, headers)), { ok: true, samlResponse: 'PHg+' })
  })
}

const bad: readonly (readonly [string, string, string, Readonly<Record<string, string>>?])[] = [
  ['empty body', '', 'saml-response-missing'],
  ['empty field', 'SAMLResponse=', 'saml-response-missing'],
  ['other case', 'samlresponse=PHg%2B', 'saml-response-missing'],
  ['no pairs at all', '%%%%', 'saml-response-missing'],
  ['twice', 'SAMLResponse=a&RelayState=x&SAMLResponse=b', 'saml-response-repeated'],
  ['twice, one of them encoded', 'SAMLResponse=a&%53AMLResponse=b', 'saml-response-repeated'],
  ['first one empty', 'SAMLResponse=&SAMLResponse=b', 'saml-response-missing'],
  ['json', '{}', 'content-type-unsupported', { 'content-type': 'application/json' }],
  ['multipart', 'x', 'content-type-unsupported', { 'content-type': 'multipart/form-data; boundary=x' }],
  [
    'two types',
    'SAMLResponse=a',
    'content-type-unsupported',
    { 'content-type': 'application/x-www-form-urlencoded, text/plain' },
  ],
  ['a length that promises too much', 'SAMLResponse=a', 'form-too-large', { 'content-length': String(formLimit + 1) }],
  ['one field too many', `${'a&'.repeat(fieldLimit)}SAMLResponse=a`, 'form-too-large'],
  ['as many fields as bytes allow', '&'.repeat(formLimit), 'form-too-large'],
  ['field one character too long', `SAMLResponse=${'A'.repeat(samlResponseLimit + 1)}`, 'form-too-large'],
]

for (const [name, body, code, headers] of bad) {
  test(`refused: ${name}`, async () => {
    const read = await readForm(post(body, headers))
    assert.equal(read.ok ? 'read' : read.refusal.code, code)
  })
}

test('a body without declared length is read no further than the limit', async () => {
  let sent = 0
  const chunk = Buffer.alloc(64 * 1024, 'A')
  const endless = new ReadableStream({
    pull(controller) {
      sent += chunk.length
      controller.enqueue(chunk)
    },
  })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const init = { method: 'POST', headers, body: endless, duplex: 'half' } as const
  const read = await readForm(new Request('https://gate.invalid/saml', init))
  assert.equal(read.ok ? 'read' : read.refusal.code, 'form-too-large')
  assert.ok(sent < 2 * formLimit, `${sent} bytes were taken`)
})

test('a body that breaks off is refused', async () => {
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const init = { method: 'POST', headers, body: broken, duplex: 'half' } as const
  const read = await readForm(new Request('https://gate.invalid/saml', init))
  assert.equal(read.ok ? 'read' : read.refusal.code, 'form-unreadable')
})
