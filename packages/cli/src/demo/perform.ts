/** The demo from declaration to report. */
import { accessSync, constants, existsSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createDirectory, switchTable } from '@studio-gate/twin'
import { launchBrowser } from '../browser/launch.ts'
import { type Session, text, texts, type Values } from '../command.ts'
import { synthesizeDeclaration } from '../commands/synth.ts'
import { declarationPath } from '../declaration-file.ts'
import { makeFolder } from '../folder.ts'
import { shownPath } from '../shown-path.ts'
import { type ExitCode, exitCodes, Trouble } from '../trouble.ts'
import { bootForPeople, playedProvider, requireFile } from '../twin-session.ts'
import { stayUp } from '../twin-up.ts'
import { editTemplate } from './edit.ts'
import { observeWorld } from './live.ts'
import type { Scenario } from './outcome.ts'
import { demoPeople } from './people.ts'
import { type Run, renderReport, type SwitchRow } from './report.ts'
import { runScenarios } from './run.ts'
import { contrast, scenariosWith } from './scenarios/index.ts'
import { printTable, verdict } from './summary.ts'

const region = 'eu-central-1'

/** The options are those of `commands/demo.ts`. */
export async function performDemo(values: Values, session: Session): Promise<ExitCode> {
  const wanted = chosen(scenariosWith(values['no-scp'] === true ? 'absent' : 'attached'), text(values, 'only'))
  const report = join(resolve(text(values, 'report') ?? 'demo-report'), 'index.html')
  const json = text(values, 'json')
  // Found out now rather than after all scenarios.
  for (const path of json === undefined ? [report] : [report, resolve(json)]) makeWritable(path)
  const run = await runDemo(values, wanted, session)
  session.terminal.line()
  printTable(run.results, session.terminal)
  writeFileSync(report, renderReport(run))
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(withoutPictures(run), undefined, 2)}\n`)
  const differing = run.results.filter((result) => !result.matches).length
  session.terminal.line(verdict(run.results.length, differing, session.terminal))
  session.terminal.line(`Report: ${shownPath(report)}`)
  if (values.stay === true) await stayUp(session, run.source)
  return differing === 0 ? exitCodes.ok : exitCodes.differs
}

function chosen(scenarios: readonly Scenario[], only: string | undefined): readonly Scenario[] {
  const found = scenarios.filter((scenario) => only === undefined || scenario.id.includes(only))
  if (found.length > 0) return found
  const names = scenarios.map((scenario) => scenario.id).join(', ')
  throw new Trouble(
    `no scenario's name contains \`${only}\``,
    '--only',
    `take a part of one of ${names}`,
    exitCodes.usage,
  )
}

type DemoRun = Run & { readonly source: Parameters<typeof stayUp>[1] }

async function runDemo(values: Values, wanted: readonly Scenario[], session: Session): Promise<DemoRun> {
  const startedAt = new Date()
  const started = performance.now()
  const { terminal, stop } = session
  const givenScps = texts(values, 'scp').map((path) => resolve(path))
  if (givenScps.length > 0 && values['no-scp'] === true)
    throw new Trouble('--scp and --no-scp exclude each other', 'studio-gate demo', 'give one of them', exitCodes.usage)
  for (const path of givenScps) requireFile(path, '--scp', 'name the file that `studio-gate synth` wrote as scp.json')
  const declaration = declarationPath(text(values, 'declaration'))
  const people = demoPeople()
  // The directory's metadata goes into the declaration, so it exists before the template.
  const directory = createDirectory({ region, users: people })
  const written = await synthesizeDeclaration(session, {
    declaration,
    outDir: resolve(text(values, 'out') ?? 'cdk.out'),
    demoHosts: true,
    metadata: directory.metadataXml,
  })
  const edit = text(values, 'edit')
  if (edit !== undefined) editTemplate(edit, written.templatePath)
  const scpPaths = values['no-scp'] === true ? undefined : givenScps.length === 0 ? written.scpPaths : givenScps
  const identityProvider = playedProvider(written.intent)
  const source = {
    templatePath: written.templatePath,
    directory,
    ...(scpPaths === undefined ? {} : { scpPaths }),
    ...(identityProvider === undefined ? {} : { identityProvider }),
  }
  const seen = observeWorld(terminal, wanted)
  const results = await runScenarios({
    scenarios: wanted,
    people,
    stop,
    watcher: seen.watcher,
    ...(scpPaths === undefined ? {} : { scpPaths }),
    boot: (switches) => seen.booting(bootForPeople({ ...source, switches }, seen.progress)),
    launch: (twin) =>
      launchBrowser({
        caFile: twin.caFile,
        ...(text(values, 'browser') === undefined ? {} : { given: text(values, 'browser') ?? '' }),
      }),
  })
  const used = Object.entries(switchTable).map(([name, row]): SwitchRow => {
    const setting = (scenario: Scenario) =>
      Object.entries(scenario.switches ?? {}).find(([key]) => key === name)?.[1] ?? row.settings[0]
    return { name, about: row.about, fact: row.fact, settings: row.settings, run: [...new Set(wanted.map(setting))] }
  })
  return {
    startedAt: startedAt.toISOString(),
    seconds: (performance.now() - started) / 1000,
    declaration: shownPath(declaration),
    template: shownPath(written.templatePath),
    ...(scpPaths === undefined ? {} : { scp: scpPaths.map(shownPath).join(', ') }),
    region,
    browser: seen.browser(),
    results,
    contrast,
    map: seen.map(),
    switches: used,
    gaps: seen.gaps(),
    source: { ...source, people },
  }
}

/** Pictures are for the report; as data they would be most of the file. */
function withoutPictures({ source: _, ...run }: DemoRun): Omit<DemoRun, 'source'> {
  const results = run.results.map((result) => {
    if (result.observed === undefined) return result
    const { screenshot: __, ...observed } = result.observed
    return { ...result, observed }
  })
  return { ...run, results }
}

/** Makes the folder of a file to come. Throws the system's error where it cannot be written later. */
function makeWritable(path: string): void {
  makeFolder(dirname(path))
  accessSync(existsSync(path) ? path : dirname(path), constants.W_OK)
}
