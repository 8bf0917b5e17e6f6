/** Starts a headless browser that trusts the twin's certificate authority and reaches nothing but through a host's proxy. */
import { createHash, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext } from 'playwright-core'
import { browserCandidates, type Candidate } from './find.ts'

export interface LaunchOptions {
  /** Value of `--browser`. */
  readonly given?: string
  /** PEM file of the authority to trust, besides the usual ones. */
  readonly caFile: string
  readonly candidates?: readonly Candidate[]
}

/** `notes` says what a person should know about how this browser runs, such as that it has no sandbox. */
export type Launched =
  | { readonly ok: true; readonly browser: Browser; readonly name: string; readonly notes: readonly string[] }
  | { readonly ok: false; readonly tried: readonly { readonly name: string; readonly reason: string }[] }

/**
 * Starts the first candidate that does start. One browser serves all hosts: see `contextAt`.
 * Throws only if `caFile` cannot be read.
 */
export async function launchBrowser(options: LaunchOptions): Promise<Launched> {
  const spki = authoritySpki(await readFile(options.caFile, 'utf8'))
  const tried: { name: string; reason: string }[] = []
  for (const candidate of options.candidates ?? browserCandidates(options.given)) {
    try {
      const prepared = await candidate.prepare()
      const root = process.getuid?.() === 0
      const launched = await start(prepared, spki, !root).catch((error: unknown) => {
        if (root || !/sandbox/i.test(String(error))) throw error
        return start(prepared, spki, false)
      })
      return { ok: true, name: `${nameOf(candidate)} ${launched.browser.version()}`, ...launched }
    } catch (error) {
      tried.push({ name: candidate.name, reason: firstLines(error) })
    }
  }
  return { ok: false, tried }
}

function nameOf(candidate: Candidate): string {
  return candidate.kind === 'packaged' ? `${candidate.name} (packaged)` : candidate.name
}

async function start(
  prepared: Awaited<ReturnType<Candidate['prepare']>>,
  spki: string,
  sandbox: boolean,
): Promise<{ browser: Browser; notes: string[] }> {
  // Loaded here because it takes 0.3 s, which no other command should pay.
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({
    executablePath: prepared.executable,
    chromiumSandbox: sandbox,
    // Ctrl-C is the command's to handle: it closes the browser after the scenario in hand.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    timeout: 30_000,
    env: { ...process.env, HOME: process.env.HOME ?? '/tmp', ...prepared.environment } as Record<string, string>,
    // What has no context of its own (updates, reports, probes) meets a closed port.
    proxy: { server: 'http://127.0.0.1:9', bypass: '<-loopback>' },
    args: [
      // Holds for chains that contain this key, so servers have to send the authority's certificate along with their own.
      `--ignore-certificate-errors-spki-list=${spki}`,
      // The proxies resolve names, inside the twin; a name that this machine resolved would be a leak.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      '--disable-domain-reliability',
      '--no-pings',
      '--font-render-hinting=none',
    ],
  })
  const why = process.getuid?.() === 0 ? 'Chromium has none for root' : 'this system does not let it make one'
  return {
    browser,
    notes: sandbox ? [] : [`the browser runs without its sandbox, because ${why}; it only sees pages of the twin`],
  }
}

/** A browser profile of its own (cookies, cache) whose every connection starts at the given proxy, loopback included. */
export function contextAt(browser: Browser, proxyUrl: string): Promise<BrowserContext> {
  return browser.newContext({
    proxy: { server: proxyUrl, bypass: '<-loopback>' },
    viewport: { width: 900, height: 580 },
    locale: 'en-US',
  })
}

/** Base64 of the SHA-256 of the certificate's SubjectPublicKeyInfo, the form that Chromium's switch takes. */
export function authoritySpki(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(key).digest('base64')
}

/** What the launcher reports is pages long; its first two lines hold the reason. */
function firstLines(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const known = /error while loading shared libraries: [^\n]*|process did exit: [^>\n]*/.exec(text)
  return known ? known[0] : text.split('\n').slice(0, 2).join(' ')
}
