/** Shows a run on the terminal while it goes, and keeps what the report needs of the first world. */
import { defaultSwitches, type Twin } from '@studio-gate/twin'
import type { Launched } from '../browser/launch.ts'
import type { Terminal } from '../terminal.ts'
import { type NetworkMap, readMap } from './network-map.ts'
import { inWords } from './outcome.ts'
import type { Watcher } from './run.ts'

/** `scenarios` are to come, in the order of the table: each carries its number there, whenever it runs. */
export function observeWorld(terminal: Terminal, scenarios: readonly { readonly id: string }[]) {
  let map: NetworkMap = { region: '', vpcs: [], outside: [] }
  let gaps: readonly string[] = []
  let browser: string | undefined
  let step = { update: (_: string) => {}, end: (_: 'done' | 'failed' | 'note', __?: string) => {} }
  const numbered = ({ id, title }: { readonly id: string; readonly title: string }) =>
    `${scenarios.findIndex((each) => each.id === id) + 1}/${scenarios.length} ${title}`
  const watcher: Watcher = {
    booted(twin: Twin, launched: Launched) {
      const name = launched.ok
        ? launched.name
        : `none starts (${launched.tried.map((each) => `${each.name}: ${each.reason}`).join('; ')})`
      step.end(launched.ok ? 'done' : 'failed', `twin up${unusualSettings(twin)}, browser: ${name}`)
      if (browser !== undefined) return
      browser = name
      map = readMap(twin)
      gaps = twin.gaps
      for (const gap of gaps) terminal.note(`  not modelled: ${gap}`)
      if (launched.ok) for (const note of launched.notes) terminal.note(`  note: ${note}`)
      else
        terminal.note(
          '  what to do: install Chrome, Edge or Chromium, or name one with --browser PATH; what needs no browser runs all the same',
        )
    },
    started(scenario) {
      const title = numbered(scenario)
      step = terminal.step(title)
      return (what) => step.update(`${title}: ${what}`)
    },
    ended(result) {
      const outcome = result.observed === undefined ? `failed: ${result.error}` : inWords(result.observed)
      step.end(result.matches ? 'done' : 'failed', `${numbered(result)}: ${outcome}`)
    },
  }
  return {
    watcher,
    booting(work: Promise<Twin>): Promise<Twin> {
      step = terminal.step('booting the twin')
      return work.catch((error: unknown) => {
        step.end('failed')
        throw error
      })
    },
    progress: (what: string) => step.update(`booting the twin: ${what}`),
    browser: () => browser ?? 'none',
    map: () => map,
    gaps: () => gaps,
  }
}

/** ` with studio.policy = at-mint`; nothing where every switch has its default. */
function unusualSettings({ world }: Twin): string {
  const usual = new Map<string, string>(Object.entries(defaultSwitches()))
  const unusual = Object.entries(world.switches).filter(([name, setting]) => usual.get(name) !== setting)
  return unusual.length === 0 ? '' : ` with ${unusual.map((pair) => pair.join(' = ')).join(', ')}`
}
