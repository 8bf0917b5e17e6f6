/** Cold start: from a fresh process to the first redirect, AWS answered on loopback, beside node-saml with the AWS SDK. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundle as recipe } from '@studio-gate/gateway/manifest'
import { build } from 'esbuild'
import { bundleGate } from '../packages/infra/src/bundle.ts'
import { type AwsStub, startAwsStub } from './aws-stub.ts'
import { bundleOptions } from './bundle.ts'
import { makeLogin, party } from './fixtures.ts'
import { startProcess } from './fresh-process.ts'
import { awsAnswers, gateEnvironment, makeIntent, proxyEvent, studioUrl } from './gate.ts'
import type { Outcome, Part, Setting } from './part.ts'
import { peersFolder } from './peers.ts'
import { interleave, ratio, type Spread, shown, spread } from './rounds.ts'
import { temporaryFolder } from './temporary-folder.ts'

type Name = 'empty handler' | 'studio-gate' | 'node-saml + AWS SDK'

/** What first-redirect.mjs reports, times in milliseconds since the process began; and the whole as seen from outside. */
interface Start {
  readonly statusCode: number
  readonly location?: string
  readonly started: number
  readonly loaded: number
  readonly answered: number
  readonly cpu: number
  readonly wall: number
}

interface Figure {
  readonly contender: Name
  /** Wall time of the peer by this one's: how many times sooner the redirect comes. Absent without the peer. */
  readonly timesSooner?: Spread
  /** The same of CPU, which other people's load does not stretch. */
  readonly timesLessCpu?: Spread
  readonly awsCalls: readonly string[]
  /** Milliseconds. */
  readonly wall: Spread
  readonly load: Spread
  readonly handle: Spread
  readonly cpu: Spread
}

export const cold: Part = {
  name: 'cold',
  about: 'fresh process to first redirect, AWS stubbed on loopback, beside node-saml with the AWS SDK',
  async run(setting) {
    const step = setting.terminal.step('cold: bundling')
    try {
      await using folder = await temporaryFolder()
      await using stub = await startAwsStub(awsAnswers('alice@example.com'))
      const login = makeLogin(Date.now(), party.acsUrl)
      const handlers = await makeHandlers(folder.path, login.certificate, setting.peers)
      const event = join(folder.path, 'event.json')
      const tampered = join(folder.path, 'tampered.json')
      await writeFile(event, JSON.stringify(proxyEvent(login.genuine)))
      await writeFile(tampered, JSON.stringify(proxyEvent(login.tampered)))
      const environment = childEnvironment(stub.url, folder.path, login.certificate)
      const start = (name: Name, file: string) =>
        startProcess<Start>('first-redirect.mjs', [handlers.get(name) ?? '', file], environment, setting.stop)

      step.update('cold: asking everybody once')
      const names = [...handlers.keys()]
      const { calls, wrong } = await judge(names, (name, genuine) => start(name, genuine ? event : tampered), stub)
      const rounds = setting.quick ? 3 : 15
      const starts = await interleave(names, rounds, (name, round) => {
        step.update(`cold: round ${round + 1} of ${rounds}`)
        return start(name, event)
      })
      step.end('done', `cold: ${rounds * names.length} fresh processes`)
      return show(
        setting,
        names.map((name) => figure(name, starts, calls.get(name) ?? [])),
        wrong,
      )
    } catch (error) {
      step.end('failed')
      throw error
    }
  },
}

/** Writes the bundles; returns their URLs. */
async function makeHandlers(folder: string, certificate: string, peers: boolean): Promise<ReadonlyMap<Name, string>> {
  const gateFolder = join(folder, 'gate')
  await mkdir(gateFolder)
  await bundleGate(gateFolder, makeIntent([certificate]))
  const empty = join(folder, 'empty.mjs')
  const answer = JSON.stringify({ statusCode: 302, headers: { location: studioUrl }, body: '' })
  await writeFile(empty, `export const handler = async () => (${answer})\n`)
  const files: [Name, string][] = [
    ['empty handler', empty],
    ['studio-gate', join(gateFolder, recipe.file)],
  ]
  if (peers) {
    const peer = join(folder, 'peer.mjs')
    await build(bundleOptions(join(peersFolder, 'handler.mjs'), peer))
    files.push(['node-saml + AWS SDK', peer])
  }
  return new Map(files.map(([name, file]) => [name, pathToFileURL(file).href]))
}

