import { resolve } from 'node:path'
import { type Command, text, texts } from '../command.ts'
import { declarationPath } from '../declaration-file.ts'

/** `studio-gate prove`: whether a template keeps Studio to the declared networks, and opens it from all of them. Exit code 0 proved, 1 counterexample, 2 unknown. */
export const prove: Command = {
  name: 'prove',
  words: [
    {
      name: 'TEMPLATE',
      about: 'the template, JSON or YAML (default: synthesized from the declaration)',
      optional: true,
    },
  ],
  summary:
    'Proves that a template opens Studio from the declared networks and from nowhere else, or shows who gets in, or is shut out, and from where.',
  details: [
    'Asks for every principal of the template, and for any other one of the account whose own policies allow everything, and for ' +
      'every door into Studio: from where could it be opened? Needs neither an AWS account nor a network.',
    'Exits with 0 when it is proved; with 1 when it is not true, and a request that would be allowed beyond the declaration, or one ' +
      'that the declaration lets in and that would be denied (shut out); with 2 when something could not be seen or decided; with 3 ' +
      'for bad input. Every such request is asked of the evaluator again before it is printed.',
    'Nested stacks are read where their templates are files here. Conditions that no value decides are tried each way; a policy that ' +
      'depends on a parameter without value is not guessed at: give it with --parameter.',
    'What cannot be seen, such as a managed policy of AWS that is not in the snapshot, counts as allowing everything.',
  ],
  options: {
    declaration: {
      type: 'string',
      value: 'FILE',
      about: 'what is to hold (default: studio-gate.yaml here, else the example)',
    },
    scp: {
      type: 'string',
      value: 'FILE',
      multiple: true,
      about: 'a service control policy of the account (default: none; without TEMPLATE the derived one)',
    },
    'no-scp': { type: 'boolean', about: 'attach none' },
    parameter: { type: 'string', value: 'NAME=VALUE', multiple: true, about: 'a parameter of the template' },
    region: { type: 'string', value: 'REGION', about: 'where the template is deployed (default: eu-central-1)' },
    account: { type: 'string', value: 'ID', about: 'the account it is deployed in (default: 111122223333)' },
    json: { type: 'string', value: 'FILE', about: 'write verdict, table and digests of what was read: to be filed' },
    sarif: { type: 'string', value: 'FILE', about: 'write the findings for a pull request' },
    svg: { type: 'string', value: 'FILE', about: 'draw the map of who is let in from where' },
  },
  examples: [
    'studio-gate prove',
    'studio-gate prove cdk.out/StudioGate.template.json --scp cdk.out/scp.json --json proof.json --svg reach.svg',
  ],
  async run(values, [template], session) {
    const file = (name: string) => {
      const given = text(values, name)
      return given === undefined ? {} : { [name]: resolve(given) }
    }
    const { proveTemplate } = await import('../prove/run.ts')
    return proveTemplate(
      {
        ...(template === undefined ? {} : { template: resolve(template) }),
        declaration: declarationPath(text(values, 'declaration')),
        scps: values['no-scp'] === true ? 'none' : texts(values, 'scp').map((path) => resolve(path)),
        parameters: texts(values, 'parameter'),
        region: text(values, 'region') ?? 'eu-central-1',
        account: text(values, 'account') ?? '111122223333',
        outputs: { ...file('json'), ...file('sarif'), ...file('svg') },
      },
      session,
    )
  },
}
