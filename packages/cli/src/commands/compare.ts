import { resolve } from 'node:path'
import { type Command, text, texts } from '../command.ts'
import { declarationPath } from '../declaration-file.ts'

/** `studio-gate compare`: what a change of the template opens and closes. Exit code 0 nothing opened, 1 something opened, 2 unknown. */
export const compare: Command = {
  name: 'compare',
  words: [
    { name: 'BEFORE', about: 'the template as it is' },
    { name: 'AFTER', about: 'the template as it is to be' },
  ],
  summary:
    'Says from where Studio becomes reachable, and from where no longer, when one template takes the place of another.',
  details: [
    'For a pull request: what opened comes with a request that is allowed afterwards, what closed with one that was allowed before. ' +
      'Principals are the same where their logical ids are. Exits with 0 when nothing opened, with 1 when something did, with 2 when ' +
      'something could not be decided.',
  ],
  options: {
    declaration: {
      type: 'string',
      value: 'FILE',
      about: 'tells which roles are those of the gate (default: studio-gate.yaml here, else the example)',
    },
    scp: { type: 'string', value: 'FILE', multiple: true, about: 'a service control policy of the account' },
    'before-scp': {
      type: 'string',
      value: 'FILE',
      multiple: true,
      about: 'one that it had before (default: those of --scp)',
    },
    parameter: { type: 'string', value: 'NAME=VALUE', multiple: true, about: 'a parameter of the templates' },
    region: { type: 'string', value: 'REGION', about: 'where they are deployed (default: eu-central-1)' },
    account: { type: 'string', value: 'ID', about: 'the account they are deployed in (default: 111122223333)' },
    json: { type: 'string', value: 'FILE', about: 'write the changes and digests of what was read' },
  },
  examples: [
    'studio-gate compare main/StudioGate.template.json cdk.out/StudioGate.template.json --scp cdk.out/scp.json',
  ],
  async run(values, [before = '', after = ''], session) {
    const { compareTemplates } = await import('../prove/compare.ts')
    const paths = (name: string) => texts(values, name).map((path) => resolve(path))
    const json = text(values, 'json')
    const common = {
      declaration: declarationPath(text(values, 'declaration')),
      parameters: texts(values, 'parameter'),
      region: text(values, 'region') ?? 'eu-central-1',
      account: text(values, 'account') ?? '111122223333',
    }
    const earlier = values['before-scp'] === undefined ? paths('scp') : paths('before-scp')
    return compareTemplates(
      { ...common, template: resolve(before), scps: earlier },
      { ...common, template: resolve(after), scps: paths('scp') },
      json === undefined ? undefined : resolve(json),
      session,
    )
  },
}
