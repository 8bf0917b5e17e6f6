/** The runner of the demo: every scenario ends in a result, whatever it throws, and nothing is left open. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Twin } from '@studio-gate/twin'
import { facts } from '../src/demo/facts.ts'
import type { Result, Scenario } from '../src/demo/outcome.ts'
import { bySwitches, type RunOptions, runScenarios } from '../src/demo/run.ts'
import { scenarios } from '../src/demo/scenarios/index.ts'
import { Interrupted } from '../src/trouble.ts'

function scenario(id: string, run: Scenario['run'], more: Partial<Scenario> = {}): Scenario {
  return {
    id,
    title: id,
    host: 'laptop',
    expected: { result: 'allowed' },
    restsOn: 'documented',
    facts: [],
    run,
    ...more,
  }
}

const allowed = async () => ({ result: 'allowed', reason: 'it answered' }) as const

/** Worlds and browsers that only count how many of them are open. */
function counting() {
  const open = { twins: 0, browsers: 0, booted: 0 }
  const options = {
    people: [],
    watcher: { booted: () => {}, started: () => () => {}, ended: () => {} },
    async boot() {
      open.twins += 1
      open.booted += 1
      return {
        close: async () => {
          open.twins -= 1
        },
        host: () => ({ proxyUrl: 'http://127.0.0.1:9' }),
      } as unknown as Twin
    },
    async launch() {
      open.browsers += 1
      const close = async () => {
        open.browsers -= 1
      }
      return { ok: true, name: 'fake', notes: [], browser: { close } } as never
    },
  } satisfies Partial<RunOptions>
  return { open, options }
}

async function run(given: readonly Scenario[], more: Partial<RunOptions> = {}) {
  const { open, options } = counting()
  const results = await runScenarios({ ...options, scenarios: given, stop: new AbortController().signal, ...more })
  return { open, results }
}

describe('running scenarios', () => {
  it('boots one world for each setting of the switches, and keeps the order of the list', async () => {
    const list = [
      scenario('a', allowed),
      scenario('b', allowed, { switches: { 'studio.policy': 'at-mint' } }),
      scenario('c', allowed, { switches: { 'studio.policy': 'live' } }),
      scenario('d', allowed, { switches: { 'studio.policy': 'at-mint' } }),
    ]
    const { open, results } = await run(list)
    assert.deepEqual(
      results.map((result) => result.id),
      ['a', 'b', 'c', 'd'],
    )
    assert.deepEqual(open, { twins: 0, browsers: 0, booted: 2 })
  })

  it('makes a scenario that throws a failed result that shows no token', async () => {
    const failing = scenario('failing', async () => {
      throw new Error(
        'timeout at https://d-1.studio.example/auth?token=secret#x\nCall log:\n  - navigating to "https://y/?token=secret"',
      )
    })
    const { results, open } = await run([failing, scenario('next', allowed)])
    assert.deepEqual(
      results.map(({ id, matches, error }) => [id, matches, error]),
      [
        ['failing', false, 'timeout at https://d-1.studio.example/auth?…'],
        ['next', true, undefined],
      ],
    )
    assert.equal(open.twins, 0)
  })

  it('compares result, layer and code', async () => {
    const ends = (expected: Scenario['expected'], observed: Scenario['expected']) =>
      scenario('x', async () => ({ ...observed, reason: '' }), { expected })
    const refused = { result: 'refused', layer: 'gate code', code: 'replayed' } as const
    const cases: readonly (readonly [Scenario['expected'], Scenario['expected'], boolean])[] = [
      [refused, refused, true],
      [{ result: 'refused', layer: 'gate code' }, refused, true],
      [refused, { ...refused, code: 'no-rule' }, false],
      [refused, { ...refused, layer: 'resource policy' }, false],
      [refused, { result: 'refused' }, false],
      [{ result: 'inside' }, { result: 'allowed' }, false],
    ]
    for (const [expected, observed, matches] of cases) {
      const { results } = await run([ends(expected, observed)])
      assert.equal(results[0]?.matches, matches, JSON.stringify([expected, observed]))
    }
  })

  it('without a browser fails what needs one, and runs the rest', async () => {
    const { results } = await run(
      [scenario('page', (stage) => stage.browserAt('laptop').then(allowed)), scenario('call', allowed)],
      { launch: async () => ({ ok: false, tried: [{ name: '/opt/chrome', reason: 'no such file' }] }) },
    )
    assert.match(results[0]?.error ?? '', /no browser starts: \/opt\/chrome: no such file/)
    assert.equal(results[1]?.matches, true)
  })

  it('stops at once when it is told to, and leaves neither world nor browser', async () => {
    const stopping = new AbortController()
    const { open, options } = counting()
    const ended: Result[] = []
    const list = [
      scenario('endless', () => {
        stopping.abort()
        return new Promise(() => {})
      }),
      scenario('never', allowed),
    ]
    const watcher = { ...options.watcher, ended: (result: Result) => void ended.push(result) }
    await assert.rejects(runScenarios({ ...options, watcher, scenarios: list, stop: stopping.signal }), Interrupted)
    assert.deepEqual([open.twins, open.browsers, ended.length], [0, 0, 0])
  })

  it('closes a world that was still booting when it was told to stop', async () => {
    const stopping = new AbortController()
    const { open, options } = counting()
    const boot = () => {
      stopping.abort()
      return options.boot()
    }
    await assert.rejects(
      runScenarios({ ...options, boot, scenarios: [scenario('x', allowed)], stop: stopping.signal }),
      Interrupted,
    )
    assert.equal(open.twins, 0)
  })
})

describe('the scenarios of the demo', () => {
  it('have names of their own, fit for links', () => {
    const ids = scenarios.map((each) => each.id)
    assert.deepEqual([...new Set(ids)], ids)
    assert.deepEqual(
      ids.filter((id) => !/^[a-z0-9-]+$/.test(id)),
      [],
    )
  })

  it('are called documented only where public sources state what they rest on', () => {
    const table: Readonly<Record<string, { readonly source: string }>> = facts
    const undocumented = scenarios
      .filter(({ restsOn }) => restsOn === 'documented')
      .flatMap((each) =>
        each.facts
          .filter((row) => table[row]?.source.startsWith('no public source'))
          .map((row) => `${each.id}: ${row}`),
      )
    assert.deepEqual(undocumented, [])
  })

  it('rest on facts that the table knows', () => {
    const unknown = scenarios.flatMap((each) =>
      each.facts.filter((row) => !Object.hasOwn(facts, row)).map((row) => `${each.id}: ${row}`),
    )
    assert.deepEqual(unknown, [])
  })

  it('need no more worlds than there are settings', () => {
    const groups = bySwitches(scenarios)
    assert.equal(
      groups.reduce((sum, [, group]) => sum + group.length, 0),
      scenarios.length,
    )
    assert.ok(groups.length <= 12, `${groups.length} worlds`)
  })
})
