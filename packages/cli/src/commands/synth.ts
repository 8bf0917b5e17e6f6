import { resolve } from 'node:path'
import { type Command, type Session, text } from '../command.ts'
import { declarationPath, loadDeclaration } from '../declaration-file.ts'
import { makeFolder } from '../folder.ts'
import { shownPath } from '../shown-path.ts'
import { exitCodes, Trouble, until } from '../trouble.ts'

/** `studio-gate synth`: declaration in, CloudFormation template, assets and SCP out. The path of the template is all it prints. */
export const synth: Command = {
  name: 'synth',
  summary: 'Writes the CloudFormation template, its assets and the SCP for a declaration.',
  details: [
    'Works offline and needs no AWS account. Standard output holds the path of the template and nothing else.',
    'Deploy it with `npx aws-cdk@2 deploy --app DIR` or with CloudFormation after uploading the assets.',
  ],
  options: {
    declaration: {
      type: 'string',
      value: 'FILE',
      about: 'the declaration (default: studio-gate.yaml here, else the example)',
    },
    out: { type: 'string', value: 'DIR', about: 'where to write (default: cdk.out)' },
    stack: { type: 'string', value: 'NAME', about: 'name of the stack (default: StudioGate)' },
    region: { type: 'string', value: 'REGION', about: 'fix the Region (default: the template fits any)' },
    'no-demo-hosts': { type: 'boolean', about: 'leave out the three machines to try the deployment from' },
  },
  examples: ['studio-gate synth --declaration studio-gate.yaml --no-demo-hosts'],
  async run(values, _, session) {
    const written = await synthesizeDeclaration(session, {
      declaration: declarationPath(text(values, 'declaration')),
      outDir: resolve(text(values, 'out') ?? 'cdk.out'),
      demoHosts: values['no-demo-hosts'] !== true,
      stackName: text(values, 'stack'),
      region: text(values, 'region'),
    })
    session.terminal.line(shownPath(written.templatePath))
    return exitCodes.ok
  },
}

interface Synthesis {
  readonly declaration: string
  readonly outDir: string
  readonly demoHosts: boolean
  readonly stackName?: string | undefined
  readonly region?: string | undefined
  /** Stands in for the metadata file of the declaration's first identity provider. */
  readonly metadata?: string
}

/** Shows one step while the template is made. Throws `Trouble` when the declaration cannot become a template. */
export async function synthesizeDeclaration(session: Session, wanted: Synthesis) {
  const intent = await loadDeclaration(wanted.declaration, session.terminal, wanted.metadata)
  makeFolder(wanted.outDir)
  const step = session.terminal.step(`synthesizing from ${shownPath(wanted.declaration)}`)
  try {
    // Loaded here because the CDK takes a second, which no other command should pay.
    const { synthesize } = await import('@studio-gate/infra')
    const work = synthesize({
      declaration: intent,
      outDir: wanted.outDir,
      demoHosts: wanted.demoHosts,
      ...(wanted.stackName === undefined ? {} : { stackName: wanted.stackName }),
      ...(wanted.region === undefined ? {} : { region: wanted.region }),
      onProgress: (part) => step.update(part === 'bundle' ? 'bundling the gate' : 'writing the template'),
    })
    // Stopped or not, it takes its temporary files away when it ends, and that is soon.
    const written = await until(session.stop, work).finally(() => work.catch(() => undefined))
    step.end('done', `synthesized ${shownPath(written.templatePath)}`)
    return { ...written, intent }
  } catch (error) {
    step.end('failed')
    if (error instanceof Error && error.name === 'SynthesisError')
      throw new Trouble(
        error.message,
        shownPath(wanted.declaration),
        'change the declaration or the option',
        exitCodes.badInput,
        error,
      )
    throw error
  }
}
