/** The second doors: everybody else of the account who might mint a URL around the gate, and another account's Studio. */
import { callAws, foreignStudioUrl } from '@studio-gate/twin'
import type { Observed, Scenario, Stage } from '../outcome.ts'
import { decided, open, refusal, seen, watch } from './steps.ts'

type Who = Parameters<Stage['twin']['credentials']>[0]

/** A call of the SageMaker API from a host; `allowed` or the refusal that the world wrote down. */
async function call(stage: Stage, host: string, who: Who, operation: string, body: object): Promise<Observed> {
  const { twin } = stage
  const journal = watch(stage)
  const answer = await callAws(twin.host(host).proxyUrl, twin.caFile, await twin.credentials(who), {
    service: 'sagemaker',
    region: twin.world.region,
    target: `SageMaker.${operation}`,
    body,
  })
  const entries = journal.since(host)
  if (answer.status === 200) return { result: 'allowed', reason: `${operation} answered`, ...decided(entries.at(-1)) }
  return refusal(entries)
}

function mint(stage: Stage, host: string, who: Who, profile: string): Promise<Observed> {
  const { DomainId } = stage.twin.outputs
  return call(stage, host, who, 'CreatePresignedDomainUrl', { DomainId, UserProfileName: profile })
}

const atMint = { result: 'refused', layer: 'IAM at mint' } as const
const atTheEndpoint = { result: 'refused', layer: 'endpoint policy' } as const
const owner = 'alice'
const colleague = 'dave'
const notebook = { profile: owner } as const
const instance = { host: 'private-host' } as const
const administrator = { administrator: true } as const

/** The doors that stay shut with and without an SCP. */
const walled: readonly Scenario[] = [
  {
    id: 'notebook-own',
    title: 'A notebook mints for its own profile, its role as wide as customers make it',
    host: 'notebook',
    expected: atMint,
    restsOn: 'documented',
    facts: ['1.29', '1.36'],
    run: (stage) => withWideRole(stage, () => mint(stage, 'notebook', notebook, owner)),
  },
  {
    id: 'notebook-colleague',
    title: 'The same notebook mints for a colleague',
    host: 'notebook',
    expected: atMint,
    restsOn: 'documented',
    facts: ['1.30', '1.36'],
    run: (stage) => withWideRole(stage, () => mint(stage, 'notebook', notebook, colleague)),
  },
  {
    id: 'instance-own',
    title: 'An instance role mints',
    host: 'private-host',
    expected: atTheEndpoint,
    restsOn: 'documented',
    facts: ['1.31', '3.8'],
    run: (stage) => mint(stage, 'private-host', instance, owner),
  },
  {
    id: 'instance-colleague',
    title: 'An instance role mints for a colleague',
    host: 'private-host',
    expected: atTheEndpoint,
    restsOn: 'documented',
    facts: ['1.31', '3.8'],
    run: (stage) => mint(stage, 'private-host', instance, colleague),
  },
  {
    id: 'training-job',
    title: 'A training job, started from the notebook',
    host: 'notebook',
    expected: { result: 'allowed' },
    restsOn: 'documented',
    facts: ['1.29'],
    run: (stage) =>
      call(stage, 'notebook', notebook, 'CreateTrainingJob', {
        TrainingJobName: `demo-${stage.twin.world.now()}`,
        RoleArn: executionRoleArn(stage),
        AlgorithmSpecification: { TrainingInputMode: 'File', TrainingImage: 'example' },
        OutputDataConfig: { S3OutputPath: 's3://example/out' },
        ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
        StoppingCondition: { MaxRuntimeInSeconds: 60 },
      }),
  },
  {
    id: 'foreign-studio',
    title: "Another account's Studio, opened on the private host",
    host: 'private-host',
    expected: { result: 'refused', layer: 'endpoint policy' },
    restsOn: 'documented',
    facts: ['5.7', '5.8'],
    run: async (stage) => {
      const page = await stage.browserAt('private-host')
      const journal = watch(stage)
      await open(page, foreignStudioUrl(stage.twin.world))
      return seen(page, journal.since('private-host'))
    },
  },
]

/** An administrator on the internet: the SCP alone stands there, so without one the door is open, and the report says so. */
function administratorMints(id: string, title: string, profile: string, scp: 'attached' | 'absent'): Scenario {
  return {
    id,
    title,
    host: 'laptop',
    expected: scp === 'attached' ? atMint : { result: 'allowed' },
    restsOn: 'documented',
    facts: ['1.18', '1.31', '3.2'],
    run: (stage) => (scp === 'attached' ? mint(stage, 'laptop', administrator, profile) : withoutScp(stage, profile)),
  }
}

/** What is expected depends on whether the demo attaches an SCP at all. */
export function doors(scp: 'attached' | 'absent'): readonly Scenario[] {
  const own = 'An administrator mints on the internet'
  return [
    ...walled,
    administratorMints('administrator', own, owner, scp),
    administratorMints('administrator-colleague', 'An administrator mints for a colleague', colleague, scp),
    ...(scp === 'attached'
      ? [administratorMints('administrator-without-scp', `${own}, without the SCP`, owner, 'absent')]
      : []),
  ]
}

async function withoutScp(stage: Stage, profile: string): Promise<Observed> {
  const { world } = stage.twin
  const attached = world.scps
  world.scps = []
  try {
    const observed = await mint(stage, 'laptop', administrator, profile)
    return { ...observed, reason: `${observed.reason}: without the SCP this door is open; attach cdk.out/scp.json` }
  } finally {
    world.scps = attached
  }
}

/** As if somebody had attached AmazonSageMakerFullAccess to the execution role (row 1.30): then the boundary alone stands. */
async function withWideRole(stage: Stage, act: () => Promise<Observed>): Promise<Observed> {
  const role = stage.twin.world.roles.get(executionRoleArn(stage))
  if (role === undefined) throw new Error('the execution role is not a role of the template')
  const { policies } = role
  const statement = { Effect: 'Allow', Action: 'sagemaker:*', Resource: '*' } as const
  role.policies = [
    ...policies,
    { name: 'as AmazonSageMakerFullAccess', document: { Version: '2012-10-17', Statement: statement } },
  ]
  try {
    return await act()
  } finally {
    role.policies = policies
  }
}

function executionRoleArn(stage: Stage): string {
  for (const domain of stage.twin.world.domains.values()) {
    const profile = domain.profiles.get(owner)
    if (profile !== undefined) return profile.executionRoleArn
  }
  throw new Error(`the template has no profile \`${owner}\``)
}
