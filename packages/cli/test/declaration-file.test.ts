/** What the commands make of a declaration's path and of the files that it names. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createDirectory } from '@studio-gate/twin'
import { loadDeclaration } from '../src/declaration-file.ts'
import { createTerminal } from '../src/terminal.ts'

const examples = join(import.meta.dirname, '../../../examples')

function noting() {
  const notes: string[] = []
  const terminal = createTerminal({ write: () => true }, { write: (text) => notes.push(text) }, {})
  return { notes, terminal }
}

describe('the declaration of a command', () => {
  it('has the twin play the first identity provider, and leaves the others as they are', async () => {
    const { metadataXml } = createDirectory({ region: 'eu-central-1', users: [] })
    const { notes, terminal } = noting()
    const intent = await loadDeclaration(join(examples, 'all-networks/studio-gate.yaml'), terminal, metadataXml)
    const certificates = intent.identityProviders.map(({ name, certificates }) => [name, certificates.length])
    assert.deepEqual(certificates, [
      ['workforce', 1],
      ['partners', 0],
    ])
    assert.match(notes.join(''), /`partners-metadata.xml` is not there: the gate refuses everyone of `partners`/)
  })

  it('notes that metadata asks not to be used any more', async () => {
    const { metadataXml } = createDirectory({ region: 'eu-central-1', users: [] })
    const old = metadataXml.replace(/ entityID=/, ' validUntil="2020-05-17T00:00:00Z" entityID=')
    const { notes, terminal } = noting()
    await loadDeclaration(join(examples, 'demo/studio-gate.yaml'), terminal, old)
    assert.match(
      notes.join(''),
      /note: the metadata of `[^`]+` was valid until 2020-05-17: look whether there is a newer/,
    )
  })

  it('names a folder that was given for a file', async () => {
    await assert.rejects(loadDeclaration(examples, noting().terminal), { code: 'EISDIR', path: examples })
  })
})
