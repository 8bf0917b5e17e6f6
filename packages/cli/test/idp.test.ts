/** What an administrator is told to enter, whatever form the outputs of the deployment come in. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { idp, readOutputs } from '../src/commands/idp.ts'
import { exampleDeclaration } from '../src/declaration-file.ts'
import { fillGuide, type GuideValues, guides, persistentFormat } from '../src/idp-guides.ts'
import { createTerminal } from '../src/terminal.ts'

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

describe('the metadata of the gate', () => {
  const silent = createTerminal({ write: () => true }, { write: () => true }, {})
  const session = { terminal: silent, stop: new AbortController().signal }
  const metadata = join(work, 'gate-metadata.xml')

  it('holds what the deployment and the declaration say', async () => {
    const outputs = join(work, 'deployed.json')
    writeFileSync(outputs, JSON.stringify({ AcsUrl: 'https://a/gate/saml', Audience: 'urn:a' }))
    assert.equal(await idp.run({ declaration: exampleDeclaration, outputs, metadata }, [], session), 0)
    const xml = readFileSync(metadata, 'utf8')
    for (const part of [
      'entityID="urn:a"',
      'Location="https://a/gate/saml"',
      'WantAssertionsSigned="true"',
      'AuthnRequestsSigned="false"',
      '>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent<',
    ])
      assert.ok(xml.includes(part), part)
  })

  it('is not written without the outputs of the deployment', async () => {
    rmSync(metadata, { force: true })
    await assert.rejects(
      async () => idp.run({ declaration: exampleDeclaration, metadata }, [], session),
      /known after the deployment/,
    )
    assert.ok(!existsSync(metadata))
  })
})
