import { escapeHtml, type Page } from '../services/page.ts'
import { browserScript } from './browser-script.ts'
import type { StudioFacts } from './studio-facts.ts'

const place = 'SageMaker Studio'

/** The domain's page: who and where, the kernel's light, and the button that opens a space. */
export function domainPage(facts: StudioFacts): Page {
  return {
    title: `Studio: ${facts.profileName}`,
    place,
    body: `<section class="card" data-testid="studio" data-domain-id="${escapeHtml(facts.domainId)}" data-user-profile="${escapeHtml(facts.profileName)}">
<h1>Welcome to Studio</h1>${whoAndWhere(facts)}</section>
${kernelCard}
<section class="card"><h2>JupyterLab</h2>
<p class="soft">This page opens your space itself, with the execution role's credentials, from this browser.</p>
<button type="button" data-testid="open-space" id="open-space">Open space</button>
<pre data-testid="space-status" id="space-status" role="status"></pre></section>`,
    script: browserScript(facts),
  }
}

/** A space's page at its own host. */
export function spacePage(facts: StudioFacts): Page {
  return {
    title: `Space: ${facts.spaceName ?? ''}`,
    place: 'SageMaker Studio: JupyterLab',
    body: `<section class="card" data-testid="space" data-space="${escapeHtml(facts.spaceName ?? '')}" data-domain-id="${escapeHtml(facts.domainId)}" data-user-profile="${escapeHtml(facts.profileName)}">
<h1>Space ${escapeHtml(facts.spaceName ?? '')}</h1>${whoAndWhere(facts)}</section>${kernelCard}`,
    script: browserScript(facts),
  }
}

/** A refusal: AWS's bare sentence, and where it was refused. */
export function refusalPage(message: string, layer: string, requestId: string): Page {
  return {
    title: 'Access denied',
    place,
    body: `<section class="card" data-testid="studio-refused" data-layer="${escapeHtml(layer)}"><h1>Access denied</h1>
<p class="error" data-testid="refusal">${escapeHtml(message)}</p>
<p class="soft">Refused by: <b data-testid="layer">${escapeHtml(layer)}</b>. Request <code>${escapeHtml(requestId)}</code></p></section>`,
  }
}

export function plainPage(title: string, sentence: string): Page {
  return {
    title,
    place,
    body: `<section class="card"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(sentence)}</p></section>`,
  }
}

function whoAndWhere(facts: StudioFacts): string {
  const rows = [
    [
      'Domain',
      facts.domainName === facts.domainId ? facts.domainId : `${facts.domainName} (${facts.domainId})`,
      'domain',
    ],
    ['User profile', facts.profileName, 'user-profile'],
    ['Execution role', facts.executionRole, 'session-role'],
    ['Account', `${facts.accountId}, ${facts.region}`, 'account'],
  ] as const
  return `<dl>${rows.map(([label, value, id]) => `<dt>${label}</dt><dd data-testid="${id}">${escapeHtml(value)}</dd>`).join('')}</dl>`
}

const kernelCard = `<section class="card" data-testid="kernel" data-state="connecting" id="kernel"><p><span class="dot"></span><b id="kernel-text" data-testid="kernel-text">kernel connecting</b></p>
<p class="soft" id="kernel-count" data-testid="kernel-count"></p></section>`
