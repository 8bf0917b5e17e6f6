import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Switches } from '../src/switches.ts'
import { smallWorld } from './small-world.ts'

interface Case {
  readonly from: string
  readonly name: string
  readonly port?: number
  readonly switches?: Partial<Switches>
  readonly because?: string
  /** Service, or `host <name>`; absent when refused. */
  readonly reaches?: string
  readonly as?: string
  readonly through?: string
  readonly layer?: string
}

const cases = JSON.parse(readFileSync(new URL('network.json', import.meta.url), 'utf8')) as readonly Case[]

for (const { from, name, port = 443, switches = {}, because, reaches, as, through, layer } of cases) {
  test(`${from} -> ${name}:${port} ${reaches ?? layer}${because ? ` (${because})` : ''}`, () => {
    const { fabric, places } = smallWorld(switches)
    const place = places[from]
    assert.ok(place, `no host ${from}`)
    const outcome = fabric.connect(place, name, port)
    if (reaches === undefined) {
      assert.ok(!outcome.ok, 'was connected')
      assert.equal(outcome.layer, layer, outcome.reason)
      return
    }
    assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.layer}: ${outcome.reason}`)
    const { to, origin } = outcome
    assert.equal(to.kind === 'host' ? `host ${to.name}` : to.service.name, reaches)
    if (as !== undefined) assert.equal(origin.address, as)
    assert.equal(origin.endpoint?.id, through)
    assert.equal(origin.host, from)
  })
}
