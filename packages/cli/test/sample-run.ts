/** A run as the demo could have made it, in values that try to break out of the page. */
import type { Result } from '../src/demo/outcome.ts'
import type { Run } from '../src/demo/report.ts'

const hostile = '<script>alert("x")</script>'

function result(id: string, host: string, expected: Result['expected'], more: Partial<Result> = {}): Result {
  const observed = {
    ...expected,
    reason: `reason of ${id} ${hostile}`,
    decision: [`allowed by MintingRole ${hostile}`],
  }
  return {
    id,
    title: `${id} ${hostile}`,
    host,
    expected,
    restsOn: 'documented',
    facts: ['1.13'],
    observed,
    matches: true,
    milliseconds: 1234,
    ...more,
  }
}

const subnet = (id: string, cidr: string, open: boolean, hosts: Run['map']['outside'] = []) => ({
  id,
  cidr,
  public: open,
  hosts,
})
const host = (name: string, kind: string, address: string) => ({ name, kind, address })

const { observed: _, ...thrown } = result('thrown', 'laptop', { result: 'refused', layer: 'no route' })

export const sampleRun: Run = {
  startedAt: '2026-01-02T03:04:05.678Z',
  seconds: 31.4,
  declaration: 'examples/demo/studio-gate.yaml',
  template: 'cdk.out/StudioGate.template.json',
  scp: 'cdk.out/scp.json',
  region: 'eu-central-1',
  browser: `Chromium ${hostile}`,
  contrast: 'others let every one of these in',
  results: [
    result('private-host', 'private-host', { result: 'inside' }),
    result(
      'space',
      'private-host',
      { result: 'inside' },
      { restsOn: 'studio.space-principal', switches: { 'studio.space-principal': 'execution-role' } },
    ),
    result('public-host', 'public-host', { result: 'refused', layer: 'resource policy' }),
    result('carried-url', 'public-host', { result: 'refused', layer: 'IAM at use' }),
    result('bastion', 'bastion', { result: 'refused', layer: 'resource policy' }),
    result('laptop-studio', 'laptop', { result: 'refused', layer: 'IAM at use' }),
    result('laptop', 'laptop', { result: 'refused', layer: 'no route' }),
    result('notebook', 'notebook', { result: 'refused', layer: 'IAM at mint' }),
    result('instance', 'private-host', { result: 'refused', layer: 'IAM at mint' }),
    result('administrator', 'laptop', { result: 'refused', layer: 'IAM at mint' }),
    result('training-job', 'notebook', { result: 'allowed' }),
    result(
      'foreign-studio',
      'private-host',
      { result: 'refused', layer: 'endpoint policy' },
      {
        observed: {
          result: 'refused',
          layer: 'endpoint policy',
          reason: 'the VPC endpoint policy `EndpointStudio` leaves it out',
        },
      },
    ),
    ...['unsigned', 'other-key', 'altered', 'audience', 'expired', 'replayed', 'xsw'].map((name) =>
      result(`forged-${name}`, 'private-host', { result: 'refused', layer: 'gate code', code: 'signature-missing' }),
    ),
    result(
      'differs',
      'private-host',
      { result: 'inside' },
      { matches: false, observed: { result: 'refused', layer: 'gate code', code: 'no-rule', reason: 'no rule' } },
    ),
    { ...thrown, matches: false, error: `it broke ${hostile}` },
  ],
  map: {
    region: 'eu-central-1',
    vpcs: [
      {
        id: `vpc-1${hostile}`,
        subnets: [
          subnet('subnet-1', '10.100.0.0/24', true, [
            host('public-host', 'instance', '10.100.0.10'),
            host('bastion', 'instance', '10.100.0.11'),
          ]),
          subnet('subnet-2', '10.100.1.0/24', true),
          subnet('subnet-3', '10.100.10.0/24', false, [host('private-host', 'instance', '10.100.10.10')]),
          subnet('subnet-4', '10.100.11.0/24', false),
          subnet('subnet-5', '10.100.20.0/24', false, [host('StudioGate-gate', 'function', '10.100.20.9')]),
          subnet('subnet-6', '10.100.21.0/24', false),
          subnet('subnet-7', '10.100.30.0/24', false, [host('notebook', 'notebook', '10.100.30.20')]),
          subnet('subnet-8', '10.100.31.0/24', false),
        ],
        endpoints: [
          { id: 'vpce-1', service: 'com.amazonaws.eu-central-1.dynamodb', policy: 'EndpointDynamodb' },
          { id: 'vpce-2', service: 'com.amazonaws.eu-central-1.execute-api', policy: 'EndpointExecuteApi' },
          { id: 'vpce-3', service: 'com.amazonaws.eu-central-1.sagemaker.api', policy: 'EndpointSageMakerApi' },
          { id: 'vpce-4', service: 'com.amazonaws.eu-central-1.sagemaker.runtime', policy: 'EndpointRuntime' },
          { id: 'vpce-5', service: 'com.amazonaws.eu-central-1.sts', policy: 'EndpointSts' },
          { id: 'vpce-6', service: 'aws.sagemaker.eu-central-1.studio', policy: 'EndpointStudio' },
        ],
      },
    ],
    outside: [host('laptop', 'internet', '203.0.113.10')],
  },
  switches: [
    { name: 'studio.policy', about: 'policies at use', fact: '1.21', settings: ['live', 'at-mint'], run: ['live'] },
  ],
  gaps: [`AWS::EC2::NatGateway ${hostile}`],
}
