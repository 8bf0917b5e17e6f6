/** The report stands alone, says what happened, and lets nothing out of a world into its markup. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { escapeText } from '../src/demo/markup.ts'
import { arrowsOf, stopOf } from '../src/demo/network-map.ts'
import { renderReport } from '../src/demo/report.ts'
import { sampleRun } from './sample-run.ts'

const html = renderReport(sampleRun)

describe('the report', () => {
  it('loads nothing: every address in it is a link that a person clicks', () => {
    const loading =
      /<(?:script|link|iframe|object|embed|base)\b|\bon\w+=|@import|url\((?!#)|\bsrc="(?!data:image\/png;base64,)/i
    assert.equal(loading.exec(html), null)
    assert.match(html, /default-src 'none'/)
  })

  it('escapes what comes from a world', () => {
    assert.ok(html.includes(escapeText('<script>alert("x")</script>')))
    assert.ok(!html.includes('<script>'))
  })

  it('has a row, a section and a number on the map for every scenario that ended', () => {
    for (const result of sampleRun.results) {
      assert.ok(html.includes(`<section class="scenario`) && html.includes(`id="${result.id}"`), result.id)
      assert.equal(html.includes(`<a href="#${result.id}"><g class="chip`), result.observed !== undefined, result.id)
    }
  })

  it('says how many differ, and shows why one threw', () => {
    assert.match(html, /2 of 21 scenarios did not end as expected/)
    assert.match(html, /it broke /)
    const agreeing = renderReport({ ...sampleRun, results: sampleRun.results.filter((result) => result.matches) })
    assert.match(agreeing, /All 19 scenarios ended as expected/)
  })

  it('links the fact that a scenario rests on, and marks settings that were not run', () => {
    assert.match(html, /API_CreatePresignedDomainUrl\.html/)
    assert.match(html, /class="not-run">at-mint</)
  })
})

describe('the arrows of the map', () => {
  it('end where the layer stands', () => {
    assert.equal(stopOf({ result: 'inside' }), 'studio')
    assert.equal(stopOf({ result: 'allowed' }), 'sagemaker')
    assert.equal(stopOf({ result: 'refused', layer: 'no route' }), 'nowhere')
    assert.equal(stopOf({ result: 'refused', layer: 'gate code' }), 'acs')
  })

  it('join the scenarios of one host with one end, by their numbers in the table', () => {
    const [first] = arrowsOf(sampleRun.results, sampleRun.map)
    assert.deepEqual([first?.host, first?.stop, first?.refused], ['private-host', 'studio', false])
    assert.deepEqual(
      first?.scenarios.map((scenario) => scenario.number),
      [1, 2],
    )
  })

  it('end at the endpoint whose policy the decision names', () => {
    const refused = arrowsOf(sampleRun.results, sampleRun.map).filter((arrow) => arrow.stop === 'endpoint')
    assert.deepEqual(
      refused.map((arrow) => arrow.endpoint),
      ['vpce-6'],
    )
  })
})
