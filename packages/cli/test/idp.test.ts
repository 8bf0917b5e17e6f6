/** What an administrator is told to enter, whatever form the outputs of the deployment come in. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { readOutputs } from '../src/commands/idp.ts'
import { fillGuide, type GuideValues, guides, persistentFormat } from '../src/idp-guides.ts'

const work = mkdtempSync(join(tmpdir(), 'studio-gate-idp-test-'))
after(() => rmSync(work, { recursive: true }))

function outputsOf(json: unknown): Readonly<Record<string, string>> {
  const path = join(work, 'outputs.json')
  writeFileSync(path, typeof json === 'string' ? json : JSON.stringify(json))
  return readOutputs(path)
}

describe('the outputs of a deployment', () => {
  const wanted = { AcsUrl: 'https://a/gate/saml', Audience: 'urn:a' }
  it('are read from describe-stacks, from cdk deploy, and as they are', () => {
    const list = Object.entries(wanted).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }))
    assert.deepEqual(outputsOf({ Stacks: [{ StackName: 'StudioGate', Outputs: list }] }), wanted)
    assert.deepEqual(outputsOf({ StudioGate: wanted }), wanted)
    assert.deepEqual(outputsOf(wanted), wanted)
  })

  it('that are something else are refused with what to give', () => {
    const refused = (json: unknown, what: RegExp) =>
      assert.throws(
        () => outputsOf(json),
        (error: Error & { readonly todo?: string }) =>
          what.test(error.message) && /describe-stacks/.test(error.todo ?? ''),
      )
    refused('not json', /not JSON/)
    refused({ Stacks: [{ Outputs: [] }] }, /no output named AcsUrl/)
    refused([], /no output named AcsUrl/)
    refused(null, /no output named AcsUrl/)
  })
})

describe('the guides', () => {
  const values: GuideValues = {
    acsUrl: 'https://acs.example/gate/saml',
    audience: 'urn:studio-gate:demo',
    subject: { from: 'nameId' },
    groupsAttribute: 'memberOf',
    requiredSignature: 'both',
  }
  for (const guide of guides) {
    it(`${guide.title}: names ACS URL, audience, subject format and groups, each with its value`, () => {
      const text = JSON.stringify(fillGuide(guide, values))
      for (const value of [values.acsUrl, values.audience, persistentFormat, 'memberOf'])
        assert.ok(text.includes(value), value)
      assert.ok(!/<(?!realm)/.test(text), text)
    })

    it(`${guide.title}: names the attribute of the subject only where one is declared`, () => {
      const rows = fillGuide(guide, { ...values, subject: { from: 'attribute', attribute: 'employee-id' } })
      assert.ok(JSON.stringify(rows).includes('employee-id'))
      assert.ok(rows.length > fillGuide(guide, values).length)
    })
  }
})
