import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib/core'
import { SynthesisError } from './synthesis-error.ts'

const validationReport = 'validation-report.json'

/** A CDK app that looks nothing up, reports nothing home, prints nothing and records no paths of this machine. */
export function offlineApp(outdir: string): App {
  return new App({
    outdir,
    analyticsReporting: false,
    performanceReporting: false,
    autoSynth: false,
    treeMetadata: false,
    builtinCloudFormationValidation: true,
    stackTraces: false,
    postCliContext: {
      'aws:cdk:disable-creation-stack-traces': true,
      // The template's errors count as errors, and are ours to report.
      '@aws-cdk/core:validateAgainstDefaultRules': true,
      '@aws-cdk/core:failSynthOnValidationErrors': false,
    },
  })
}

interface ValidationReport {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string
      readonly description: string
      readonly severity: string
      readonly violatingConstructs: readonly { readonly constructPath?: string }[]
    }[]
  }[]
}

/** Writes the assembly. Throws a `SynthesisError` with everything that CDK's validation and annotations call an error. */
export async function synthesizeValidated(app: App, stackName: string) {
  const report = join(app.outdir, validationReport)
  // What an earlier run found must not stand for this one.
  await rm(report, { force: true })
  const artifact = app.synth().getStackByName(stackName)
  const annotations = artifact.messages.filter(({ level }) => level === 'error')
  const { pluginReports } = JSON.parse(await readFile(report, 'utf8')) as ValidationReport
  const violations = pluginReports
    .flatMap((plugin) => plugin.violations)
    .filter(({ severity }) => severity !== 'warning')
  const errors = [
    ...annotations.map(({ id, entry }) => `${id}: ${String(entry.data)}`),
    ...violations.map(({ ruleName, description, violatingConstructs }) =>
      [...violatingConstructs.map(({ constructPath }) => constructPath ?? 'template'), ruleName, description].join(
        ': ',
      ),
    ),
  ]
  if (errors.length > 0) throw new SynthesisError(`the template is not valid:\n${errors.join('\n')}`)
  return artifact
}
