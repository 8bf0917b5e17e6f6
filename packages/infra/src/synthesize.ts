import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Intent, PolicyJson } from '@studio-gate/policy'
import { offlineApp, synthesizeValidated } from './assembly.ts'
import { bundleGate } from './bundle.ts'
import type { StudioEgress } from './network.ts'
import { policyLimits } from './policy-limits.ts'
import { StudioGateStack } from './stack.ts'
import { SynthesisError } from './synthesis-error.ts'

export interface SynthesizeOptions {
  readonly declaration: Intent
  /** Default `StudioGate`. */
  readonly stackName?: string
  /** Made if it does not exist; files of the same names are replaced. */
  readonly outDir: string
  /** With the three machines to try the deployment from. */
  readonly demoHosts: boolean
  /** Absent: the template fits any Region. Needed for China, whose endpoint services have names of their own. */
  readonly region?: string
  /** Twelve digits. Absent: the template fits any account. */
  readonly account?: string
  /** Default `endpoints-only`. */
  readonly studioEgress?: StudioEgress
  readonly onProgress?: (step: 'bundle' | 'template') => void
}

export interface Synthesized {
  /** `<outDir>/<stack>.template.json`; its assets are beside it in `asset.<hash>`. */
  readonly templatePath: string
  /** The service control policies, for the organization's management account: `scp.json`, and `scp-2.json` and on where one would be too long. */
  readonly scpPaths: readonly string[]
  /** The template's outputs: name to description. */
  readonly outputs: Readonly<Record<string, string>>
}

/**
 * Writes a cloud assembly (template, assets, manifests) and the service control policy, without network or account.
 * Throws a `SynthesisError` when the declaration or the options cannot become a template that AWS would accept.
 */
export async function synthesize(options: SynthesizeOptions): Promise<Synthesized> {
  const stackName = options.stackName ?? 'StudioGate'
  requireForm('stack name', stackName, /^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'letters, digits and hyphens, a letter first')
  if (options.region !== undefined)
    requireForm('Region', options.region, /^[a-z]{2,}(-[a-z]+)+-\d$/, 'a Region code such as `eu-central-1`')
  if (options.account !== undefined) requireForm('account', options.account, /^\d{12}$/, 'twelve digits')

  const outDir = resolve(options.outDir)
  await mkdir(outDir, { recursive: true })
  const codeFolder = await mkdtemp(join(tmpdir(), 'studio-gate-bundle-'))
  try {
    options.onProgress?.('bundle')
    await bundleGate(codeFolder, options.declaration)
    options.onProgress?.('template')
    const app = offlineApp(outDir)
    const stack = new StudioGateStack(app, stackName, {
      intent: options.declaration,
      codeFolder,
      demoHosts: options.demoHosts,
      studioEgress: options.studioEgress ?? 'endpoints-only',
      ...(options.region === undefined ? {} : { region: options.region }),
      ...(options.account === undefined ? {} : { account: options.account }),
    })
    const artifact = await synthesizeValidated(app, stackName)
    const names = Array.from({ length: policyLimits.scp.most }, (_, at) =>
      at === 0 ? 'scp.json' : `scp-${at + 1}.json`,
    )
    // A part that an earlier run needed must not be taken for one of this.
    for (const name of names) await rm(join(outDir, name), { force: true })
    const scpPaths: string[] = []
    for (const [at, scp] of stack.scps.entries()) {
      const path = join(outDir, names[at] ?? '')
      await writeFile(path, scpText(scp))
      scpPaths.push(path)
    }
    return { templatePath: artifact.templateFullPath, scpPaths, outputs: stack.outputs }
  } finally {
    await rm(codeFolder, { recursive: true, force: true })
  }
}

/** Organizations counts the white space of a policy that comes by its API: it is left out where there is no room for it. */
function scpText(scp: PolicyJson): string {
  const readable = `${JSON.stringify(scp, undefined, 2)}\n`
  return readable.length <= policyLimits.scp.characters ? readable : JSON.stringify(scp)
}

function requireForm(what: string, value: string, form: RegExp, words: string): void {
  if (!form.test(value)) throw new SynthesisError(`${what} \`${value}\` is not ${words}`)
}
