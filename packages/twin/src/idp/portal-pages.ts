import { escapeHtml, type Page } from '../services/page.ts'
import type { Application, User } from './directory.ts'

const place = 'Access portal'

/** User name and password; works without script. `next`: path to go on to. */
export function loginPage(next: string, error?: string, name = ''): Page {
  return {
    title: 'Sign in',
    place,
    body: `<form class="card" method="post" action="/login" data-testid="login-form">
<h1>Sign in</h1>
<input type="hidden" name="next" value="${escapeHtml(next)}">
${error ? `<p class="error" role="alert" data-testid="login-error">${escapeHtml(error)}</p>` : ''}
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" value="${escapeHtml(name)}" required autofocus data-testid="username">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required data-testid="password">
<button type="submit" data-testid="sign-in">Sign in</button>
</form>`,
  }
}

/** One tile an application. */
export function tilesPage(user: User, applications: readonly Application[]): Page {
  const tiles = applications.map(
    (application, index) =>
      `<li><a class="tile" href="/start/application/${index}" data-testid="tile" data-application="${escapeHtml(application.name)}"><b>${escapeHtml(application.name)}</b><span class="soft">${escapeHtml(new URL(application.acsUrl).hostname)}</span></a></li>`,
  )
  return {
    title: 'Your applications',
    place,
    body: `<h1>Your applications</h1><p class="soft">Signed in as <b data-testid="signed-in-user">${escapeHtml(user.name)}</b></p>
${tiles.length === 0 ? '<p class="card">No application is assigned to you yet.</p>' : `<ul class="tiles">${tiles.join('')}</ul>`}`,
  }
}

/** HTTP-POST binding: submits itself; the button is for browsers without script. */
export function handoverPage(application: Application, samlResponse: string): Page {
  return {
    title: `Opening ${application.name}`,
    place,
    body: `<form class="card" method="post" action="${escapeHtml(application.acsUrl)}" data-testid="saml-form">
<h1>Opening ${escapeHtml(application.name)}</h1>
<p class="soft">Your browser carries the signed response to ${escapeHtml(new URL(application.acsUrl).hostname)}.</p>
<input type="hidden" name="SAMLResponse" value="${escapeHtml(samlResponse)}">
<input type="hidden" name="RelayState" value="${escapeHtml(application.relayState ?? '')}">
<button type="submit" data-testid="continue">Continue</button>
</form>`,
    script: 'document.forms[0].submit()',
  }
}

/** An application asked for something that the directory does not do. */
export function requestRefusedPage(problem: string): Page {
  return {
    title: 'The request was refused',
    place,
    body: `<div class="card"><h1>The request was refused</h1><p class="error" role="alert" data-testid="request-error">${escapeHtml(problem)}</p></div>`,
  }
}
