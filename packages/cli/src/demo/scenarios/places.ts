/** The same sign-in from each place: the seed case that must succeed, and the places that must be refused. */
import type { Observed, Scenario, Stage } from '../outcome.ts'
import { mintedUrl, open, patience, picture, refusal, seen, signIn, signInAtGate, watch } from './steps.ts'

async function signInFrom(stage: Stage, where: string | { readonly proxyUrl: string }, host: string, name = 'alice') {
  const page = await stage.browserAt(where)
  const journal = watch(stage)
  await signIn(stage, page, name)
  return { page, journal, observed: await seen(page, journal.since(host)) }
}

/** Signs in, then opens a space from Studio's own page: the execution role mints, in the browser (row 1.29). */
async function signInAndOpenSpace(stage: Stage, name: string): Promise<Observed> {
  const { page, journal, observed } = await signInFrom(stage, 'private-host', 'private-host', name)
  if (observed.result !== 'inside') return observed
  stage.say('opening a space from the Studio page')
  await page.getByRole('button', { name: 'Open space' }).click()
  const space = page.getByTestId('space')
  const ended = space.or(page.getByTestId('studio-refused')).or(page.locator('#space-status[data-state=failed]'))
  await ended.first().waitFor({ timeout: patience })
  if ((await space.count()) === 0) return { ...refusal(journal.since('private-host')), ...(await picture(page)) }
  return { ...observed, reason: `${observed.reason}; the space opens`, ...(await picture(page)) }
}

/** Through a chain of hosts: traffic comes from the last one. */
async function signInThrough(stage: Stage, hosts: readonly string[]): Promise<Observed> {
  const tunnel = await stage.twin.tunnel([...hosts])
  if ('refused' in tunnel) return { result: 'refused', layer: tunnel.refused, reason: tunnel.reason }
  try {
    return (await signInFrom(stage, tunnel, hosts.at(-1) ?? '')).observed
  } finally {
    await tunnel.close()
  }
}

const inside = { result: 'inside' } as const
const atTheApi = { result: 'refused', layer: 'resource policy' } as const

