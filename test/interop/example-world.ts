/** The example declaration as a running twin, for programs that are not ours to talk to. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootForPeople, createTerminal, demoPeople, exampleDeclaration, synthesizeDeclaration } from '@studio-gate/cli'
import { createDirectory, type Twin } from '@studio-gate/twin'

export interface ExampleWorld {
  readonly twin: Twin
  /** The synthesized service control policy, not attached yet. */
  readonly scpPaths: readonly string[]
  close(): Promise<void>
}

/** Without SCP: attach it with `twin.setScps`. */
export async function bootExample(): Promise<ExampleWorld> {
  const outDir = await mkdtemp(join(tmpdir(), 'studio-gate-interop-'))
  const silent = createTerminal({ write: () => true }, { write: () => true }, {})
  const directory = createDirectory({ region: 'eu-central-1', users: demoPeople() })
  try {
    const { templatePath, scpPaths } = await synthesizeDeclaration(
      { terminal: silent, stop: new AbortController().signal },
      { declaration: exampleDeclaration, outDir, demoHosts: true, metadata: directory.metadataXml },
    )
    const twin = await bootForPeople({ templatePath, directory }, () => undefined)
    const close = async () => {
      await twin.close()
      await rm(outDir, { recursive: true, force: true })
    }
    return { twin, scpPaths, close }
  } catch (error) {
    await rm(outDir, { recursive: true, force: true })
    throw error
  }
}
