/**
 * Runs the scenarios: one twin and one browser for each distinct setting of the switches, a fresh browser profile for each
 * page. What is started here is stopped here, whatever happens.
 */
import { defaultSwitches, type Switches, type Twin } from '@studio-gate/twin'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { contextAt, type Launched } from '../browser/launch.ts'
import { Interrupted, until } from '../trouble.ts'
import { matches, NoBrowser, type Person, type Result, type Scenario, type Stage } from './outcome.ts'

/** Seconds that one scenario may take before it counts as failed. */
const patience = 90

export interface RunOptions {
  readonly scenarios: readonly Scenario[]
  readonly people: readonly Person[]
  /** The attached SCP, if one is. */
  readonly scpPaths?: readonly string[]
  boot(switches: Switches): Promise<Twin>
  launch(twin: Twin): Promise<Launched>
  readonly stop: AbortSignal
  readonly watcher: Watcher
}

/** Is told what happens, as it happens. */
export interface Watcher {
  /** Called before the first scenario of each twin. */
  booted(twin: Twin, launched: Launched): void
  /** Called when a scenario starts; `say` of its stage calls what this returns. */
  started(scenario: Scenario): (text: string) => void
  ended(result: Result): void
}

/** Results in the order of `scenarios`. A scenario that throws is a result with `error`. Throws `Interrupted` on `stop`. */
export async function runScenarios(options: RunOptions): Promise<readonly Result[]> {
  const results = new Map<Scenario, Result>()
  for (const [switches, scenarios] of bySwitches(options.scenarios)) {
    const twin = await finishOrStop(options.stop, options.boot(switches), (late) => late.close())
    let launched: Launched | undefined
    try {
      launched = await finishOrStop(options.stop, options.launch(twin), async (late) => {
        if (late.ok) await late.browser.close()
      })
      options.watcher.booted(twin, launched)
      for (const scenario of scenarios) results.set(scenario, await runOne(options, twin, launched, scenario))
    } finally {
      if (launched?.ok) await launched.browser.close().catch(() => undefined)
      await twin.close()
    }
  }
  return options.scenarios.flatMap((scenario) => results.get(scenario) ?? [])
}

/** Groups with the same settings, in the order in which each first appears. */
export function bySwitches(scenarios: readonly Scenario[]): readonly (readonly [Switches, readonly Scenario[]])[] {
  const groups = new Map<string, [Switches, Scenario[]]>()
  for (const scenario of scenarios) {
    const switches: Switches = { ...defaultSwitches(), ...scenario.switches }
    const key = JSON.stringify(Object.entries(switches).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const group = groups.get(key) ?? [switches, []]
    group[1].push(scenario)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** On `stop`, what was about to be ready is still closed when it is. */
async function finishOrStop<T>(stop: AbortSignal, work: Promise<T>, close: (late: T) => Promise<unknown>): Promise<T> {
  try {
    return await until(stop, work)
  } catch (error) {
    if (error instanceof Interrupted) await work.then(close).catch(() => undefined)
    throw error
  }
}

async function runOne(options: RunOptions, twin: Twin, launched: Launched, scenario: Scenario): Promise<Result> {
  const contexts: BrowserContext[] = []
  const started = performance.now()
  const stage: Stage = {
    twin,
    people: options.people,
    ...(options.scpPaths === undefined ? {} : { scpPaths: options.scpPaths }),
    say: options.watcher.started(scenario),
    async browserAt(where) {
      const { proxyUrl } = typeof where === 'string' ? twin.host(where) : where
      return openPage(browserOf(launched), proxyUrl, contexts)
    },
  }
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`it did not end within ${patience} s`)), patience * 1000)
  try {
    const observed = await until(options.stop, Promise.race([scenario.run(stage), late.promise]))
    return finish(options, scenario, started, { observed, matches: matches(scenario.expected, observed) })
  } catch (error) {
    if (error instanceof Interrupted) throw error
    return finish(options, scenario, started, { error: messageOf(error), matches: false })
  } finally {
    clearTimeout(timer)
    await Promise.all(contexts.map((context) => context.close().catch(() => undefined)))
  }
}

function browserOf(launched: Launched): Browser {
  if (launched.ok) return launched.browser
  throw new NoBrowser(`no browser starts: ${launched.tried.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}`)
}

async function openPage(browser: Browser, proxyUrl: string, contexts: BrowserContext[]): Promise<Page> {
  const context = await contextAt(browser, proxyUrl)
  contexts.push(context)
  return context.newPage()
}

function finish(
  options: RunOptions,
  scenario: Scenario,
  started: number,
  end: Pick<Result, 'observed' | 'error' | 'matches'>,
): Result {
  const { run: _, ...described } = scenario
  const result = { ...described, ...end, milliseconds: Math.round(performance.now() - started) }
  options.watcher.ended(result)
  return result
}

/** A browser's errors carry a call log, and both may carry addresses with tokens in their query. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return (message.split('\nCall log:')[0] ?? '').replace(/(https?:\/\/[^\s?#"']*)[?#][^\s"']*/g, '$1?…')
}
