import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { test } from 'node:test'
import { sagemakerService } from '../src/services/sagemaker/index.ts'
import { stsService } from '../src/services/sts/index.ts'
import type { Credential } from '../src/world.ts'
import { inhabitedWorld, region, serve } from './inhabited-world.ts'

/** A signature made by hand, so that every part of it can be made wrong. */
interface Signing {
  readonly service: string
  readonly region: string
  readonly secret: string
  readonly date: Date
  readonly headers: Readonly<Record<string, string>>
  readonly signedHeaders: readonly string[]
  /** Signed instead of what is sent. */
  readonly signedBody: string
}

function sign(credential: Credential, host: string, body: string, change: Partial<Signing>, service: string) {
  const date = (change.date ?? new Date()).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const headers: Record<string, string> = {
    host,
    'x-amz-date': date,
    ...(credential.sessionToken !== undefined && { 'x-amz-security-token': credential.sessionToken }),
    ...change.headers,
  }
  const names = change.signedHeaders ?? Object.keys(headers).sort()
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    hash(change.signedBody ?? body),
  ]
  const scope = [date.slice(0, 8), change.region ?? region, change.service ?? service, 'aws4_request']
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), hash(canonical.join('\n'))].join('\n')
  let key: Buffer = Buffer.from(`AWS4${change.secret ?? credential.secretAccessKey}`)
  for (const part of scope) key = createHmac('sha256', key).update(part).digest()
  const signature = createHmac('sha256', key).update(text).digest('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential.accessKeyId}/${scope.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { ...headers, authorization }
}

function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method: 'POST', headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const minutes = (count: number) => new Date(Date.now() + count * 60_000)

interface Row {
  readonly name: string
  readonly change?: Partial<Signing>
  readonly tamper?: (headers: Record<string, string>) => void
  readonly sentBody?: string
  readonly json: string
  readonly query: string
}

/** The protocols name the same failures differently. `ok`: the signature passes. */
const rows: readonly Row[] = [
  { name: 'a right signature', json: 'ok', query: 'ok' },
  { name: 'four minutes off', change: { date: minutes(-4) }, json: 'ok', query: 'ok' },
  {
    name: 'six minutes old',
    change: { date: minutes(-6) },
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  {
    name: 'six minutes ahead',
    change: { date: minutes(6) },
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  {
    name: 'another secret',
    change: { secret: 'guess' },
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  {
    name: 'another body than signed',
    change: { signedBody: 'x' },
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  {
    name: 'a declared payload hash that is not the body’s',
    change: { headers: { 'x-amz-content-sha256': createHash('sha256').update('x').digest('hex') }, signedBody: 'x' },
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  {
    name: 'an unsigned payload',
    change: { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  {
    name: 'another Region',
    change: { region: 'ap-south-1' },
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  {
    name: 'another service',
    change: { service: 's3' },
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  {
    name: 'an unsigned host',
    change: { signedHeaders: ['x-amz-date', 'x-amz-security-token'] },
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  {
    name: 'a header changed after signing',
    change: { headers: { 'x-amz-meta': 'one' } },
    tamper: (headers) => {
      headers['x-amz-meta'] = 'two'
    },
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  {
    name: 'a session token of another session',
    tamper: (headers) => {
      headers['x-amz-security-token'] = 'x'
    },
    json: 'UnrecognizedClientException',
    query: 'InvalidClientTokenId',
  },
  {
    name: 'an unknown access key',
    tamper: (headers) => {
      headers.authorization = (headers.authorization ?? '').replace(/Credential=\w+/, 'Credential=ASIAUNKNOWN')
    },
    json: 'UnrecognizedClientException',
    query: 'InvalidClientTokenId',
  },
  {
    name: 'no signature',
    tamper: (headers) => {
      delete headers.authorization
    },
    json: 'MissingAuthenticationTokenException',
    query: 'MissingAuthenticationToken',
  },
  {
    name: 'another scheme',
    tamper: (headers) => {
      headers.authorization = 'Basic YTpi'
    },
    json: 'IncompleteSignatureException',
    query: 'IncompleteSignature',
  },
]

for (const row of rows) {
  test(`sigv4: ${row.name}`, { timeout: 10_000 }, async (context) => {
    const { world, who, from } = inhabitedWorld()
    const places = [
      {
        url: await serve(context, sagemakerService(world), from('internet')),
        service: 'sagemaker',
        body: '{}',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'SageMaker.ListTags' },
        // Signed rightly, the empty input is what is wrong.
        expected: row.json === 'ok' ? 'ValidationException' : row.json,
      },
      {
        url: await serve(context, stsService(world), from('internet')),
        service: 'sts',
        body: 'Action=GetCallerIdentity&Version=2011-06-15',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        expected: row.query === 'ok' ? '<GetCallerIdentityResult>' : row.query,
      },
    ]
    for (const place of places) {
      const headers: Record<string, string> = {
        ...sign(who.gate, new URL(place.url).host, place.body, row.change ?? {}, place.service),
        ...place.headers,
      }
      row.tamper?.(headers)
      const answer = await post(place.url, headers, place.body)
      assert.ok(answer.text.includes(place.expected), `${answer.status} ${answer.text}`)
    }
  })
}

test('sigv4: credentials that have expired', { timeout: 10_000 }, async (context) => {
  const { world, who, from } = inhabitedWorld()
  const old: Credential = { ...who.gate, accessKeyId: 'ASIAOLD', expiresAt: world.now() - 1 }
  world.credentials.set(old.accessKeyId, old)
  const url = await serve(context, stsService(world), from('internet'))
  const body = 'Action=GetCallerIdentity&Version=2011-06-15'
  const answer = await post(url, sign(old, new URL(url).host, body, {}, 'sts'), body)
  assert.match(answer.text, /<Code>ExpiredToken<\/Code>/)
  assert.equal(answer.status, 403)
})

test('sigv4: what is journaled holds neither signature nor token', { timeout: 10_000 }, async (context) => {
  const { world, who, from } = inhabitedWorld()
  const url = await serve(context, stsService(world), from('internet'))
  const body = 'Action=GetCallerIdentity&Version=2011-06-15'
  const headers = sign(who.gate, new URL(url).host, body, { secret: 'guess' }, 'sts')
  await post(url, headers, body)
  const journal = JSON.stringify(world.journal)
  assert.match(journal, /GetCallerIdentity.*SignatureDoesNotMatch/)
  for (const secret of [who.gate.sessionToken ?? '?', who.gate.secretAccessKey, who.gate.accessKeyId]) {
    assert.equal(journal.includes(secret), false)
  }
})
