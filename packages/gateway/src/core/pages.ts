/**
 * What a refused person sees: plain words, a support id, a code; HTML for browsers, JSON when asked. And the page that carries a
 * request to the identity provider, the only one with a script.
 */
import { createHash } from 'node:crypto'
import type { WrittenRequest } from '@studio-gate/saml'
import { type Refusal, refusalRow } from './refusals.ts'

const style = `
:root{color-scheme:light dark;--ink:#16191f;--soft:#545b64;--page:#f2f4f6;--card:#fff;--line:#d5dbdb;--mark:#0b6bcb}
@media(prefers-color-scheme:dark){:root{--ink:#e9ebed;--soft:#a8b0ba;--page:#0f141a;--card:#192534;--line:#35465b;--mark:#63a9f5}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--page);color:var(--ink);font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:36rem;padding:2.25rem 2.5rem;background:var(--card);border:1px solid var(--line);border-top:4px solid var(--mark);border-radius:.5rem}
.product{margin:0 0 1.25rem;color:var(--soft);font-size:.9375rem}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25}
p{margin:0 0 1rem}
h2{margin:1.5rem 0 .25rem;font-size:1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.375rem 1.25rem;margin:1.75rem 0 0;padding-top:1.25rem;border-top:1px solid var(--line);font-size:.9375rem}
dt{color:var(--soft)}
dd{margin:0;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere;user-select:all}
@media(max-width:30rem){main{padding:1.5rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.75rem}}
`

const styleHash = createHash('sha256').update(style).digest('base64')

/** On every answer of the gate: nothing is stored, leaks its address, or can be framed, scripted or posted from. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
}

export interface PageContext {
  /** The request's `Accept` header. */
  readonly accept: string | null
  readonly supportId: string
  /** Labelled values to show beside code and support id, such as the ACS URL while nothing is connected yet. */
  readonly facts?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** The answer to a refused request. The refusal's detail is not in it. */
export function refusalPage(refusal: Refusal, context: PageContext): Response {
  const row = refusalRow(refusal.code)
  const json = wantsJson(context.accept)
  const headers = {
    ...safeHeaders,
    ...context.headers,
    'content-type': json ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
    'studio-gate-refusal': refusal.code,
    ...(row.retryAfter === undefined ? {} : { 'retry-after': String(row.retryAfter) }),
  }
  const { title, what, todo } = row
  const body = json
    ? JSON.stringify({ code: refusal.code, title, what, todo, supportId: context.supportId, ...context.facts })
    : html({ title, what, todo, facts: { ...context.facts, Code: refusal.code, 'Support id': context.supportId } })
  return new Response(body, { status: row.status, headers })
}

/** The one good ending. The URL is a credential: it stands in `Location` and nowhere else. */
export function redirect(url: string): Response {
  return new Response(null, { status: 302, headers: { ...safeHeaders, location: url } })
}

const submit = 'document.forms[0].submit()'
const submitHash = createHash('sha256').update(submit).digest('base64')

const postingHeaders: Readonly<Record<string, string>> = {
  ...safeHeaders,
  'content-type': 'text/html; charset=utf-8',
  // Identity providers redirect onwards, which browsers hold against this list, too; and some refuse the origin `null`.
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; script-src 'sha256-${submitHash}'; form-action https:; frame-ancestors 'none'; base-uri 'none'`,
  'referrer-policy': 'strict-origin',
}

/** The HTTP-POST binding (SAML bindings 3.5.4): the form submits itself; its button is for browsers without script. */
export function postingPage({ action, fields }: Extract<WrittenRequest, { binding: 'post' }>): Response {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  )
  const form = `<form method="post" action="${escaped(action)}">${inputs.join('')}<button>Continue</button></form>`
  const words = '<h1>To your identity provider</h1>\n<p>You sign in there, and come back here.</p>'
  const body = document('To your identity provider', `${words}\n${form}\n<script>${submit}</script>`)
  return new Response(body, { status: 200, headers: postingHeaders })
}

/** HTML unless JSON is named and HTML is not. */
function wantsJson(accept: string | null): boolean {
  const types = (accept ?? '').toLowerCase()
  return /\bapplication\/(?:[\w.-]+\+)?json\b/.test(types) && !types.includes('text/html')
}

interface Words {
  readonly title: string
  readonly what: string
  readonly todo: string
  readonly facts: Readonly<Record<string, string>>
}

function html({ title, what, todo, facts }: Words): string {
  const rows = Object.entries(facts).map(([label, value]) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`)
  return document(
    title,
    `<h1>${escaped(title)}</h1>
<p>${escaped(what)}</p>
<h2>What to do</h2>
<p>${escaped(todo)}</p>
<dl>${rows.join('')}</dl>`,
  )
}

function document(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)} - Studio Gate</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="product">Studio Gate: sign-in to SageMaker Studio</p>
${main}
</main>
</body>
</html>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
