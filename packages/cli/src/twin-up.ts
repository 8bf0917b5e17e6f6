/** Keeps a twin up for people to sit in, until Ctrl-C. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createDirectory } from '@studio-gate/twin'
import { type Session, text, texts, type Values } from './command.ts'
import { synthesizeDeclaration } from './commands/synth.ts'
import { declarationPath } from './declaration-file.ts'
import { demoPeople } from './demo/people.ts'
import { type ExitCode, exitCodes, Trouble } from './trouble.ts'
import {
  bootForPeople,
  describeSeats,
  parseSwitches,
  playedProvider,
  requireFile,
  untilStopped,
} from './twin-session.ts'

/** The options are those of `commands/twin.ts`. */
export async function twinUp(values: Values, session: Session): Promise<ExitCode> {
  const switches = parseSwitches(texts(values, 'switch'))
  const portBase = portOf(text(values, 'port-base'))
  const work = await mkdtemp(join(tmpdir(), 'studio-gate-twin-'))
  try {
    await stayUp(session, await sourceOf(values, work, session), {
      switches,
      ...(portBase === undefined ? {} : { portBase }),
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return exitCodes.ok
}

type Source = Omit<Parameters<typeof bootForPeople>[0], 'switches' | 'portBase'> & {
  readonly people: ReturnType<typeof demoPeople>
}

async function sourceOf(values: Values, work: string, session: Session): Promise<Source> {
  const fixed = regionOf(text(values, 'region'))
  const region = fixed ?? 'eu-central-1'
  const people = demoPeople()
  const directory = createDirectory({ region, users: people })
  const given = texts(values, 'scp').map((path) =>
    requireFile(resolve(path), '--scp', 'name the file that `studio-gate synth` wrote as scp.json'),
  )
  const template = text(values, 'template')
  if (template !== undefined) {
    if (values.declaration !== undefined)
      throw new Trouble(
        '--declaration and --template exclude each other',
        'studio-gate twin up',
        'give one of them',
        exitCodes.usage,
      )
    const templatePath = requireFile(resolve(template), '--template', 'write it with `studio-gate synth`')
    session.terminal.note(
      'note: the gate of this template trusts its own identity provider and refuses this portal; to change a template and sign in, use `studio-gate demo --edit`',
    )
    return { templatePath, directory, people, scpPaths: given }
  }
  const written = await synthesizeDeclaration(session, {
    declaration: declarationPath(text(values, 'declaration')),
    outDir: work,
    demoHosts: true,
    region: fixed,
    metadata: directory.metadataXml,
  })
  const provider = playedProvider(written.intent)
  return {
    templatePath: written.templatePath,
    scpPaths: given.length > 0 ? given : written.scpPaths,
    directory,
    people,
    ...(provider === undefined ? {} : { identityProvider: provider }),
  }
}

/** Boots, says how to sit down, waits for Ctrl-C, stops everything. */
export async function stayUp(
  session: Session,
  source: Source,
  more: Pick<Parameters<typeof bootForPeople>[0], 'switches' | 'portBase'> = {},
): Promise<void> {
  const { terminal } = session
  const step = terminal.step('booting the twin')
  const booted = await bootForPeople({ ...source, ...more }, (what) => step.update(`booting the twin: ${what}`)).catch(
    (error: unknown) => {
      step.end('failed')
      throw error
    },
  )
  try {
    step.end('done', `the twin is up: ${booted.hosts.length} hosts in ${booted.world.region}`)
    for (const gap of booted.gaps) terminal.note(`not modelled: ${gap}`)
    if (!session.stop.aborted) {
      terminal.line()
      await describeSeats(booted, source.people, terminal)
      await untilStopped(session)
    }
  } finally {
    await booted.close()
  }
  terminal.note('the twin is stopped')
}

function portOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  const port = Number(given)
  if (Number.isInteger(port) && port >= 1024 && port <= 65_000) return port
  throw new Trouble(
    `\`${given}\` is no port to begin at`,
    '--port-base',
    'give a whole number from 1024 to 65000',
    exitCodes.usage,
  )
}

function regionOf(given: string | undefined): string | undefined {
  if (given === undefined || /^[a-z]{2,}(-[a-z]+)+-\d$/.test(given)) return given
  throw new Trouble(`\`${given}\` is not a Region code`, '--region', 'give one such as `eu-central-1`', exitCodes.usage)
}
