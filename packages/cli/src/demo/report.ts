/** The demo's report: one page that needs nothing but itself, for a screen in light or dark and for paper. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { switchTable } from '@studio-gate/twin'
import { factOf } from './facts.ts'
import { drawMap } from './map-drawing.ts'
import { element, escapeText } from './markup.ts'
import { arrowsOf, type NetworkMap } from './network-map.ts'
import { inWords, type Observed, type Outcome, type Result, withoutLayer } from './outcome.ts'

/** Everything that a run is worth keeping: what `--json` writes and the report shows. */
export interface Run {
  /** ISO 8601. */
  readonly startedAt: string
  readonly seconds: number
  /** Paths as shown to people. */
  readonly declaration: string
  readonly template: string
  readonly scp?: string
  readonly region: string
  /** Name and version, or why there was none. */
  readonly browser: string
  readonly results: readonly Result[]
  /** What others let in, in one sentence. */
  readonly contrast: string
  readonly map: NetworkMap
  readonly switches: readonly SwitchRow[]
  /** What the twin does not model of this template, by name. */
  readonly gaps: readonly string[]
}

/** A switch of the twin, and with which settings this run ran. */
export interface SwitchRow {
  readonly name: string
  readonly about: string
  readonly fact: string
  readonly settings: readonly string[]
  readonly run: readonly string[]
}

