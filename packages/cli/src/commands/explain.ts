import { resolve } from 'node:path'
import { type Command, text, texts } from '../command.ts'
import { exitCodes, Trouble } from '../trouble.ts'

/** `studio-gate explain`: one request to a template's policies, and the decision in sentences. Exit code 0 allowed, 1 denied. */
export const explain: Command = {
  name: 'explain',
  summary:
    'Says in sentences whether one request would be allowed by the policies of a template, and by which statement.',
  details: [
    'Deploys nothing. Ids that only a deployment gives are those of the twin; `${LOGICAL_ID}` in a resource or a context value ' +
      'stands for one of them. Exits with 0 when the request is allowed, with 1 when it is denied.',
    'A principal that is no resource of the template is taken to be allowed everything by its own policies, so that only the ' +
      'walls of the template and the SCPs hold it back. The session policy that the gate adds at a sign-in has a part in it only with ' +
      '--session-policy; whether Studio asks it at every use is not documented (docs/switches.md).',
  ],
  options: {
    template: { type: 'string', value: 'FILE', about: 'the template, JSON or YAML' },
    scp: {
      type: 'string',
      value: 'FILE',
      multiple: true,
      about: 'a service control policy of the account (default: none)',
    },
    principal: {
      type: 'string',
      value: 'WHO',
      about: 'a role by its logical id, or any ARN of a role, session, user or root; a service; anonymous',
    },
    action: { type: 'string', value: 'ACTION', about: 'such as sagemaker:CreatePresignedDomainUrl' },
    'session-policy': {
      type: 'string',
      value: 'FILE',
      about: "a policy of the principal's session, as a caller of AssumeRole gave it (default: none)",
    },
    resource: { type: 'string', value: 'ARN', about: 'what is asked for: an ARN, or the logical id of what has one' },
    endpoint: { type: 'string', value: 'ID', about: 'the VPC endpoint it goes through, by logical id or id' },
    address: { type: 'string', value: 'IP', about: 'the address it comes from; without --endpoint on the internet' },
    context: { type: 'string', value: 'KEY=VALUE', multiple: true, about: 'a further or another condition key' },
    parameter: { type: 'string', value: 'NAME=VALUE', multiple: true, about: 'a parameter of the template' },
    region: { type: 'string', value: 'REGION', about: 'where the template is deployed (default: eu-central-1)' },
    account: { type: 'string', value: 'ID', about: 'the account it is deployed in (default: 111122223333)' },
    json: { type: 'string', value: 'FILE', about: 'write request and decision as JSON, too' },
  },
  examples: [
    'studio-gate explain --template cdk.out/StudioGate.template.json --scp cdk.out/scp.json \\',
    '    --principal arn:aws:iam::111122223333:user/bob --address 198.51.100.7 \\',
    '    --action sagemaker:CreatePresignedDomainUrl \\',
    "    --resource 'arn:aws:sagemaker:eu-central-1:111122223333:user-profile/${DomainMain}/alice'",
  ],
  async run(values, _, session) {
    const needed = (name: string) => {
      const value = text(values, name)
      if (value !== undefined) return value
      throw new Trouble(
        `--${name} is missing`,
        'studio-gate explain',
        'run `studio-gate help explain`',
        exitCodes.usage,
      )
    }
    const endpoint = text(values, 'endpoint')
    const address = text(values, 'address')
    const question = {
      principal: needed('principal'),
      action: needed('action'),
      resource: needed('resource'),
      context: texts(values, 'context'),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(address === undefined ? {} : { address }),
    }
    // Loaded here because the twin takes half a second, which no other command should pay.
    const { explainRequest } = await import('../explain/run.ts')
    const json = text(values, 'json')
    const sessionPolicy = text(values, 'session-policy')
    return explainRequest(
      {
        template: resolve(needed('template')),
        scps: texts(values, 'scp').map((path) => resolve(path)),
        region: text(values, 'region') ?? 'eu-central-1',
        account: text(values, 'account'),
        parameters: texts(values, 'parameter'),
        json: json === undefined ? undefined : resolve(json),
        sessionPolicy: sessionPolicy === undefined ? undefined : resolve(sessionPolicy),
      },
      question,
      session.terminal,
    )
  },
}