/** Nothing of this machine's own settings, so that the SDK finds here what it finds in Lambda. */
function childEnvironment(endpoint: string, folder: string, certificate: string): NodeJS.ProcessEnv {
  return {
    ...gateEnvironment,
    PEER_PARTIES: JSON.stringify({ ...party, certificate }),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_SESSION_TOKEN: 'bench',
    AWS_CONFIG_FILE: join(folder, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
  }
}

/** Before anything is timed: everybody redirects the genuine response, and no verifier the tampered one. */
async function judge(names: readonly Name[], start: (name: Name, genuine: boolean) => Promise<Start>, stub: AwsStub) {
  const calls = new Map<Name, readonly string[]>()
  const wrong: { readonly contender: Name; readonly text: string }[] = []
  for (const contender of names) {
    stub.takeCalls()
    const genuine = await start(contender, true)
    calls.set(contender, stub.takeCalls())
    if (genuine.statusCode !== 302 || genuine.location !== studioUrl) {
      throw new Error(`${contender} answered ${genuine.statusCode} to a genuine response`)
    }
    if (contender === 'empty handler') continue
    const tampered = await start(contender, false)
    if (tampered.statusCode === 302) wrong.push({ contender, text: `${contender} REDIRECTED a tampered response` })
  }
  return { calls, wrong }
}

function figure(contender: Name, starts: ReadonlyMap<Name, readonly Start[]>, awsCalls: readonly string[]): Figure {
  const of = (name: Name, value: (start: Start) => number) => (starts.get(name) ?? []).map(value)
  const wall = (name: Name) => of(name, (start) => start.wall)
  const cpu = (name: Name) => of(name, (start) => start.cpu)
  const peer: Name = 'node-saml + AWS SDK'
  return {
    contender,
    ...(starts.has(peer)
      ? { timesSooner: ratio(wall(peer), wall(contender)), timesLessCpu: ratio(cpu(peer), cpu(contender)) }
      : {}),
    awsCalls,
    wall: spread(wall(contender)),
    load: spread(of(contender, ({ loaded, started }) => loaded - started)),
    handle: spread(of(contender, ({ answered, loaded }) => answered - loaded)),
    cpu: spread(cpu(contender)),
  }
}

function show(
  { terminal }: Setting,
  figures: readonly Figure[],
  wrong: readonly { readonly contender: Name; readonly text: string }[],
): Outcome {
  terminal.line(terminal.style('bold', 'cold: fresh process to first redirect, median and quartiles'))
  const right = 'right' as const
  const columns = [
    { title: 'contender', least: 12 },
    { title: 'times sooner', least: 6, align: right },
    { title: 'times less CPU', least: 6, align: right },
    { title: 'AWS calls', least: 4, align: right },
    { title: 'wall ms', least: 8, align: right },
    { title: 'loading ms', least: 8, align: right },
    { title: 'handling ms', least: 8, align: right },
    { title: 'CPU ms', least: 8, align: right },
  ]
  const rows = figures.map((figure) => [
    { text: figure.contender },
    { text: figure.timesSooner ? shown(figure.timesSooner) : '' },
    { text: figure.timesLessCpu ? shown(figure.timesLessCpu) : '' },
    { text: String(figure.awsCalls.length) },
    ...[figure.wall, figure.load, figure.handle, figure.cpu].map((value) => ({ text: shown(value) })),
  ])
  terminal.table(columns, rows)
  terminal.line(
    'times: beside node-saml + AWS SDK, which verifies and mints, and does nothing else of what the gate does',
  )
  for (const { text } of wrong) terminal.line(terminal.style('red', text))
  return { figures: { figures, wrong }, sound: wrong.every(({ contender }) => contender !== 'studio-gate') }
}