export const places: readonly Scenario[] = [
  {
    id: 'private-host',
    title: 'Sign in on the private host, then open a space',
    host: 'private-host',
    expected: inside,
    restsOn: 'documented',
    facts: ['1.13', '1.16', '1.29'],
    run: (stage) => signInAndOpenSpace(stage, 'alice'),
  },
  {
    id: 'started-at-the-gate',
    title: 'Sign in on the private host, starting at the gate',
    host: 'private-host',
    expected: inside,
    restsOn: 'documented',
    facts: ['4.16', '6.11'],
    run: async (stage) => {
      const page = await stage.browserAt('private-host')
      const journal = watch(stage)
      await signInAtGate(stage, page, 'alice')
      return seen(page, journal.since('private-host'))
    },
  },
  {
    id: 'private-host-space-by-execution-role',
    title: 'The same, if a space checks the execution role',
    host: 'private-host',
    expected: inside,
    restsOn: 'studio.space-principal',
    facts: ['1.29', '1.36'],
    switches: { 'studio.space-principal': 'execution-role' },
    run: (stage) => signInAndOpenSpace(stage, 'alice'),
  },
  {
    id: 'first-sign-in',
    title: 'First sign-in of somebody without a profile',
    host: 'private-host',
    expected: inside,
    restsOn: 'documented',
    facts: ['5.17'],
    run: async (stage) => (await signInFrom(stage, 'private-host', 'private-host', 'bob')).observed,
  },
  {
    id: 'no-rule',
    title: 'Somebody whom no rule lets in',
    host: 'private-host',
    expected: { result: 'refused', layer: 'gate code', code: 'no-rule' },
    restsOn: 'documented',
    facts: [],
    run: async (stage) => (await signInFrom(stage, 'private-host', 'private-host', 'carol')).observed,
  },
  {
    id: 'public-host',
    title: 'Sign in on a public host of the same VPC',
    host: 'public-host',
    expected: atTheApi,
    restsOn: 'apigateway.gateway-responses',
    facts: ['4.2', '4.5', '4.6', '4.17'],
    run: async (stage) => {
      const { page, observed } = await signInFrom(stage, 'public-host', 'public-host')
      return readable(observed, await page.content(), true)
    },
  },
  {
    id: 'public-host-plain-refusal',
    title: "The same, if AWS's own refusal cannot be rendered",
    host: 'public-host',
    expected: atTheApi,
    restsOn: 'apigateway.gateway-responses',
    facts: ['4.17'],
    switches: { 'apigateway.gateway-responses': 'authorizers-only' },
    run: async (stage) => {
      const { page, observed } = await signInFrom(stage, 'public-host', 'public-host')
      return readable(observed, await page.content(), false)
    },
  },
  {
    id: 'bastion',
    title: 'Sign in on the bastion',
    host: 'bastion',
    expected: atTheApi,
    restsOn: 'documented',
    facts: ['4.5'],
    run: async (stage) => (await signInFrom(stage, 'bastion', 'bastion')).observed,
  },
  {
    id: 'tunnel-to-private-host',
    title: "A laptop through the bastion to the private host's proxy",
    host: 'private-host',
    expected: inside,
    restsOn: 'documented',
    facts: ['2.4'],
    run: (stage) => signInThrough(stage, ['laptop', 'bastion', 'private-host']),
  },
  {
    id: 'tunnel-to-bastion',
    title: 'A tunnel that ends at the bastion',
    host: 'bastion',
    expected: atTheApi,
    restsOn: 'documented',
    facts: ['2.4'],
    run: (stage) => signInThrough(stage, ['laptop', 'bastion']),
  },
  {
    id: 'laptop',
    title: 'Sign in on a laptop on the internet',
    host: 'laptop',
    expected: { result: 'refused', layer: 'no route' },
    restsOn: 'documented',
    facts: ['4.11'],
    run: async (stage) => {
      const before = stage.twin.functionInvocations()
      const { observed } = await signInFrom(stage, 'laptop', 'laptop')
      if (stage.twin.functionInvocations() !== before) throw new Error('the gate ran for a request from the internet')
      return { ...observed, reason: `${observed.reason}; no code of the gate ran` }
    },
  },
  {
    id: 'laptop-private-dns-name',
    title: "A laptop asks for the API's other name",
    host: 'laptop',
    expected: { result: 'refused', layer: 'resource policy' },
    restsOn: 'apigateway.public-name',
    facts: ['4.18'],
    run: openOtherName,
  },
  {
    id: 'laptop-private-dns-name-unknown',
    title: 'The same, if that name does not exist on the internet',
    host: 'laptop',
    expected: { result: 'refused', layer: 'name resolution' },
    restsOn: 'apigateway.public-name',
    facts: ['4.18'],
    switches: { 'apigateway.public-name': 'nxdomain' },
    run: openOtherName,
  },
  {
    id: 'laptop-studio',
    title: 'A URL minted for the private host, opened on a laptop',
    host: 'laptop',
    expected: { result: 'refused', layer: 'IAM at use' },
    restsOn: 'documented',
    facts: ['1.13', '1.18', '2.1'],
    run: (stage) => carriedUrl(stage, 'laptop'),
  },
  {
    id: 'carried-url',
    title: 'A URL minted for the private host, opened on the public host',
    host: 'public-host',
    expected: { result: 'refused', layer: 'IAM at use' },
    restsOn: 'documented',
    facts: ['1.13', '1.14'],
    run: (stage) => carriedUrl(stage, 'public-host'),
  },
]

/** The refusal names itself to the person where AWS lets us render it, and stays AWS's own text where not. */
function readable(observed: Observed, html: string, rendered: boolean): Observed {
  const ours = html.includes('network-not-admitted')
  if (ours !== rendered) throw new Error(rendered ? "the page is not the gate's own" : "the page is the gate's own")
  return {
    ...observed,
    reason: `${observed.reason}; the page ${rendered ? 'says why, with a support id' : "is AWS's own"}`,
  }
}

async function openOtherName(stage: Stage): Promise<Observed> {
  const page = await stage.browserAt('laptop')
  const journal = watch(stage)
  const { ApiId } = stage.twin.outputs
  await open(page, `https://${ApiId}.execute-api.${stage.twin.world.region}.amazonaws.com/gate/saml`)
  return seen(page, journal.since('laptop'))
}

async function carriedUrl(stage: Stage, host: string): Promise<Observed> {
  const url = await mintedUrl(stage, 'private-host', 'alice')
  const page = await stage.browserAt(host)
  const journal = watch(stage)
  await open(page, url)
  return seen(page, journal.since(host))
}
