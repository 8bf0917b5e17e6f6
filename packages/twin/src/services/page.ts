import type { Answer } from './answer.ts'

export interface Page {
  readonly title: string
  /** Which place of the twin is speaking: `access portal`, `SageMaker Studio`, ... */
  readonly place: string
  /** HTML of the main part; every value in it already escaped. */
  readonly body: string
  /** Inline script. */
  readonly script?: string
}

const style = `
:root { color-scheme: light; --ink: #16202c; --soft: #5b6876; --line: #d9e0e7; --accent: #0b5fae; --paper: #fff }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: #f2f5f8; display: flex; flex-direction: column }
header { background: #16202c; color: #fff; padding: .8rem 1.5rem; display: flex; gap: 1rem; align-items: baseline; justify-content: space-between }
header span { color: #aebccb; font-size: .85rem }
main { width: min(46rem, 100% - 2rem); margin: 2.5rem auto; flex: 1 }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: 1.5rem; margin-bottom: 1.2rem }
h1 { font-size: 1.5rem; margin: 0 0 .8rem } h2 { font-size: 1.1rem; margin: 0 0 .5rem }
p { margin: .4rem 0 } .soft { color: var(--soft) } .error { color: #a4160b; font-weight: 600 }
label { display: block; margin: .8rem 0 .2rem; font-weight: 600 }
input { width: 100%; padding: .6rem; border: 1px solid var(--line); border-radius: .4rem; font: inherit }
button, .button { display: inline-block; margin-top: 1rem; padding: .6rem 1.2rem; border: 0; border-radius: .4rem; background: var(--accent); color: #fff; font: inherit; font-weight: 600; cursor: pointer; text-decoration: none }
button:disabled { opacity: .5; cursor: default }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .4rem 1.2rem; margin: 0 } dt { color: var(--soft) } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem; padding: 0; list-style: none }
.tile { display: block; height: 100%; padding: 1.4rem; background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; color: inherit; text-decoration: none }
.tile:hover, .tile:focus { border-color: var(--accent) } .tile b { display: block; font-size: 1.1rem }
.dot { display: inline-block; width: .7rem; height: .7rem; border-radius: 50%; background: #9aa7b4; margin-right: .5rem } .on .dot { background: #1d8348 } .off .dot { background: #a4160b }
code, pre { font: .9rem ui-monospace, monospace } pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 }
footer { color: var(--soft); font-size: .85rem; text-align: center; padding: 1rem }
`

/** A whole page of the twin, labelled as such, without anything from elsewhere. */
function renderPage(page: Page): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title><link rel="icon" href="data:,"><style>${style}</style></head>
<body><header><strong>${escapeHtml(page.place)}</strong><span>a twin on this computer, not AWS</span></header>
<main>${page.body}</main><footer>Studio Gate twin</footer>${page.script ? `<script>${page.script}</script>` : ''}</body></html>
`
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A page as an answer; no cache keeps it. */
export function pageAnswer(status: number, page: Page): Answer {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  }
  return { status, headers, body: renderPage(page) }
}

/** The value of one cookie of a request. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return value.join('=')
  }
  return undefined
}
