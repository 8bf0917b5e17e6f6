import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '@studio-gate/gateway/manifest'
import type { Intent } from '@studio-gate/policy'
import { build } from 'esbuild'

/** The Lambda entry: named by path, because nothing here may import the gateway's code. */
const entry = fileURLToPath(new URL(bundle.entry, import.meta.resolve('@studio-gate/gateway/manifest')))

/** Writes the bundle and `intent.json` into an existing folder. The same sources and intent give the same bytes. */
export async function bundleGate(folder: string, intent: Intent): Promise<void> {
  await build({
    ...bundle.esbuild,
    mainFields: [...bundle.esbuild.mainFields],
    entryPoints: [entry],
    outfile: join(folder, bundle.file),
    logLevel: 'silent',
  })
  await writeFile(join(folder, 'intent.json'), JSON.stringify(intent))
}
