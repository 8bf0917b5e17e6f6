import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PolicyJson } from '@studio-gate/policy'
import { App } from 'aws-cdk-lib/core'
import { offlineApp, synthesizeValidated } from '../src/assembly.ts'
import { StudioGateStack, type StudioGateStackProps } from '../src/stack.ts'

export interface Resource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: properties have the shape that their type gives them; tests reach into them
  readonly Properties: Record<string, any>
  readonly DependsOn?: readonly string[]
  readonly Metadata?: Record<string, string>
  readonly DeletionPolicy?: string
}

export interface Template {
  readonly Parameters?: Record<string, { readonly Type: string; readonly Default: string }>
  readonly Resources: Record<string, Resource>
  readonly Outputs: Record<string, { readonly Value: unknown }>
}

type Props = Pick<StudioGateStackProps, 'intent'> & Partial<StudioGateStackProps>

/** The template of a stack, with a stand-in for the bundle. Without CDK's template validation, which takes a second to load. */
export async function templateOf(props: Props): Promise<Template> {
  return withStack(
    props,
    (outdir) => new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false }),
    async (app) => app.synth().getStackByName('StudioGate').templateFullPath,
  )
}

/** The template, and the service control policies beside it. */
export async function deployedOf(
  props: Props,
): Promise<{ readonly template: Template; readonly scps: readonly PolicyJson[] }> {
  let scps: readonly PolicyJson[] = []
  const template = await withStack(
    props,
    (outdir) => new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false }),
    async (app, stack) => {
      scps = stack.scps
      return app.synth().getStackByName('StudioGate').templateFullPath
    },
  )
  return { template, scps }
}

/** The same, validated as `synthesize` does it. */
export async function validatedTemplateOf(props: Props): Promise<Template> {
  return withStack(props, offlineApp, async (app) => (await synthesizeValidated(app, 'StudioGate')).templateFullPath)
}

async function withStack(
  props: Props,
  appIn: (outdir: string) => App,
  write: (app: App, stack: StudioGateStack) => Promise<string>,
): Promise<Template> {
  const folder = mkdtempSync(join(tmpdir(), 'studio-gate-template-'))
  try {
    const codeFolder = join(folder, 'code')
    mkdirSync(codeFolder)
    writeFileSync(join(codeFolder, 'index.mjs'), 'export const handler = async () => ({ statusCode: 503 })')
    const app = appIn(join(folder, 'out'))
    const stack = new StudioGateStack(app, 'StudioGate', {
      codeFolder,
      demoHosts: false,
      studioEgress: 'endpoints-only',
      ...props,
    })
    return JSON.parse(readFileSync(await write(app, stack), 'utf8')) as Template
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Resources of a type, by logical id. */
export function ofType(template: Template, type: string): readonly (Resource & { readonly id: string })[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, ...resource }))
}

/** The only resource of a type. Throws when there are none or several. */
export function theOnly(template: Template, type: string): Resource & { readonly id: string } {
  const [first, ...others] = ofType(template, type)
  if (first === undefined || others.length > 0)
    throw new Error(`expected one ${type}, found ${others.length + (first ? 1 : 0)}`)
  return first
}

/** Logical ids that a value names, by every intrinsic that names one. */
export function references(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(references)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, argument]) => {
    if (key === 'Ref' && typeof argument === 'string') return argument.startsWith('AWS::') ? [] : [argument]
    if (key === 'Fn::GetAtt') return [String(Array.isArray(argument) ? argument[0] : String(argument).split('.')[0])]
    if (key === 'Fn::Sub') {
      const text = Array.isArray(argument) ? String(argument[0]) : String(argument)
      const named = [...text.matchAll(/\$\{([A-Za-z0-9]+)[.}]/g)].flatMap((match) => match[1] ?? [])
      return [...named, ...references(Array.isArray(argument) ? argument[1] : undefined)]
    }
    return references(argument)
  })
}
