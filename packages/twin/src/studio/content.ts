/** What stands behind the check: the domain's page, a space's page, and the page's credentials. */
import type { IncomingMessage } from 'node:http'
import type { Answer } from '../services/answer.ts'
import { pageAnswer } from '../services/page.ts'
import { inventoryOf } from '../services/sagemaker/inventory.ts'
import type { StudioDomain, UserProfile, World } from '../world.ts'
import { executionCredential } from './execution-role.ts'
import { type Grant, rememberPageSession } from './grants.ts'
import { domainPage, plainPage, spacePage } from './pages.ts'
import type { Place } from './places.ts'
import type { StudioFacts } from './studio-facts.ts'

export function content(world: World, request: IncomingMessage, { domain, space }: Place, grant: Grant): Answer {
  const profile = domain.profiles.get(grant.profileName)
  if (!profile) return pageAnswer(404, plainPage('Not found', 'The user profile is gone.'))
  const facts: StudioFacts = {
    region: world.region,
    accountId: domain.accountId,
    domainId: domain.id,
    domainArn: domain.arn,
    domainName: domain.name,
    profileName: profile.name,
    profileArn: profile.arn,
    executionRole: profile.executionRoleArn,
    ...(space && { spaceName: space.name }),
  }
  if (space) {
    const app = profile.arn.replace(/:user-profile\/.*$/, `:app/${domain.id}/${space.name}/JupyterLab/default`)
    return inventoryOf(world).apps.has(app)
      ? pageAnswer(200, spacePage(facts))
      : pageAnswer(404, plainPage('No app', 'The space has no app in service.'))
  }
  return request.url === '/credentials' && request.method === 'POST'
    ? pageCredentials(world, domain, profile, grant)
    : pageAnswer(200, domainPage(facts))
}

/** Execution role credentials for Studio's own page, remembered as that page's (row 1.29). */
function pageCredentials(world: World, domain: StudioDomain, profile: UserProfile, grant: Grant): Answer {
  const made = executionCredential(world, domain, profile)
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  if (!made.ok) return { status: 200, headers, body: JSON.stringify({ error: made.reason }) }
  rememberPageSession(world, made.credential, grant)
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = made.credential
  const expiration = new Date(expiresAt ?? 0).toISOString()
  return { status: 200, headers, body: JSON.stringify({ accessKeyId, secretAccessKey, sessionToken, expiration }) }
}
