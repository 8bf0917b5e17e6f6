/** A browser that npm brought, on a machine of which nothing is used but the C library, trusts what it is told to and no more. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { browserCandidates, type Candidate } from '../src/browser/find.ts'
import { contextAt, type Launched, launchBrowser } from '../src/browser/launch.ts'
import { packagedFolder, unpackBrowser } from '../src/browser/packaged.ts'
import { authority } from './authority.ts'

const folder = packagedFolder()
const work = mkdtempSync(join(tmpdir(), 'studio-gate-browser-test-'))
const asked: string[] = []
const stop: (() => unknown)[] = []

describe('the packaged browser', {
  skip: folder === undefined && 'the package has no browser for this platform',
}, () => {
  let launched: Extract<Launched, { ok: true }>
  let proxyUrl: string

  before(async () => {
    const trusted = authority()
    const stranger = authority()
    writeFileSync(join(work, 'ca.pem'), trusted.pem)
    const answer = (_: unknown, response: http.ServerResponse) => response.end('<h1>reached</h1>')
    const good = https.createServer(trusted.leaf('studio.test'), answer)
    const bad = https.createServer(stranger.leaf('studio.test'), answer)
    const proxy = http.createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.writeHead(502).end()
    })
    proxy.on('connect', (request, client: net.Socket, head: Buffer) => {
      asked.push(`CONNECT ${request.url}`)
      const server = request.url?.startsWith('stranger.') ? bad : good
      const there = net.connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n')
        there.write(head)
        there.pipe(client).pipe(there)
      })
      there.on('error', () => client.destroy())
      client.on('error', () => there.destroy())
    })
    for (const server of [good, bad, proxy]) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      stop.push(() => server.close())
      stop.push(() => server.closeAllConnections())
    }
    proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const candidate: Candidate = {
      kind: 'packaged',
      name: 'packaged',
      prepare: () => unpackBrowser(folder ?? '', work),
    }
    const result = await launchBrowser({ caFile: join(work, 'ca.pem'), candidates: [candidate] })
    assert.ok(result.ok, JSON.stringify(result))
    launched = result
    stop.unshift(() => result.browser.close())
  })
  after(async () => {
    for (const end of stop) await end()
    rmSync(work, { recursive: true })
  })

  it('takes NSS, NSPR and Expat from the package, none from the system', () => {
    const maps = processesOf(work).flatMap((pid) => readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n'))
    const libraries = new Set(
      maps
        .map((line) => line.split(/\s+/)[5] ?? '')
        .filter((path) => /lib(nss3|nssutil3|nspr4|softokn3|expat)\./.test(path)),
    )
    assert.deepEqual(
      [...libraries].filter((path) => !path.startsWith(work)),
      [],
    )
    for (const name of ['libnss3.so', 'libnspr4.so', 'libexpat.so.1'])
      assert.ok(
        [...libraries].some((path) => path.endsWith(name)),
        `${name} is not loaded at all`,
      )
  })

  it('opens a page of the trusted authority, by name, through the proxy of its context', async () => {
    const page = await (await contextAt(launched.browser, proxyUrl)).newPage()
    const response = await page.goto('https://d-1.studio.test/')
    assert.equal(response?.status(), 200)
    assert.equal(await page.textContent('h1'), 'reached')
    assert.ok(asked.includes('CONNECT d-1.studio.test:443'), asked.join())
  })

  it('refuses a page of any other authority', async () => {
    const page = await (await contextAt(launched.browser, proxyUrl)).newPage()
    await assert.rejects(page.goto('https://stranger.studio.test/'), /ERR_CERT_AUTHORITY_INVALID/)
  })

  it('sends even loopback addresses to the proxy', async () => {
    const page = await (await contextAt(launched.browser, proxyUrl)).newPage()
    const response = await page.goto('http://127.0.0.1:8080/x')
    assert.equal(response?.status(), 502)
    assert.ok(asked.includes('GET http://127.0.0.1:8080/x'), asked.join())
  })

  it('is unpacked once, and by one rename', async () => {
    const [first, second] = await Promise.all([unpackBrowser(folder ?? '', work), unpackBrowser(folder ?? '', work)])
    assert.deepEqual(first, second)
    assert.deepEqual(readdirSync(work).filter((name) => name.startsWith('studio-gate-chromium')).length, 1)
  })
})

describe('the choice of a browser', () => {
  it('tries nothing else where one is given, and says why it is not one', async () => {
    const caFile = join(mkdtempSync(join(tmpdir(), 'studio-gate-browser-test-')), 'ca.pem')
    writeFileSync(caFile, authority().pem)
    const launched = await launchBrowser({ given: '/nowhere/chrome', caFile })
    rmSync(join(caFile, '..'), { recursive: true })
    assert.deepEqual(launched, {
      ok: false,
      tried: [{ name: '/nowhere/chrome', reason: 'there is no executable file at that path' }],
    })
  })

  it('puts the packaged browser last', () => {
    const kinds = browserCandidates().map((candidate) => candidate.kind)
    assert.deepEqual(kinds, kinds.toSorted())
  })
})

/** Process ids whose executable lies below a folder. */
function processesOf(path: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/exe`).startsWith(path)
    } catch {
      return false
    }
  })
}