export function renderReport(run: Run): string {
  const differing = run.results.filter((result) => !result.matches)
  const style = readFileSync(join(import.meta.dirname, 'report.css'), 'utf8')
  const title = 'Studio Gate: who gets into Studio, and from where'
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="verdict ${differing.length ? 'differs' : 'agrees'}">${verdict(run.results.length, differing.length)}</p>
<dl class="facts">${Object.entries(aboutRun(run))
    .map(([name, value]) => `<div><dt>${escapeText(name)}</dt><dd>${escapeText(value)}</dd></div>`)
    .join('')}</dl>
</header>
<main>
<section class="wide"><h2>The network</h2>
<p>Every host, subnet and endpoint below comes out of the synthesized template. A number is a scenario: it stands where that scenario ended.</p>
<figure>${drawMap(run.map, arrowsOf(run.results, run.map))}</figure>
<p class="legend"><span class="chip let-in">n</span> let in <span class="chip refused">n</span> refused <span class="chip refused differs">n</span> not as expected</p>
</section>
<section class="wide"><h2>All scenarios</h2>${table(run.results)}<p class="contrast">For contrast: ${escapeText(run.contrast)}</p></section>
${run.results.map(scenario).join('\n')}
${switches(run.switches)}
${gaps(run.gaps)}
</main>
<footer>Written by <code>studio-gate demo</code>. Nothing here was measured against a live AWS account.</footer>
</body>
</html>
`
}

function verdict(all: number, differing: number): string {
  if (differing === 0) return `All ${all} scenarios ended as expected, each at the layer expected.`
  return `${differing} of ${all} scenarios did not end as expected.`
}

function aboutRun(run: Run): Record<string, string> {
  return {
    declaration: run.declaration,
    template: run.template,
    'service control policy': run.scp ?? 'none attached',
    Region: run.region,
    browser: run.browser,
    started: `${run.startedAt.slice(0, 19).replace('T', ' ')} UTC`,
    took: `${run.seconds.toFixed(1)} s`,
  }
}

function outcome(result: Result, words: (outcome: Outcome) => string): string {
  if (result.observed === undefined) return '<span class="outcome differs">failed</span>'
  const kind = result.observed.result === 'refused' ? 'refused' : 'let-in'
  return `<span class="outcome ${kind}">${escapeText(words(result.observed))}</span>`
}

function table(results: readonly Result[]): string {
  const rows = results.map((result, at) =>
    element('tr', { class: result.matches ? undefined : 'differs' }, [
      `<td class="number">${at + 1}</td>`,
      `<td><a href="#${escapeText(result.id)}">${escapeText(result.title)}</a></td>`,
      `<td class="host">${escapeText(result.host)}</td>`,
      `<td>${escapeText(inWords(result.expected))}</td>`,
      `<td>${outcome(result, withoutLayer)}</td>`,
      `<td>${escapeText(result.observed?.layer ?? '-')}</td>`,
      `<td>${escapeText(restsOn(result))}</td>`,
      `<td class="number">${(result.milliseconds / 1000).toFixed(1)} s</td>`,
    ]),
  )
  const heads = ['', 'scenario', 'at', 'expected', 'observed', 'refusing layer', 'rests on', 'time'].map(
    (head) => `<th>${head}</th>`,
  )
  return `<table><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`
}

/** `documented`, or the switch with the setting that this scenario ran with. */
export function restsOn(result: Pick<Result, 'restsOn' | 'switches'>): string {
  if (result.restsOn === 'documented') return 'documented'
  return `${result.restsOn} = ${result.switches?.[result.restsOn] ?? switchTable[result.restsOn].settings[0]}`
}

function scenario(result: Result, at: number): string {
  const { observed } = result
  const kind =
    observed === undefined || !result.matches ? 'differs' : observed.result === 'refused' ? 'refused' : 'let-in'
  const picture = observed?.screenshot
    ? `<figure class="shot"><img alt="What the browser at ${escapeText(result.host)} showed" src="data:image/png;base64,${escapeText(observed.screenshot)}"></figure>`
    : ''
  const decision = observed?.decision?.length
    ? `<h4>The decision</h4><ul class="decision">${observed.decision.map((sentence) => `<li>${withCode(sentence)}</li>`).join('')}</ul>`
    : ''
  return `<section class="scenario ${kind}" id="${escapeText(result.id)}">
<h3><span class="number">${at + 1}</span> ${escapeText(result.title)}</h3>
<div class="columns"><div>
<p>${outcome(result, inWords)} at <strong>${escapeText(result.host)}</strong>${result.matches ? '' : `, expected <strong>${escapeText(inWords(result.expected))}</strong>`}</p>
<p>${withCode(observed === undefined ? (result.error ?? '') : ownReason(observed))}</p>
${decision}
<h4>Rests on</h4>
<ul class="rests">${result.restsOn === 'documented' ? '' : `<li>the switch <code>${escapeText(restsOn(result))}</code>, because AWS does not say</li>`}${result.facts.map((row) => `<li>${factLink(row)}</li>`).join('')}</ul>
</div>${picture}</div>
</section>`
}

/** The reason without the decision's sentences, which have a list of their own. */
function ownReason({ reason, decision = [] }: Observed): string {
  return reason.replace(decision.join(' '), '').replace(/^[\s;]+/, '')
}

/** Text in which what stands between backticks is code. */
function withCode(text: string): string {
  return escapeText(text).replace(/`([^`]*)`/g, '<code>$1</code>')
}

function factLink(row: string): string {
  const fact = factOf(row)
  const source =
    fact.url === undefined ? escapeText(fact.source) : element('a', { href: fact.url }, [escapeText(fact.source)])
  return `${escapeText(fact.title)} <span class="source">(${source}; row ${escapeText(row)})</span>`
}

function switches(rows: readonly SwitchRow[]): string {
  const lines = rows.map(
    (row) =>
      `<tr><td><code>${escapeText(row.name)}</code></td><td>${escapeText(row.about)}</td><td>${row.settings
        .map(
          (setting) => `<code class="${row.run.includes(setting) ? 'run' : 'not-run'}">${escapeText(setting)}</code>`,
        )
        .join(' ')}</td><td>${escapeText(row.fact)}</td></tr>`,
  )
  return `<section class="wide" id="switches"><h2>What AWS does not say</h2>
<p>Each of these is a switch of the twin. The settings that this run ran with are filled.</p>
<table><thead><tr><th>switch</th><th>question</th><th>settings</th><th>row</th></tr></thead><tbody>${lines.join('')}</tbody></table></section>`
}

function gaps(names: readonly string[]): string {
  const list = names.map((name) => `<li>${escapeText(name)}</li>`).join('')
  return `<section class="wide" id="gaps"><h2>What the twin does not model of this template</h2>${
    names.length ? `<ul>${list}</ul>` : '<p>Nothing: it models every resource.</p>'
  }</section>`
}
