/** What is to be proved, read from files: template, declaration and SCPs, each with its digest. */
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { ConfinedOptions, Intent } from '@studio-gate/policy'
import type { Template } from '@studio-gate/policy/template'
import type { Session } from '../command.ts'
import { synthesizeDeclaration } from '../commands/synth.ts'
import { loadDeclaration } from '../declaration-file.ts'
import { digestOf } from '../digest.ts'
import { shownPath } from '../shown-path.ts'
import { Trouble } from '../trouble.ts'
import { requireFile } from '../twin-session.ts'
import type { TemplateFile } from './places.ts'
import { readTemplates } from './templates.ts'

/** Paths are absolute. */
export interface CaseOptions {
  /** Absent: synthesized from the declaration. */
  readonly template?: string
  readonly declaration: string
  /** Empty: none for a given template, the derived one for a synthesized one. */
  readonly scps: readonly string[] | 'none'
  /** `Name=value` */
  readonly parameters: readonly string[]
  readonly region: string
  readonly account: string
}

export interface Filed {
  /** As shown to people. */
  readonly file: string
  readonly sha256: string
}

export interface Case {
  readonly template: Template
  /** The template's file and those of its nested stacks, by the way to each: empty, or such as `Network/`. */
  readonly files: ReadonlyMap<string, TemplateFile>
  readonly intent: Intent
  readonly options: ConfinedOptions
  readonly shown: { readonly template: string }
  readonly digests: {
    readonly template: Filed
    readonly nested?: readonly Filed[]
    readonly declaration: Filed
    readonly scps: readonly Filed[]
  }
}

/** Throws `Trouble` for whatever is not there or cannot be read. */
export async function readCase(options: CaseOptions, session: Session): Promise<Case> {
  if (!/^\d{12}$/.test(options.account))
    throw new Trouble(`\`${options.account}\` is no account`, '--account', 'give its twelve digits')
  const parameters = options.parameters.map((each) => {
    const at = each.indexOf('=')
    if (at < 1) throw new Trouble(`\`${each}\` is no parameter with its value`, '--parameter', 'write it as Name=value')
    return [each.slice(0, at), each.slice(at + 1)] as const
  })
  const given = options.scps === 'none' ? [] : options.scps
  for (const path of given) requireFile(path, '--scp', 'name the file that `studio-gate synth` wrote as scp.json')
  const more = { parameters: Object.fromEntries(parameters), accountId: options.account, region: options.region }
  if (options.template !== undefined) {
    requireFile(options.template, 'TEMPLATE', 'write it with `studio-gate synth`')
    const intent = await loadDeclaration(options.declaration, session.terminal)
    const paths = { template: options.template, scps: given, shownTemplate: shownPath(options.template) }
    return filed({ ...paths, declaration: options.declaration }, intent, more)
  }
  const work = await mkdtemp(join(tmpdir(), 'studio-gate-prove-'))
  try {
    const written = await synthesizeDeclaration(session, {
      declaration: options.declaration,
      outDir: work,
      demoHosts: false,
    })
    const scps = options.scps === 'none' || given.length > 0 ? given : written.scpPaths
    const paths = { template: written.templatePath, scps, shownTemplate: basename(written.templatePath) }
    return await filed({ ...paths, declaration: options.declaration }, written.intent, more)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function filed(
  paths: {
    readonly template: string
    readonly shownTemplate: string
    readonly declaration: string
    readonly scps: readonly string[]
  },
  intent: Intent,
  more: Pick<ConfinedOptions, 'parameters' | 'accountId' | 'region'>,
): Promise<Case> {
  const read = readTemplates(paths.template)
  const { template } = read
  const files = new Map(
    [...read.files].map(([way, path]) => [
      way,
      { file: way === '' ? paths.shownTemplate : shownPath(path), text: readFileSync(path, 'utf8') },
    ]),
  )
  const [filedTemplate, ...nested] = [...files.values()].map(({ file, text }) => ({ file, sha256: digestOf(text) }))
  if (filedTemplate === undefined) throw new Error('a template has a file')
  const scps = await Promise.all(paths.scps.map((path) => readScp(path)))
  return {
    template,
    files,
    intent,
    options: {
      ...more,
      stackName: basename(paths.template).replace(/(\.template)?\.(json|ya?ml)$/i, ''),
      // As `studio-gate explain` calls them.
      scps: scps.map(({ file, json }) => ({ file: basename(file, '.json'), json })),
    },
    shown: { template: paths.shownTemplate },
    digests: {
      template: filedTemplate,
      ...(nested.length === 0 ? {} : { nested }),
      declaration: {
        file: shownPath(paths.declaration),
        sha256: digestOf(await readFile(paths.declaration)),
      },
      scps: scps.map(({ file, sha256 }) => ({ file, sha256 })),
    },
  }
}

/** Runs the prover; what it says of a template that cannot mean anything becomes `Trouble`. */
export function refusedBy<T>(template: string, prove: () => T): T {
  try {
    return prove()
  } catch (error) {
    const known = error instanceof TypeError || (error instanceof Error && error.name === 'TemplateError')
    if (!known) throw error
    throw new Trouble(error.message, template, 'correct the template or its parameters', undefined, error)
  }
}

async function readScp(path: string) {
  const text = await readFile(path, 'utf8')
  const file = path.startsWith(tmpdir()) ? basename(path) : shownPath(path)
  try {
    return { file, sha256: digestOf(text), json: JSON.parse(text) as unknown }
  } catch (error) {
    throw new Trouble('this is not JSON', `--scp ${file}`, 'name the file of one policy', undefined, error)
  }
}
