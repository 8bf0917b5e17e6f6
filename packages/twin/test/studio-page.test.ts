import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { sagemakerService } from '../src/services/sagemaker/index.ts'
import { executionCredential } from '../src/studio/execution-role.ts'
import { domainPage } from '../src/studio/pages.ts'
import type { StudioFacts } from '../src/studio/studio-facts.ts'
import { account, domainId, inhabitedWorld, region, serve } from './inhabited-world.ts'

const profileArn = `arn:aws:sagemaker:${region}:${account}:user-profile/${domainId}/alice`
const facts: StudioFacts = {
  region,
  accountId: account,
  domainId,
  domainArn: `arn:aws:sagemaker:${region}:${account}:domain/${domainId}`,
  domainName: 'research',
  profileName: 'alice',
  profileArn,
  executionRole: `arn:aws:iam::${account}:role/execution`,
}

/** The page's script in a document of three elements; its calls go to the services of a world. */
async function page(context: TestContext, from: 'user' | 'studio-apps') {
  const inhabited = inhabitedWorld()
  const { world } = inhabited
  const host = `api.sagemaker.${region}.amazonaws.com`
  const api = await serve(context, sagemakerService(world), inhabited.from(from, 'api'), host)
  const domain = world.domains.get(domainId)
  const profile = domain?.profiles.get('alice')
  assert.ok(domain && profile)
  const element = () => ({ dataset: {} as Record<string, string>, textContent: '', disabled: false, click: () => {} })
  const elements = {
    kernel: element(),
    'kernel-text': element(),
    'kernel-count': element(),
    'space-status': element(),
    'open-space': element(),
  }
  const button = Object.assign(elements['open-space'], {
    addEventListener: (_event: string, listener: () => Promise<void>) => {
      clicked = listener
    },
  })
  assert.equal(button, elements['open-space'])
  let clicked: () => Promise<void> = () => Promise.reject(new Error('nobody listens'))
  const opened: string[] = []
  const asked: string[] = []
  const sandbox = createContext({
    document: { getElementById: (id: keyof typeof elements) => elements[id] },
    location: {
      host: `${domainId}.studio.${region}.sagemaker.aws`,
      assign: (url: string) => opened.push(url),
    },
    WebSocket: class {},
    crypto,
    TextEncoder,
    fetch: (url: string, init: RequestInit & { headers?: Record<string, string> }) => {
      if (url !== '/credentials') {
        assert.equal(url, `https://${host}/`)
        asked.push(init.headers?.['x-amz-target'] ?? '')
        return fetch(api, init)
      }
      const made = executionCredential(world, domain, profile)
      assert.ok(made.ok)
      const { accessKeyId, secretAccessKey, sessionToken } = made.credential
      return Promise.resolve(Response.json({ accessKeyId, secretAccessKey, sessionToken }))
    },
  })
  runInContext(domainPage(facts).script ?? '', sandbox)
  return { click: () => clicked(), elements, opened, asked, world }
}

const calls = ['CreateSpace', 'CreateApp', 'CreatePresignedDomainUrl'].map((name) => `SageMaker.${name}`)

test('studio: the page signs its calls and opens the space, again and again', { timeout: 10_000 }, async (context) => {
  const { click, opened, asked, elements, world } = await page(context, 'user')
  await click()
  assert.equal(elements['space-status'].textContent, 'Opening the space')
  assert.deepEqual(asked, calls)
  const space = [...(world.domains.get(domainId)?.spaces.values() ?? [])]
  assert.deepEqual(
    space.map(({ name, owner }) => [name, owner]),
    [['alice-space', 'alice']],
  )
  assert.ok(opened[0]?.startsWith(`https://${space[0]?.hostLabel}.studio.${region}.sagemaker.aws/auth?token=`))
  await click()
  assert.equal(opened.length, 2)
})

test('studio: the page says what refused it', { timeout: 10_000 }, async (context) => {
  const { click, opened, asked, elements } = await page(context, 'studio-apps')
  await click()
  assert.deepEqual(opened, [])
  assert.deepEqual(asked, calls)
  const { textContent, dataset } = elements['space-status']
  assert.match(textContent, /^CreatePresignedDomainUrl: User: .* because no permissions boundary allows/)
  assert.equal(dataset.state, 'failed')
})

test('studio: names of people are text in the page, never markup', { timeout: 10_000 }, () => {
  const hostile = '</script><script>alert(1)</script>'
  const { body, script } = domainPage({ ...facts, profileName: hostile })
  assert.equal(body.includes('<script>'), false)
  assert.equal(script?.includes('</script>'), false)
})
